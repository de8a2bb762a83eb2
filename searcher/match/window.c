/* The general evaluator: any tree, a window of 4,096 passages at a time. Each node gives a bitmap of the
 * passages that match in the window; groups combine bitmaps, and a filter keeps what costs (positions, rare
 * probes in long lists) to the passages that are still in question. Scores are added up in an array of
 * doubles for each group. Windows in which nothing can match, or whose bound lies below the bar, are skipped
 * unread. Called by match.c. */
#include "searcher/match/window.h"

#include <string.h>

/* ---- building ---- */

static struct csa_window_node *build(struct csa_windows *w, const struct csa_plan_node *plan);

static struct csa_window_node *no_memory(struct csa_windows *w)
{
    csa_error_set_memory(w->error, "the query's evaluation");
    return NULL;
}

static bool add_readers(struct csa_windows *w, const struct csa_lists *lists, struct csa_reader **readers,
                        uint32_t *count, uint64_t *documents)
{
    *readers = csa_match_readers(w->match, lists);
    *count = lists->count;
    for (uint32_t i = 0; i < lists->count; i++) {
        *documents += lists->items[i].document_count;
    }
    return *readers != NULL;
}

/* The words of a title phrase, or of several, in the lists of titles: one after the other, as many for each
 * as it has lists. */
static bool add_title_phrases(struct csa_windows *w, const struct csa_plan_node *const *phrases, size_t count,
                              struct csa_window_node *node)
{
    uint32_t total = 0;
    for (size_t p = 0; p < count; p++) {
        for (size_t i = 0; i < phrases[p]->child_count; i++) {
            total += phrases[p]->children[i]->titles[w->match->number].count;
        }
    }
    node->titles = csa_arena_alloc(w->match->arena, total + 1, sizeof *node->titles);
    for (size_t p = 0; node->titles != NULL && p < count; p++) {
        for (size_t i = 0; i < phrases[p]->child_count; i++) {
            const struct csa_lists *lists = &phrases[p]->children[i]->titles[w->match->number];
            for (uint32_t l = 0; l < lists->count; l++) {
                csa_reader_init(&node->titles[node->title_count++], &lists->items[l], w->match->kernels);
            }
            node->empty = node->empty || lists->count == 0;
        }
    }
    node->cost = total;
    w->titles = true;
    return node->titles != NULL;
}

/* Phrases and NEAR, also of titles. */
static bool add_phrase(struct csa_windows *w, const struct csa_plan_node *plan, struct csa_window_node *node)
{
    struct csa_error error = {0};
    bool near = plan->kind == CSA_PLAN_NEAR || plan->kind == CSA_PLAN_TITLE_NEAR;
    if (near) {
        node->near = csa_near_new(w->match, plan, &error);
        node->empty = node->near == NULL;
        node->cost = node->empty ? 0 : node->near->phrases[0]->elements[0].documents;
    } else {
        node->phrase = csa_phrase_new(w->match, plan, &error);
        node->empty = node->phrase == NULL;
        node->cost = node->empty ? 0 : node->phrase->elements[0].documents;
    }
    if (error.status != CSA_OK) {
        return false;
    }
    const struct csa_plan_node *const *phrases =
        near ? (const struct csa_plan_node *const *)plan->children : &plan;
    bool title = plan->kind == CSA_PLAN_TITLE_PHRASE || plan->kind == CSA_PLAN_TITLE_NEAR;
    return !title || add_title_phrases(w, phrases, near ? plan->child_count : 1, node);
}

static struct csa_window_node *build_leaf(struct csa_windows *w, const struct csa_plan_node *plan)
{
    struct csa_window_node *node = csa_arena_zalloc(w->match->arena, 1, sizeof *node);
    if (node == NULL) {
        return no_memory(w);
    }
    node->plan = plan;
    node->weight = plan->weight;
    bool ok = true;
    if (plan->kind == CSA_PLAN_TERM || plan->kind == CSA_PLAN_FUZZY) {
        ok = add_readers(w, &plan->lists[w->match->number], &node->readers, &node->reader_count, &node->cost);
        node->shares = plan->lists[w->match->number].shares;
    }
    if (plan->kind == CSA_PLAN_TITLE ||
        (plan->kind == CSA_PLAN_TERM && plan->titles != NULL && w->match->segment->first_passages != NULL)) {
        ok = ok &&
             add_readers(w, &plan->titles[w->match->number], &node->titles, &node->title_count, &node->cost);
        w->titles = w->titles || node->title_count != 0;
    }
    if (plan->kind == CSA_PLAN_TITLE) {
        node->shares = plan->titles[w->match->number].shares;
    }
    if (plan->kind == CSA_PLAN_PHRASE || plan->kind == CSA_PLAN_TITLE_PHRASE || plan->kind == CSA_PLAN_NEAR ||
        plan->kind == CSA_PLAN_TITLE_NEAR) {
        ok = ok && add_phrase(w, plan, node);
    }
    if (plan->kind == CSA_PLAN_FILTER) {
        node->filter = &plan->filters[w->match->number];
        node->cost = node->filter->count;
    }
    node->empty = node->empty || node->cost == 0;
    if (!ok) {
        return no_memory(w);
    }
    w->leaves[w->leaf_count++] = node;
    return node;
}

static unsigned rank_of(const struct csa_window_node *node)
{
    return node->plan->occurrence == CSA_MUST ? 0 : node->plan->occurrence == CSA_MUST_NOT ? 1 : 2;
}

static bool comes_before(const struct csa_window_node *a, const struct csa_window_node *b)
{
    return rank_of(a) != rank_of(b) ? rank_of(a) < rank_of(b) : a->cost < b->cost;
}

static struct csa_window_node *build_group(struct csa_windows *w, const struct csa_plan_node *plan)
{
    struct csa_window_node *node = csa_arena_zalloc(w->match->arena, 1, sizeof *node);
    if (node == NULL) {
        return no_memory(w);
    }
    node->plan = plan;
    node->scores.values = csa_arena_zalloc(w->match->arena, CSA_WINDOW, sizeof *node->scores.values);
    node->children =
        csa_arena_alloc(w->match->arena, plan->child_count + 1, sizeof(struct csa_window_node *));
    if (node->scores.values == NULL || node->children == NULL) {
        return no_memory(w);
    }
    size_t should_count = 0;
    uint64_t should_cost = 0;
    for (size_t i = 0; i < plan->child_count; i++) {
        struct csa_window_node *child = build(w, plan->children[i]);
        if (child == NULL) {
            return NULL;
        }
        enum csa_occurrence occurrence = plan->children[i]->occurrence;
        if (child->empty) {
            node->empty = node->empty || occurrence == CSA_MUST;
            continue;
        }
        size_t at = node->child_count++;
        for (; at != 0 && comes_before(child, node->children[at - 1]); at--) {
            node->children[at] = node->children[at - 1];
        }
        node->children[at] = child;
        node->must_count += occurrence == CSA_MUST;
        node->not_count += occurrence == CSA_MUST_NOT;
        should_count += occurrence == CSA_SHOULD;
        should_cost += occurrence == CSA_SHOULD ? child->cost : 0;
    }
    node->empty = node->empty || (node->must_count == 0 && should_count == 0);
    node->cost = node->empty ? 0 : node->must_count != 0 ? node->children[0]->cost : should_cost;
    return node;
}

/* The depth of the tree is that of the query (CSA_QUERY_DEPTH). */
static struct csa_window_node *build(struct csa_windows *w, const struct csa_plan_node *plan)
{
    return plan->kind == CSA_PLAN_GROUP ? build_group(w, plan) : build_leaf(w, plan);
}

/* ---- nodes ---- */

static bool any_set(const uint64_t *bits)
{
    uint64_t any = 0;
    for (unsigned i = 0; i < CSA_WINDOW_WORDS; i++) {
        any |= bits[i];
    }
    return any != 0;
}

static void clear_scores(struct csa_window_scores *scores)
{
    for (; scores->dirty != 0; scores->dirty &= scores->dirty - 1) {
        memset(scores->values + 64 * (unsigned)__builtin_ctzll(scores->dirty), 0,
               64 * sizeof *scores->values);
    }
}

static void evaluate(struct csa_windows *w, struct csa_window_node *node, const uint64_t *filter,
                     struct csa_window_scores *scores);

/* A child's scores go straight into its parent's array, except those of a group, whose own filter is not
 * known before all of its children are. */
static void evaluate_child(struct csa_windows *w, struct csa_window_node *child, const uint64_t *filter,
                           struct csa_window_scores *scores)
{
    bool nested = child->plan->kind == CSA_PLAN_GROUP;
    evaluate(w, child, filter, nested && scores != NULL ? &child->scores : scores);
    if (nested && scores != NULL) {
        csa_window_scores_touch(scores, child->bits);
    }
    for (unsigned i = 0; nested && scores != NULL && i < CSA_WINDOW_WORDS; i++) {
        for (uint64_t word = child->bits[i]; word != 0; word &= word - 1) {
            uint32_t at = 64 * i + (uint32_t)__builtin_ctzll(word);
            scores->values[at] += child->scores.values[at];
        }
    }
}

static void evaluate_group(struct csa_windows *w, struct csa_window_node *node, const uint64_t *filter,
                           struct csa_window_scores *scores)
{
    if (scores != NULL) {
        clear_scores(scores);
    }
    const uint64_t *wanted = filter;
    for (size_t i = 0; i < node->must_count; i++) {
        struct csa_window_node *child = node->children[i];
        evaluate_child(w, child, wanted, scores);
        for (unsigned k = 0; k < CSA_WINDOW_WORDS; k++) {
            node->bits[k] = child->bits[k] & (wanted == NULL ? UINT64_MAX : wanted[k]);
        }
        wanted = node->bits;
        if (!any_set(node->bits)) {
            return;
        }
    }
    size_t shoulds = node->must_count + node->not_count;
    if (node->must_count == 0) {
        for (size_t i = shoulds; i < node->child_count; i++) {
            evaluate_child(w, node->children[i], filter, scores);
            for (unsigned k = 0; k < CSA_WINDOW_WORDS; k++) {
                node->bits[k] |= node->children[i]->bits[k] & (filter == NULL ? UINT64_MAX : filter[k]);
            }
        }
    }
    for (size_t i = node->must_count; i < shoulds && any_set(node->bits); i++) {
        evaluate_child(w, node->children[i], node->bits, NULL);
        for (unsigned k = 0; k < CSA_WINDOW_WORDS; k++) {
            node->bits[k] &= ~node->children[i]->bits[k];
        }
    }
    if (node->not_count != 0 && w->match->stopped) { /* what is excluded is not known */
        memset(node->bits, 0, sizeof node->bits);
    }
    if (node->must_count != 0 && scores != NULL && any_set(node->bits)) {
        for (size_t i = shoulds; i < node->child_count; i++) {
            evaluate_child(w, node->children[i], node->bits, scores);
        }
    }
}

/* Sets node->bits for the window; where scores is given, adds the node's part for each of its passages (for
 * others what is added means nothing). Outside the filter, bits may be set or not. */
static void evaluate(struct csa_windows *w, struct csa_window_node *node, const uint64_t *filter,
                     struct csa_window_scores *scores)
{
    memset(node->bits, 0, sizeof node->bits);
    if (node->plan->kind == CSA_PLAN_GROUP) {
        evaluate_group(w, node, filter, scores);
    } else {
        csa_window_leaf(w, node, filter, scores);
    }
}

/* ---- all windows ---- */

static void take_window(struct csa_windows *w, struct csa_window_node *root, const double *scores)
{
    struct csa_match *match = w->match;
    if (match->count) {
        csa_match_take_words(match, w->low / 64, root->bits, (w->high - w->low + 63) / 64);
    }
    for (unsigned i = 0; i < CSA_WINDOW_WORDS; i++) {
        bool scoring = w->scoring && !(w->scoreless && csa_collector_is_full(match->collector));
        for (uint64_t word = root->bits[i]; word != 0 && scoring; word &= word - 1) {
            uint32_t at = 64 * i + (uint32_t)__builtin_ctzll(word);
            csa_match_offer(match, w->low + at, scores[at]);
        }
    }
}

/* In a damaged segment articles may be out of order; the range is kept within the scratch array all the same.
 */
static void set_articles(struct csa_windows *w)
{
    const struct csa_segment *segment = w->match->segment;
    uint32_t first = csa_segment_article_from(segment, w->last_article, w->low); /* windows ascend */
    uint32_t last = csa_segment_article_from(segment, first, w->high - 1);
    last = last < first ? first : last;
    w->first_article = first;
    w->last_article = last - first < CSA_WINDOW ? last : first + CSA_WINDOW - 1;
}

/* What the leaves' readers did, and whether they found damage. */
static enum csa_status settle(struct csa_windows *w)
{
    struct csa_match *match = w->match;
    for (size_t i = 0; i < w->leaf_count; i++) {
        struct csa_window_node *leaf = w->leaves[i];
        enum csa_status status = leaf->phrase != NULL ? csa_phrase_settle(leaf->phrase, w->error)
                                 : leaf->near != NULL ? csa_near_settle(leaf->near, w->error)
                                                      : CSA_OK;
        for (uint32_t r = 0; status == CSA_OK && r < leaf->reader_count; r++) {
            status = csa_match_settle(match, &leaf->readers[r], w->error);
        }
        for (uint32_t r = 0; status == CSA_OK && r < leaf->title_count; r++) {
            status = csa_match_settle(match, &leaf->titles[r], w->error);
        }
        if (status != CSA_OK) {
            return status;
        }
    }
    return CSA_OK;
}

/* The passages of the window that may match, as a filter; false when there are none. */
static bool read_only(const struct csa_windows *w, uint64_t only[CSA_WINDOW_WORDS])
{
    uint32_t words = (w->high - w->low + 63) / 64;
    uint64_t any = 0;
    memset(only, 0, CSA_WINDOW_WORDS * sizeof *only);
    for (uint32_t i = 0; i < words; i++) {
        only[i] = w->match->only[w->low / 64 + i];
        any |= only[i];
    }
    return any != 0;
}

static enum csa_status run(struct csa_windows *w, struct csa_window_node *root)
{
    struct csa_match *match = w->match;
    const struct csa_segment *segment = match->segment;
    uint64_t only[CSA_WINDOW_WORDS];
    uint32_t low = csa_window_next(w, root, 0);
    while (low < segment->meta.passages && !csa_match_late(match)) {
        w->low = low & ~UINT32_C(63);
        w->high = segment->meta.passages - w->low > CSA_WINDOW ? w->low + CSA_WINDOW : segment->meta.passages;
        if ((match->only == NULL || read_only(w, only)) &&
            (match->count || match->exhaustive || csa_window_bound(w, root) >= csa_match_bar(match))) {
            if (w->titles) {
                set_articles(w);
            }
            if (root->plan->kind != CSA_PLAN_GROUP && w->scoring) {
                clear_scores(&w->scores);
            }
            evaluate(w, root, match->only == NULL ? NULL : only, w->scoring ? &w->scores : NULL);
            take_window(w, root, w->scores.values);
        }
        if (w->high == segment->meta.passages) {
            break;
        }
        low = csa_window_next(w, root, w->high);
    }
    return settle(w);
}

/* Whether no passage scores more than 0, so that of those in the order of their numbers the first are the
 * best. */
static bool is_scoreless(const struct csa_plan *plan)
{
    for (size_t i = 0; i < plan->leaf_count; i++) {
        if (plan->leaves[i]->kind != CSA_PLAN_FILTER) {
            return false;
        }
    }
    return true;
}

/* The evaluator for a plan; *root may be empty. */
static enum csa_status open_windows(struct csa_match *match, struct csa_windows **made,
                                    struct csa_window_node **root, struct csa_error *error)
{
    const struct csa_plan *plan = match->plan;
    struct csa_windows *w = csa_arena_zalloc(match->arena, 1, sizeof *w);
    if (w == NULL) {
        return csa_error_set_memory(error, "the query's evaluation");
    }
    w->match = match;
    w->error = error;
    w->scoring = match->collector->room != 0 && !match->count_only;
    w->scoreless = !match->exhaustive && is_scoreless(plan);
    w->scores.values = csa_arena_zalloc(match->arena, CSA_WINDOW, sizeof *w->scores.values);
    w->leaves = csa_arena_alloc(match->arena, plan->leaf_count + 1, sizeof(struct csa_window_node *));
    if (w->scores.values == NULL || w->leaves == NULL) {
        return csa_error_set_memory(error, "the query's evaluation");
    }
    *made = w;
    *root = build(w, plan->root);
    return *root == NULL ? error->status : CSA_OK;
}

enum csa_status csa_match_window(struct csa_match *match, struct csa_error *error)
{
    struct csa_error own = {0};
    struct csa_windows *w;
    struct csa_window_node *root;
    enum csa_status status = open_windows(match, &w, &root, error == NULL ? &own : error);
    return status != CSA_OK || root->empty ? status : run(w, root);
}
