/* From an article to a query. */
#include "searcher/feedback/like.h"

#include "searcher/feedback/terms.h"
#include "searcher/query/notes.h"
#include "searcher/query/tree.h"

#include <math.h>

/* Of a long article this many passages are read, spread evenly over it. */
enum { PASSAGES_READ = 200, TITLE_TIMES = 2 };
static const double K1 = 1.2, B = 0.75, NUMBER = 0.5;
static const double ONCE = 0.2; /* a term that occurs once, in a text of pairs of characters */

/* N behind the last `#`; 0: there is none. */
static uint32_t passage_number(struct csa_view name, struct csa_view *id)
{
    uint64_t number = 0;
    uint64_t unit = 1;
    size_t i = name.size;
    while (i != 0 && name.data[i - 1] >= '0' && name.data[i - 1] <= '9' && unit < UINT32_MAX) {
        number += unit * (uint64_t)(name.data[--i] - '0');
        unit *= 10;
    }
    if (i == 0 || i == name.size || name.data[i - 1] != '#') {
        return 0;
    }
    *id = csa_view_make(name.data, i - 1);
    return number < UINT32_MAX ? (uint32_t)number : UINT32_MAX;
}

enum csa_status csa_like_find(struct csa_engine *engine, struct csa_view name, struct csa_arena *arena,
                              struct csa_like_target *target, struct csa_error *error)
{
    bool found = false;
    *target = (struct csa_like_target){0};
    enum csa_status status = engine->operations->find_article(engine, name, &target->article, &found, error);
    struct csa_view id = name;
    if (status == CSA_OK && !found && (target->passage = passage_number(name, &id)) != 0) {
        status = engine->operations->find_article(engine, id, &target->article, &found, error);
    }
    if (status != CSA_OK) {
        return status;
    }
    if (!found) {
        return csa_error_set(error, CSA_ERROR_NOT_FOUND, "--like: no article has the id %.*s",
                             (int)(name.size < 512 ? name.size : 512), name.data);
    }
    struct csa_article_info info;
    status = engine->operations->article(engine, target->article, arena, &info, error);
    if (status == CSA_OK && target->passage > info.passage_count) {
        return csa_error_set(error, CSA_ERROR_NOT_FOUND, "--like: %.*s has no passage %u, its last is %u",
                             (int)(id.size < 512 ? id.size : 512), id.data, target->passage,
                             info.passage_count);
    }
    return status;
}

/* Each passage is a text of its own, so that `texts` says in how many of the article's own a term stands. */
static enum csa_status read_texts(struct csa_engine *engine, struct csa_like_target target,
                                  struct csa_terms *terms, uint32_t *texts, struct csa_arena *arena,
                                  struct csa_error *error)
{
    struct csa_article_info info;
    enum csa_status status = engine->operations->article(engine, target.article, arena, &info, error);
    *texts = target.passage != 0 || info.passage_count == 0 ? 1 : info.passage_count;
    *texts = *texts < PASSAGES_READ ? *texts : PASSAGES_READ;
    for (uint32_t i = 0; i < *texts && status == CSA_OK; i++) {
        uint32_t passage =
            target.passage != 0 ? target.passage - 1 : (uint32_t)((uint64_t)i * info.passage_count / *texts);
        csa_terms_begin_article(terms, &info, 1);
        if (i == 0) {
            status = csa_terms_add(terms, info.title, TITLE_TIMES, error);
        }
        struct csa_passage_info text = {0};
        if (status == CSA_OK && info.passage_count != 0) {
            status = engine->operations->passage(engine, info.first_passage + passage, arena, &text, error);
        }
        status = status == CSA_OK ? csa_terms_add_passage(terms, &text, error) : status;
        csa_terms_end_text(terms);
    }
    return status;
}

/* Whether most terms are pairs of characters. Many of them lie across two words, are rare in the collection
 * for that reason, and mostly occur once. */
static bool is_of_pairs(const struct csa_term_count *terms, size_t count)
{
    size_t pairs = 0;
    for (size_t i = 0; i < count; i++) {
        pairs += terms[i].pair;
    }
    return pairs > count / 2;
}

/* The saturated frequency, less for what may be no word of the subject. */
static double rate_frequency(const struct csa_term_count *term, double k, bool of_pairs)
{
    double part = (term->number ? NUMBER : 1) * (of_pairs && term->occurrences == 1 ? ONCE : 1);
    return part * term->occurrences / (term->occurrences + k);
}

/* The best terms first; weight becomes the saturated frequency, the largest 1. */
static enum csa_status choose_terms(struct csa_engine *engine, struct csa_terms *counted, uint32_t texts,
                                    struct csa_term_count **terms, size_t *count, struct csa_error *error)
{
    size_t all;
    *terms = csa_terms_all(counted, &all);
    double k = K1 * (1 - B + B * texts);
    double documents = (double)engine->passages;
    bool of_pairs = is_of_pairs(*terms, all);
    for (size_t i = 0; i < all; i++) {
        struct csa_term_count *term = &(*terms)[i];
        enum csa_status status = csa_terms_look_up(engine, term, error);
        if (status != CSA_OK) {
            return status;
        }
        double holding = fmin((double)term->passages, documents);
        double idf = log(1 + (documents - holding + 0.5) / (holding + 0.5));
        term->weight = term->passages > term->texts ? rate_frequency(term, k, of_pairs) * idf : 0;
    }
    *count = csa_terms_best(*terms, all, CSA_LIKE_TERMS);
    double largest = 0;
    for (size_t i = 0; i < *count; i++) {
        struct csa_term_count *term = &(*terms)[i];
        term->weight = rate_frequency(term, k, of_pairs);
        largest = fmax(largest, term->weight);
    }
    for (size_t i = 0; i < *count; i++) {
        (*terms)[i].weight /= largest;
    }
    return CSA_OK;
}

/* ---- the tree ---- */

static struct csa_node *new_term(const struct csa_term_count *term, struct csa_arena *arena)
{
    struct csa_view word = csa_arena_copy(arena, term->word);
    struct csa_node *node =
        word.data == NULL ? NULL : csa_node_new(arena, term->extra ? CSA_NODE_EXACT : CSA_NODE_WORD, word);
    if (node != NULL) {
        node->text = word;
        node->boost = csa_boost_round(term->weight);
        node->added = true;
    }
    return node;
}

static bool push_terms(struct csa_query *query, struct csa_node *group, const struct csa_term_count *terms,
                       size_t count, struct csa_arena *arena)
{
    for (size_t i = 0; i < count; i++) {
        struct csa_node *node = new_term(&terms[i], arena);
        if (node == NULL || !csa_node_push(arena, group, node)) {
            return false;
        }
        query->leaf_count++;
    }
    return true;
}

/* Of a query that only excludes, the clauses may stand beside the terms, and the parser's note that nothing
 * can be found is not true any more. */
static bool take_exclusions(struct csa_query *query, struct csa_node *root, struct csa_arena *arena)
{
    for (size_t i = 0; i < query->root->child_count; i++) {
        if (!csa_node_push(arena, root, query->root->children[i])) {
            return false;
        }
    }
    csa_query_drop_notes(query, CSA_NOTE_EXCLUDES);
    return true;
}

/* Puts the terms into a group of their own beside the query, both required. */
static bool make_tree(struct csa_query *query, const struct csa_term_count *terms, size_t count,
                      struct csa_view id, struct csa_arena *arena)
{
    struct csa_node *root = csa_node_new(arena, CSA_NODE_GROUP, query->text);
    struct csa_node *like = root;
    if (root != NULL && csa_node_children_are(query->root, CSA_MUST_NOT)) {
        if (!take_exclusions(query, root, arena)) {
            return false;
        }
    } else if (root != NULL && query->root->child_count != 0) {
        like = csa_node_new(arena, CSA_NODE_GROUP, query->text);
        query->root->occurrence = CSA_MUST;
        if (like == NULL || !csa_node_push(arena, root, query->root) || !csa_node_push(arena, root, like)) {
            return false;
        }
        like->occurrence = CSA_MUST;
    }
    if (root == NULL || !push_terms(query, like, terms, count, arena)) {
        return false;
    }
    struct csa_node *itself = csa_node_new(arena, CSA_NODE_FILTER, id);
    if (itself == NULL || !csa_node_push(arena, root, itself)) {
        return false;
    }
    itself->occurrence = CSA_MUST_NOT;
    itself->field = CSA_FIELD_ID;
    itself->text = id;
    itself->whole = true;
    query->root = root;
    return true;
}

enum csa_status csa_like_query(struct csa_engine *engine, struct csa_like_target target,
                               struct csa_query *query, struct csa_arena *arena, struct csa_error *error)
{
    struct csa_terms *counted;
    struct csa_view id;
    uint32_t texts = 0;
    struct csa_term_count *terms = NULL;
    size_t count = 0;
    enum csa_status status = engine->operations->article_id(engine, target.article, arena, &id, error);
    if (status != CSA_OK || (status = csa_terms_new(&counted, error)) != CSA_OK) {
        return status;
    }
    status = read_texts(engine, target, counted, &texts, arena, error);
    if (status == CSA_OK) {
        status = choose_terms(engine, counted, texts, &terms, &count, error);
    }
    if (status == CSA_OK && !make_tree(query, terms, count, id, arena)) {
        status = csa_error_set_memory(error, "the query for --like");
    }
    csa_terms_free(counted);
    return status;
}
