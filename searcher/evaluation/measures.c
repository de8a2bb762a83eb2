/* The measures, and rank-biased overlap. */
#include "searcher/evaluation/measures.h"

#include <math.h>
#include <stdlib.h>

static const struct {
    const char *heading, *name;
} MEASURES[CSA_MEASURE_COUNT] = {
    [CSA_MEASURE_NDCG] = {"nDCG@10", "ndcg_cut_10"},
    [CSA_MEASURE_MAP] = {"MAP", "map"},
    [CSA_MEASURE_RECIPROCAL] = {"MRR", "recip_rank"},
    [CSA_MEASURE_RECIPROCAL_10] = {"MRR@10", "recip_rank_10"},
    [CSA_MEASURE_PRECISION] = {"P@10", "P_10"},
    [CSA_MEASURE_RECALL_100] = {"R@100", "recall_100"},
    [CSA_MEASURE_RECALL_1000] = {"R@1000", "recall_1000"},
};

const char *csa_measure_heading(enum csa_measure measure)
{
    return MEASURES[measure].heading;
}

const char *csa_measure_name(enum csa_measure measure)
{
    return MEASURES[measure].name;
}

double csa_measure_gain(double grade, size_t rank)
{
    return grade >= 1 && rank >= 1 && rank <= CSA_MEASURE_TOP ? grade / log2((double)rank + 1) : 0;
}

static int compare_descending(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a < b) - (a > b);
}

/* The sum that nDCG divides by: the best articles first. */
static double ideal_gain(const struct csa_table_query *judged, double *grades)
{
    for (size_t i = 0; i < judged->count; i++) {
        grades[i] = judged->rows[i].value;
    }
    qsort(grades, judged->count, sizeof *grades, compare_descending);
    double sum = 0;
    for (size_t i = 0; i < judged->count && i < CSA_MEASURE_TOP; i++) {
        sum += csa_measure_gain(grades[i], i + 1);
    }
    return sum;
}

enum csa_status csa_measures_take(const struct csa_ranking *ranking, const struct csa_table_query *judged,
                                  struct csa_arena *arena, double measures[CSA_MEASURE_COUNT],
                                  struct csa_error *error)
{
    memset(measures, 0, CSA_MEASURE_COUNT * sizeof *measures);
    size_t relevant = csa_qrels_relevant(judged);
    if (relevant == 0) {
        return CSA_OK;
    }
    double *grades = csa_arena_alloc(arena, judged->count, sizeof *grades);
    if (grades == NULL) {
        return csa_error_set_memory(error, "measures");
    }
    double gain = 0, precisions = 0;
    size_t found = 0, found_10 = 0, found_100 = 0, found_1000 = 0, first = 0;
    for (size_t i = 0; i < ranking->count; i++) {
        double grade;
        if (!csa_qrels_grade(judged, ranking->items[i].id, &grade) || grade < 1) {
            continue;
        }
        size_t rank = i + 1;
        found++;
        first = first == 0 ? rank : first;
        found_10 += rank <= 10;
        found_100 += rank <= 100;
        found_1000 += rank <= 1000;
        precisions += (double)found / (double)rank;
        gain += csa_measure_gain(grade, rank);
    }
    double all = (double)relevant;
    measures[CSA_MEASURE_NDCG] = gain / ideal_gain(judged, grades);
    measures[CSA_MEASURE_MAP] = precisions / all;
    measures[CSA_MEASURE_RECIPROCAL] = first == 0 ? 0 : 1 / (double)first;
    measures[CSA_MEASURE_RECIPROCAL_10] = first > 10 ? 0 : measures[CSA_MEASURE_RECIPROCAL];
    measures[CSA_MEASURE_PRECISION] = (double)found_10 / 10;
    measures[CSA_MEASURE_RECALL_100] = (double)found_100 / all;
    measures[CSA_MEASURE_RECALL_1000] = (double)found_1000 / all;
    return CSA_OK;
}

/* ---- ranks by id ---- */

static int compare_by_id(const void *left, const void *right)
{
    const struct csa_ranked *const *a = left;
    const struct csa_ranked *const *b = right;
    return csa_view_compare((*a)->id, (*b)->id);
}

enum csa_status csa_ranks_make(struct csa_ranks *ranks, const struct csa_ranking *ranking,
                               struct csa_arena *arena, struct csa_error *error)
{
    *ranks = (struct csa_ranks){.ranking = ranking};
    ranks->by_id = csa_arena_alloc(arena, ranking->count + 1, sizeof *ranks->by_id);
    if (ranks->by_id == NULL) {
        return csa_error_set_memory(error, "ranks");
    }
    for (size_t i = 0; i < ranking->count; i++) {
        ranks->by_id[i] = &ranking->items[i];
    }
    qsort(ranks->by_id, ranking->count, sizeof *ranks->by_id, compare_by_id);
    return CSA_OK;
}

size_t csa_ranks_find(const struct csa_ranks *ranks, struct csa_view id)
{
    size_t from = 0, to = ranks->ranking->count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        int order = csa_view_compare(ranks->by_id[middle]->id, id);
        if (order == 0) {
            return (size_t)(ranks->by_id[middle] - ranks->ranking->items) + 1;
        }
        if (order < 0) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return 0;
}

/* ---- rank-biased overlap ---- */

/* Equation 32 from how many ids the lists' first d have in common for each d (shared[d]), the shorter list's
 * length and the longer's. */
static double extrapolate(const size_t *shared, size_t shorter, size_t longer)
{
    const double p = CSA_OVERLAP_PERSISTENCE;
    double sum = 0, weight = 1;
    double at_shorter = (double)shared[shorter];
    for (size_t d = 1; d <= longer; d++) {
        weight *= p;
        sum += (double)shared[d] / (double)d * weight;
        if (d > shorter) {
            sum += at_shorter * (double)(d - shorter) / ((double)shorter * (double)d) * weight;
        }
    }
    double tail = ((double)shared[longer] - at_shorter) / (double)longer + at_shorter / (double)shorter;
    return (1 - p) / p * sum + tail * weight;
}

enum csa_status csa_rank_overlap(const struct csa_ranking *a, const struct csa_ranking *b,
                                 struct csa_arena *arena, double *overlap, struct csa_error *error)
{
    size_t shorter = a->count < b->count ? a->count : b->count;
    size_t longer = a->count < b->count ? b->count : a->count;
    *overlap = longer == 0 ? 1 : 0;
    if (shorter == 0) {
        return CSA_OK;
    }
    struct csa_ranks ranks;
    size_t *shared = csa_arena_zalloc(arena, longer + 1, sizeof *shared);
    if (shared == NULL) {
        return csa_error_set_memory(error, "overlap");
    }
    enum csa_status status = csa_ranks_make(&ranks, b, arena, error);
    if (status != CSA_OK) {
        return status;
    }
    for (size_t i = 0; i < a->count; i++) {
        size_t rank = csa_ranks_find(&ranks, a->items[i].id);
        if (rank != 0) {
            shared[rank > i + 1 ? rank : i + 1]++; /* the depth from which both lists have it */
        }
    }
    for (size_t d = 1; d <= longer; d++) {
        shared[d] += shared[d - 1];
    }
    *overlap = extrapolate(shared, shorter, longer);
    return CSA_OK;
}
