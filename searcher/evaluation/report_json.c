/* The evaluation as JSON. Names of measures are trec_eval's. */
#include "searcher/evaluation/report.h"
#include "searcher/output/escape.h"

static void put(struct csa_buffer *out, const char *text)
{
    csa_buffer_append_view(out, csa_view_of(text));
}

static void put_measures(struct csa_buffer *out, const double measures[CSA_MEASURE_COUNT])
{
    put(out, "{");
    for (int m = 0; m < CSA_MEASURE_COUNT; m++) {
        csa_buffer_append_format(out, "%s\"%s\": %.10g", m == 0 ? "" : ", ",
                                 csa_measure_name((enum csa_measure)m), measures[m]);
    }
    put(out, "}");
}

static void put_count(struct csa_buffer *out, const char *name, size_t count)
{
    csa_buffer_append_format(out, ", \"%s\": %zu", name, count);
}

/* A rank from 1, or null for an article that is not in the list. */
static void put_rank(struct csa_buffer *out, const char *name, size_t rank)
{
    csa_buffer_append_format(out, rank == 0 ? ", \"%s\": null" : ", \"%s\": %zu", name, rank);
}

static void put_moved(struct csa_buffer *out, const char *name, const struct csa_moved *moved, size_t count,
                      bool judged)
{
    csa_buffer_append_format(out, ", \"%s\": [", name);
    for (size_t i = 0; i < count; i++) {
        put(out, i == 0 ? "{\"article\": " : ", {\"article\": ");
        csa_json_string(out, moved[i].article);
        if (judged) {
            csa_buffer_append_format(out, ", \"grade\": %.0f", moved[i].grade);
        }
        put_rank(out, "before", moved[i].before);
        put_rank(out, "now", moved[i].after);
        put(out, "}");
    }
    put(out, "]");
}

static void put_reasons(struct csa_buffer *out, const struct csa_change *change)
{
    put(out, ", \"why\": [");
    for (size_t r = 0; r < change->reason_count; r++) {
        const struct csa_change_reason *reason = &change->reasons[r];
        put(out, r == 0 ? "{\"article\": " : ", {\"article\": ");
        csa_json_string(out, reason->article);
        csa_buffer_append_format(out,
                                 ", \"rank\": %zu, \"score\": %.9g, \"passage_score\": %.9g, \"parts\": [",
                                 reason->rank, reason->score, reason->passage_score);
        for (size_t i = 0; i < reason->part_count; i++) {
            csa_buffer_append_format(out, "%s{\"value\": %.6g, \"what\": ", i == 0 ? "" : ", ",
                                     reason->parts[i].value);
            csa_json_string(out, reason->parts[i].text);
            put(out, "}");
        }
        put(out, "]}");
    }
    put(out, "]");
}

static void put_change(struct csa_buffer *out, const struct csa_evaluated *query, bool judged)
{
    const struct csa_change *change = query->change;
    put(out, "{\"id\": ");
    csa_json_string(out, query->id);
    put(out, ", \"query\": ");
    csa_json_string_or_null(out, query->query);
    csa_buffer_append_format(out, ", \"overlap\": %.10g, \"shared\": %zu", query->overlap, change->shared);
    put_rank(out, "first_difference", change->different);
    if (judged) {
        put(out, ", \"before\": ");
        put_measures(out, query->before);
        put(out, ", \"now\": ");
        put_measures(out, query->now);
        put_moved(out, "judged", change->judged, change->judged_count, true);
        put_moved(out, "unjudged", change->unjudged, change->unjudged_count, false);
        put_reasons(out, change);
    } else {
        put(out, ", \"before\": ");
        csa_json_string_or_null(out, change->before);
        put(out, ", \"now\": ");
        csa_json_string_or_null(out, change->after);
    }
    put(out, "}");
}

static void put_tests(struct csa_buffer *out, const struct csa_evaluation *evaluation)
{
    put(out, ", \"before\": ");
    put_measures(out, evaluation->before);
    put(out, ", \"tests\": {");
    for (int m = 0; m < CSA_MEASURE_COUNT; m++) {
        const struct csa_measure_comparison *measure = &evaluation->measures[m];
        csa_buffer_append_format(out,
                                 "%s\"%s\": {\"difference\": %.10g, \"p\": %.6g, \"exact\": %s, "
                                 "\"patterns\": %llu, \"better\": %zu, "
                                 "\"worse\": %zu}",
                                 m == 0 ? "" : ", ", csa_measure_name((enum csa_measure)m),
                                 evaluation->now[m] - evaluation->before[m], measure->test.p,
                                 measure->test.exact ? "true" : "false",
                                 (unsigned long long)measure->test.patterns, measure->better, measure->worse);
    }
    put(out, "}");
}

static void put_queries(struct csa_buffer *out, const struct csa_evaluation *evaluation)
{
    put(out, ", \"topics\": [");
    for (size_t i = 0; i < evaluation->query_count; i++) {
        const struct csa_evaluated *query = &evaluation->queries[i];
        put(out, i == 0 ? "{\"id\": " : ", {\"id\": ");
        csa_json_string(out, query->id);
        csa_buffer_append_format(out, ", \"relevant\": %zu, \"found\": %zu, \"measures\": ", query->relevant,
                                 query->found);
        put_measures(out, query->now);
        put(out, "}");
    }
    put(out, "]");
}

void csa_report_json(struct csa_buffer *out, const struct csa_evaluation *evaluation)
{
    csa_buffer_append_format(out, "{\"queries\": %zu, \"depth\": %zu", evaluation->query_count,
                             evaluation->depth);
    if (evaluation->judged) {
        put(out, ", \"means\": ");
        put_measures(out, evaluation->now);
        put_count(out, "topics_without_judgements", evaluation->unjudged_topics);
        put_count(out, "judged_without_relevant", evaluation->irrelevant);
        put_count(out, "judged_without_topic", evaluation->missing_topics);
        put_queries(out, evaluation);
    }
    if (evaluation->compared != NULL) {
        put(out, ", \"comparison\": {\"file\": ");
        csa_json_string(out, csa_view_of(evaluation->compared));
        csa_buffer_append_format(out, ", \"overlap\": %.10g", evaluation->overlap);
        put_count(out, "missing", evaluation->missing_compared);
        if (evaluation->judged) {
            put_count(out, "changed_elsewhere", evaluation->elsewhere);
            put_tests(out, evaluation);
        }
        put(out, ", \"changed\": [");
        for (size_t i = 0; i < evaluation->changed_count; i++) {
            put(out, i == 0 ? "" : ", ");
            put_change(out, evaluation->changed[i], evaluation->judged);
        }
        put(out, "]}");
    }
    put(out, "}\n");
}
