/* Copies the articles of one segment, with their stored text, into a segment that is being written. */
#ifndef CSA_INDEXER_NATIVE_SEGMENT_COPY_H
#define CSA_INDEXER_NATIVE_SEGMENT_COPY_H

#include "common/base/error.h"
#include "common/index/chunk.h"
#include "common/index/segment.h"
#include "common/index/segment_writer.h"
#include "indexer/native/live_set.h"

/* Adds the live articles: ids, columns, stored fields, lengths. */
enum csa_status csa_segment_copy_articles(const struct csa_segment *segment,
                                          const struct csa_live_set *articles,
                                          struct csa_segment_writer *writer, struct csa_error *error);

/* Adds the stored text of the live passages. A chunk of which nothing is deleted goes over as it is, unless
 * it is small; the others are made anew in `builder`, which may be left with passages for the segment that
 * comes next. */
enum csa_status csa_segment_copy_text(const struct csa_segment *segment, const struct csa_live_set *passages,
                                      struct csa_chunk_builder *builder, struct csa_segment_writer *writer,
                                      struct csa_error *error);
/* Writes what is left in the builder. */
enum csa_status csa_segment_copy_flush(struct csa_chunk_builder *builder, struct csa_segment_writer *writer,
                                       struct csa_error *error);

#endif
