/* Building and changing syntax trees: nodes, boosts, comparison, notes. Owns nothing; all memory is the
 * caller's arena. */
#include "searcher/query/tree.h"

#include <math.h>

struct csa_node *csa_node_new(struct csa_arena *arena, enum csa_node_kind kind, struct csa_view source)
{
    struct csa_node *node = csa_arena_zalloc(arena, 1, sizeof *node);
    if (node != NULL) {
        node->kind = kind;
        node->boost = 1;
        node->source = source;
    }
    return node;
}

/* The array doubles whenever its count is a power of two. */
bool csa_node_push(struct csa_arena *arena, struct csa_node *parent, struct csa_node *child)
{
    if ((parent->child_count & (parent->child_count - 1)) == 0) {
        size_t room = parent->child_count == 0 ? 1 : parent->child_count * 2;
        struct csa_node **children = csa_arena_alloc(arena, room, sizeof(struct csa_node *));
        if (children == NULL) {
            return false;
        }
        if (parent->child_count != 0) {
            memcpy(children, parent->children, parent->child_count * sizeof(struct csa_node *));
        }
        parent->children = children;
    }
    parent->children[parent->child_count++] = child;
    return true;
}

float csa_boost_round(double boost)
{
    double bounded = boost > CSA_QUERY_BOOST_MAXIMUM ? CSA_QUERY_BOOST_MAXIMUM : boost;
    return bounded > 0 ? (float)(round(bounded * 10000) / 10000) : 0.0F;
}

bool csa_node_is_filter(const struct csa_node *node)
{
    if (node->kind != CSA_NODE_GROUP) {
        return node->kind == CSA_NODE_FILTER;
    }
    for (size_t i = 0; i < node->child_count; i++) {
        if (!csa_node_is_filter(node->children[i])) {
            return false;
        }
    }
    return node->child_count > 0;
}

static bool is_single_choice(const struct csa_node *filter)
{
    bool bound =
        filter->field == CSA_FIELD_DATE && (filter->first_date == 0 || filter->last_date == UINT32_MAX);
    return filter->kind == CSA_NODE_FILTER && filter->field != CSA_FIELD_AUTHOR && !bound;
}

bool csa_node_is_choice(const struct csa_node *node, enum csa_field *field)
{
    if (node->kind != CSA_NODE_GROUP) {
        *field = node->field;
        return is_single_choice(node);
    }
    for (size_t i = 0; i < node->child_count; i++) {
        const struct csa_node *child = node->children[i];
        if (!is_single_choice(child) || child->field != node->children[0]->field) {
            return false;
        }
        *field = child->field;
    }
    return csa_node_children_are(node, CSA_SHOULD);
}

bool csa_node_children_are(const struct csa_node *group, enum csa_occurrence occurrence)
{
    for (size_t i = 0; i < group->child_count; i++) {
        if (group->children[i]->occurrence != occurrence) {
            return false;
        }
    }
    return group->child_count > 0;
}

bool csa_node_equal(const struct csa_node *a, const struct csa_node *b)
{
    if (a->kind != b->kind || a->beside_filters != b->beside_filters || a->field != b->field ||
        a->slop != b->slop || a->distance != b->distance || a->first_date != b->first_date ||
        a->last_date != b->last_date || a->offset != b->offset || a->whole != b->whole ||
        a->child_count != b->child_count || !csa_view_equal(a->text, b->text)) {
        return false;
    }
    for (size_t i = 0; i < a->child_count; i++) {
        const struct csa_node *one = a->children[i];
        const struct csa_node *other = b->children[i];
        if (one->occurrence != other->occurrence || one->boost != other->boost ||
            !csa_node_equal(one, other)) {
            return false;
        }
    }
    return true;
}
