/* Goes through the stored text of a segment chunk by chunk, for who copies it: each chunk as it lies in the
 * file and, when asked for, its records (docs/index-format.md, section 11). Single records are looked up with
 * csa_segment_read_article() and csa_segment_read_passage(). */
#ifndef CSA_INDEX_CHUNK_READER_H
#define CSA_INDEX_CHUNK_READER_H

#include "common/base/buffer.h"
#include "common/base/error.h"
#include "common/index/chunk.h"
#include "common/index/segment.h"

#include <stdbool.h>
#include <stdint.h>

struct csa_chunk_reader {
    uint32_t first;         /* the article or passage that is the current chunk's first record */
    struct csa_chunk chunk; /* the current one, in the mapped segment; no records before the first */
    /* private from here on */
    const struct csa_segment *segment;
    const struct csa_chunk_kind *kind;
    uint32_t next;         /* number of the chunk to come */
    struct csa_buffer raw; /* the current chunk, inflated; empty until a record is asked for */
};

/* chunks: CSA_SECTION_ARTICLE_CHUNKS or CSA_SECTION_PASSAGE_CHUNKS. The segment must outlive the reader. */
void csa_chunk_reader_init(struct csa_chunk_reader *reader, const struct csa_segment *segment,
                           enum csa_section chunks);
void csa_chunk_reader_release(struct csa_chunk_reader *reader);

/* Steps to the next chunk, whose records follow those of the one before and are in META's number; *more false
 * behind the last one. CSA_ERROR_DAMAGED. */
enum csa_status csa_chunk_reader_next(struct csa_chunk_reader *reader, bool *more, struct csa_error *error);

/* A record of the current chunk: first <= passage or article < first + chunk.records. What comes out points
 * into the reader, until its next step. CSA_ERROR_DAMAGED, CSA_ERROR_MEMORY. */
enum csa_status csa_chunk_reader_passage(struct csa_chunk_reader *reader, uint32_t passage,
                                         struct csa_stored_passage *stored, struct csa_error *error);
/* The encoded record, without its size. */
enum csa_status csa_chunk_reader_article(struct csa_chunk_reader *reader, uint32_t article,
                                         struct csa_view *record, struct csa_error *error);

#endif
