/* The measures of a ranking against a query's judgements, and how alike two rankings are. Numbers only;
 * called by evaluate.c. */
#ifndef CSA_SEARCHER_EVALUATION_MEASURES_H
#define CSA_SEARCHER_EVALUATION_MEASURES_H

#include "common/base/arena.h"
#include "common/base/error.h"
#include "searcher/evaluation/qrels.h"
#include "searcher/run.h"

#include <stddef.h>

/* An article is relevant when its grade is at least 1. All are from 0 to 1. */
enum csa_measure {
    CSA_MEASURE_NDCG, /* at 10; the gain is the grade, the discount log2(rank + 1) (Jarvelin, Kekalainen 2002)
                       */
    CSA_MEASURE_MAP,  /* average precision of the whole ranking */
    CSA_MEASURE_RECIPROCAL,    /* 1 / rank of the first relevant article of the whole ranking */
    CSA_MEASURE_RECIPROCAL_10, /* the same, 0 when it is not among the first 10 */
    CSA_MEASURE_PRECISION,     /* at 10: relevant articles among the first 10, by 10 */
    CSA_MEASURE_RECALL_100,    /* relevant articles among the first 100, by all relevant ones */
    CSA_MEASURE_RECALL_1000,
    CSA_MEASURE_COUNT,
};

enum { CSA_MEASURE_TOP = 10 }; /* how deep nDCG, precision and the comparison of two lists look */

/* The heading of a measure's column, and its name in JSON, which is trec_eval's where that has one. */
const char *csa_measure_heading(enum csa_measure measure);
const char *csa_measure_name(enum csa_measure measure);

/* Fills all measures. The ranking is in the order of csa_ranking_sort(); at least one article is relevant,
 * else all are 0. */
enum csa_status csa_measures_take(const struct csa_ranking *ranking, const struct csa_table_query *judged,
                                  struct csa_arena *arena, double measures[CSA_MEASURE_COUNT],
                                  struct csa_error *error);

/* What an article of this grade adds to nDCG's sum at this rank (from 1); rank 0, grades below 1 and ranks
 * below the top: 0. */
double csa_measure_gain(double grade, size_t rank);

/* The persistence of csa_rank_overlap(): how likely a reader goes on from one rank to the next. */
#define CSA_OVERLAP_PERSISTENCE 0.9

/* Rank-biased overlap, extrapolated: 1 for the same list, 0 for lists with nothing in common; the first ten
 * ranks make up 86 per cent of it. Lists of different lengths are fine; two empty ones are the same. Webber,
 * Moffat, Zobel: A similarity measure for indefinite rankings, TOIS 28(4), 2010, equation 32. No id stands in
 * a list twice. */
enum csa_status csa_rank_overlap(const struct csa_ranking *a, const struct csa_ranking *b,
                                 struct csa_arena *arena, double *overlap, struct csa_error *error);

/* The rank of an article, from 1, or 0 when it is not in the ranking: looked up in a table made once. */
struct csa_ranks {
    const struct csa_ranked **by_id; /* in the arena */
    const struct csa_ranking *ranking;
};
enum csa_status csa_ranks_make(struct csa_ranks *ranks, const struct csa_ranking *ranking,
                               struct csa_arena *arena, struct csa_error *error);
size_t csa_ranks_find(const struct csa_ranks *ranks, struct csa_view id);

#endif
