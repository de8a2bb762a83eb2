/* Looking into an empty result: counts for each clause, near forms by edit distance, a suggestion that was
 * tried. */
#include "searcher/results/diagnosis.h"

#include "common/base/buffer.h"
#include "common/base/clock.h"
#include "common/text/unicode.h"
#include "searcher/query/parse.h"

#include <string.h>

enum {
    WORD_CHARACTERS = 32,
    DISTANCE_MAXIMUM = 2,
    SUGGESTION_MAXIMUM = 1024,
    LATE_EVERY = 1024 /* words between two looks at the clock */
};

static bool is_late(const struct csa_search_request *request)
{
    return request->deadline != 0 && csa_clock_nanoseconds() > request->deadline;
}

/* Number of passages that a tree matches. */
static enum csa_status count_passages(struct csa_engine *engine, const struct csa_search_request *request,
                                      struct csa_node *root, struct csa_arena *arena, uint64_t *passages,
                                      struct csa_error *error)
{
    struct csa_query query = *request->query;
    query.root = root;
    struct csa_search_request count = *request;
    count.query = &query;
    count.hits = 0;
    count.by_article = false;
    count.count = true;
    struct csa_search_result result;
    enum csa_status status = engine->operations->search(engine, &count, arena, &result, error);
    *passages = status == CSA_OK ? result.passages_matched : 0;
    return status;
}

/* A group of the root's first `count` clauses. */
static struct csa_node *first_clauses(const struct csa_node *root, size_t count, struct csa_arena *arena)
{
    struct csa_node *group = csa_arena_alloc(arena, 1, sizeof *group);
    if (group != NULL) {
        *group = *root;
        group->occurrence = CSA_SHOULD;
        group->child_count = count;
    }
    return group;
}

/* One clause by itself, as if it were all of the query. */
static struct csa_node *alone(const struct csa_node *clause, struct csa_arena *arena)
{
    struct csa_node *group = csa_arena_zalloc(arena, 1, sizeof *group);
    struct csa_node *copy = csa_arena_alloc(arena, 1, sizeof *copy);
    struct csa_node **children = csa_arena_alloc(arena, 1, sizeof *children);
    if (group == NULL || copy == NULL || children == NULL) {
        return NULL;
    }
    *copy = *clause;
    copy->occurrence = CSA_SHOULD;
    children[0] = copy;
    *group = (struct csa_node){.kind = CSA_NODE_GROUP, .boost = 1, .children = children, .child_count = 1};
    return group;
}

/* ---- near forms ---- */

static size_t to_characters(struct csa_view word, uint32_t characters[WORD_CHARACTERS])
{
    size_t count = 0;
    for (const char *p = word.data, *end = word.data + word.size; p < end; count++) {
        if (count == WORD_CHARACTERS) {
            return SIZE_MAX;
        }
        p = csa_utf8_decode(p, end, &characters[count]);
    }
    return count;
}

static size_t least(size_t a, size_t b, size_t c)
{
    size_t smaller = a < b ? a : b;
    return smaller < c ? smaller : c;
}

/* Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours cost one
 * each (Damerau 1964). */
static size_t edit_distance(const uint32_t *a, size_t m, const uint32_t *b, size_t n)
{
    size_t rows[3][WORD_CHARACTERS + 1];
    for (size_t j = 0; j <= n; j++) {
        rows[0][j] = j;
    }
    for (size_t i = 1; i <= m; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i + 2) % 3];
        const size_t *two_above = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= n; j++) {
            row[j] = least(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                two_above[j - 2] + 1 < row[j]) {
                row[j] = two_above[j - 2] + 1;
            }
        }
    }
    return rows[m % 3][n];
}

struct near_search {
    uint32_t characters[WORD_CHARACTERS];
    size_t size;
    struct csa_clause_report *report;
    size_t distances[CSA_NEAR_FORMS];
    struct csa_arena *arena;
    const struct csa_search_request *request; /* for its deadline */
    size_t seen;
    bool out_of_memory;
};

/* Keeps the nearest forms, the more frequent first among equals. */
static bool consider(void *context, struct csa_view word, uint64_t passages)
{
    struct near_search *search = context;
    if (++search->seen % LATE_EVERY == 0 && is_late(search->request)) {
        return false;
    }
    uint32_t characters[WORD_CHARACTERS];
    size_t size = to_characters(word, characters);
    if (size == SIZE_MAX || size + DISTANCE_MAXIMUM < search->size ||
        search->size + DISTANCE_MAXIMUM < size) {
        return true;
    }
    size_t distance = edit_distance(search->characters, search->size, characters, size);
    size_t allowed = search->size < 5 ? 1 : DISTANCE_MAXIMUM;
    if (distance == 0 || distance > allowed) {
        return true;
    }
    struct csa_clause_report *report = search->report;
    size_t place = report->near_count;
    while (place > 0 &&
           (distance < search->distances[place - 1] ||
            (distance == search->distances[place - 1] && passages > report->near[place - 1].passages))) {
        place--;
    }
    if (place == CSA_NEAR_FORMS) {
        return true;
    }
    size_t kept = report->near_count < CSA_NEAR_FORMS ? report->near_count : CSA_NEAR_FORMS - 1;
    memmove(&report->near[place + 1], &report->near[place], (kept - place) * sizeof report->near[0]);
    memmove(&search->distances[place + 1], &search->distances[place],
            (kept - place) * sizeof search->distances[0]);
    report->near[place] = (struct csa_near_form){csa_arena_copy(search->arena, word), passages};
    search->distances[place] = distance;
    report->near_count = kept + 1;
    search->out_of_memory = report->near[place].word.data == NULL;
    return !search->out_of_memory;
}

/* Words of the collection that start with the same character and are one or two edits away. */
static enum csa_status find_near_forms(struct csa_engine *engine, const struct csa_search_request *request,
                                       const struct csa_node *word, struct csa_arena *arena,
                                       struct csa_clause_report *report, struct csa_error *error)
{
    struct near_search search = {.report = report, .arena = arena, .request = request};
    search.size = to_characters(word->text, search.characters);
    if (search.size == SIZE_MAX || search.size < 3) {
        return CSA_OK;
    }
    uint32_t first;
    size_t prefix = (size_t)(csa_utf8_decode(word->text.data, word->text.data + word->text.size, &first) -
                             word->text.data);
    enum csa_status status =
        engine->operations->words(engine, csa_view_make(word->text.data, prefix), &search, consider, error);
    return status == CSA_OK && search.out_of_memory ? csa_error_set_memory(error, "near forms") : status;
}

/* ---- the whole ---- */

static enum csa_status report_clause(struct csa_engine *engine, const struct csa_search_request *request,
                                     const struct csa_node *root, size_t number, bool emptied_before,
                                     struct csa_arena *arena, struct csa_clause_report *report,
                                     struct csa_error *error)
{
    const struct csa_node *clause = root->children[number];
    report->clause = clause->source;
    struct csa_node *single = alone(clause, arena);
    struct csa_node *before = first_clauses(root, number + 1, arena);
    if (single == NULL || before == NULL) {
        return csa_error_set_memory(error, "diagnosis");
    }
    enum csa_status status = count_passages(engine, request, single, arena, &report->passages, error);
    uint64_t together = 0;
    if (status == CSA_OK && !emptied_before && clause->occurrence != CSA_SHOULD) {
        status = count_passages(engine, request, before, arena, &together, error);
        report->emptied = together == 0 && (clause->occurrence == CSA_MUST || number > 0);
    }
    if (status == CSA_OK && report->passages == 0 &&
        (clause->kind == CSA_NODE_WORD || clause->kind == CSA_NODE_EXACT)) {
        status = find_near_forms(engine, request, clause, arena, report, error);
    }
    return status;
}

/* The query with every lacking word replaced by its nearest form, if that finds something. */
static enum csa_status make_suggestion(struct csa_engine *engine, const struct csa_search_request *request,
                                       const struct csa_node *root, struct csa_arena *arena,
                                       struct csa_diagnosis *diagnosis, struct csa_error *error)
{
    struct csa_buffer text;
    csa_buffer_init(&text, SUGGESTION_MAXIMUM);
    bool changed = false;
    for (size_t i = 0; i < diagnosis->count; i++) {
        const struct csa_clause_report *report = &diagnosis->clauses[i];
        if (i != 0) {
            csa_buffer_append_byte(&text, ' ');
        }
        if (report->near_count == 0) {
            csa_buffer_append_view(&text, report->clause);
            continue;
        }
        changed = true;
        if (root->children[i]->occurrence != CSA_SHOULD) {
            csa_buffer_append_byte(&text, root->children[i]->occurrence == CSA_MUST ? '+' : '-');
        }
        csa_buffer_append_view(&text,
                               csa_view_of(root->children[i]->field == CSA_FIELD_TITLE ? "title:" : ""));
        csa_buffer_append_view(&text, report->near[0].word);
    }
    struct csa_view suggestion = csa_arena_copy(arena, csa_buffer_view(&text));
    bool usable = changed && !text.failed;
    csa_buffer_release(&text);
    if (suggestion.data == NULL) {
        return csa_error_set_memory(error, "suggestion");
    }
    if (!usable) {
        return CSA_OK;
    }
    struct csa_query query;
    uint64_t passages = 0;
    enum csa_status status = csa_query_parse(suggestion, arena, &query, error);
    if (status == CSA_OK) {
        status = count_passages(engine, request, query.root, arena, &passages, error);
    }
    if (passages > 0) {
        diagnosis->suggestion = suggestion;
    }
    return status;
}

enum csa_status csa_diagnosis_make(struct csa_engine *engine, const struct csa_search_request *request,
                                   struct csa_arena *arena, struct csa_diagnosis *diagnosis,
                                   struct csa_error *error)
{
    const struct csa_node *root = request->query->root;
    *diagnosis = (struct csa_diagnosis){0};
    diagnosis->clauses = csa_arena_zalloc(arena, root->child_count, sizeof *diagnosis->clauses);
    if (diagnosis->clauses == NULL) {
        return csa_error_set_memory(error, "diagnosis");
    }
    bool emptied = false;
    for (size_t i = 0; i < root->child_count; i++) {
        enum csa_status status =
            report_clause(engine, request, root, i, emptied, arena, &diagnosis->clauses[i], error);
        if (status != CSA_OK || is_late(request)) {
            return status;
        }
        emptied = emptied || diagnosis->clauses[i].emptied;
        diagnosis->count++;
    }
    return make_suggestion(engine, request, root, arena, diagnosis, error);
}
