/* What a batch gives to the segment writer, kept until the batches before it have been written: records of
 * articles and compressed chunks of passages. */
#ifndef CSA_INDEXER_NATIVE_STAGE_H
#define CSA_INDEXER_NATIVE_STAGE_H

#include "common/base/arena.h"
#include "common/base/buffer.h"
#include "common/base/error.h"
#include "common/index/chunk.h"
#include "common/index/segment_writer.h"

#include <stddef.h>
#include <stdint.h>

struct csa_staged_article {
    struct csa_article_record record;
    uint64_t id_hash;
    struct csa_staged_article *next;
};

struct csa_staged_chunk {
    struct csa_chunk chunk;
    struct csa_staged_chunk *next;
};

struct csa_stage {
    struct csa_arena arena; /* holds everything below */
    struct csa_staged_article *articles, **last_article;
    struct csa_staged_chunk *chunks, **last_chunk;
    uint64_t batch;
    uint32_t article_count;
    uint32_t passage_count;
    struct csa_stage *next; /* the caller's: in a list */
};

/* csa_stage_free(). Null when out of memory. */
struct csa_stage *csa_stage_new(void);
void csa_stage_free(struct csa_stage *stage); /* null is fine */
/* Empties it for another batch. */
void csa_stage_clear(struct csa_stage *stage, uint64_t batch);

/* Copies the record with all its strings and lengths. */
enum csa_status csa_stage_add_article(struct csa_stage *stage, const struct csa_article_record *record,
                                      struct csa_error *error);
enum csa_status csa_stage_add_chunk(struct csa_stage *stage, const struct csa_chunk *chunk,
                                    struct csa_error *error);

#endif
