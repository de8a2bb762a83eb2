/* The table of a section of chunks while it is written (docs/index-format.md, section 11): where each chunk
 * begins, which record is its first. Used by segment_writer.c. */
#ifndef CSA_INDEX_CHUNK_TABLE_H
#define CSA_INDEX_CHUNK_TABLE_H

#include "common/base/buffer.h"
#include "common/base/error.h"
#include "common/base/file.h"
#include "common/index/chunk.h"
#include "common/index/section_writer.h"

#include <stdint.h>

struct csa_chunk_table {
    struct csa_buffer entries;
    uint64_t offset; /* where the next chunk begins, from the section's start */
    uint64_t records;
};

void csa_chunk_table_init(struct csa_chunk_table *table);
void csa_chunk_table_release(struct csa_chunk_table *table);
/* Appends the chunk to output and its place to the table. A chunk without records is nothing. */
enum csa_status csa_chunk_table_add(struct csa_chunk_table *table, const struct csa_chunk *chunk,
                                    struct csa_output *output, struct csa_error *error);
/* Closes the table and writes it as a section; nothing when there were no chunks. */
enum csa_status csa_chunk_table_write(struct csa_chunk_table *table, struct csa_section_writer *file,
                                      enum csa_section section, struct csa_error *error);

#endif
