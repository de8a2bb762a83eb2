/* What the files that read a segment share: segment.c, segment_ids.c, segment_names.c,
 * segment_store.c, chunk_reader.c and the check. */
#ifndef CSA_INDEX_SEGMENT_PRIVATE_H
#define CSA_INDEX_SEGMENT_PRIVATE_H

#include "common/base/buffer.h"
#include "common/index/segment.h"

/* CSA_ERROR_DAMAGED with "PATH: SECTION: ...". */
enum csa_status csa_segment_damaged(const struct csa_segment *segment, enum csa_section section,
                                    struct csa_error *error, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The number of bits that a value of ARTICLE_HASH takes. */
unsigned csa_segment_hash_width(uint32_t articles);

/* Article number i in the order of ARTICLE_HASH; may be too large in a damaged file. */
uint32_t csa_segment_hash_entry(const struct csa_segment *segment, uint32_t i);

/* Decodes the id at p, which shares its beginning with the one in buffer unless it is the first of its block;
 * null when it breaks the rules. */
const uint8_t *csa_segment_decode_id(const uint8_t *p, const uint8_t *end, bool first,
                                     char buffer[CSA_ID_MAXIMUM], size_t *size);

/* Which of the two kinds of chunks. */
struct csa_chunk_kind {
    enum csa_section chunks, table;
};
extern const struct csa_chunk_kind csa_article_chunks, csa_passage_chunks;

/* Where a chunk lies; checked against the section. */
struct csa_chunk_place {
    uint32_t number;
    const uint8_t *bytes;
    size_t size;
    uint32_t raw_size;
    uint32_t first, records; /* at least one record */
};
uint32_t csa_chunk_count(const struct csa_segment *segment, const struct csa_chunk_kind *kind);
/* number < csa_chunk_count(). */
enum csa_status csa_chunk_locate(const struct csa_segment *segment, const struct csa_chunk_kind *kind,
                                 uint32_t number, struct csa_chunk_place *place, struct csa_error *error);
/* The chunk that holds a record. */
enum csa_status csa_chunk_find(const struct csa_segment *segment, const struct csa_chunk_kind *kind,
                               uint32_t record, struct csa_chunk_place *place, struct csa_error *error);
/* Inflates a chunk; *raw is replaced. */
enum csa_status csa_chunk_inflate(const struct csa_segment *segment, const struct csa_chunk_kind *kind,
                                  const struct csa_chunk_place *place, struct csa_buffer *raw,
                                  struct csa_error *error);
/* Record `index` of an inflated chunk of passages. False when its numbers do not fit the chunk. */
bool csa_chunk_find_passage(struct csa_view raw, uint32_t records, uint32_t index,
                            struct csa_stored_passage *passage);
/* Record `index` of an inflated chunk of articles, without its size. False as above. */
bool csa_chunk_find_article(struct csa_view raw, uint32_t records, uint32_t index, struct csa_view *record);
/* The value of a field that an article has at most once; empty when the record lacks it or breaks the rules.
 */
struct csa_view csa_article_find_field(struct csa_view record, enum csa_article_field wanted);
/* Parses an article's record; what comes out points into it. *broken comes back true when it breaks the
 * rules. */
enum csa_status csa_article_parse(struct csa_view record, struct csa_arena *arena,
                                  struct csa_stored_article *stored, bool *broken, struct csa_error *error);

#endif
