/* The evaluation as text. No byte of a topic or of an id reaches a terminal as an escape sequence. */
#include "searcher/evaluation/report.h"

#include "common/text/unicode.h"

#include <math.h>
#include <stdio.h>

enum {
    ID_COLUMNS = 24,    /* a longer id pushes its line to the right */
    CHANGED_SHOWN = 20, /* queries; all are in the JSON */
    JUDGED_SHOWN = 5,   /* articles of a query */
    UNJUDGED_SHOWN = 3,
};

static void put(struct csa_buffer *out, const char *text)
{
    csa_buffer_append_view(out, csa_view_of(text));
}

/* Text on one line in at most so many columns, "..." where it is cut; control characters become blanks.
 * Returns the columns it took. */
static size_t put_short(struct csa_buffer *out, struct csa_view text, size_t columns)
{
    size_t used = 0;
    const char *end = text.data + text.size;
    bool fits = csa_utf8_columns(text) <= columns;
    size_t room = fits || columns < 3 ? columns : columns - 3;
    for (const char *p = text.data; p < end;) {
        uint32_t character;
        const char *next = csa_utf8_decode(p, end, &character);
        bool printable = character >= 0x20 && character != 0x7F && (character < 0x80 || character >= 0xA0);
        size_t wide = printable ? csa_utf8_columns(csa_view_make(p, (size_t)(next - p))) : 1;
        if (used + wide > room) {
            break;
        }
        char bytes[4];
        csa_buffer_append(out, bytes, csa_utf8_encode(bytes, printable ? character : ' '));
        used += wide;
        p = next;
    }
    if (!fits && columns >= 3) {
        put(out, "...");
        used += 3;
    }
    return used;
}

static void put_id(struct csa_buffer *out, struct csa_view id)
{
    put_short(out, id, SIZE_MAX);
}

static void put_padded(struct csa_buffer *out, struct csa_view id, size_t columns)
{
    for (size_t used = put_short(out, id, SIZE_MAX); used < columns; used++) {
        csa_buffer_append_byte(out, ' ');
    }
}

static void start_bold(struct csa_buffer *out, const struct csa_text_style *style)
{
    put(out, style->colour ? "\033[1m" : "");
}

static void end_bold(struct csa_buffer *out, const struct csa_text_style *style)
{
    put(out, style->colour ? "\033[0m" : "");
}

/* ---- the measures ---- */

static size_t id_columns(const struct csa_evaluation *evaluation)
{
    size_t widest = sizeof "query" - 1;
    for (size_t i = 0; i < evaluation->query_count; i++) {
        size_t columns = csa_utf8_columns(evaluation->queries[i].id);
        widest = columns > widest ? columns : widest;
    }
    return widest < ID_COLUMNS ? widest : ID_COLUMNS;
}

static void put_measures(struct csa_buffer *out, const double measures[CSA_MEASURE_COUNT])
{
    for (int m = 0; m < CSA_MEASURE_COUNT; m++) {
        csa_buffer_append_format(out, " %7.4f", measures[m]);
    }
}

static void put_queries(struct csa_buffer *out, const struct csa_evaluation *evaluation,
                        const struct csa_text_style *style)
{
    size_t columns = id_columns(evaluation);
    start_bold(out, style);
    put_padded(out, csa_view_of("query"), columns);
    for (int m = 0; m < CSA_MEASURE_COUNT; m++) {
        csa_buffer_append_format(out, " %7s", csa_measure_heading((enum csa_measure)m));
    }
    end_bold(out, style);
    put(out, "\n");
    for (size_t i = 0; i < evaluation->query_count; i++) {
        put_padded(out, evaluation->queries[i].id, columns);
        put_measures(out, evaluation->queries[i].now);
        put(out, "\n");
    }
    start_bold(out, style);
    put_padded(out, csa_view_of("mean"), columns);
    put_measures(out, evaluation->now);
    end_bold(out, style);
    put(out, "\n\n");
}

static void put_comparison(struct csa_buffer *out, const struct csa_evaluation *evaluation,
                           const struct csa_text_style *style)
{
    start_bold(out, style);
    put(out, "measure   before      now   change        p  better  worse");
    end_bold(out, style);
    put(out, "\n");
    for (int m = 0; m < CSA_MEASURE_COUNT; m++) {
        const struct csa_measure_comparison *measure = &evaluation->measures[m];
        csa_buffer_append_format(out, "%-7s  %7.4f  %7.4f  %+7.4f  %7.5f  %6zu %6zu\n",
                                 csa_measure_heading((enum csa_measure)m), evaluation->before[m],
                                 evaluation->now[m], evaluation->now[m] - evaluation->before[m],
                                 measure->test.p, measure->better, measure->worse);
    }
    csa_buffer_append_format(out,
                             "\np: paired randomisation test, two-sided, %d random patterns of signs,\n"
                             "   or all patterns where at most %d queries differ\n",
                             (int)CSA_RANDOMISATION_PATTERNS, (int)CSA_RANDOMISATION_EXACT);
}

/* ---- what is left out, and what counts nothing ---- */

static void put_count(struct csa_buffer *out, size_t count, const char *one, const char *many,
                      const char *rest)
{
    if (count != 0) {
        csa_buffer_append_format(out, "%zu %s%s\n", count, count == 1 ? one : many, rest);
    }
}

static void put_notes(struct csa_buffer *out, const struct csa_evaluation *evaluation)
{
    csa_buffer_append_format(out, "%zu quer%s, up to %zu article%s each\n", evaluation->query_count,
                             evaluation->query_count == 1 ? "y" : "ies", evaluation->depth,
                             evaluation->depth == 1 ? "" : "s");
    if (evaluation->compared != NULL) {
        put(out, "before: ");
        put_id(out, csa_view_of(evaluation->compared));
        put(out, "; now: this run\n");
    }
    put_count(out, evaluation->unjudged_topics, "topic", "topics", " without judgements left out");
    put_count(out, evaluation->irrelevant, "judged query", "judged queries",
              " without a relevant article left out");
    put_count(out, evaluation->missing_topics, "judged query is", "judged queries are",
              " not among the topics and count 0");
    put_count(out, evaluation->missing_compared, "query is", "queries are", " not in the run before");
}

/* ---- what changed ---- */

static void put_moved(struct csa_buffer *out, const struct csa_moved *moved, bool judged)
{
    if (judged) {
        csa_buffer_append_format(out, "    grade %.0f: ", moved->grade);
    } else {
        put(out, "    unjudged: ");
    }
    put_id(out, moved->article);
    if (moved->before == 0) {
        csa_buffer_append_format(out, " came in at %zu\n", moved->after);
    } else if (moved->after == 0) {
        csa_buffer_append_format(out, " fell out from %zu\n", moved->before);
    } else {
        csa_buffer_append_format(out, " from %zu to %zu\n", moved->before, moved->after);
    }
}

static void put_list(struct csa_buffer *out, const struct csa_moved *moved, size_t count, size_t shown,
                     bool judged)
{
    for (size_t i = 0; i < count && i < shown; i++) {
        put_moved(out, &moved[i], judged);
    }
    if (count > shown) {
        csa_buffer_append_format(out, "    and %zu more %s\n", count - shown, judged ? "judged" : "unjudged");
    }
}

/* A part without the numbers behind it. */
static struct csa_view before_bracket(struct csa_view text)
{
    const char *bracket = memchr(text.data, '(', text.size);
    if (bracket != NULL && bracket - text.data > 1) {
        text.size = (size_t)(bracket - text.data) - 1;
    }
    return text;
}

static void put_reasons(struct csa_buffer *out, const struct csa_change *change,
                        const struct csa_text_style *style)
{
    for (size_t r = 0; r < change->reason_count; r++) {
        const struct csa_change_reason *reason = &change->reasons[r];
        put(out, "    why ");
        put_id(out, reason->article);
        csa_buffer_append_format(out, " is at %zu: score %.2f, its best passage %.2f, most of it from\n",
                                 reason->rank, reason->score, reason->passage_score);
        for (size_t i = 0; i < reason->part_count; i++) {
            csa_buffer_append_format(out, "    %8.2f ", reason->parts[i].value);
            put_short(out, before_bracket(reason->parts[i].text), style->width > 40 ? style->width - 13 : 27);
            put(out, "\n");
        }
    }
}

static void put_changed(struct csa_buffer *out, const struct csa_evaluation *evaluation,
                        const struct csa_text_style *style)
{
    csa_buffer_append_format(out, "\nnDCG@10 changed for %zu of %zu queries", evaluation->changed_count,
                             evaluation->query_count);
    if (evaluation->elsewhere != 0) {
        csa_buffer_append_format(out, ", only another measure for %zu", evaluation->elsewhere);
    }
    csa_buffer_append_format(out, "; rank-biased overlap %.4f\n", evaluation->overlap);
    for (size_t i = 0; i < evaluation->changed_count && i < CHANGED_SHOWN; i++) {
        const struct csa_evaluated *query = evaluation->changed[i];
        double before = query->before[CSA_MEASURE_NDCG];
        double now = query->now[CSA_MEASURE_NDCG];
        put(out, "\n");
        start_bold(out, style);
        put_id(out, query->id);
        end_bold(out, style);
        csa_buffer_append_format(out, "  %.4f -> %.4f (%+.4f)", before, now, now - before);
        put(out, query->query.size == 0 ? "  (not among the topics)" : "\n    ");
        put_short(out, query->query, style->width > 40 ? style->width - 4 : 36);
        put(out, "\n");
        put_list(out, query->change->judged, query->change->judged_count, JUDGED_SHOWN, true);
        put_list(out, query->change->unjudged, query->change->unjudged_count, UNJUDGED_SHOWN, false);
        put_reasons(out, query->change, style);
    }
    if (evaluation->changed_count > CHANGED_SHOWN) {
        csa_buffer_append_format(out, "\n%zu more changed less; --json shows all\n",
                                 evaluation->changed_count - CHANGED_SHOWN);
    }
}

/* Without judgements: which lists differ, the least alike first. */
static void put_differing(struct csa_buffer *out, const struct csa_evaluation *evaluation,
                          const struct csa_text_style *style)
{
    size_t columns = id_columns(evaluation);
    if (evaluation->changed_count != 0) {
        start_bold(out, style);
        put_padded(out, csa_view_of("query"), columns);
        put(out, "  shared  overlap  first difference");
        end_bold(out, style);
        put(out, "\n");
    }
    for (size_t i = 0; i < evaluation->changed_count; i++) {
        const struct csa_evaluated *query = evaluation->changed[i];
        const struct csa_change *change = query->change;
        put_padded(out, query->id, columns);
        csa_buffer_append_format(out, "  %6zu  %7.4f  %zu: ", change->shared, query->overlap,
                                 change->different);
        put_id(out, change->before.size == 0 ? csa_view_of("-") : change->before);
        put(out, " -> ");
        put_id(out, change->after.size == 0 ? csa_view_of("-") : change->after);
        put(out, "\n");
    }
    csa_buffer_append_format(out, "%sthe first %d differ for %zu of %zu queries; rank-biased overlap %.4f\n",
                             evaluation->changed_count == 0 ? "" : "\n", (int)CSA_MEASURE_TOP,
                             evaluation->changed_count, evaluation->query_count, evaluation->overlap);
}

void csa_report_text(struct csa_buffer *out, const struct csa_evaluation *evaluation,
                     const struct csa_text_style *style)
{
    if (!evaluation->judged) {
        put_differing(out, evaluation, style);
        put_notes(out, evaluation);
    } else if (evaluation->compared == NULL) {
        put_queries(out, evaluation, style);
        put_notes(out, evaluation);
    } else {
        put_comparison(out, evaluation, style);
        put_notes(out, evaluation);
        put_changed(out, evaluation, style);
    }
}
