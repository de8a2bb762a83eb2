/* Writes one segment file.
 *
 *   new -> add_article*, and add_passage_chunk* in the same order
 *       -> begin_terms -> (begin_term, add_posting*, end_term)* for the words, then for the title words
 *       -> finish
 *
 * Stem lists are not given: finish() makes them from the word lists, since they follow from the words and the
 * articles' languages (a stem with one surface form shares that word's list). Memory: what is kept until the
 * end is 4 bytes a passage (5 when articles differ in their stemmers), 32 an article and 40 a title, besides
 * different sources, authors and sites; making stems takes some 30 MiB; ids, term entries and positions go
 * through temporary files. */
#ifndef CSA_INDEX_SEGMENT_WRITER_H
#define CSA_INDEX_SEGMENT_WRITER_H

#include "common/base/error.h"
#include "common/base/view.h"
#include "common/index/format.h"

#include <stdbool.h>
#include <stdint.h>

struct csa_segment_writer;

struct csa_segment_options {
    uint32_t passage_words;
    bool store_text;
    bool store_positions;
};

/* Stems one folded word as a language (1..63); the view is valid until the next call. An empty stem, or one
 * of more than CSA_TERM_MAXIMUM bytes, stands for the word itself. Not called for words that begin with a
 * digit. */
struct csa_stem_callback {
    void *context;
    struct csa_view (*stem)(void *context, uint8_t language, struct csa_view word);
};

/* Appends the folded form of a title to *out: the same for all that is to be completed alike. */
struct csa_buffer;
struct csa_fold_callback {
    void *context;
    void (*fold)(void *context, struct csa_view title, struct csa_buffer *out);
};

/* What the segment keeps of an article. Strings are copied. */
struct csa_article_record {
    struct csa_view id;
    uint32_t date;
    uint8_t language; /* enum of common/text/language.h */
    uint8_t stemmer;  /* 0: not stemmed */
    struct csa_view source, author;
    uint32_t title_tokens;
    struct csa_view stored;  /* the record of ARTICLE_CHUNKS, made by csa_article_record_encode() */
    const uint32_t *lengths; /* tokens of each passage (the title counts in the first) */
    uint32_t passage_count;  /* at least 1 */
};

/* Creates the file; it is removed again unless finish() succeeds. folder is where temporary files go too. */
enum csa_status csa_segment_writer_new(struct csa_segment_writer **writer, const char *folder,
                                       uint64_t number, const struct csa_segment_options *options,
                                       struct csa_error *error);
/* Abandons an unfinished file. Null is fine. */
void csa_segment_writer_free(struct csa_segment_writer *writer);

/* Before the first article: titles are to be found by what they begin with (the section TITLES). */
void csa_segment_writer_fold_titles(struct csa_segment_writer *writer, struct csa_fold_callback fold);

enum csa_status csa_segment_writer_add_article(struct csa_segment_writer *writer,
                                               const struct csa_article_record *article,
                                               struct csa_error *error);

/* A compressed chunk of passages (from csa_chunk_builder), in the order of passages. Together the chunks hold
 * as many records as there are passages (when text is stored). */
struct csa_chunk;
enum csa_status csa_segment_writer_add_passage_chunk(struct csa_segment_writer *writer,
                                                     const struct csa_chunk *chunk, struct csa_error *error);

/* All articles are known, at least one. From here on: terms. */
enum csa_status csa_segment_writer_begin_terms(struct csa_segment_writer *writer, struct csa_error *error);
/* Kinds WORD, then TITLE_WORD; text ascending within each. */
void csa_segment_writer_begin_term(struct csa_segment_writer *writer, enum csa_term_kind kind,
                                   struct csa_view text);
/* Documents ascend. positions: `frequency` ascending values, for words; null for title words. */
void csa_segment_writer_add_posting(struct csa_segment_writer *writer, uint32_t document, uint32_t frequency,
                                    const uint32_t *positions);
enum csa_status csa_segment_writer_end_term(struct csa_segment_writer *writer, struct csa_error *error);

/* Makes the stems, writes the rest, syncs the file. *file_size and *table_crc are for the commit. stem may be
 * null when no article was stemmed. The writer is then only to be freed. */
enum csa_status csa_segment_writer_finish(struct csa_segment_writer *writer,
                                          const struct csa_stem_callback *stem, uint64_t *file_size,
                                          uint32_t *table_crc, struct csa_error *error);

#endif
