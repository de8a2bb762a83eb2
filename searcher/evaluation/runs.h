/* A TREC run read from a file, made by --trec or by any other program. Called by evaluate.c. */
#ifndef CSA_SEARCHER_EVALUATION_RUNS_H
#define CSA_SEARCHER_EVALUATION_RUNS_H

#include "searcher/evaluation/table.h"
#include "searcher/run.h"

struct csa_run_file {
    struct csa_table table; /* value is the score */
};

/* Reads `query Q0 article rank score tag` lines. As trec_eval does, this goes by the scores alone: the rank
 * written there, the second column and the tag are not looked at. CSA_ERROR_DAMAGED names file and line, also
 * for an article that stands twice for a query. An empty file is a run that found nothing. Release also after
 * an error. */
enum csa_status csa_run_file_read(struct csa_run_file *run, const char *path, struct csa_error *error);
void csa_run_file_release(struct csa_run_file *run);

/* The articles found for a query, in the order of csa_ranking_sort(), in the arena; none when the file has
 * none. */
enum csa_status csa_run_file_rank(const struct csa_run_file *run, struct csa_view query,
                                  struct csa_arena *arena, struct csa_ranking *ranking,
                                  struct csa_error *error);

/* Puts a ranking into the order in which trec_eval reads a run: by score descending, equal scores by id
 * descending (bytes). */
void csa_ranking_sort(struct csa_ranking *ranking);

#endif
