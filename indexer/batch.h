/* What one thread does with one batch: reads its sources, cuts the articles into passages, gives them to the
 * sink. */
#ifndef CSA_INDEXER_BATCH_H
#define CSA_INDEXER_BATCH_H

#include "common/base/error.h"
#include "indexer/feed.h"
#include "indexer/sink.h"

#include <stdbool.h>
#include <stdint.h>

/* Bytes of title, url, description and other fields together; an article with more is skipped. */
enum { CSA_STORED_FIELDS_MAXIMUM = 64 << 20 };

struct csa_batch_options {
    struct csa_sink *sink;
    unsigned worker;
    const struct csa_intake_options *intake;
    bool stemming;
};

struct csa_batch_counts {
    uint64_t articles; /* given to the sink */
    uint64_t repaired;
    uint64_t repaired_articles;
    char first_repaired[256]; /* id of the first of these articles */
};

/* From the sink's begin() to its end(). What is skipped is added to batch->messages. CSA_ERROR_INTERRUPTED
 * when asked to stop. */
enum csa_status csa_batch_process(const struct csa_batch_options *options, struct csa_feed_batch *batch,
                                  struct csa_batch_counts *counts, struct csa_error *error);

#endif
