/* The titles of a segment in the order of the alphabet, while it is written: the section TITLES
 * (docs/index-format.md, section 13). Owns 40 bytes for each article that has a title. Used by
 * segment_writer.c. */
#ifndef CSA_INDEX_TITLE_WRITER_H
#define CSA_INDEX_TITLE_WRITER_H

#include "common/base/buffer.h"
#include "common/base/error.h"
#include "common/index/article_writer.h"
#include "common/index/section_writer.h"
#include "common/index/segment_writer.h"

struct csa_title_writer {
    struct csa_fold_callback fold; /* null: titles are not kept */
    struct csa_buffer titles;      /* struct title of title_writer.c, each */
    struct csa_buffer folded;      /* the one at hand */
};

void csa_title_writer_init(struct csa_title_writer *writer);
/* May be called on a zeroed struct. */
void csa_title_writer_release(struct csa_title_writer *writer);

/* Takes the title out of an article's stored record, if it has one. Articles ascend. */
enum csa_status csa_title_writer_add(struct csa_title_writer *writer, uint32_t article,
                                     struct csa_view stored, struct csa_error *error);

/* Writes TITLES; articles: all of the segment's. */
enum csa_status csa_title_writer_write(struct csa_title_writer *writer,
                                       const struct csa_article_writer *articles,
                                       struct csa_section_writer *file, struct csa_error *error);

#endif
