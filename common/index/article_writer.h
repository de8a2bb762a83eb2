/* What a segment keeps of its articles besides stored text: ids, columns, lengths of passages. Collected
 * while articles are added, written as sections at the end. Used by segment_writer.c. */
#ifndef CSA_INDEX_ARTICLE_WRITER_H
#define CSA_INDEX_ARTICLE_WRITER_H

#include "common/base/buffer.h"
#include "common/base/file.h"
#include "common/index/section_writer.h"
#include "common/index/segment.h"
#include "common/index/segment_writer.h"
#include "common/index/string_set.h"

#include <stdint.h>

struct csa_article_writer {
    uint32_t articles, passages;
    uint64_t tokens, title_tokens;
    uint64_t stemmers; /* bit L: an article was stemmed as language L */
    uint32_t longest, shortest;

    struct csa_buffer lengths; /* u32 a passage */
    /* one an article */
    struct csa_buffer firsts;                  /* u32: first passage */
    struct csa_buffer hashes;                  /* u64: of the id */
    struct csa_buffer dates;                   /* u32 */
    struct csa_buffer languages;               /* u8 */
    struct csa_buffer article_stemmers;        /* u8 */
    struct csa_buffer sources, authors, sites; /* u32 numbers in strings */
    struct csa_buffer titles;                  /* u16: tokens */
    struct csa_string_set strings;

    struct csa_output ids;        /* temporary: the blocks of ARTICLE_IDS */
    struct csa_buffer id_offsets; /* u32 a block, from the first block's start */
    char last_id[CSA_ID_MAXIMUM];
    size_t last_id_size;
};

/* folder: for a temporary file. Release also after a failure. */
enum csa_status csa_article_writer_init(struct csa_article_writer *writer, const char *folder,
                                        struct csa_error *error);
void csa_article_writer_release(struct csa_article_writer *writer);
/* Checks the article; nothing is added when it is refused for what it holds. */
enum csa_status csa_article_writer_add(struct csa_article_writer *writer,
                                       const struct csa_article_record *article, struct csa_error *error);

/* The length of each passage and the stemmer of each article, as arrays; valid until the next add. */
const uint32_t *csa_article_writer_lengths(const struct csa_article_writer *writer);
const uint8_t *csa_article_writer_stemmers(const struct csa_article_writer *writer);
/* The first passage of an article, < articles. */
uint32_t csa_article_writer_first(const struct csa_article_writer *writer, uint32_t article);

/* ARTICLE_IDS, which is large, and then all that is small. */
enum csa_status csa_article_writer_write_ids(struct csa_article_writer *writer,
                                             struct csa_section_writer *file, struct csa_error *error);
enum csa_status csa_article_writer_write_rest(struct csa_article_writer *writer,
                                              struct csa_section_writer *file, struct csa_error *error);

#endif
