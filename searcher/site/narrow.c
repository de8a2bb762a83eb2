/* Filters as nodes beside the query's clauses: built, never typed into the query's text, so that no value can
 * be read as anything but a value. Called by answer.c. */
#include "searcher/site/narrow.h"

#include "searcher/query/filter.h"
#include "searcher/query/notes.h"
#include "searcher/query/tree.h"

enum { SOURCE_MAXIMUM = 16 * CSA_SITE_VALUE };

bool csa_site_has_filters(const struct csa_site_parameters *parameters)
{
    bool any = parameters->date.size != 0;
    for (unsigned filter = 0; filter < CSA_FILTER_COUNT; filter++) {
        any = any || parameters->filters[filter].count != 0;
    }
    return any;
}

/* ---- nodes ---- */

/* What a clause is called when it is shown by itself. */
static bool name_clause(struct csa_node *node, struct csa_arena *arena)
{
    struct csa_buffer text;
    csa_buffer_init(&text, SOURCE_MAXIMUM);
    csa_node_print(node, &text);
    node->source = csa_arena_copy(arena, csa_buffer_view(&text));
    csa_buffer_release(&text);
    return node->source.data != NULL;
}

/* *node is null for a value that means nothing, which parameters.c lets nobody ask for. False: no memory. */
static bool make_filter(enum csa_field field, struct csa_view value, struct csa_arena *arena,
                        struct csa_node **node)
{
    bool understood = false;
    bool swapped;
    *node = csa_node_new(arena, CSA_NODE_FILTER, value);
    if (*node == NULL) {
        return false;
    }
    (*node)->field = field;
    (*node)->whole = csa_filter_is_name(field);
    if (csa_filter_read(*node, value, false, arena, &understood, &swapped, NULL) != CSA_OK ||
        !name_clause(*node, arena)) {
        return false;
    }
    *node = understood ? *node : NULL;
    return true;
}

/* Any of the values. */
static bool make_choice(enum csa_field field, const struct csa_site_filter_values *values,
                        struct csa_arena *arena, struct csa_node **choice)
{
    struct csa_node *group = csa_node_new(arena, CSA_NODE_GROUP, (struct csa_view){0});
    if (group == NULL) {
        return false;
    }
    for (size_t i = 0; i < values->count; i++) {
        struct csa_node *filter;
        if (!make_filter(field, values->items[i], arena, &filter) ||
            (filter != NULL && !csa_node_push(arena, group, filter))) {
            return false;
        }
    }
    *choice = group->child_count == 1 ? group->children[0] : group;
    return group->child_count <= 1 || name_clause(group, arena);
}

/* ---- the query's own clauses ---- */

/* Nobody who filters wants all that passes: when no clause is required, one of the optional ones has to
 * match, as beside a filter that was typed (parse_groups.c). */
static struct csa_node *require_one(const struct csa_node *root, struct csa_view source,
                                    struct csa_arena *arena)
{
    struct csa_node *wanted = csa_node_new(arena, CSA_NODE_GROUP, source);
    for (size_t i = 0; wanted != NULL && i < root->child_count; i++) {
        if (root->children[i]->occurrence == CSA_SHOULD && !csa_node_push(arena, wanted, root->children[i])) {
            return NULL;
        }
    }
    if (wanted == NULL) {
        return NULL;
    }
    struct csa_node *only = wanted->child_count == 1 ? wanted->children[0] : NULL;
    bool alternatives = only != NULL && only->kind == CSA_NODE_GROUP && only->boost == 1 &&
                        csa_node_children_are(only, CSA_SHOULD);
    wanted = only != NULL && (alternatives || csa_node_is_filter(only)) ? only : wanted;
    wanted->occurrence = CSA_MUST;
    wanted->beside_filters = !csa_node_is_filter(wanted);
    return wanted;
}

static size_t count_occurrences(const struct csa_node *root, enum csa_occurrence occurrence)
{
    size_t count = 0;
    for (size_t i = 0; i < root->child_count; i++) {
        count += root->children[i]->occurrence == occurrence;
    }
    return count;
}

/* A root that filters may stand in; null without memory. */
static struct csa_node *make_root(const struct csa_query *query, struct csa_arena *arena)
{
    const struct csa_node *root = query->root;
    struct csa_node *made = csa_node_new(arena, CSA_NODE_GROUP, root->source);
    bool wrap = count_occurrences(root, CSA_SHOULD) != 0 && count_occurrences(root, CSA_MUST) == 0;
    if (made != NULL && wrap) {
        struct csa_node *wanted = require_one(root, query->text, arena);
        if (wanted == NULL || !csa_node_push(arena, made, wanted)) {
            return NULL;
        }
    }
    for (size_t i = 0; made != NULL && i < root->child_count; i++) {
        bool taken =
            wrap && (root->children[i]->occurrence == CSA_SHOULD || root->children[i] == made->children[0]);
        if (!taken && !csa_node_push(arena, made, root->children[i])) {
            return NULL;
        }
    }
    return made;
}

static bool push_required(struct csa_node *root, struct csa_node *clause, struct csa_arena *arena)
{
    if (clause == NULL) {
        return true;
    }
    clause->occurrence = CSA_MUST;
    return csa_node_push(arena, root, clause);
}

static bool narrow(const struct csa_site_parameters *parameters, struct csa_query *query,
                   struct csa_arena *arena)
{
    static const enum csa_field fields[CSA_FILTER_COUNT] = {CSA_FIELD_SOURCE, CSA_FIELD_LANGUAGE,
                                                            CSA_FIELD_DATE, CSA_FIELD_AUTHOR};
    struct csa_node *root = make_root(query, arena);
    if (root == NULL) {
        return false;
    }
    struct csa_node *clause = NULL;
    if (parameters->date.size != 0 && (!make_filter(CSA_FIELD_DATE, parameters->date, arena, &clause) ||
                                       !push_required(root, clause, arena))) {
        return false;
    }
    for (unsigned filter = 0; filter < CSA_FILTER_COUNT; filter++) {
        if (parameters->filters[filter].count != 0 &&
            (!make_choice(fields[filter], &parameters->filters[filter], arena, &clause) ||
             !push_required(root, clause, arena))) {
            return false;
        }
    }
    query->root = root;
    csa_query_drop_notes(query, CSA_NOTE_EXCLUDES); /* not true beside a filter */
    return true;
}

enum csa_status csa_site_narrow(const struct csa_site_parameters *parameters, struct csa_query *query,
                                struct csa_arena *arena, struct csa_error *error)
{
    if (!csa_site_has_filters(parameters)) {
        return CSA_OK;
    }
    return narrow(parameters, query, arena) ? CSA_OK : csa_error_set_memory(error, "the filters");
}
