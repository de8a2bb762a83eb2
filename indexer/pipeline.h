/* The way of the data from sources to a sink: feed -> intake -> passages -> sink, in several threads.
 *
 *   feed (one at a time)   batch 0   batch 1   batch 2   ...
 *   threads                each takes the next batch: reads, parses, cuts, gives the articles to the sink
 *   messages               printed in the order of batches, so that threads change nothing that can be seen
 */
#ifndef CSA_INDEXER_PIPELINE_H
#define CSA_INDEXER_PIPELINE_H

#include "common/base/error.h"
#include "common/base/progress.h"
#include "indexer/intake/intake.h"
#include "indexer/sink.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct csa_pipeline_options {
    char *const *paths;
    size_t path_count;
    const char *index; /* the folder that is written to: not a source */
    struct csa_intake_options intake;
    bool stemming;                 /* false: no article is stemmed */
    struct csa_progress *progress; /* null: none */
    bool progress_lines;           /* as lines, every few seconds, when it is not drawn */
    /* A line about something that was skipped; one call at a time, from any thread. */
    void (*message)(void *context, const char *text);
    void *context;
};

struct csa_pipeline_counts {
    uint64_t articles; /* given to the sink */
    uint64_t skipped;  /* messages: sources and records that were left out */
    uint64_t repaired; /* broken bytes that became U+FFFD */
    uint64_t repaired_articles;
    char first_repaired[256]; /* id of the first of these articles */
};

/* Reads all sources into the sink, and ends. CSA_ERROR_INTERRUPTED when asked to stop; after an error the
 * sink can only be closed. */
enum csa_status csa_pipeline_run(struct csa_sink *sink, const struct csa_pipeline_options *options,
                                 struct csa_pipeline_counts *counts, struct csa_error *error);

#endif
