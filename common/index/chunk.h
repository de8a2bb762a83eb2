/* Chunks of stored records: zlib, small enough that showing ten hits costs ten small inflates
 * (docs/index-format.md, section 11). Building is separate from writing, so that threads can compress. */
#ifndef CSA_INDEX_CHUNK_H
#define CSA_INDEX_CHUNK_H

#include "common/base/buffer.h"
#include "common/base/error.h"
#include "common/base/view.h"

#include <stdint.h>

/* A finished chunk: views into the builder, valid until its next call. */
struct csa_chunk {
    struct csa_view compressed;
    uint32_t raw_size;
    uint32_t records;
};

struct csa_chunk_builder;
/* limit: raw bytes at which a chunk is full (CSA_PASSAGE_CHUNK). */
enum csa_status csa_chunk_builder_new(struct csa_chunk_builder **builder, uint32_t limit,
                                      struct csa_error *error);
void csa_chunk_builder_free(struct csa_chunk_builder *builder);

/* Adds the text of a passage, `offset` being where it begins in its article's body. When *full comes back
 * true the caller takes the chunk with csa_chunk_builder_take() before adding more. */
enum csa_status csa_chunk_builder_add_passage(struct csa_chunk_builder *builder, struct csa_view text,
                                              uint32_t offset, bool *full, struct csa_error *error);
/* Adds an encoded article record. */
enum csa_status csa_chunk_builder_add_record(struct csa_chunk_builder *builder, struct csa_view record,
                                             bool *full, struct csa_error *error);
/* Compresses what was added and starts anew; chunk->records is 0 when nothing was. */
enum csa_status csa_chunk_builder_take(struct csa_chunk_builder *builder, struct csa_chunk *chunk,
                                       struct csa_error *error);

/* The record of ARTICLE_CHUNKS for these fields, appended to *out (empty fields are left out). */
struct csa_stored_article;
void csa_article_record_encode(const struct csa_stored_article *fields, struct csa_buffer *out);

#endif
