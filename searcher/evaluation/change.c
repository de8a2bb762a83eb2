/* Finding what changed for one query. */
#include "searcher/evaluation/change.h"

#include <math.h>
#include <stdlib.h>

/* How much an article's move changes nDCG's sum. */
static double weight_of(const struct csa_moved *moved)
{
    return fabs(csa_measure_gain(moved->grade, moved->after) - csa_measure_gain(moved->grade, moved->before));
}

static size_t top_rank(const struct csa_moved *moved)
{
    size_t before = moved->before == 0 ? SIZE_MAX : moved->before;
    size_t after = moved->after == 0 ? SIZE_MAX : moved->after;
    return before < after ? before : after;
}

static int compare_judged(const void *left, const void *right)
{
    const struct csa_moved *a = left;
    const struct csa_moved *b = right;
    double first = weight_of(a), second = weight_of(b);
    if (first != second) {
        return first > second ? -1 : 1;
    }
    if (top_rank(a) != top_rank(b)) {
        return top_rank(a) < top_rank(b) ? -1 : 1;
    }
    return csa_view_compare(a->article, b->article);
}

static size_t top_count(const struct csa_ranking *ranking)
{
    return ranking->count < CSA_MEASURE_TOP ? ranking->count : CSA_MEASURE_TOP;
}

static struct csa_view id_at(const struct csa_ranking *ranking, size_t i)
{
    return i < ranking->count ? ranking->items[i].id : (struct csa_view){0};
}

static void add(struct csa_change *change, const struct csa_moved *moved,
                const struct csa_table_query *judged)
{
    struct csa_moved copy = *moved;
    if (csa_qrels_grade(judged, moved->article, &copy.grade)) {
        if (copy.before != copy.after) {
            change->judged[change->judged_count++] = copy;
        }
    } else if (copy.after >= 1 && copy.after <= CSA_MEASURE_TOP &&
               (copy.before == 0 || copy.before > CSA_MEASURE_TOP)) {
        change->unjudged[change->unjudged_count++] = copy;
    }
}

static void compare_tops(const struct csa_ranking *before, const struct csa_ranking *after,
                         struct csa_change *change)
{
    for (size_t i = 0; i < CSA_MEASURE_TOP && change->different == 0; i++) {
        if (!csa_view_equal(id_at(before, i), id_at(after, i))) {
            change->different = i + 1;
            change->before = id_at(before, i);
            change->after = id_at(after, i);
        }
    }
}

enum csa_status csa_change_find(const struct csa_ranking *before, const struct csa_ranking *after,
                                const struct csa_table_query *judged, struct csa_arena *arena,
                                struct csa_change *change, struct csa_error *error)
{
    *change = (struct csa_change){0};
    change->judged = csa_arena_zalloc(arena, (size_t)2 * CSA_MEASURE_TOP, sizeof *change->judged);
    change->unjudged = csa_arena_zalloc(arena, CSA_MEASURE_TOP, sizeof *change->unjudged);
    if (change->judged == NULL || change->unjudged == NULL) {
        return csa_error_set_memory(error, "comparison");
    }
    struct csa_ranks old, now;
    enum csa_status status = csa_ranks_make(&old, before, arena, error);
    if (status == CSA_OK) {
        status = csa_ranks_make(&now, after, arena, error);
    }
    if (status != CSA_OK) {
        return status;
    }
    for (size_t i = 0; i < top_count(after); i++) {
        struct csa_moved moved = {.article = after->items[i].id,
                                  .before = csa_ranks_find(&old, after->items[i].id),
                                  .after = i + 1};
        change->shared += moved.before >= 1 && moved.before <= CSA_MEASURE_TOP;
        add(change, &moved, judged);
    }
    for (size_t i = 0; i < top_count(before); i++) {
        struct csa_moved moved = {.article = before->items[i].id,
                                  .before = i + 1,
                                  .after = csa_ranks_find(&now, before->items[i].id)};
        if (moved.after == 0 || moved.after > CSA_MEASURE_TOP) { /* else it was added above */
            add(change, &moved, judged);
        }
    }
    qsort(change->judged, change->judged_count, sizeof *change->judged, compare_judged);
    compare_tops(before, after, change);
    return CSA_OK;
}

/* ---- why ---- */

static void keep_part(struct csa_change_reason *reason, const struct csa_explanation_line *line)
{
    size_t place = reason->part_count;
    while (place > 0 && reason->parts[place - 1].value < line->value) {
        place--;
    }
    for (size_t i = CSA_CHANGE_PARTS - 1; i > place; i--) {
        reason->parts[i] = reason->parts[i - 1];
    }
    if (place < CSA_CHANGE_PARTS) {
        reason->parts[place] = *line;
        reason->part_count += reason->part_count < CSA_CHANGE_PARTS;
    }
}

static enum csa_status explain_rank(struct csa_change *change, struct csa_engine *engine,
                                    const struct csa_search_request *request, const struct csa_ranking *after,
                                    size_t rank, struct csa_arena *arena, struct csa_error *error)
{
    const struct csa_ranked *ranked = &after->items[rank - 1];
    struct csa_explanation explanation;
    enum csa_status status =
        engine->operations->explain(engine, request, &ranked->passage, 1, arena, &explanation, error);
    if (status != CSA_OK || explanation.count == 0) {
        return status;
    }
    struct csa_change_reason *reason = &change->reasons[change->reason_count++];
    *reason = (struct csa_change_reason){.article = ranked->id,
                                         .rank = rank,
                                         .score = ranked->score,
                                         .passage_score = explanation.lines[0].value};
    for (size_t i = 1; i < explanation.count; i++) {
        if (explanation.lines[i].depth == explanation.lines[0].depth + 1 && explanation.lines[i].value > 0) {
            keep_part(reason, &explanation.lines[i]);
        }
    }
    return CSA_OK;
}

enum csa_status csa_change_explain(struct csa_change *change, struct csa_engine *engine,
                                   const struct csa_search_request *request, const struct csa_ranking *after,
                                   struct csa_arena *arena, struct csa_error *error)
{
    const struct csa_moved *moved = change->judged_count != 0     ? &change->judged[0]
                                    : change->unjudged_count != 0 ? &change->unjudged[0]
                                                                  : NULL;
    enum csa_status status = CSA_OK;
    if (moved != NULL && moved->after != 0) {
        status = explain_rank(change, engine, request, after, moved->after, arena, error);
    }
    bool fell = moved != NULL && moved->before != 0 && (moved->after == 0 || moved->after > moved->before);
    if (status == CSA_OK && fell && moved->before <= after->count) {
        status = explain_rank(change, engine, request, after, moved->before, arena, error);
    }
    return status;
}

/* ---- copies ---- */

static bool copy_view(struct csa_view *view, struct csa_arena *arena)
{
    if (view->size != 0) {
        *view = csa_arena_copy(arena, *view);
    }
    return view->size == 0 || view->data != NULL;
}

static bool copy_moved(struct csa_moved **moved, size_t count, struct csa_arena *arena)
{
    struct csa_moved *copy = csa_arena_alloc(arena, count + 1, sizeof *copy);
    bool fine = copy != NULL;
    for (size_t i = 0; fine && i < count; i++) {
        copy[i] = (*moved)[i];
        fine = copy_view(&copy[i].article, arena);
    }
    *moved = copy;
    return fine;
}

enum csa_status csa_change_copy(struct csa_change *change, struct csa_arena *arena, struct csa_error *error)
{
    bool fine = copy_moved(&change->judged, change->judged_count, arena) &&
                copy_moved(&change->unjudged, change->unjudged_count, arena) &&
                copy_view(&change->before, arena) && copy_view(&change->after, arena);
    for (size_t r = 0; r < change->reason_count; r++) {
        struct csa_change_reason *reason = &change->reasons[r];
        fine = fine && copy_view(&reason->article, arena);
        for (size_t i = 0; fine && i < reason->part_count; i++) {
            fine = copy_view(&reason->parts[i].text, arena);
        }
    }
    return fine ? CSA_OK : csa_error_set_memory(error, "comparison");
}
