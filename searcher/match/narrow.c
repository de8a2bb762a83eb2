#include "searcher/match/narrow.h"

#include <string.h>

enum { FEW = 8 }; /* passages of which one passes: the least share that is not few */

static bool is_filter(const struct csa_plan_node *node)
{
    if (node->kind != CSA_PLAN_GROUP) {
        return node->kind == CSA_PLAN_FILTER;
    }
    for (size_t i = 0; i < node->child_count; i++) {
        if (!is_filter(node->children[i])) {
            return false;
        }
    }
    return node->child_count != 0;
}

/* Whether the plan is one of the rest as well once its filters are taken away. */
static bool may_narrow(const struct csa_plan_node *root)
{
    size_t filters = 0, required_filters = 0, required = 0, optional = 0;
    for (size_t i = 0; root->kind == CSA_PLAN_GROUP && i < root->child_count; i++) {
        const struct csa_plan_node *child = root->children[i];
        bool filter = child->occurrence != CSA_SHOULD && is_filter(child);
        filters += filter;
        required_filters += filter && child->occurrence == CSA_MUST;
        required += !filter && child->occurrence == CSA_MUST;
        optional += child->occurrence == CSA_SHOULD;
    }
    /* What is optional beside a required filter would be required without it. */
    return filters != 0 && (required != 0 || (optional != 0 && required_filters == 0));
}

/* ---- the passages that pass ---- */

static uint64_t pass(const struct csa_match *match, const struct csa_plan_node *node, size_t word);

/* 64 passages of a group of filters; the shape is that of any group (window.c). */
static uint64_t pass_group(const struct csa_match *match, const struct csa_plan_node *group, size_t word)
{
    uint64_t all = UINT64_MAX, any = 0, none = 0;
    bool required = false;
    for (size_t i = 0; i < group->child_count; i++) {
        const struct csa_plan_node *child = group->children[i];
        uint64_t bits = pass(match, child, word);
        required = required || child->occurrence == CSA_MUST;
        all &= child->occurrence == CSA_MUST ? bits : UINT64_MAX;
        any |= child->occurrence == CSA_SHOULD ? bits : 0;
        none |= child->occurrence == CSA_MUST_NOT ? bits : 0;
    }
    return (required ? all : any) & ~none;
}

/* The depth is that of the query (CSA_QUERY_DEPTH). Filters beyond the maximum have no bits. */
static uint64_t pass(const struct csa_match *match, const struct csa_plan_node *node, size_t word)
{
    if (node->kind == CSA_PLAN_GROUP) {
        return pass_group(match, node, word);
    }
    const uint64_t *bits = node->filters[match->number].bits;
    return bits == NULL ? 0 : bits[word];
}

/* And returns how many. */
static uint32_t find_passing(const struct csa_match *match, const struct csa_plan_node *root, uint64_t *only)
{
    uint32_t passages = match->segment->meta.passages;
    size_t words = ((size_t)passages + 63) / 64;
    uint32_t count = 0;
    memset(only, 0xFF, words * sizeof *only);
    if (passages % 64 != 0) {
        only[words - 1] = (UINT64_C(1) << (passages % 64)) - 1;
    }
    for (size_t i = 0; i < root->child_count; i++) {
        const struct csa_plan_node *child = root->children[i];
        if (child->occurrence == CSA_SHOULD || !is_filter(child)) {
            continue;
        }
        uint64_t turn = child->occurrence == CSA_MUST_NOT ? UINT64_MAX : 0;
        for (size_t n = 0; n < words; n++) {
            only[n] &= pass(match, child, n) ^ turn;
        }
    }
    for (size_t n = 0; n < words; n++) {
        only[n] &= match->only == NULL ? UINT64_MAX : match->only[n];
        count += (uint32_t)__builtin_popcountll(only[n]);
    }
    return count;
}

/* ---- the rest ---- */

/* Null without memory. */
static struct csa_plan *make_rest(const struct csa_match *match)
{
    const struct csa_plan_node *root = match->plan->root;
    struct csa_plan *plan = csa_arena_alloc(match->arena, 1, sizeof *plan);
    struct csa_plan_node *rest = csa_arena_alloc(match->arena, 1, sizeof *rest);
    struct csa_plan_node **children =
        csa_arena_alloc(match->arena, root->child_count + 1, sizeof(struct csa_plan_node *));
    if (plan == NULL || rest == NULL || children == NULL) {
        return NULL;
    }
    *plan = *match->plan;
    *rest = *root;
    rest->children = children;
    rest->child_count = 0;
    for (size_t i = 0; i < root->child_count; i++) {
        if (root->children[i]->occurrence == CSA_SHOULD || !is_filter(root->children[i])) {
            children[rest->child_count++] = root->children[i];
        }
    }
    plan->root = rest->child_count == 1 ? children[0] : rest;
    return plan;
}

enum csa_status csa_match_narrow(struct csa_match *match, struct csa_error *error)
{
    const struct csa_plan_node *root = match->plan->root;
    uint32_t passages = match->segment->meta.passages;
    if (!may_narrow(root)) {
        return CSA_OK;
    }
    uint64_t *only = csa_arena_alloc(match->arena, (size_t)passages / 64 + 1, sizeof *only);
    if (only == NULL) {
        return csa_error_set_memory(error, "a filter");
    }
    if (find_passing(match, root, only) < passages / FEW) {
        return CSA_OK;
    }
    const struct csa_plan *rest = make_rest(match);
    if (rest == NULL) {
        return csa_error_set_memory(error, "a filter");
    }
    match->plan = rest;
    match->only = only;
    return CSA_OK;
}
