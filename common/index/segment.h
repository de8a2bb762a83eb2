/* A segment: one immutable file of an index, mapped and read in place (docs/index-format.md).
 *
 * Opening reads header, trailer, table and META and checks each section's shape; nothing is parsed or copied.
 * All views point into the mapping and live until csa_segment_close(). A segment may be used by several
 * threads at once. */
#ifndef CSA_INDEX_SEGMENT_H
#define CSA_INDEX_SEGMENT_H

#include "common/base/arena.h"
#include "common/base/buffer.h"
#include "common/base/error.h"
#include "common/base/file.h"
#include "common/base/view.h"
#include "common/index/dictionary.h"
#include "common/index/format.h"
#include "common/index/postings.h"

#include <stdbool.h>
#include <stdint.h>

struct csa_segment_meta {
    uint32_t articles;
    uint32_t passages;
    uint64_t tokens;
    uint64_t title_tokens;
    uint32_t terms[4]; /* words, stems, title words, title stems */
    uint64_t stemmers; /* bit L: stemmed as language L (0: not stemmed) */
    uint32_t passage_words;
    bool has_positions, has_text;
    uint32_t length_width;
    uint32_t longest, shortest;
    float average; /* tokens a passage, as the stored bounds use it */
};

/* One column: a number an article. */
struct csa_column {
    const uint8_t *values; /* null when constant */
    uint32_t width;
    uint32_t constant;
};

struct csa_segment {
    char *path; /* owned */
    uint64_t number;
    struct csa_mapping file;
    struct csa_view sections[CSA_SECTION_COUNT]; /* by id; empty when left out */
    uint32_t checksums[CSA_SECTION_COUNT];
    uint32_t table_checksum;
    struct csa_segment_meta meta;
    struct csa_dictionary dictionary;
    const uint8_t *lengths;        /* meta.length_width bytes a passage */
    const uint8_t *first_passages; /* u32; null: passage = article */
    const uint8_t *article_starts; /* u64 of bits; null when first_passages is */
    struct csa_column date, language, stemmer, source, author, title_tokens, site;
    struct csa_saturation saturation; /* that the stored bounds were made with */
};

/* CSA_ERROR_DAMAGED names the file and the section at fault; CSA_ERROR_UNSUPPORTED: a newer format. number is
 * kept for the caller. */
enum csa_status csa_segment_open(const char *path, uint64_t number, struct csa_segment **segment,
                                 struct csa_error *error);
void csa_segment_close(struct csa_segment *segment); /* null is fine */

/* Length of a passage in tokens; passage < meta.passages. */
static inline uint32_t csa_segment_length(const struct csa_segment *segment, uint32_t passage)
{
    switch (segment->meta.length_width) {
    case 1:
        return segment->lengths[passage];
    case 2:
        return csa_load_u16(segment->lengths + 2 * (size_t)passage);
    default:
        return csa_load_u32(segment->lengths + 4 * (size_t)passage);
    }
}

/* The first passage of an article; article <= meta.articles (the last gives meta.passages). Never more than
 * meta.passages, also in a damaged file. */
static inline uint32_t csa_segment_first_passage(const struct csa_segment *segment, uint32_t article)
{
    if (segment->first_passages == NULL) {
        return article;
    }
    uint32_t first = csa_load_u32(segment->first_passages + 4 * (size_t)article);
    return first <= segment->meta.passages ? first : segment->meta.passages;
}

/* Whether passages 64 * n to 64 * n + 63 begin an article: bit i for passage 64 * n + i. Of passages that do
 * not exist any bits. */
static inline uint64_t csa_segment_article_starts(const struct csa_segment *segment, uint32_t n)
{
    return segment->article_starts == NULL ? UINT64_MAX
                                           : csa_load_u64(segment->article_starts + 8 * (size_t)n);
}

static inline bool csa_segment_starts_article(const struct csa_segment *segment, uint32_t passage)
{
    return (csa_segment_article_starts(segment, passage / 64) >> (passage % 64) & 1) != 0;
}

/* The first passage behind `passage` that belongs to another article, at most limit; passage < limit <=
 * meta.passages. */
uint32_t csa_segment_article_end(const struct csa_segment *segment, uint32_t passage, uint32_t limit);

/* The article that a passage belongs to; less than meta.articles. */
uint32_t csa_segment_article_of(const struct csa_segment *segment, uint32_t passage);
/* The same, when it is known not to come before `article`: for passages that ascend. */
uint32_t csa_segment_article_from(const struct csa_segment *segment, uint32_t article, uint32_t passage);

static inline uint32_t csa_column_get(const struct csa_column *column, uint32_t article)
{
    switch (column->width) {
    case 0:
        return column->constant;
    case 1:
        return column->values[article];
    case 2:
        return csa_load_u16(column->values + 2 * (size_t)article);
    default:
        return csa_load_u32(column->values + 4 * (size_t)article);
    }
}

/* String number n of STRINGS (COLUMN_SOURCE, COLUMN_AUTHOR, COLUMN_SITE); empty when there is none. */
struct csa_view csa_segment_string(const struct csa_segment *segment, uint32_t n);

/* The id of an article, copied into buffer (at most CSA_ID_MAXIMUM bytes): returns its view. DAMAGED names
 * the section. */
enum { CSA_ID_MAXIMUM = 1024 };
enum csa_status csa_segment_article_id(const struct csa_segment *segment, uint32_t article,
                                       char buffer[CSA_ID_MAXIMUM], struct csa_view *id,
                                       struct csa_error *error);
/* Calls visit for every article, in order; an id is valid during the call only. */
enum csa_status csa_segment_visit_ids(const struct csa_segment *segment, void *context,
                                      void (*visit)(void *context, uint32_t article, struct csa_view id),
                                      struct csa_error *error);
/* The last article with this id; *found false when there is none. */
enum csa_status csa_segment_find_article(const struct csa_segment *segment, struct csa_view id,
                                         uint32_t *article, bool *found, struct csa_error *error);

/* The chunk that was inflated last: records that lie side by side are inflated once. One serves any segments
 * that stay open as long as it. */
struct csa_chunk_cache {
    const struct csa_segment *segment; /* null: empty */
    enum csa_section chunks;
    uint32_t number, first, records;
    struct csa_buffer raw;
};
void csa_chunk_cache_init(struct csa_chunk_cache *cache);
void csa_chunk_cache_release(struct csa_chunk_cache *cache);

/* The stored fields of an article, copied into the arena. Missing ones are empty. cache may be null, also
 * below. */
struct csa_stored_field {
    struct csa_view name, value;
};
struct csa_stored_article {
    struct csa_view title, url, description;
    struct csa_stored_field *extra;
    size_t extra_count;
};
enum csa_status csa_segment_read_article(const struct csa_segment *segment, uint32_t article,
                                         struct csa_chunk_cache *cache, struct csa_arena *arena,
                                         struct csa_stored_article *stored, struct csa_error *error);

/* The text of a passage and where it begins in its article's body; the text is copied into the arena. Empty
 * when the index stores no text. */
struct csa_stored_passage {
    struct csa_view text;
    uint32_t offset;
};
enum csa_status csa_segment_read_passage(const struct csa_segment *segment, uint32_t passage,
                                         struct csa_chunk_cache *cache, struct csa_arena *arena,
                                         struct csa_stored_passage *stored, struct csa_error *error);

/* The texts of passages that lie in one chunk, which may be inflated no further than they reach: for a quick
 * look, perhaps without the checksum that comes at the chunk's end (inflate.h). `passages` ascend; *read: how
 * many of them lie in the chunk of the first, 0 in an index without text. The texts point into *raw, which is
 * replaced. */
enum csa_status csa_segment_peek_passages(const struct csa_segment *segment, const uint32_t *passages,
                                          size_t count, struct csa_buffer *raw, struct csa_view *texts,
                                          size_t *read, struct csa_error *error);

/* Opens the list of an entry of this segment's dictionary. */
static inline enum csa_status csa_segment_postings(const struct csa_segment *segment,
                                                   const struct csa_term_entry *entry,
                                                   struct csa_postings *list, struct csa_error *error)
{
    bool title = entry->kind == CSA_TERM_TITLE_WORD || entry->kind == CSA_TERM_TITLE_STEM;
    return csa_postings_open(list, entry, segment->sections[CSA_SECTION_POSTINGS],
                             segment->sections[CSA_SECTION_POSITIONS],
                             title ? segment->meta.articles : segment->meta.passages, error);
}

/* Reads every byte: checksums, padding, and the structure below them (order, bounds of lists, counts,
 * positions, dictionary, ids, columns, stored text, totals). `report` is told of each fault found (at most
 * 100), naming section and place; returns CSA_ERROR_DAMAGED when there was any. report may be null. Takes 8
 * bytes of memory a passage or article and 24 a word. */
enum csa_status csa_segment_check(const struct csa_segment *segment,
                                  void (*report)(void *context, const char *message), void *context,
                                  struct csa_error *error);

/* Compares the checksum of each section with its bytes, as a merge must before it writes them under new ones.
 * CSA_ERROR_DAMAGED names the first that differs. */
enum csa_status csa_segment_verify(const struct csa_segment *segment, struct csa_error *error);

const char *csa_section_name(enum csa_section section);
const char *csa_term_kind_name(enum csa_term_kind kind);

#endif
