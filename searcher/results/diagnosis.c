/* Looking into a result: counts for each clause by itself, near forms, and a suggestion. Called by whatever
 * shows a page. */
#include "searcher/results/diagnosis.h"

#include "common/base/buffer.h"
#include "common/base/clock.h"

enum {
    SEARCHES = 4 * CSA_DIAGNOSIS_CLAUSES,
    SUGGESTION_SEARCHES = 80,
    NAME_MAXIMUM = 4 * CSA_QUERY_MAXIMUM,
};

static const uint64_t SUGGESTION_TIME = UINT64_C(80000000); /* nanoseconds */
static const uint64_t CLAUSES_TIME = UINT64_C(300000000);

/* A group of the root's first `count` clauses, one of them left out. */
static struct csa_node *some_clauses(const struct csa_node *root, size_t count, size_t left_out,
                                     struct csa_arena *arena)
{
    struct csa_node *group = csa_arena_alloc(arena, 1, sizeof *group);
    struct csa_node **children = csa_arena_alloc(arena, root->child_count, sizeof *children);
    if (group == NULL || children == NULL) {
        return NULL;
    }
    *group = *root;
    group->occurrence = CSA_SHOULD;
    group->children = children;
    group->child_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (i != left_out) {
            children[group->child_count++] = root->children[i];
        }
    }
    return group;
}

static bool is_word(const struct csa_node *node)
{
    return node->kind == CSA_NODE_WORD || node->kind == CSA_NODE_EXACT;
}

/* A group, and what is in one, has no text of its own: that of its tree. */
static enum csa_status name_part(struct csa_trial *trial, const struct csa_node *node,
                                 struct csa_clause_report *report, struct csa_error *error)
{
    struct csa_buffer text;
    csa_buffer_init(&text, NAME_MAXIMUM);
    csa_node_print(node, &text);
    report->clause = csa_arena_copy(trial->arena, csa_buffer_view(&text));
    csa_buffer_release(&text);
    return report->clause.data == NULL ? csa_error_set_memory(error, "diagnosis") : CSA_OK;
}

/* What a group of one child stands for: the child. Other nodes stand for themselves. */
static const struct csa_node *only_node(const struct csa_node *node)
{
    for (unsigned depth = 0;
         depth <= 2 * CSA_QUERY_DEPTH && node->kind == CSA_NODE_GROUP && node->child_count == 1 &&
         node->occurrence != CSA_MUST_NOT && node->children[0]->occurrence != CSA_MUST_NOT;
         depth++) {
        node = node->children[0];
    }
    return node;
}

/* Counts one clause or part of a clause alone; required: as a part of one that is. */
static enum csa_status report_alone(struct csa_trial *trial, const struct csa_node *node, unsigned depth,
                                    bool required, struct csa_clause_report *report, struct csa_error *error)
{
    struct csa_node counted = *node;
    counted.occurrence = required ? CSA_MUST : node->occurrence;
    const struct csa_node *only = only_node(node);
    *report = (struct csa_clause_report){.node = only, .clause = node->source, .depth = depth};
    enum csa_status status = CSA_OK;
    if ((depth != 0 || only != node) && is_word(only)) {
        report->clause = only->text;
    } else if (depth != 0 || node->kind == CSA_NODE_GROUP) {
        status = name_part(trial, only, report, error);
    }
    return status != CSA_OK ? status : csa_trial_count_alone(trial, &counted, &report->passages, error);
}

/* What a required or excluded clause does to those before it, and to the whole. */
static enum csa_status report_effect(struct csa_trial *trial, const struct csa_node *root, size_t number,
                                     bool emptied_before, struct csa_clause_report *report,
                                     struct csa_error *error)
{
    const struct csa_node *clause = root->children[number];
    report->required = clause->occurrence != CSA_SHOULD;
    if (!report->required) {
        return CSA_OK;
    }
    struct csa_node *before = some_clauses(root, number + 1, SIZE_MAX, trial->arena);
    struct csa_node *others = some_clauses(root, root->child_count, number, trial->arena);
    if (before == NULL || others == NULL) {
        return csa_error_set_memory(error, "diagnosis");
    }
    enum csa_status status = csa_trial_count(trial, others, &report->without, error);
    if (status == CSA_OK && !emptied_before) {
        uint64_t together;
        status = csa_trial_count(trial, before, &together, error);
        report->emptied =
            !csa_trial_is_over(trial) && together == 0 && (clause->occurrence == CSA_MUST || number > 0);
    }
    return status;
}

static enum csa_status report_parts(struct csa_trial *trial, const struct csa_node *clause, bool required,
                                    struct csa_diagnosis *diagnosis, struct csa_error *error)
{
    for (size_t i = 0; i < clause->child_count && diagnosis->count < CSA_DIAGNOSIS_CLAUSES; i++) {
        struct csa_clause_report *report = &diagnosis->clauses[diagnosis->count];
        enum csa_status status = report_alone(trial, clause->children[i], 1, required, report, error);
        if (status != CSA_OK || csa_trial_is_over(trial)) {
            return status;
        }
        diagnosis->count++;
    }
    return CSA_OK;
}

/* Whether the clause was typed before: counting it again would say nothing new. */
static bool is_repeated(const struct csa_node *root, size_t number)
{
    const struct csa_node *clause = root->children[number];
    bool repeated = false;
    for (size_t i = 0; i < number && clause->source.size != 0 && !repeated; i++) {
        const struct csa_node *before = root->children[i];
        repeated = before->occurrence == clause->occurrence && csa_view_equal(before->source, clause->source);
    }
    return repeated;
}

static enum csa_status report_clauses(struct csa_trial *trial, struct csa_diagnosis *diagnosis,
                                      struct csa_error *error)
{
    const struct csa_node *root = trial->request->query->root;
    diagnosis->clauses = csa_arena_alloc(trial->arena, CSA_DIAGNOSIS_CLAUSES, sizeof *diagnosis->clauses);
    if (diagnosis->clauses == NULL) {
        return csa_error_set_memory(error, "diagnosis");
    }
    bool emptied = false;
    for (size_t i = 0; i < root->child_count && diagnosis->count < CSA_DIAGNOSIS_CLAUSES; i++) {
        const struct csa_node *clause = root->children[i];
        if (is_repeated(root, i)) {
            continue;
        }
        struct csa_clause_report *report = &diagnosis->clauses[diagnosis->count];
        enum csa_status status = report_alone(trial, clause, 0, false, report, error);
        if (status == CSA_OK) {
            status = report_effect(trial, root, i, emptied, report, error);
        }
        if (status != CSA_OK || csa_trial_is_over(trial)) {
            return status;
        }
        emptied = emptied || report->emptied;
        diagnosis->count++;
        if (report->passages == 0 || report->node->kind == CSA_NODE_GROUP) {
            bool required = report->required && report->node->kind == CSA_NODE_GROUP;
            status = report_parts(trial, report->node, required, diagnosis, error);
        }
        if (status != CSA_OK || csa_trial_is_over(trial)) {
            return status;
        }
    }
    return CSA_OK;
}

/* Whether others were sought for what the clause says. A value that was not understood became words: it is
 * the clause of its source, or within one the last of the words. */
static bool is_doubted(const struct csa_clause_report *report, const struct csa_doubtful_word *word)
{
    const struct csa_view source = report->node->source;
    if (word->value == NULL) {
        return is_word(report->node) && report->passages == 0 &&
               csa_view_equal(word->text, report->node->text);
    }
    if (word->value->filter != NULL) {
        return report->node == word->value->filter;
    }
    if (report->depth != 0) {
        return is_word(report->node) && csa_view_equal(word->text, report->node->text);
    }
    return source.data <= word->text.data && source.size <= word->value->source.size + 1 &&
           source.data + source.size >= word->text.data + word->text.size;
}

/* The words and values of the collection that the suggestion was sought among. */
static void add_near_forms(struct csa_diagnosis *diagnosis)
{
    const struct csa_candidate *named = NULL; /* at the clause that the parts belong to */
    for (size_t i = 0; i < diagnosis->count; i++) {
        struct csa_clause_report *report = &diagnosis->clauses[i];
        const struct csa_suggestion *suggestion = &diagnosis->suggestion;
        for (size_t w = 0; w < suggestion->word_count; w++) {
            const struct csa_doubtful_word *word = &suggestion->words[w];
            if (is_doubted(report, word)) {
                report->near = word->candidates.items;
                report->near_count = word->candidates.count;
            }
        }
        report->near_count = report->depth != 0 && report->near == named ? 0 : report->near_count;
        named = report->depth == 0 ? report->near : named;
    }
}

/* The request's deadline, or `time` from now if that is sooner. */
static uint64_t sooner(const struct csa_search_request *request, uint64_t time)
{
    uint64_t latest = csa_clock_nanoseconds() + time;
    return request->deadline == 0 || request->deadline < latest ? request->deadline : latest;
}

enum csa_status csa_diagnosis_make(struct csa_engine *engine, const struct csa_search_request *request,
                                   const struct csa_search_result *result,
                                   const struct csa_synonyms *synonyms, struct csa_arena *arena,
                                   struct csa_diagnosis *diagnosis, struct csa_error *error)
{
    *diagnosis = (struct csa_diagnosis){.nothing_found = result->passages_matched == 0};
    struct csa_trial trial = {engine, request, synonyms, arena, sooner(request, CLAUSES_TIME), SEARCHES};
    enum csa_status status = CSA_OK;
    if (diagnosis->nothing_found) {
        status = report_clauses(&trial, diagnosis, error);
    }
    trial.left = SUGGESTION_SEARCHES;
    trial.deadline = sooner(request, SUGGESTION_TIME);
    if (status != CSA_OK || csa_trial_is_over(&trial)) {
        return status;
    }
    status = csa_suggest(&trial, result->passages_matched, &diagnosis->suggestion, error);
    add_near_forms(diagnosis);
    return status;
}
