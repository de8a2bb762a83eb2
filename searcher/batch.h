/* The batch mode of csa-search: COMMAND<TAB>QUERY lines in, one line out for each, for benchmarks and
 * scripts.
 *
 *   COUNT         N = passages that match
 *   TOP_k         N = hits returned, k from 1 to 10,000
 *   TOP_k_COUNT   N = passages that match, the best k found as well
 *
 * Answers are N<TAB>NANOSECONDS[<TAB>id:score id:score ...] or UNSUPPORTED. Plain BM25 over passages (k1 1.2,
 * b 0.75), no result cache. The time is from the line read to passages and scores known, parsing included. */
#ifndef CSA_SEARCHER_BATCH_H
#define CSA_SEARCHER_BATCH_H

#include "common/base/error.h"
#include "searcher/engine.h"

#include <stdbool.h>

/* Reads lines from standard input to its end and writes answers to standard output. Each line is answered at
 * once: answers are held back only while further lines have already been read. */
enum csa_status csa_batch_run(struct csa_engine *engine, bool with_hits, struct csa_error *error);
/* The same with other descriptors. */
enum csa_status csa_batch_serve(struct csa_engine *engine, int in, int out, bool with_hits,
                                struct csa_error *error);

#endif
