/* A run: each topic's articles by rank, ids and scores only, no text read. What --trec prints and what
 * evaluation/ measures, so that both see the same list. Called by main.c and evaluation/. */
#ifndef CSA_SEARCHER_RUN_H
#define CSA_SEARCHER_RUN_H

#include "common/base/arena.h"
#include "common/base/buffer.h"
#include "common/base/error.h"
#include "common/base/view.h"
#include "searcher/engine.h"
#include "searcher/options.h"

#include <stddef.h>
#include <stdint.h>

/* An article at its rank. */
struct csa_ranked {
    struct csa_view id; /* as a TREC run has it: csa_run_name() */
    double score;
    uint32_t passage; /* its best one, the engine's number; of a run from a file CSA_NO_PASSAGE */
};

#define CSA_NO_PASSAGE UINT32_MAX

struct csa_ranking {
    struct csa_ranked *items; /* the best first */
    size_t count;
};

/* The query as every kind of output searches for it: parsed, its stop words left out, made from an article
 * (--like) or expanded by a first search (--expand). */
enum csa_status csa_run_query(struct csa_engine *engine, const struct csa_search_options *options,
                              struct csa_view text, struct csa_arena *arena, struct csa_query *query,
                              struct csa_error *error);

/* The request behind a run: articles, no deadline, since what is measured must not depend on the machine. */
struct csa_search_request csa_run_request(const struct csa_search_options *options,
                                          const struct csa_query *query);

/* Searches. The ranking has the articles of the pages up to the one asked for and lives in the arena. */
enum csa_status csa_run_rank(struct csa_engine *engine, const struct csa_search_request *request,
                             struct csa_arena *arena, struct csa_ranking *ranking, struct csa_error *error);

/* An id as a column of a TREC file: white space as %20 and the like, never empty. The id itself where it
 * needs no change, else a copy in the arena; .data is null when there is no memory. */
struct csa_view csa_run_name(struct csa_view id, struct csa_arena *arena);

/* Appends the lines of one topic, from rank `from` (1: the first) on. */
void csa_run_write(struct csa_buffer *out, struct csa_view topic, const struct csa_ranking *ranking,
                   size_t from);

#endif
