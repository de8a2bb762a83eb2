/* The naive evaluator's phrases and NEAR, over an article's tokens in one array. */
#ifndef CSA_TESTS_SEARCH_NAIVE_PHRASES_H
#define CSA_TESTS_SEARCH_NAIVE_PHRASES_H

#include "search_naive_words.h"

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

/* A title alone. */
static inline void naive_cut_to_title(struct naive_text *text)
{
    uint32_t count = 0;
    while (count < text->count && text->title[count]) {
        count++;
    }
    text->count = count;
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
                                const struct naive_sets *sets)
{
    for (uint32_t i = 0; i < text->count; i++) {
        if (text->positions[i] == position) {
            return naive_in_any(sets, false, text->words[i]);
        }
    }
    return false;
}

/* Occurrences: the positions from the first to the last token, and the passage of the first. */
struct naive_span {
    uint32_t first, last, passage;
};
struct naive_spans {
    struct naive_span *items; /* room for as many as all words have places together */
    uint32_t count;
};

/* Whether two words that stand at different places in the phrase stand on the same token. */
static inline bool naive_share(const struct csa_node *node, const uint32_t *at)
{
    for (size_t a = 0; a < node->child_count; a++) {
        for (size_t b = 0; b < a; b++) {
            if (at[a] == at[b] && node->children[a]->offset != node->children[b]->offset) {
                return true;
            }
        }
    }
    return false;
}

/* Smallest windows with every word, by the rule in phrase.h, over what stands from the passage on: the lowest
 * place is moved up again and again. */
static inline void naive_sloppy(const struct naive_text *text, const struct csa_node *node,
                                const struct naive_leaf *const *leaves, uint32_t passage,
                                struct naive_spans *spans)
{
    uint32_t at[CSA_QUERY_CLAUSES] = {0};
    for (size_t e = 0; e < node->child_count; e++) {
        while (at[e] < text->count && text->passages[at[e]] < passage) {
            at[e]++;
        }
    }
    for (;;) {
        int64_t low = INT64_MAX, high = INT64_MIN;
        size_t lowest = 0;
        uint32_t first = UINT32_MAX, last = 0;
        for (size_t e = 0; e < node->child_count; e++) {
            while (at[e] < text->count && !naive_in_any(&leaves[e]->sets, false, text->words[at[e]])) {
                at[e]++;
            }
            if (at[e] == text->count) {
                return;
            }
            int64_t place = (int64_t)text->positions[at[e]] - node->children[e]->offset;
            high = place > high ? place : high;
            if (place < low || (place == low && node->children[e]->offset < node->children[lowest]->offset)) {
                low = place;
                lowest = e;
            }
            first = at[e] < first ? at[e] : first;
            last = at[e] > last ? at[e] : last;
        }
        if (high - low <= (int64_t)node->slop && !naive_share(node, at)) {
            spans->items[spans->count++] =
                (struct naive_span){text->positions[first], text->positions[last], text->passages[first]};
        }
        at[lowest]++;
    }
}

static inline void naive_exact(const struct naive_text *text, const struct csa_node *node,
                               const struct naive_leaf *const *leaves, struct naive_spans *spans)
{
    uint32_t smallest = UINT32_MAX, largest = 0;
    for (size_t e = 0; e < node->child_count; e++) {
        uint32_t offset = node->children[e]->offset;
        smallest = offset < smallest ? offset : smallest;
        largest = offset > largest ? offset : largest;
    }
    for (uint32_t i = 0; i < text->count; i++) {
        bool all = true;
        for (size_t e = 0; e < node->child_count && all; e++) {
            all = naive_stands(text, text->positions[i] + node->children[e]->offset - smallest,
                               &leaves[e]->sets);
        }
        if (all) {
            spans->items[spans->count++] = (struct naive_span){
                text->positions[i], text->positions[i] + largest - smallest, text->passages[i]};
        }
    }
}

/* All occurrences of a phrase of at least one word, from the passage on. */
static inline void naive_find(struct naive *n, const struct naive_text *text, const struct csa_node *node,
                              uint32_t passage, struct naive_spans *spans)
{
    const struct naive_leaf *leaves[CSA_QUERY_CLAUSES];
    spans->count = 0;
    spans->items = test_malloc((text->count * node->child_count + 1) * sizeof *spans->items);
    for (size_t e = 0; e < node->child_count; e++) {
        leaves[e] = naive_know(n, node->children[e], NAIVE_ELEMENT);
    }
    if (node->slop == 0) {
        naive_exact(text, node, leaves, spans);
    } else {
        naive_sloppy(text, node, leaves, passage, spans);
    }
}

/* Occurrences that start in the passage (title: in the title). */
static inline uint32_t naive_phrase(struct naive *n, const struct csa_node *node, uint32_t passage,
                                    bool title)
{
    struct naive_text text;
    struct naive_spans spans;
    naive_text_of(n->model, n->model->passages[passage].article, &text);
    if (title) {
        naive_cut_to_title(&text);
    }
    naive_find(n, &text, node, passage, &spans);
    uint32_t found = 0;
    for (uint32_t i = 0; i < spans.count; i++) {
        found += spans.items[i].passage == passage;
    }
    test_free(spans.items);
    naive_text_release(&text);
    return found;
}

/* ---- NEAR ---- */

struct naive_choice {
    const struct naive_spans *spans; /* by child */
    struct naive_span *taken;
    size_t count;
    uint32_t start, end;
};

/* Every way to take one occurrence of each child, of which some begins at the start. */
static inline bool naive_choose(struct naive_choice *c, size_t level, bool begun)
{
    if (level == c->count) {
        return begun;
    }
    for (uint32_t i = 0; i < c->spans[level].count; i++) {
        struct naive_span span = c->spans[level].items[i];
        bool fits = span.first >= c->start && span.last <= c->end;
        for (size_t k = 0; k < level && fits; k++) {
            fits = span.first > c->taken[k].last || span.last < c->taken[k].first;
        }
        c->taken[level] = span;
        if (fits && naive_choose(c, level + 1, begun || span.first == c->start)) {
            return true;
        }
    }
    return false;
}

/* A word as a phrase of one; the words of NEAR may be matched by stem. */
static inline uint32_t naive_child(struct naive *n, const struct naive_text *text,
                                   const struct csa_node *child, uint32_t passage, struct naive_spans *spans)
{
    uint32_t smallest = UINT32_MAX, largest = 0;
    if (child->kind == CSA_NODE_PHRASE && child->child_count > 1) {
        naive_find(n, text, child, passage, spans);
        for (size_t e = 0; e < child->child_count; e++) {
            smallest = child->children[e]->offset < smallest ? child->children[e]->offset : smallest;
            largest = child->children[e]->offset > largest ? child->children[e]->offset : largest;
        }
        return largest - smallest + 1;
    }
    bool phrase = child->kind == CSA_NODE_PHRASE;
    const struct naive_leaf *leaf =
        naive_know(n, phrase ? child->children[0] : child, phrase ? NAIVE_ELEMENT : NAIVE_NEAR);
    spans->count = 0;
    spans->items = test_malloc((text->count + 1) * sizeof *spans->items);
    for (uint32_t i = 0; i < text->count; i++) {
        if (naive_in_any(&leaf->sets, false, text->words[i])) {
            spans->items[spans->count++] =
                (struct naive_span){text->positions[i], text->positions[i], text->passages[i]};
        }
    }
    return 1;
}

static inline uint32_t naive_near(struct naive *n, const struct csa_node *node, uint32_t passage, bool title)
{
    struct naive_text text;
    struct naive_spans spans[32];
    struct naive_span taken[32];
    assert_true(node->child_count <= 32);
    naive_text_of(n->model, n->model->passages[passage].article, &text);
    if (title) {
        naive_cut_to_title(&text);
    }
    uint32_t length = node->slop, found = 0;
    for (size_t i = 0; i < node->child_count; i++) {
        length += naive_child(n, &text, node->children[i], passage, &spans[i]);
    }
    for (uint32_t i = 0; i < text.count; i++) {
        struct naive_choice choice = {.spans = spans,
                                      .taken = taken,
                                      .count = node->child_count,
                                      .start = text.positions[i],
                                      .end = text.positions[i] + length - 1};
        found += text.passages[i] == passage && naive_choose(&choice, 0, false);
    }
    for (size_t i = 0; i < node->child_count; i++) {
        test_free(spans[i].items);
    }
    naive_text_release(&text);
    return found;
}

#endif
