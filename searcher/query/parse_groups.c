/* How the parser puts clauses together: groups as flat as their meaning allows, so that one meaning has one
 * tree. */
#include "searcher/query/parse.h"
#include "searcher/query/parser.h"

struct csa_node *csa_parser_node(struct csa_parser *parser, enum csa_node_kind kind, struct csa_view source)
{
    struct csa_node *node = csa_node_new(parser->arena, kind, source);
    parser->out_of_memory = parser->out_of_memory || node == NULL;
    return node;
}

void csa_parser_push(struct csa_parser *parser, struct csa_node *parent, struct csa_node *child)
{
    if (!csa_node_push(parser->arena, parent, child)) {
        parser->out_of_memory = true;
    }
}

/* A word that comes again counts again, as a clause of its own would: its weight is added to the first. */
static bool merge_repeated(struct csa_node *group, const struct csa_node *child)
{
    if (child->kind != CSA_NODE_WORD && child->kind != CSA_NODE_EXACT) {
        return false;
    }
    for (size_t i = 0; i < group->child_count; i++) {
        struct csa_node *other = group->children[i];
        if (other->occurrence == child->occurrence && csa_node_equal(other, child)) {
            other->boost = csa_boost_round((double)other->boost + (double)child->boost);
            return true;
        }
    }
    return false;
}

static void append_child(struct csa_parser *parser, struct csa_node *group, struct csa_node *child)
{
    if (!merge_repeated(group, child)) {
        csa_parser_push(parser, group, child);
    }
}

/* Whether a group's clauses can stand in its parent itself without changing what is meant. Flat groups are
 * what engines answer fastest. */
static bool may_splice(const struct csa_node *group, enum csa_parser_list list)
{
    if (group->kind != CSA_NODE_GROUP || group->occurrence == CSA_MUST_NOT) {
        return false;
    }
    if (group->occurrence == CSA_MUST && csa_node_children_are(group, CSA_MUST_NOT)) {
        return true; /* a AND (NOT b) */
    }
    bool filters = false;
    for (size_t i = 0; i < group->child_count; i++) {
        filters = filters || csa_node_is_filter(group->children[i]);
        if (group->children[i]->beside_filters) {
            return false;
        }
    }
    return csa_node_children_are(group, group->occurrence) &&
           (group->occurrence == CSA_MUST || list == CSA_LIST_ALTERNATIVES || !filters);
}

static struct csa_view source_from_to(struct csa_view first, struct csa_view last)
{
    if (last.data > first.data) {
        first.size = (size_t)(last.data + last.size - first.data);
    }
    return first;
}

/* A clause of the group that the filter is to be a choice beside: both required for want of a sign. */
static size_t find_choice(const struct csa_node *group, const struct csa_node *filter)
{
    enum csa_field field;
    size_t i = group->child_count;
    if (filter->bare && filter->occurrence == CSA_MUST && csa_node_is_choice(filter, &field)) {
        for (i = 0; i < group->child_count; i++) {
            const struct csa_node *other = group->children[i];
            enum csa_field same;
            if (other->bare && other->occurrence == CSA_MUST && csa_node_is_choice(other, &same) &&
                same == field) {
                break;
            }
        }
    }
    return i;
}

/* Puts a filter, or those of a group, into a group of alternatives, unless it is there. */
static void push_choice(struct csa_parser *parser, struct csa_node *choices, struct csa_node *filter)
{
    if (filter->kind == CSA_NODE_GROUP) {
        for (size_t i = 0; i < filter->child_count; i++) {
            push_choice(parser, choices, filter->children[i]);
        }
        return;
    }
    for (size_t i = 0; i < choices->child_count; i++) {
        if (csa_node_equal(choices->children[i], filter)) {
            return;
        }
    }
    filter->occurrence = CSA_SHOULD;
    filter->bare = false;
    csa_parser_push(parser, choices, filter);
}

/* `lang:en lang:de`, filters of one field side by side: any of them, in the place of the first. */
static bool merge_choice(struct csa_parser *parser, struct csa_node *group, struct csa_node *filter)
{
    size_t at = find_choice(group, filter);
    if (at == group->child_count) {
        return false;
    }
    struct csa_node *first = group->children[at];
    struct csa_node *choices = first;
    if (first->kind != CSA_NODE_GROUP) {
        choices = csa_parser_node(parser, CSA_NODE_GROUP, first->source);
        if (choices == NULL) {
            return true;
        }
        push_choice(parser, choices, first);
    }
    push_choice(parser, choices, filter);
    choices->source = source_from_to(choices->source, filter->source);
    choices->boost = 1; /* filters add nothing that it could weigh */
    choices = choices->child_count == 1 ? first : choices;
    choices->occurrence = CSA_MUST;
    choices->bare = true;
    group->children[at] = choices;
    return true;
}

void csa_parser_add(struct csa_parser *parser, struct csa_node *group, struct csa_node *child,
                    enum csa_parser_list list)
{
    if (child == NULL) {
        return;
    }
    if (child->occurrence == CSA_SHOULD &&
        (list == CSA_LIST_REQUIRED || (list == CSA_LIST_PLAIN && csa_node_is_filter(child)))) {
        child->occurrence = CSA_MUST;
        child->bare = list == CSA_LIST_PLAIN;
    }
    if (list == CSA_LIST_PLAIN && merge_choice(parser, group, child)) {
        return;
    }
    if (!may_splice(child, list)) {
        append_child(parser, group, child);
        return;
    }
    for (size_t i = 0; i < child->child_count; i++) {
        struct csa_node *inner = child->children[i];
        inner->bare = false; /* it stood in parentheses of its own */
        if (inner->kind != CSA_NODE_FILTER) {
            inner->boost = csa_boost_round((double)inner->boost * (double)child->boost);
        }
        csa_parser_add(parser, group, inner, list);
    }
}

/* How many clauses of a group are optional, and whether there are required ones and all of them are filters.
 */
static size_t count_optional(const struct csa_node *group, bool *only_filters)
{
    size_t optional = 0;
    size_t required = 0;
    size_t filters = 0;
    for (size_t i = 0; i < group->child_count; i++) {
        const struct csa_node *child = group->children[i];
        bool must = child->occurrence == CSA_MUST;
        optional += child->occurrence == CSA_SHOULD;
        required += must;
        filters += must && csa_node_is_filter(child);
    }
    *only_filters = required > 0 && required == filters;
    return optional;
}

/* In `pipeline siberia lang:en` only the filter is required, yet nobody wants all that is English: the
 * optional clauses become a required group, which stands first. */
void csa_parser_require_one(struct csa_parser *parser, struct csa_node *group)
{
    bool only_filters;
    size_t optional = count_optional(group, &only_filters);
    if (!only_filters || optional == 0) {
        return;
    }
    struct csa_node *wanted = csa_parser_node(parser, CSA_NODE_GROUP, group->source);
    struct csa_node others = *group;
    group->child_count = 0;
    for (size_t i = 0; wanted != NULL && i < others.child_count; i++) {
        if (others.children[i]->occurrence == CSA_SHOULD) {
            csa_parser_push(parser, wanted, others.children[i]);
        }
    }
    if (parser->out_of_memory) {
        return;
    }
    struct csa_node *first = wanted->children[0];
    wanted->source = source_from_to(first->source, wanted->children[optional - 1]->source);
    bool alternatives =
        first->kind == CSA_NODE_GROUP && first->boost == 1 && csa_node_children_are(first, CSA_SHOULD);
    wanted = optional == 1 && (alternatives || csa_node_is_filter(first)) ? first : wanted;
    wanted->occurrence = CSA_MUST;
    wanted->beside_filters = !csa_node_is_filter(wanted);
    csa_parser_add(parser, group, wanted, CSA_LIST_REQUIRED);
    for (size_t i = 0; i < others.child_count; i++) {
        if (others.children[i]->occurrence != CSA_SHOULD && others.children[i] != wanted) {
            csa_parser_push(parser, group, others.children[i]);
        }
    }
}

/* A group of one clause is that clause; an empty one nothing. */
struct csa_node *csa_parser_finish_group(struct csa_parser *parser, struct csa_node *group)
{
    if (group == NULL || group->child_count == 0) {
        return NULL;
    }
    csa_parser_require_one(parser, group);
    struct csa_node *only = group->children[0];
    if (group->child_count > 1 || only->occurrence == CSA_MUST_NOT) {
        return group;
    }
    only->occurrence = CSA_SHOULD;
    only->bare = false;
    return only;
}

/* ---- trees that lost clauses ---- */

/* The node as the parser would have put it together; null when nothing is left of it. The parser bounds the
 * depth (CSA_QUERY_DEPTH). */
static struct csa_node *tidy(struct csa_parser *parser, struct csa_node *node, bool root)
{
    if (node == NULL || node->kind != CSA_NODE_GROUP) {
        return node;
    }
    struct csa_node all = *node;
    enum csa_parser_list list = CSA_LIST_PLAIN;
    node->children = NULL;
    node->child_count = 0;
    for (size_t i = 0; i < all.child_count; i++) {
        bool free = all.children[i]->occurrence == CSA_SHOULD && csa_node_is_filter(all.children[i]);
        list = free ? CSA_LIST_ALTERNATIVES : list;
    }
    for (size_t i = 0; i < all.child_count && !parser->out_of_memory; i++) {
        csa_parser_add(parser, node, tidy(parser, all.children[i], false), list);
    }
    if (node->beside_filters && node->child_count != 0) {
        struct csa_node *only = node->children[0];
        bool same = node->child_count == 1 && only->kind == CSA_NODE_GROUP && only->boost == 1 &&
                    csa_node_children_are(only, CSA_SHOULD);
        if (same) {
            node->children = only->children;
            node->child_count = only->child_count;
        }
        return node;
    }
    const struct csa_node *first = node->child_count == 0 ? NULL : node->children[0];
    if (root && first != NULL && (first->kind != CSA_NODE_GROUP || first->occurrence != CSA_SHOULD)) {
        csa_parser_require_one(parser, node);
        return node; /* a sign at the only clause counts where feedback adds others */
    }
    struct csa_node *finished = csa_parser_finish_group(parser, node);
    if (finished != NULL && finished != node) {
        finished->occurrence = all.occurrence;
        finished->bare = all.bare;
        if (finished->kind != CSA_NODE_FILTER) {
            finished->boost = csa_boost_round((double)finished->boost * (double)all.boost);
        }
    }
    return finished;
}

enum csa_status csa_query_tidy(struct csa_query *query, struct csa_arena *arena, struct csa_error *error)
{
    struct csa_parser parser = {.arena = arena, .query = query};
    struct csa_node *root = query->root;
    struct csa_view source = root->source;
    root = tidy(&parser, root, true);
    if (root == NULL || root->kind != CSA_NODE_GROUP || root->boost != 1) {
        struct csa_node *group = csa_parser_node(&parser, CSA_NODE_GROUP, source);
        if (group != NULL && root != NULL) {
            csa_parser_push(&parser, group, root);
        }
        root = group;
    }
    query->root = root;
    return parser.out_of_memory ? csa_error_set_memory(error, "query") : CSA_OK;
}
