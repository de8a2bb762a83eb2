/* Collecting a query's leaves. Called by marks.c. */
#include "searcher/results/mark_leaves.h"

static size_t count_leaves(const struct csa_node *node)
{
    if (node->occurrence == CSA_MUST_NOT || node->kind == CSA_NODE_FILTER) {
        return 0;
    }
    if (node->kind != CSA_NODE_GROUP) {
        return 1;
    }
    size_t count = 0;
    for (size_t i = 0; i < node->child_count; i++) {
        count += count_leaves(node->children[i]);
    }
    return count;
}

static float weight_of(const struct csa_node *node, const struct csa_search_result *result)
{
    for (size_t i = 0; result != NULL && i < result->term_count; i++) {
        if (result->terms[i].node == node && result->terms[i].idf > 0) {
            return (float)result->terms[i].idf * node->boost;
        }
    }
    return 1;
}

static enum csa_status make_part(struct csa_mark_leaves *leaves, const struct csa_node *node,
                                 struct csa_mark_part *part, struct csa_error *error)
{
    bool phrase = node->kind == CSA_NODE_PHRASE;
    size_t count = phrase ? node->child_count : 1;
    part->node = node;
    part->words = csa_arena_alloc(&leaves->arena, count + 1, sizeof *part->words);
    if (part->words == NULL) {
        return csa_error_set_memory(error, "marks");
    }
    for (; part->count < count; part->count++) {
        const struct csa_node *word = phrase ? node->children[part->count] : node;
        enum csa_status status = csa_matcher_init(&part->words[part->count], word, &leaves->arena, error);
        if (status != CSA_OK) {
            return status;
        }
        leaves->stems = leaves->stems || word->kind == CSA_NODE_WORD;
    }
    return CSA_OK;
}

static enum csa_status make_leaf(struct csa_mark_leaves *leaves, const struct csa_node *node, float weight,
                                 struct csa_error *error)
{
    bool near = node->kind == CSA_NODE_NEAR;
    size_t count = near ? node->child_count : 1;
    struct csa_mark_leaf *leaf = &leaves->items[leaves->count++];
    *leaf = (struct csa_mark_leaf){.node = node, .weight = weight};
    leaf->parts = csa_arena_zalloc(&leaves->arena, count + 1, sizeof *leaf->parts);
    if (leaf->parts == NULL) {
        return csa_error_set_memory(error, "marks");
    }
    enum csa_status status = CSA_OK;
    for (; leaf->count < count && status == CSA_OK; leaf->count++) {
        const struct csa_node *part = near ? node->children[leaf->count] : node;
        status = make_part(leaves, part, &leaf->parts[leaf->count], error);
    }
    return status;
}

static enum csa_status collect_leaves(struct csa_mark_leaves *leaves, const struct csa_node *node,
                                      const struct csa_search_result *result, struct csa_error *error)
{
    if (node->occurrence == CSA_MUST_NOT || node->kind == CSA_NODE_FILTER) {
        return CSA_OK;
    }
    if (node->kind != CSA_NODE_GROUP) {
        return make_leaf(leaves, node, weight_of(node, result), error);
    }
    enum csa_status status = CSA_OK;
    for (size_t i = 0; i < node->child_count && status == CSA_OK; i++) {
        status = collect_leaves(leaves, node->children[i], result, error);
    }
    return status;
}

enum csa_status csa_mark_leaves_init(struct csa_mark_leaves *leaves, const struct csa_query *query,
                                     const struct csa_search_result *result, struct csa_error *error)
{
    *leaves = (struct csa_mark_leaves){0};
    csa_arena_init(&leaves->arena, 0);
    leaves->items = csa_arena_zalloc(&leaves->arena, count_leaves(query->root) + 1, sizeof *leaves->items);
    return leaves->items == NULL ? csa_error_set_memory(error, "marks")
                                 : collect_leaves(leaves, query->root, result, error);
}

void csa_mark_leaves_release(struct csa_mark_leaves *leaves)
{
    csa_arena_release(&leaves->arena);
}
