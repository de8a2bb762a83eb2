/* Merges runs into the postings of one segment: terms in order, each with its documents in order. */
#ifndef CSA_INDEXER_NATIVE_RUN_MERGE_H
#define CSA_INDEXER_NATIVE_RUN_MERGE_H

#include "common/base/error.h"
#include "common/base/view.h"
#include "indexer/native/run.h"

#include <stddef.h>
#include <stdint.h>

/* Where merged postings go. For titles positions is null. */
struct csa_posting_receiver {
    void *context;
    void (*begin)(void *context, enum csa_run_table table, struct csa_view text);
    void (*add)(void *context, uint32_t document, uint32_t frequency, const uint32_t *positions);
    enum csa_status (*end)(void *context, struct csa_error *error);
};

/* Gives the words of all runs, then the words of titles. The runs are resolved, and no document is in two of
 * them. memory: bytes to read files with, shared out among the runs. CSA_ERROR_INTERRUPTED when asked to
 * stop. */
enum csa_status csa_runs_merge(const struct csa_run *runs, size_t count, size_t memory,
                               const struct csa_posting_receiver *receiver, struct csa_error *error);

#endif
