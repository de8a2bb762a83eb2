/* The naive evaluator: what a query means, word by word over plain arrays, written for clarity. It shares
 * with the engine only the parser, idf and BM25's formula. */
#ifndef CSA_TESTS_SEARCH_NAIVE_H
#define CSA_TESTS_SEARCH_NAIVE_H

#include "search_naive_phrases.h"

struct naive_answer {
    bool matches;
    double score;
};

static inline void naive_init(struct naive *naive, const struct model *model, bool plain, double k1, double b)
{
    struct csa_error error = {0};
    uint64_t tokens = 0, title_tokens = 0;
    for (uint32_t p = 0; p < model->passage_count; p++) {
        tokens += model_length(model, p);
    }
    for (uint32_t a = 0; a < model->article_count; a++) {
        title_tokens += model->articles[a].title_count;
    }
    double average = (double)(float)(tokens == 0 ? 1 : (double)tokens / model->passage_count);
    *naive = (struct naive){.model = model, .plain = plain};
    naive->leaves = test_calloc(CSA_QUERY_CLAUSES, sizeof *naive->leaves);
    naive->saturation = csa_saturation_make(k1, b, average);
    naive->title_saturation = csa_saturation_make(k1, b, (double)title_tokens / model->article_count);
    assert_int_equal(csa_stemmer_new(CSA_LANGUAGE_ENGLISH, &naive->stemmer, &error), CSA_OK);
}

static inline void naive_release(struct naive *naive)
{
    csa_stemmer_free(naive->stemmer);
    test_free(naive->leaves);
}

static inline struct naive_answer naive_part(const struct naive *n, double boost, double idf,
                                             uint32_t frequency, uint32_t length, bool title, bool fuzzy)
{
    if (frequency == 0) {
        return (struct naive_answer){false, 0};
    }
    float weight = (float)(boost * idf);
    struct csa_saturation saturation = title ? n->title_saturation : n->saturation;
    float value = fuzzy ? csa_fuzzy_saturation(saturation, frequency, length)
                        : csa_saturation_value(saturation, frequency, length);
    return (struct naive_answer){true, (double)(weight * value)};
}

/* The sum of the idfs of a phrase's words, or of those of NEAR. */
static inline double naive_sum_idf(struct naive *n, const struct csa_node *node, bool title)
{
    double sum = 0;
    for (size_t e = 0; e < node->child_count; e++) {
        const struct csa_node *child = node->children[e];
        if (child->kind == CSA_NODE_PHRASE) {
            sum += naive_sum_idf(n, child, title);
            continue;
        }
        const struct naive_leaf *leaf =
            naive_know(n, child, node->kind == CSA_NODE_NEAR ? NAIVE_NEAR : NAIVE_ELEMENT);
        sum += title ? leaf->title_idf : leaf->idf;
    }
    return sum;
}

static inline struct naive_answer naive_answer_phrase(struct naive *n, const struct csa_node *node,
                                                      uint32_t passage, double boost)
{
    const struct model *m = n->model;
    uint32_t article = m->passages[passage].article;
    bool title = node->field == CSA_FIELD_TITLE;
    if (node->child_count == 0) {
        return (struct naive_answer){false, 0};
    }
    uint32_t place = title ? m->articles[article].first_passage : passage;
    uint32_t frequency =
        node->kind == CSA_NODE_NEAR ? naive_near(n, node, place, title) : naive_phrase(n, node, place, title);
    return naive_part(n, boost, naive_sum_idf(n, node, title), frequency,
                      title ? m->articles[article].title_count : model_length(m, passage), title, false);
}

static inline struct naive_answer naive_answer_leaf(struct naive *n, const struct csa_node *node,
                                                    uint32_t passage, double boost, bool required)
{
    const struct model *m = n->model;
    uint32_t article = m->passages[passage].article;
    if (node->kind == CSA_NODE_NEAR || (node->kind == CSA_NODE_PHRASE && node->child_count != 1)) {
        return naive_answer_phrase(n, node, passage, boost);
    }
    node = node->kind == CSA_NODE_PHRASE ? node->children[0] : node;
    if (node->kind == CSA_NODE_FILTER) {
        return (struct naive_answer){naive_lets_through(m, node, article), 0};
    }
    const struct naive_leaf *leaf = naive_know(n, node, NAIVE_LEAF);
    bool fuzzy = node->kind == CSA_NODE_FUZZY;
    if (node->field == CSA_FIELD_TITLE) {
        return naive_part(n, boost, leaf->title_idf, naive_title_frequency(m, article, &leaf->sets),
                          m->articles[article].title_count, true, fuzzy);
    }
    uint32_t frequency = 0;
    for (unsigned i = 0; i < leaf->sets.count; i++) {
        frequency += leaf->sets.share[i] * naive_frequency(m, passage, leaf->sets.in[i]);
    }
    struct naive_answer answer =
        naive_part(n, boost, leaf->idf, frequency, model_length(m, passage), false, fuzzy);
    bool word = node->kind == CSA_NODE_WORD || node->kind == CSA_NODE_EXACT;
    if (!answer.matches && required && !n->plain && word) {
        answer.matches = naive_title_frequency(m, article, &leaf->sets) != 0;
    }
    return answer;
}

/* required: on the way here stands a must or a must-not, so that titles count for the whole article. Optional
 * clauses beside filters are none for that one of them has to match. */
static inline struct naive_answer naive_node(struct naive *n, const struct csa_node *node, uint32_t passage,
                                             double boost, bool required)
{
    if (node->kind != CSA_NODE_GROUP) {
        return naive_answer_leaf(n, node, passage, boost, required);
    }
    bool has_must = false, any_should = false, all = true;
    double score = 0;
    for (size_t i = 0; i < node->child_count; i++) {
        const struct csa_node *child = node->children[i];
        bool here = child->occurrence != CSA_SHOULD && !child->beside_filters;
        struct naive_answer answer =
            naive_node(n, child, passage, boost * (double)child->boost, required || here);
        switch (child->occurrence) {
        case CSA_MUST:
            has_must = true;
            all = all && answer.matches;
            break;
        case CSA_MUST_NOT:
            all = all && !answer.matches;
            answer.matches = false;
            break;
        default:
            any_should = any_should || answer.matches;
        }
        score += answer.matches ? answer.score : 0;
    }
    bool matches = all && (has_must || any_should);
    return (struct naive_answer){matches, matches ? score : 0};
}

#endif
