/* RM3 over the engine's interface: search, read the best articles, weigh their terms, change the tree. */
#include "searcher/feedback/expand.h"

#include "searcher/feedback/terms.h"
#include "searcher/query/tree.h"

#include <math.h>

enum { ARTICLES = 20, PASSAGES = 3 /* of one article */, SHARPNESS = 5, SMALL_COLLECTION = 200 };
static const double ORIGINAL = 0.4; /* the weight of the query as typed */
static const double COMMON = 0.15;  /* terms in more of the passages say too little */

/* A bare optional word of the query. */
struct original {
    struct csa_node *node;
    double scale;         /* boosts of the groups around it */
    struct csa_view stem; /* of the term that it is; empty: the texts do not hold it */
};

/* What a term is worth: by the relevance model, and by divergence from randomness. */
struct rates {
    double relevance, divergence;
};

struct expansion {
    struct csa_engine *engine;
    struct csa_arena *arena;
    struct csa_terms *terms;
    struct original *originals;
    size_t original_count;
    struct csa_view *fixed; /* stems of words that are not to be changed */
    size_t fixed_count;
    double weight; /* of all the query's words */
    bool bare;     /* nothing but bare words and what is excluded */
    struct csa_error *error;
};

/* ---- the texts ---- */

static enum csa_status add_article(struct expansion *e, const struct csa_hit *hits, size_t count, double best)
{
    struct csa_article_info article;
    enum csa_status status =
        e->engine->operations->article(e->engine, hits[0].article, e->arena, &article, e->error);
    if (status != CSA_OK) {
        return status;
    }
    double share = (double)hits[0].article_score / best;
    csa_terms_begin_article(e->terms, &article, pow(share, SHARPNESS));
    status = csa_terms_add(e->terms, article.title, 1, e->error);
    for (size_t i = 0; i < count && i < PASSAGES && status == CSA_OK; i++) {
        struct csa_passage_info passage;
        status = e->engine->operations->passage(e->engine, hits[i].passage, e->arena, &passage, e->error);
        status = status == CSA_OK ? csa_terms_add_passage(e->terms, &passage, e->error) : status;
    }
    csa_terms_end_text(e->terms);
    return status;
}

static enum csa_status add_articles(struct expansion *e, const struct csa_search_request *request)
{
    struct csa_search_request search = {
        .query = request->query,
        .rank = request->rank,
        .k1 = request->k1,
        .b = request->b,
        .hits = ARTICLES,
        .by_article = true,
        .exhaustive = request->exhaustive,
        .deadline = request->deadline,
    };
    struct csa_search_result result;
    enum csa_status status = e->engine->operations->search(e->engine, &search, e->arena, &result, e->error);
    if (status != CSA_OK || result.hit_count == 0 || !(result.hits[0].article_score > 0)) {
        return status;
    }
    unsigned articles = 0;
    for (size_t i = 0, end; i < result.hit_count && articles < ARTICLES && status == CSA_OK; i = end) {
        for (end = i; end < result.hit_count && result.hits[end].article == result.hits[i].article; end++) {
        }
        status = add_article(e, &result.hits[i], end - i, (double)result.hits[0].article_score);
        articles++;
    }
    return status;
}

/* ---- the query's words ---- */

static size_t count_words(const struct csa_node *node)
{
    size_t count = node->child_count == 0;
    for (size_t i = 0; i < node->child_count; i++) {
        count += count_words(node->children[i]);
    }
    return count;
}

/* The term that a word of the query is, by the first language that has it; empty when there is none. */
static struct csa_view find_stem(const struct expansion *e, struct csa_view word)
{
    for (unsigned language = 0; language < CSA_LANGUAGE_COUNT; language++) {
        const struct csa_term_count *term = csa_terms_find(e->terms, word, (csa_language)language);
        if (term != NULL) {
            return term->stem;
        }
    }
    return csa_view_make(NULL, 0);
}

/* fixed: it stands in what must not be changed. The parser bounds the depth. */
static void collect_words(struct expansion *e, struct csa_node *node, double scale, bool fixed)
{
    if (node->occurrence == CSA_MUST_NOT) {
        return;
    }
    bool group = node->kind == CSA_NODE_GROUP;
    fixed = fixed || node->occurrence == CSA_MUST ||
            (!group && (node->kind != CSA_NODE_WORD || node->field != CSA_FIELD_TEXT));
    e->bare = e->bare && !fixed;
    if (node->child_count != 0) {
        for (size_t i = 0; i < node->child_count; i++) {
            collect_words(e, node->children[i], scale * (double)node->boost, fixed);
        }
        return;
    }
    if (group || node->kind == CSA_NODE_FILTER) {
        return;
    }
    e->weight += scale * (double)node->boost;
    struct csa_view stem = find_stem(e, node->text);
    if (fixed && stem.size != 0) {
        e->fixed[e->fixed_count++] = stem;
    } else if (!fixed) {
        e->originals[e->original_count++] = (struct original){node, scale, stem};
    }
}

static enum csa_status read_words(struct expansion *e, struct csa_node *root)
{
    size_t room = count_words(root);
    e->originals = csa_arena_alloc(e->arena, room + 1, sizeof *e->originals);
    e->fixed = csa_arena_alloc(e->arena, room + 1, sizeof *e->fixed);
    if (e->originals == NULL || e->fixed == NULL) {
        return csa_error_set_memory(e->error, "the expanded query");
    }
    e->bare = true;
    for (size_t i = 0; i < root->child_count; i++) {
        collect_words(e, root->children[i], (double)root->boost, false);
    }
    return CSA_OK;
}

/* ---- the model ---- */

static bool is_common(const struct expansion *e, uint64_t passages)
{
    return e->engine->passages > SMALL_COLLECTION && (double)passages > COMMON * (double)e->engine->passages;
}

/* 0 by both for a term that says too little. */
static struct rates rate_term(const struct expansion *e, const struct csa_term_count *term)
{
    if (!(term->frequency > 0) || term->passages == 0 || is_common(e, term->passages)) {
        return (struct rates){0, 0};
    }
    double documents = (double)e->engine->passages;
    double holding = fmin((double)term->passages, documents);
    double selectivity = sqrt(log(1 + (documents - holding + 0.5) / (holding + 0.5)));
    double chance = holding / documents;
    double divergence = term->mass * log2((1 + chance) / chance) + log2(1 + chance);
    return (struct rates){term->frequency * selectivity, divergence * selectivity};
}

/* The best terms in order, weight: their share of the mean of both models. */
static enum csa_status choose_terms(struct expansion *e, size_t room, struct csa_term_count **terms,
                                    size_t *count)
{
    size_t all;
    *terms = csa_terms_all(e->terms, &all);
    struct rates sums = {0, 0};
    for (size_t i = 0; i < all; i++) {
        enum csa_status status = csa_terms_look_up(e->engine, &(*terms)[i], e->error);
        if (status != CSA_OK) {
            return status;
        }
        struct rates rates = rate_term(e, &(*terms)[i]);
        sums.relevance += rates.relevance;
        sums.divergence += rates.divergence;
    }
    for (size_t i = 0; i < all && sums.relevance > 0; i++) {
        struct rates rates = rate_term(e, &(*terms)[i]);
        (*terms)[i].weight = rates.relevance / sums.relevance + rates.divergence / sums.divergence;
    }
    *count = csa_terms_best(*terms, all, room);
    double sum = 0;
    for (size_t i = 0; i < *count; i++) {
        sum += (*terms)[i].weight;
    }
    for (size_t i = 0; i < *count; i++) {
        (*terms)[i].weight /= sum;
    }
    return CSA_OK;
}

/* ---- the tree ---- */

static struct csa_node *new_term(struct expansion *e, const struct csa_term_count *term, float boost)
{
    struct csa_view word = csa_arena_copy(e->arena, term->word);
    struct csa_node *node =
        word.data == NULL ? NULL : csa_node_new(e->arena, term->extra ? CSA_NODE_EXACT : CSA_NODE_WORD, word);
    if (node != NULL) {
        node->text = word;
        node->boost = boost;
        node->added = true;
    }
    return node;
}

static bool is_fixed(const struct expansion *e, struct csa_view stem)
{
    for (size_t i = 0; i < e->fixed_count; i++) {
        if (csa_view_equal(e->fixed[i], stem)) {
            return true;
        }
    }
    return false;
}

/* Raises the first word of the query that is this term; false when none is. */
static bool raise_original(struct expansion *e, struct csa_view stem, double boost)
{
    for (size_t i = 0; i < e->original_count; i++) {
        struct original *original = &e->originals[i];
        if (original->stem.size != 0 && csa_view_equal(original->stem, stem) && original->scale > 0) {
            original->node->boost = csa_boost_round((double)original->node->boost + boost / original->scale);
            return true;
        }
    }
    return false;
}

/* The group that takes the added terms: the root, or a new one in which the query is required. */
static struct csa_node *make_target(struct expansion *e, struct csa_query *query)
{
    if (e->bare) {
        return query->root;
    }
    struct csa_node *target = csa_node_new(e->arena, CSA_NODE_GROUP, query->root->source);
    if (target == NULL || !csa_node_push(e->arena, target, query->root)) {
        return NULL;
    }
    query->root->occurrence = CSA_MUST;
    query->root = target;
    return target;
}

static enum csa_status add_terms(struct expansion *e, struct csa_query *query,
                                 const struct csa_term_count *terms, size_t count)
{
    struct csa_node *target = make_target(e, query);
    for (size_t i = 0; i < count && target != NULL; i++) {
        double boost = (1 - ORIGINAL) / ORIGINAL * e->weight * terms[i].weight;
        float rounded = csa_boost_round(boost);
        if (is_fixed(e, terms[i].stem) || raise_original(e, terms[i].stem, boost) || !(rounded > 0) ||
            query->leaf_count >= CSA_QUERY_CLAUSES) {
            continue;
        }
        struct csa_node *node = new_term(e, &terms[i], rounded);
        if (node == NULL || !csa_node_push(e->arena, target, node)) {
            target = NULL;
            break;
        }
        query->leaf_count++;
    }
    return target == NULL ? csa_error_set_memory(e->error, "the expanded query") : CSA_OK;
}

enum csa_status csa_feedback_expand(struct csa_engine *engine, const struct csa_search_request *request,
                                    struct csa_query *query, unsigned terms, struct csa_arena *arena,
                                    struct csa_error *error)
{
    struct expansion e = {.engine = engine, .arena = arena, .error = error};
    enum csa_status status = csa_terms_new(&e.terms, error);
    if (status == CSA_OK) {
        status = add_articles(&e, request);
    }
    if (status == CSA_OK) {
        status = read_words(&e, query->root);
    }
    struct csa_term_count *best = NULL;
    size_t count = 0;
    if (status == CSA_OK && e.weight > 0) {
        status = choose_terms(&e, terms, &best, &count);
    }
    if (status == CSA_OK && count != 0) {
        status = add_terms(&e, query, best, count);
    }
    csa_terms_free(e.terms);
    return status;
}
