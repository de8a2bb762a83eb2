/* Writes postings lists, one after the other (docs/index-format.md, sections 6 and 7).
 *
 * begin, add for each document in ascending order, end. A list's blocks are kept in memory until its end,
 * since its arrays stand before them: a byte or two a posting. */
#ifndef CSA_INDEX_POSTINGS_WRITER_H
#define CSA_INDEX_POSTINGS_WRITER_H

#include "common/base/buffer.h"
#include "common/base/error.h"
#include "common/base/file.h"
#include "common/index/dictionary.h"
#include "common/index/postings.h"

#include <stdint.h>

struct csa_postings_writer;

/* Both outputs are append-only and the caller's; offsets in entries count from where they stand now.
 * positions may be null when no list will have positions. */
enum csa_status csa_postings_writer_new(struct csa_postings_writer **writer, struct csa_output *postings,
                                        struct csa_output *positions, struct csa_error *error);
void csa_postings_writer_free(struct csa_postings_writer *writer);

/* The lengths of all documents and the average that bounds are made with, for lists of passages. lengths must
 * stay valid; null means that every bound is 255 (title kinds). */
void csa_postings_writer_set_lengths(struct csa_postings_writer *writer, const uint32_t *lengths,
                                     struct csa_saturation saturation);

void csa_postings_writer_begin(struct csa_postings_writer *writer, enum csa_term_kind kind);
/* positions: `frequency` ascending values; null for kinds without. Documents must ascend. */
void csa_postings_writer_add(struct csa_postings_writer *writer, uint32_t document, uint32_t frequency,
                             const uint32_t *positions);
/* Writes the list and says where it is. Errors of all calls since begin come out here. A list without
 * documents is CSA_ERROR_MISUSE. */
enum csa_status csa_postings_writer_end(struct csa_postings_writer *writer, struct csa_term_entry *entry,
                                        struct csa_error *error);

#endif
