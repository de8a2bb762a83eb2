/* One thread's part of a new segment: its inverter, its runs, and the stage of the batch that it has open.
 *
 *   batch -> inverter -> runs (in memory, or spilled when the thread's share of the memory is used up)
 *         -> stage: records and chunks, which the sink hands to the segment writer in the order of batches
 */
#ifndef CSA_INDEXER_NATIVE_WORKER_H
#define CSA_INDEXER_NATIVE_WORKER_H

#include "common/base/buffer.h"
#include "common/base/error.h"
#include "common/base/file.h"
#include "common/index/chunk.h"
#include "indexer/native/inverter.h"
#include "indexer/native/run.h"
#include "indexer/native/stage.h"
#include "indexer/sink.h"

#include <stddef.h>
#include <stdint.h>

struct csa_worker {
    const char *folder; /* where temporary files go; the caller's */
    uint64_t share;     /* bytes of memory */
    struct csa_inverter *inverter;
    struct csa_chunk_builder *chunks; /* null without stored text */
    struct csa_stage *stage;          /* of the batch that is open; owned */
    struct csa_run *runs;             /* the last one is being filled; owned */
    size_t run_count, run_capacity;
    struct csa_run_range range; /* of the open batch in the run being filled */
    struct csa_output spill;    /* temporary file; opened with the first spill */
    bool spilled;
    struct csa_buffer stored;
    uint32_t *lengths;
    size_t lengths_capacity;
    uint64_t languages; /* bit L: an article is stemmed as language L */
};

/* Call release also after an error. */
enum csa_status csa_worker_init(struct csa_worker *worker, const char *folder, uint64_t share,
                                bool store_text, struct csa_error *error);
void csa_worker_release(struct csa_worker *worker);
/* Frees the runs and the inverter's memory alone: they have been merged. */
void csa_worker_release_runs(struct csa_worker *worker);

/* Opens a batch; takes the stage over, which is empty. */
void csa_worker_begin(struct csa_worker *worker, struct csa_stage *stage, uint64_t batch);
enum csa_status csa_worker_add(struct csa_worker *worker, const struct csa_prepared_article *prepared,
                               struct csa_error *error);
/* Ends the batch; gives the stage back. */
enum csa_status csa_worker_end(struct csa_worker *worker, struct csa_stage **stage, struct csa_error *error);

/* All batches are in: sorts what is left in memory, and gives all runs their final numbers. */
enum csa_status csa_worker_finish(struct csa_worker *worker, const struct csa_batch_base *bases,
                                  size_t base_count, struct csa_error *error);

#endif
