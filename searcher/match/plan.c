#include "searcher/match/plan.h"

#include "common/base/clock.h"
#include "searcher/match/plan_builder.h"

#include <math.h>
#include <string.h>

enum { FILTERS_MAXIMUM = 64 }; /* each costs a bit a passage, and the time to set them */

double csa_idf(uint64_t documents, uint64_t all)
{
    double n = (double)all, df = (double)(documents < all ? documents : all);
    return log(1 + (n - df + 0.5) / (df + 0.5));
}

enum csa_status csa_plan_no_memory(struct csa_plan_builder *b)
{
    return csa_error_set_memory(b->error, "the query's plan");
}

struct csa_plan_node *csa_plan_node_new(struct csa_plan_builder *b, enum csa_plan_kind kind,
                                        const struct csa_node *node)
{
    struct csa_plan_node *made = csa_arena_zalloc(b->arena, 1, sizeof *made);
    if (made == NULL) {
        csa_plan_no_memory(b);
        return NULL;
    }
    made->kind = kind;
    made->node = node;
    made->boost = 1;
    made->text = node == NULL ? (struct csa_view){NULL, 0} : node->text;
    return made;
}

/* ---- filters ---- */

static const char *filter_label(enum csa_field field)
{
    switch (field) {
    case CSA_FIELD_AUTHOR:
        return "author";
    case CSA_FIELD_SOURCE:
        return "source";
    case CSA_FIELD_LANGUAGE:
        return "language";
    case CSA_FIELD_SITE:
        return "site";
    case CSA_FIELD_ID:
        return "id";
    case CSA_FIELD_DATE:
        return "date";
    default:
        return "filter";
    }
}

/* Beyond the maximum, and when the time is over, a filter matches nothing. */
static struct csa_plan_node *make_filter(struct csa_plan_builder *b, const struct csa_node *node)
{
    struct csa_plan_node *leaf = csa_plan_node_new(b, CSA_PLAN_FILTER, node);
    if (leaf == NULL) {
        return NULL;
    }
    leaf->label = filter_label(node->field);
    leaf->text = node->text.size == 0 ? node->source : node->text;
    leaf->boost = 0;
    leaf->filters = csa_arena_zalloc(b->arena, b->index->segment_count + 1, sizeof *leaf->filters);
    if (leaf->filters == NULL) {
        csa_plan_no_memory(b);
        return NULL;
    }
    bool late = b->options->deadline != 0 && csa_clock_nanoseconds() > b->options->deadline;
    if (b->filters == FILTERS_MAXIMUM || late) {
        b->many_filters = b->many_filters || !late;
        return leaf;
    }
    b->filters++;
    if (csa_filter_build(b->index, node, b->arena, &leaf->filters, b->error) != CSA_OK) {
        return NULL;
    }
    for (uint32_t s = 0; s < b->index->segment_count; s++) {
        leaf->documents += leaf->filters[s].count;
    }
    return leaf;
}

/* ---- the tree ---- */

static bool add_leaf(struct csa_plan_builder *b, struct csa_plan_node *leaf)
{
    struct csa_plan *plan = b->plan;
    if (plan->leaf_count == b->leaf_room) {
        size_t room = b->leaf_room == 0 ? 8 : b->leaf_room * 2;
        struct csa_plan_node **leaves = csa_arena_alloc(b->arena, room, sizeof(struct csa_plan_node *));
        if (leaves == NULL) {
            csa_plan_no_memory(b);
            return false;
        }
        if (plan->leaf_count != 0) {
            memcpy(leaves, plan->leaves, plan->leaf_count * sizeof(struct csa_plan_node *));
        }
        plan->leaves = leaves;
        b->leaf_room = room;
    }
    plan->leaves[plan->leaf_count++] = leaf;
    return true;
}

static struct csa_plan_node *make_leaf(struct csa_plan_builder *b, const struct csa_node *node, double boost,
                                       bool with_title)
{
    struct csa_plan_node *leaf;
    if (node->kind == CSA_NODE_PHRASE && node->child_count == 1) {
        node = node->children[0];
    }
    if (node->kind == CSA_NODE_FILTER) {
        leaf = make_filter(b, node);
    } else if (node->kind == CSA_NODE_NEAR) {
        leaf = csa_plan_near(b, node, boost);
    } else if (node->kind == CSA_NODE_PHRASE) {
        leaf = csa_plan_phrase(b, node, boost);
    } else if (node->field == CSA_FIELD_TITLE) {
        leaf = csa_plan_title(b, node, boost);
    } else {
        leaf = csa_plan_term(b, node, boost, with_title);
    }
    return leaf != NULL && add_leaf(b, leaf) ? leaf : NULL;
}

static bool all_occur(const struct csa_plan_node *group, enum csa_occurrence occurrence)
{
    for (size_t i = 0; i < group->child_count; i++) {
        if (group->children[i]->occurrence != occurrence) {
            return false;
        }
    }
    return true;
}

/* Whether a group's children may stand in its parent's place: (a b) beside shoulds, (+a +b) beside musts. */
static bool dissolves(const struct csa_plan_node *child, bool parent_has_must)
{
    if (child->kind != CSA_PLAN_GROUP || child->child_count == 0) {
        return false;
    }
    if (child->occurrence == CSA_MUST) {
        return all_occur(child, CSA_MUST);
    }
    return child->occurrence == CSA_SHOULD && !parent_has_must && all_occur(child, CSA_SHOULD);
}

static struct csa_plan_node *make_node(struct csa_plan_builder *b, const struct csa_node *node, double boost,
                                       bool with_title);

static struct csa_plan_node *make_group(struct csa_plan_builder *b, const struct csa_node *node, double boost,
                                        bool with_title)
{
    struct csa_plan_node *group = csa_plan_node_new(b, CSA_PLAN_GROUP, node);
    struct csa_plan_node **made =
        csa_arena_alloc(b->arena, node->child_count + 1, sizeof(struct csa_plan_node *));
    if (group == NULL || made == NULL) {
        csa_plan_no_memory(b);
        return NULL;
    }
    bool has_must = false;
    size_t total = 0;
    for (size_t i = 0; i < node->child_count; i++) {
        const struct csa_node *child = node->children[i];
        bool required = child->occurrence != CSA_SHOULD && !child->beside_filters;
        made[i] = make_node(b, child, boost * (child->boost > 0 ? child->boost : 0), with_title || required);
        if (made[i] == NULL) {
            return NULL;
        }
        made[i]->occurrence = child->occurrence;
        has_must = has_must || child->occurrence == CSA_MUST;
    }
    for (size_t i = 0; i < node->child_count; i++) {
        total += dissolves(made[i], has_must) ? made[i]->child_count : 1;
    }
    group->children = csa_arena_alloc(b->arena, total + 1, sizeof(struct csa_plan_node *));
    if (group->children == NULL) {
        csa_plan_no_memory(b);
        return NULL;
    }
    for (size_t i = 0; i < node->child_count; i++) {
        if (dissolves(made[i], has_must)) {
            memcpy(group->children + group->child_count, made[i]->children,
                   made[i]->child_count * sizeof(struct csa_plan_node *));
            group->child_count += made[i]->child_count;
        } else {
            group->children[group->child_count++] = made[i];
        }
    }
    if (group->child_count == 1 && group->children[0]->occurrence != CSA_MUST_NOT) {
        return group->children[0];
    }
    return group;
}

/* The parser bounds the depth (CSA_QUERY_DEPTH). */
static struct csa_plan_node *make_node(struct csa_plan_builder *b, const struct csa_node *node, double boost,
                                       bool with_title)
{
    bool childless = node->kind == CSA_NODE_PHRASE || node->kind == CSA_NODE_NEAR;
    childless = childless && node->child_count == 0; /* matches nothing, as a group without children does */
    return node->kind == CSA_NODE_GROUP || childless ? make_group(b, node, boost, with_title)
                                                     : make_leaf(b, node, boost, with_title);
}

/* ---- the words of `best` ---- */

static bool collect_words(struct csa_plan_builder *b, const struct csa_plan_node *node)
{
    if (node->occurrence == CSA_MUST_NOT) {
        return true;
    }
    for (size_t i = 0; node->kind == CSA_PLAN_GROUP && i < node->child_count; i++) {
        if (!collect_words(b, node->children[i])) {
            return false;
        }
    }
    if (node->kind != CSA_PLAN_TERM || node->is_pattern || node->documents == 0) {
        return true;
    }
    struct csa_plan_word *word = &b->plan->words[b->plan->word_count++];
    word->term = node;
    word->title = csa_plan_title(b, node->node, 1);
    if (word->title == NULL) {
        return false;
    }
    if (!csa_plan_any_list(b, word->title->titles)) {
        word->title = NULL;
    }
    return true;
}

/* ---- building ---- */

/* Patterns under a node; a phrase's words count each. */
static size_t count_patterns(const struct csa_plan_builder *b, const struct csa_node *node, bool near)
{
    size_t count = !node->character && csa_plan_is_pattern(b, node, near);
    for (size_t i = 0; i < node->child_count; i++) {
        count += count_patterns(b, node->children[i], node->kind == CSA_NODE_NEAR);
    }
    return count;
}

static size_t count_characters(const struct csa_node *node)
{
    size_t count = node->character;
    for (size_t i = 0; i < node->child_count; i++) {
        count += count_characters(node->children[i]);
    }
    return count;
}

static enum csa_status add_limits(struct csa_plan_builder *b)
{
    static const char *const cut = "a pattern stands for more words than a query may search (1,024 in all): "
                                   "the nearest and most frequent ones were searched";
    static const char *const filters =
        "a query may have 64 filters: those behind them were read as matching nothing";
    struct csa_plan *plan = b->plan;
    if (!b->cut && !b->many_filters) {
        return CSA_OK;
    }
    plan->limits = csa_arena_alloc(b->arena, 2, sizeof *plan->limits);
    if (plan->limits == NULL) {
        return csa_plan_no_memory(b);
    }
    if (b->cut) {
        plan->limits[plan->limit_count++] = cut;
    }
    if (b->many_filters) {
        plan->limits[plan->limit_count++] = filters;
    }
    return CSA_OK;
}

enum csa_status csa_plan_build(struct csa_plan *plan, const struct csa_index *index,
                               const struct csa_query *query, const struct csa_plan_options *options,
                               struct csa_arena *arena, struct csa_error *error)
{
    struct csa_error unused = {0};
    *plan = (struct csa_plan){.index = index};
    struct csa_plan_builder b = {.plan = plan,
                                 .index = index,
                                 .options = options,
                                 .arena = arena,
                                 .budget = CSA_QUERY_EXPANSIONS,
                                 .characters = count_characters(query->root),
                                 .pairs = CSA_QUERY_PAIRS,
                                 .error = error == NULL ? &unused : error};
    b.patterns = count_patterns(&b, query->root, false);
    plan->root = make_node(&b, query->root, query->root->boost, false);
    if (plan->root == NULL) {
        return b.error->status;
    }
    plan->root->occurrence = CSA_SHOULD;
    uint64_t title_tokens = 0;
    for (uint32_t s = 0; s < index->segment_count; s++) {
        title_tokens += index->segments[s].segment->meta.title_tokens;
    }
    plan->title_average = index->articles == 0 ? 1 : (double)title_tokens / (double)index->articles;
    if (options->best) {
        plan->words = csa_arena_alloc(arena, plan->leaf_count + 1, sizeof *plan->words);
        if (plan->words == NULL) {
            return csa_plan_no_memory(&b);
        }
        if (!collect_words(&b, plan->root)) {
            return b.error->status;
        }
    }
    return add_limits(&b);
}
