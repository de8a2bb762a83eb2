/* The loop over the topics, and the means and tests over its results. */
#include "searcher/evaluation/evaluate.h"

#include "searcher/evaluation/runs.h"
#include "searcher/run.h"
#include "searcher/topics.h"

#include <math.h>
#include <stdlib.h>

enum { SEED = 2007 };

/* Two values of a measure that differ by less are equal. */
static const double SAME = 1e-9;

struct work {
    struct csa_engine *engine;
    const struct csa_search_options *options;
    struct csa_topics topics;
    struct csa_qrels qrels;
    struct csa_run_file compared;
    bool *seen;                /* a judged query is among the topics */
    struct csa_arena scratch;  /* of the query at hand */
    struct csa_arena *results; /* the caller's */
    struct csa_evaluation *evaluation;
    struct csa_error *error;
};

/* ---- one query ---- */

/* The other run of this query: its measures, and what changed. request is null for a query that was not run.
 */
static enum csa_status compare_query(struct work *work, struct csa_evaluated *query,
                                     const struct csa_table_query *judged, const struct csa_ranking *now,
                                     const struct csa_search_request *request)
{
    struct csa_ranking before;
    enum csa_status status =
        csa_run_file_rank(&work->compared, query->id, &work->scratch, &before, work->error);
    work->evaluation->missing_compared += csa_table_find(&work->compared.table, query->id) == NULL;
    if (status == CSA_OK && judged != NULL) {
        status = csa_measures_take(&before, judged, &work->scratch, query->before, work->error);
    }
    if (status == CSA_OK) {
        status = csa_rank_overlap(&before, now, &work->scratch, &query->overlap, work->error);
    }
    struct csa_change change;
    if (status == CSA_OK) {
        status = csa_change_find(&before, now, judged, &work->scratch, &change, work->error);
    }
    bool changed = judged == NULL
                       ? status == CSA_OK && change.different != 0
                       : fabs(query->now[CSA_MEASURE_NDCG] - query->before[CSA_MEASURE_NDCG]) > SAME;
    if (status != CSA_OK || !changed) {
        return status;
    }
    if (judged != NULL && request != NULL) {
        status = csa_change_explain(&change, work->engine, request, now, &work->scratch, work->error);
    }
    if (status == CSA_OK) {
        status = csa_change_copy(&change, work->results, work->error);
    }
    query->change = csa_arena_alloc(work->results, 1, sizeof change);
    if (status == CSA_OK && query->change == NULL) {
        status = csa_error_set_memory(work->error, "comparison");
    }
    if (status == CSA_OK) {
        *query->change = change;
    }
    return status;
}

static enum csa_status measure_query(struct work *work, struct csa_evaluated *query,
                                     const struct csa_table_query *judged, const struct csa_ranking *now,
                                     const struct csa_search_request *request)
{
    query->relevant = csa_qrels_relevant(judged);
    query->found = now->count;
    enum csa_status status = CSA_OK;
    if (judged != NULL) {
        status = csa_measures_take(now, judged, &work->scratch, query->now, work->error);
    }
    if (status == CSA_OK && work->options->compare != NULL) {
        status = compare_query(work, query, judged, now, request);
    }
    return status;
}

static enum csa_status run_topic(struct work *work, const struct csa_topic *topic,
                                 const struct csa_table_query *judged)
{
    struct csa_evaluated *record = &work->evaluation->queries[work->evaluation->query_count++];
    *record = (struct csa_evaluated){.id = topic->id, .query = topic->query};
    struct csa_query query;
    struct csa_search_request request;
    struct csa_ranking ranking;
    enum csa_status status =
        csa_run_query(work->engine, work->options, topic->query, &work->scratch, &query, work->error);
    if (status == CSA_OK) {
        request = csa_run_request(work->options, &query);
        status = csa_run_rank(work->engine, &request, &work->scratch, &ranking, work->error);
    }
    if (status == CSA_OK) {
        csa_ranking_sort(&ranking);
        status = measure_query(work, record, judged, &ranking, &request);
    }
    csa_arena_clear(&work->scratch);
    return status;
}

/* ---- all queries ---- */

static enum csa_status run_topics(struct work *work)
{
    enum csa_status status = CSA_OK;
    for (size_t i = 0; i < work->topics.count && status == CSA_OK; i++) {
        const struct csa_topic *topic = &work->topics.items[i];
        const struct csa_table_query *judged = NULL;
        if (work->evaluation->judged) {
            judged = csa_qrels_find(&work->qrels, topic->id);
            if (judged == NULL) {
                work->evaluation->unjudged_topics++;
                continue;
            }
            work->seen[judged - work->qrels.table.queries] = true;
            if (csa_qrels_relevant(judged) == 0) {
                continue; /* counted with all such queries */
            }
        }
        status = run_topic(work, topic, judged);
    }
    return status;
}

static int compare_lines(const void *left, const void *right)
{
    const struct csa_table_query *const *a = left;
    const struct csa_table_query *const *b = right;
    return ((*a)->line > (*b)->line) - ((*a)->line < (*b)->line);
}

/* Judged queries that are not among the topics count 0, as with trec_eval -c: a run that left out the hard
 * ones would look better. */
static enum csa_status add_missing(struct work *work)
{
    const struct csa_table *table = &work->qrels.table;
    const struct csa_table_query **missing =
        csa_arena_alloc(work->results, table->query_count + 1, sizeof *missing);
    if (missing == NULL) {
        return csa_error_set_memory(work->error, "judgements");
    }
    size_t count = 0;
    for (size_t i = 0; i < table->query_count; i++) {
        bool relevant = csa_qrels_relevant(&table->queries[i]) != 0;
        work->evaluation->irrelevant += !relevant;
        if (relevant && !work->seen[i]) {
            missing[count++] = &table->queries[i];
        }
    }
    qsort(missing, count, sizeof *missing, compare_lines);
    work->evaluation->missing_topics = count;
    enum csa_status status = CSA_OK;
    for (size_t i = 0; i < count && status == CSA_OK; i++) {
        struct csa_evaluated *record = &work->evaluation->queries[work->evaluation->query_count++];
        *record = (struct csa_evaluated){.id = csa_arena_copy(work->results, missing[i]->id)};
        const struct csa_ranking nothing = {0};
        status = record->id.data == NULL ? csa_error_set_memory(work->error, "judgements")
                                         : measure_query(work, record, missing[i], &nothing, NULL);
        csa_arena_clear(&work->scratch);
    }
    return status;
}

/* ---- means, tests, the queries that changed ---- */

static enum csa_status sum_up(struct work *work)
{
    struct csa_evaluation *evaluation = work->evaluation;
    size_t count = evaluation->query_count;
    double *differences = csa_arena_alloc(work->results, count + 1, sizeof *differences);
    if (differences == NULL) {
        return csa_error_set_memory(work->error, "comparison");
    }
    enum csa_status status = CSA_OK;
    for (int m = 0; m < CSA_MEASURE_COUNT && status == CSA_OK; m++) {
        struct csa_measure_comparison *comparison = &evaluation->measures[m];
        for (size_t i = 0; i < count; i++) {
            const struct csa_evaluated *query = &evaluation->queries[i];
            double difference = query->now[m] - query->before[m];
            differences[i] = fabs(difference) > SAME ? difference : 0;
            comparison->better += differences[i] > 0;
            comparison->worse += differences[i] < 0;
            evaluation->now[m] += query->now[m];
            evaluation->before[m] += query->before[m];
        }
        evaluation->now[m] /= (double)count;
        evaluation->before[m] /= (double)count;
        if (evaluation->compared != NULL) {
            status = csa_randomisation_test(differences, count, CSA_RANDOMISATION_PATTERNS, SEED,
                                            &comparison->test, work->error);
        }
    }
    return status;
}

static double change_of(const struct csa_evaluated *query)
{
    return fabs(query->now[CSA_MEASURE_NDCG] - query->before[CSA_MEASURE_NDCG]);
}

static int compare_changed(const void *left, const void *right)
{
    const struct csa_evaluated *a = *(struct csa_evaluated *const *)left;
    const struct csa_evaluated *b = *(struct csa_evaluated *const *)right;
    double first = change_of(a), second = change_of(b);
    if (first != second) { /* never without judgements */
        return first > second ? -1 : 1;
    }
    if (a->overlap != b->overlap) {
        return a->overlap < b->overlap ? -1 : 1;
    }
    return a < b ? -1 : a > b; /* both in one array */
}

static enum csa_status gather_changed(struct work *work)
{
    struct csa_evaluation *evaluation = work->evaluation;
    evaluation->changed =
        csa_arena_alloc(work->results, evaluation->query_count + 1, sizeof *evaluation->changed);
    if (evaluation->changed == NULL) {
        return csa_error_set_memory(work->error, "comparison");
    }
    for (size_t i = 0; i < evaluation->query_count; i++) {
        struct csa_evaluated *query = &evaluation->queries[i];
        bool elsewhere = false;
        for (int m = 0; m < CSA_MEASURE_COUNT; m++) {
            elsewhere = elsewhere || fabs(query->now[m] - query->before[m]) > SAME;
        }
        if (query->change != NULL) {
            evaluation->changed[evaluation->changed_count++] = query;
        } else {
            evaluation->elsewhere += elsewhere;
        }
        evaluation->overlap += query->overlap / (double)evaluation->query_count;
    }
    qsort(evaluation->changed, evaluation->changed_count, sizeof *evaluation->changed, compare_changed);
    return CSA_OK;
}

/* ---- the files ---- */

static int compare_ids(const void *left, const void *right)
{
    const struct csa_view *const *a = left;
    const struct csa_view *const *b = right;
    return csa_view_compare(**a, **b);
}

/* Writes the topics' ids as a run has them; one that stands twice would be counted twice. */
static enum csa_status name_topics(struct work *work)
{
    struct csa_topics *topics = &work->topics;
    const struct csa_view **ids = csa_arena_alloc(work->results, topics->count + 1, sizeof *ids);
    if (ids == NULL) {
        return csa_error_set_memory(work->error, "topics");
    }
    for (size_t i = 0; i < topics->count; i++) {
        topics->items[i].id = csa_run_name(topics->items[i].id, work->results);
        if (topics->items[i].id.data == NULL) {
            return csa_error_set_memory(work->error, "topics");
        }
        ids[i] = &topics->items[i].id;
    }
    qsort(ids, topics->count, sizeof *ids, compare_ids);
    for (size_t i = 1; i < topics->count; i++) {
        if (csa_view_equal(*ids[i], *ids[i - 1])) {
            return csa_error_set(work->error, CSA_ERROR_DAMAGED, "%s: topic %.*s stands there twice",
                                 work->options->topics, (int)(ids[i]->size < 200 ? ids[i]->size : 200),
                                 ids[i]->data);
        }
    }
    return CSA_OK;
}

static enum csa_status read_files(struct work *work)
{
    const struct csa_search_options *options = work->options;
    enum csa_status status = csa_topics_read(options->topics, work->results, &work->topics, work->error);
    if (status == CSA_OK) {
        status = name_topics(work);
    }
    if (status == CSA_OK && options->qrels != NULL) {
        status = csa_qrels_read(&work->qrels, options->qrels, work->error);
    }
    if (status == CSA_OK && options->compare != NULL) {
        status = csa_run_file_read(&work->compared, options->compare, work->error);
    }
    if (status != CSA_OK) {
        return status;
    }
    size_t queries = work->qrels.table.query_count;
    size_t room = work->topics.count + queries + 1;
    work->seen = csa_arena_zalloc(work->results, queries + 1, sizeof *work->seen);
    work->evaluation->queries = csa_arena_zalloc(work->results, room, sizeof *work->evaluation->queries);
    return work->seen == NULL || work->evaluation->queries == NULL
               ? csa_error_set_memory(work->error, "topics")
               : CSA_OK;
}

static enum csa_status make(struct work *work)
{
    struct csa_evaluation *evaluation = work->evaluation;
    enum csa_status status = read_files(work);
    if (status == CSA_OK) {
        status = run_topics(work);
    }
    if (status == CSA_OK && evaluation->query_count == 0) {
        return evaluation->judged
                   ? csa_error_set(
                         work->error, CSA_ERROR_MISUSE,
                         "%s: no relevant article for any of the topics in %s; are the ids the same?",
                         work->options->qrels, work->options->topics)
                   : csa_error_set(work->error, CSA_ERROR_MISUSE, "%s: no topics in it",
                                   work->options->topics);
    }
    if (status == CSA_OK && evaluation->judged) {
        status = add_missing(work);
    }
    if (status == CSA_OK && evaluation->judged) {
        status = sum_up(work);
    }
    if (status == CSA_OK && evaluation->compared != NULL) {
        status = gather_changed(work);
    }
    return status;
}

enum csa_status csa_evaluation_make(struct csa_engine *engine, const struct csa_search_options *options,
                                    struct csa_arena *arena, struct csa_evaluation *evaluation,
                                    struct csa_error *error)
{
    *evaluation = (struct csa_evaluation){
        .judged = options->qrels != NULL, .compared = options->compare, .depth = options->hits};
    struct work work = {
        .engine = engine, .options = options, .results = arena, .evaluation = evaluation, .error = error};
    csa_arena_init(&work.scratch, 0);
    enum csa_status status = make(&work);
    csa_arena_release(&work.scratch);
    csa_qrels_release(&work.qrels);
    csa_run_file_release(&work.compared);
    return status;
}
