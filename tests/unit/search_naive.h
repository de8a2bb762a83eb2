/* The naive evaluator: walks the syntax tree over the arrays of search_model.h, written for clarity. It
 * shares with the engine only the parser, idf and BM25's formula. */
#ifndef CSA_TESTS_SEARCH_NAIVE_H
#define CSA_TESTS_SEARCH_NAIVE_H

#include "search_model.h"
#include "searcher/match/best.h"
#include "searcher/match/plan.h"
#include "searcher/query/parse.h"

#include <math.h>

/* Which words of the vocabulary a leaf matches in an unstemmed [0] and in an English [1] article; as sets of
 * lists: list[i] is the set that the i-th postings list holds. */
struct naive_sets {
    unsigned count;
    bool in[MODEL_WORDS][2][MODEL_WORDS]; /* [list][english][word] */
};

/* What is the same for all passages of a leaf. */
struct naive_leaf {
    const struct csa_node *node;
    struct naive_sets sets;
    double idf, title_idf;
};

struct naive {
    const struct model *model;
    bool plain;
    struct csa_saturation saturation, title_saturation;
    struct naive_leaf *leaves; /* of the query at hand */
    unsigned leaf_count;
};

struct naive_answer {
    bool matches;
    double score;
};

static inline void naive_init(struct naive *naive, const struct model *model, bool plain, double k1, double b)
{
    uint64_t tokens = 0, title_tokens = 0;
    for (uint32_t p = 0; p < model->passage_count; p++) {
        tokens += model_length(model, p);
    }
    for (uint32_t a = 0; a < model->article_count; a++) {
        title_tokens += model->articles[a].title_count;
    }
    double average = (double)(float)((double)tokens / model->passage_count);
    *naive = (struct naive){.model = model, .plain = plain};
    naive->leaves = test_calloc(CSA_QUERY_CLAUSES, sizeof *naive->leaves);
    naive->saturation = csa_saturation_make(k1, b, average);
    naive->title_saturation = csa_saturation_make(k1, b, (double)title_tokens / model->article_count);
}

static inline void naive_release(struct naive *naive)
{
    test_free(naive->leaves);
}

/* ---- words ---- */

/* The stems (under the collection's languages) that a query word stands for; form[0] is the word itself. */
static inline unsigned naive_stems(const struct naive *n, struct csa_view text, char stems[MODEL_STEMS][64])
{
    unsigned count = 0;
    struct csa_error error = {0};
    if ((n->model->stemmers & 1) != 0) {
        snprintf(stems[count++], 64, "%.*s", (int)text.size, text.data);
    }
    if ((n->model->stemmers >> CSA_LANGUAGE_ENGLISH & 1) != 0) {
        struct csa_stemmer *stemmer;
        assert_int_equal(csa_stemmer_new(CSA_LANGUAGE_ENGLISH, &stemmer, &error), CSA_OK);
        struct csa_view stem = csa_stemmer_stem(stemmer, text);
        snprintf(stems[count], 64, "%.*s", (int)stem.size, stem.data);
        csa_stemmer_free(stemmer);
        count += count == 0 || strcmp(stems[0], stems[1]) != 0;
    }
    return count;
}

static inline void naive_sets_of(const struct naive *n, const struct csa_node *node, struct naive_sets *sets)
{
    memset(sets, 0, sizeof *sets);
    bool by_stem = node->kind == CSA_NODE_WORD && n->model->stemmers != 1;
    if (by_stem) {
        char stems[MODEL_STEMS][64];
        sets->count = naive_stems(n, node->text, stems);
        for (unsigned i = 0; i < sets->count; i++) {
            for (unsigned w = 0; w < MODEL_WORDS; w++) {
                sets->in[i][0][w] = strcmp(model_words[w], stems[i]) == 0;
                sets->in[i][1][w] = strcmp(n->model->stems[w], stems[i]) == 0;
            }
        }
        return;
    }
    for (unsigned w = 0; w < MODEL_WORDS; w++) {
        struct csa_view word = csa_view_of(model_words[w]);
        bool hit = node->kind == CSA_NODE_PREFIX ? csa_view_starts_with(word, node->text)
                                                 : csa_view_equal(word, node->text);
        if (hit) {
            sets->in[sets->count][0][w] = sets->in[sets->count][1][w] = true;
            sets->count++;
        }
    }
}

static inline bool naive_in_any(const struct naive_sets *sets, bool english, uint8_t word)
{
    for (unsigned i = 0; i < sets->count; i++) {
        if (sets->in[i][english][word]) {
            return true;
        }
    }
    return false;
}

static inline uint32_t naive_count_tokens(const struct model *m, uint32_t begin, uint32_t count, bool english,
                                          const bool in[2][MODEL_WORDS])
{
    uint32_t found = 0;
    for (uint32_t i = 0; i < count; i++) {
        found += in[english][m->tokens[begin + i]];
    }
    return found;
}

static inline uint32_t naive_frequency(const struct model *m, uint32_t passage, const bool in[2][MODEL_WORDS])
{
    const struct model_passage *p = &m->passages[passage];
    const struct model_article *a = &m->articles[p->article];
    uint32_t found = naive_count_tokens(m, p->begin, p->count, a->stemmer != 0, in);
    if (model_is_first(m, passage)) {
        found += naive_count_tokens(m, a->title_begin, a->title_count, a->stemmer != 0, in);
    }
    return found;
}

static inline uint32_t naive_title_frequency(const struct model *m, uint32_t article,
                                             const struct naive_sets *sets)
{
    const struct model_article *a = &m->articles[article];
    uint32_t found = 0;
    for (unsigned i = 0; i < sets->count; i++) {
        found += naive_count_tokens(m, a->title_begin, a->title_count, a->stemmer != 0, sets->in[i]);
    }
    return found;
}

/* A leaf's idf: documents summed over its lists. */
static inline double naive_idf(const struct naive *n, const struct naive_sets *sets, bool title)
{
    const struct model *m = n->model;
    uint64_t documents = 0;
    for (unsigned i = 0; i < sets->count; i++) {
        for (uint32_t p = 0; !title && p < m->passage_count; p++) {
            documents += naive_frequency(m, p, sets->in[i]) != 0;
        }
        for (uint32_t a = 0; title && a < m->article_count; a++) {
            const struct model_article *article = &m->articles[a];
            documents += naive_count_tokens(m, article->title_begin, article->title_count,
                                            article->stemmer != 0, sets->in[i]) != 0;
        }
    }
    return csa_idf(documents, title ? m->article_count : m->passage_count);
}

static inline const struct naive_leaf *naive_know(struct naive *n, const struct csa_node *node)
{
    for (unsigned i = 0; i < n->leaf_count; i++) {
        if (n->leaves[i].node == node) {
            return &n->leaves[i];
        }
    }
    assert_true(n->leaf_count < CSA_QUERY_CLAUSES);
    struct naive_leaf *leaf = &n->leaves[n->leaf_count++];
    leaf->node = node;
    naive_sets_of(n, node, &leaf->sets);
    leaf->idf = naive_idf(n, &leaf->sets, false);
    leaf->title_idf = naive_idf(n, &leaf->sets, true);
    return leaf;
}

/* ---- phrases ---- */

/* Tokens of an article with their positions counted through, title first. */
struct naive_text {
    uint32_t count;
    uint8_t *words;
    uint32_t *positions, *passages;
    bool *title;
};

static inline void naive_text_of(const struct model *m, uint32_t article, struct naive_text *text)
{
    const struct model_article *a = &m->articles[article];
    uint32_t room = a->title_count;
    for (uint32_t p = a->first_passage; p < a->first_passage + a->passage_count; p++) {
        room += m->passages[p].count;
    }
    *text = (struct naive_text){0};
    text->words = test_malloc(room + 1);
    text->title = test_calloc(room + 1, sizeof *text->title);
    text->positions = test_malloc((room + 1) * sizeof *text->positions);
    text->passages = test_malloc((room + 1) * sizeof *text->passages);
    uint32_t position = 0;
    for (uint32_t i = 0; i < a->title_count; i++) {
        text->words[text->count] = m->tokens[a->title_begin + i];
        text->title[text->count] = true;
        text->passages[text->count] = a->first_passage;
        text->positions[text->count++] = position++;
    }
    position += a->title_count == 0 ? 0 : CSA_TITLE_GAP;
    for (uint32_t p = a->first_passage; p < a->first_passage + a->passage_count; p++) {
        for (uint32_t i = 0; i < m->passages[p].count; i++) {
            text->words[text->count] = m->tokens[m->passages[p].begin + i];
            text->passages[text->count] = p;
            text->positions[text->count++] = position++;
        }
    }
}

static inline void naive_text_release(struct naive_text *text)
{
    test_free(text->words);
    test_free(text->title);
    test_free(text->positions);
    test_free(text->passages);
}

/* Whether element e stands at this position. */
static inline bool naive_stands(const struct naive_text *text, uint32_t position,
                                const struct naive_sets *sets, bool title)
{
    for (uint32_t i = 0; i < text->count; i++) {
        if (text->positions[i] == position) {
            return (!title || text->title[i]) && naive_in_any(sets, false, text->words[i]);
        }
    }
    return false;
}

/* Smallest windows with every word, by the rule in phrase.h, over what stands from the passage on: the lowest
 * place is moved up again and again. */
static inline uint32_t naive_sloppy(const struct naive_text *text, const struct csa_node *node,
                                    const struct naive_leaf *const *leaves, uint32_t passage)
{
    uint32_t at[8] = {0}, found = 0;
    assert_true(node->child_count <= 8);
    for (size_t e = 0; e < node->child_count; e++) {
        while (at[e] < text->count && text->passages[at[e]] < passage) {
            at[e]++;
        }
    }
    for (;;) {
        int64_t low = INT64_MAX, high = INT64_MIN;
        size_t lowest = 0;
        uint32_t first = UINT32_MAX;
        for (size_t e = 0; e < node->child_count; e++) {
            while (at[e] < text->count && !naive_in_any(&leaves[e]->sets, false, text->words[at[e]])) {
                at[e]++;
            }
            if (at[e] == text->count) {
                return found;
            }
            int64_t place = (int64_t)text->positions[at[e]] - node->children[e]->offset;
            high = place > high ? place : high;
            if (place < low || (place == low && node->children[e]->offset < node->children[lowest]->offset)) {
                low = place;
                lowest = e;
            }
            first = at[e] < first ? at[e] : first;
        }
        found += high - low <= (int64_t)node->slop && text->passages[first] == passage;
        at[lowest]++;
    }
}

/* Occurrences that start in the passage (title: in the title). */
static inline uint32_t naive_phrase(struct naive *n, const struct csa_node *node, uint32_t passage,
                                    bool title)
{
    struct naive_text text;
    naive_text_of(n->model, n->model->passages[passage].article, &text);
    const struct naive_leaf *leaves[CSA_QUERY_CLAUSES];
    for (size_t e = 0; e < node->child_count; e++) {
        leaves[e] = naive_know(n, node->children[e]);
    }
    uint32_t found = 0;
    for (uint32_t i = 0; node->slop == 0 && i < text.count; i++) {
        bool all = text.passages[i] == passage;
        for (size_t e = 0; e < node->child_count && all; e++) {
            all =
                naive_stands(&text, text.positions[i] + node->children[e]->offset - node->children[0]->offset,
                             &leaves[e]->sets, title);
        }
        found += all;
    }
    if (node->slop != 0) {
        found = naive_sloppy(&text, node, leaves, passage);
    }
    naive_text_release(&text);
    return found;
}

/* ---- the tree ---- */

static inline struct naive_answer naive_part(const struct naive *n, double boost, double idf,
                                             uint32_t frequency, uint32_t length, bool title)
{
    if (frequency == 0) {
        return (struct naive_answer){false, 0};
    }
    float weight = (float)(boost * idf);
    struct csa_saturation saturation = title ? n->title_saturation : n->saturation;
    return (struct naive_answer){true,
                                 (double)(weight * csa_saturation_value(saturation, frequency, length))};
}

static inline struct naive_answer naive_answer_leaf(struct naive *n, const struct csa_node *node,
                                                    uint32_t passage, double boost, bool required)
{
    const struct model *m = n->model;
    uint32_t article = m->passages[passage].article;
    uint32_t length = model_length(m, passage), title_length = m->articles[article].title_count;
    if (node->kind == CSA_NODE_PHRASE && node->child_count > 1) {
        bool title = node->field == CSA_FIELD_TITLE;
        double idf = 0;
        for (size_t e = 0; e < node->child_count; e++) {
            const struct naive_leaf *leaf = naive_know(n, node->children[e]);
            idf += title ? leaf->title_idf : leaf->idf;
        }
        uint32_t frequency =
            naive_phrase(n, node, title ? m->articles[article].first_passage : passage, title);
        return naive_part(n, boost, idf, frequency, title ? title_length : length, title);
    }
    node = node->kind == CSA_NODE_PHRASE ? node->children[0] : node;
    const struct naive_leaf *leaf = naive_know(n, node);
    if (node->field == CSA_FIELD_TITLE) {
        return naive_part(n, boost, leaf->title_idf, naive_title_frequency(m, article, &leaf->sets),
                          title_length, true);
    }
    uint32_t frequency = 0;
    for (unsigned i = 0; i < leaf->sets.count; i++) {
        frequency += naive_frequency(m, passage, leaf->sets.in[i]);
    }
    struct naive_answer answer = naive_part(n, boost, leaf->idf, frequency, length, false);
    if (!answer.matches && required && !n->plain && node->kind != CSA_NODE_PREFIX) {
        answer.matches = naive_title_frequency(m, article, &leaf->sets) != 0;
    }
    return answer;
}

/* required: on the way here stands a must or a must-not, so that titles count for the whole article. */
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
        struct naive_answer answer = naive_node(n, child, passage, boost * (double)child->boost,
                                                required || child->occurrence != CSA_SHOULD);
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
