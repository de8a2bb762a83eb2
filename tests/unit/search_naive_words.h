/* The naive evaluator's leaves: which words of the vocabulary a node stands for, how often these stand in a
 * passage or a title, and what a filter lets through. */
#ifndef CSA_TESTS_SEARCH_NAIVE_WORDS_H
#define CSA_TESTS_SEARCH_NAIVE_WORDS_H

#include "search_model.h"
#include "searcher/match/plan.h"
#include "searcher/query/parse.h"

#include <ctype.h>

/* What a node is asked for: a leaf of the tree, a word of a phrase, a child of NEAR. */
enum naive_role { NAIVE_LEAF, NAIVE_ELEMENT, NAIVE_NEAR };

/* Which words of the vocabulary a leaf matches in an unstemmed [0] and in an English [1] article; as sets of
 * lists: list[i] is the set that the i-th postings list holds, and share[i] what an occurrence counts. */
struct naive_sets {
    unsigned count;
    uint32_t share[MODEL_WORDS];
    bool in[MODEL_WORDS][2][MODEL_WORDS]; /* [list][english][word] */
};

/* What is the same for all passages of a leaf. */
struct naive_leaf {
    const struct csa_node *node;
    enum naive_role role;
    struct naive_sets sets;
    double idf, title_idf;
};

struct naive {
    const struct model *model;
    bool plain;
    struct csa_saturation saturation, title_saturation;
    struct naive_leaf *leaves; /* of the query at hand */
    unsigned leaf_count;
    struct csa_stemmer *stemmer; /* English */
};

/* ---- patterns ---- */

static inline unsigned naive_decode(struct csa_view text, uint32_t *out, unsigned room)
{
    unsigned count = 0;
    for (size_t i = 0; i < text.size && count < room; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if ((c & 0xC0) == 0x80) {
            out[count - 1] = out[count - 1] << 6 | (c & 0x3F);
        } else {
            out[count++] = c < 0x80 ? c : c & 0x1F;
        }
    }
    return count;
}

/* Restricted Damerau-Levenshtein distance by the full table. */
static inline unsigned naive_distance(struct csa_view a, struct csa_view b)
{
    enum { ROOM = 160 };
    static unsigned table[ROOM + 1][ROOM + 1];
    uint32_t x[ROOM], y[ROOM];
    unsigned n = naive_decode(a, x, ROOM), m = naive_decode(b, y, ROOM);
    for (unsigned i = 0; i <= n; i++) {
        for (unsigned j = 0; j <= m; j++) {
            if (i == 0 || j == 0) {
                table[i][j] = i + j;
                continue;
            }
            unsigned least = table[i - 1][j] + 1;
            least = table[i][j - 1] + 1 < least ? table[i][j - 1] + 1 : least;
            unsigned change = table[i - 1][j - 1] + (x[i - 1] != y[j - 1]);
            least = change < least ? change : least;
            if (i > 1 && j > 1 && x[i - 1] == y[j - 2] && x[i - 2] == y[j - 1]) {
                least = table[i - 2][j - 2] + 1 < least ? table[i - 2][j - 2] + 1 : least;
            }
            table[i][j] = least;
        }
    }
    return table[n][m];
}

/* The vocabulary is ASCII, so that a byte is a character. */
static inline bool naive_fits(const char *pattern, size_t size, const char *word)
{
    if (size == 0) {
        return *word == '\0';
    }
    if (*pattern == '*') {
        return naive_fits(pattern + 1, size - 1, word) ||
               (*word != '\0' && naive_fits(pattern, size, word + 1));
    }
    return *word != '\0' && (*pattern == '?' || *pattern == *word) &&
           naive_fits(pattern + 1, size - 1, word + 1);
}

/* ---- words ---- */

/* The i-th spelling: the text, then its variants. */
static inline struct csa_view naive_spelling(const struct csa_node *node, size_t i)
{
    return i == 0 ? node->text : node->variants[i - 1];
}

/* The stems (under the collection's languages) that a query word stands for; form[0] is the word itself. */
static inline void naive_add_stems(const struct naive *n, const struct csa_node *node,
                                   struct naive_sets *sets)
{
    char stems[MODEL_WORDS][160];
    for (size_t s = 0; s <= node->variant_count; s++) {
        struct csa_view text = naive_spelling(node, s);
        for (unsigned english = 0; english < 2; english++) {
            if ((n->model->stemmers >> (english != 0 ? CSA_LANGUAGE_ENGLISH : 0) & 1) == 0 ||
                sets->count == MODEL_WORDS) {
                continue;
            }
            struct csa_view stem = english != 0 ? csa_stemmer_stem(n->stemmer, text) : text;
            unsigned i = 0;
            snprintf(stems[sets->count], sizeof stems[0], "%.*s", (int)stem.size, stem.data);
            while (strcmp(stems[i], stems[sets->count]) != 0) {
                i++;
            }
            sets->count += i == sets->count;
        }
    }
    for (unsigned i = 0; i < sets->count; i++) {
        for (unsigned w = 0; w < MODEL_WORDS; w++) {
            sets->in[i][0][w] = strcmp(model_words[w], stems[i]) == 0;
            sets->in[i][1][w] = strcmp(n->model->stems[w], stems[i]) == 0;
        }
    }
}

/* In NEAR: a word with the same stem that begins as word and stem do together, less a letter (three at
 * least). */
static inline bool naive_is_form(const struct naive *n, struct csa_view text, unsigned w)
{
    if ((n->model->stemmers >> CSA_LANGUAGE_ENGLISH & 1) == 0) {
        return false;
    }
    struct csa_view stem = csa_stemmer_stem(n->stemmer, text);
    size_t common = 0;
    while (common < stem.size && common < text.size && stem.data[common] == text.data[common]) {
        common++;
    }
    return common >= 4 && csa_view_equal(stem, csa_view_of(n->model->stems[w])) &&
           strncmp(model_words[w], text.data, common - 1) == 0;
}

/* The distance at which a node takes a word, -1 when it does not. */
static inline int naive_takes(const struct naive *n, const struct csa_node *node, enum naive_role role,
                              unsigned w)
{
    struct csa_view word = csa_view_of(model_words[w]);
    unsigned distance;
    switch (node->kind) {
    case CSA_NODE_PREFIX:
        return csa_view_starts_with(word, node->text) ? 0 : -1;
    case CSA_NODE_WILDCARD:
        return naive_fits(node->text.data, node->text.size, model_words[w]) ? 0 : -1;
    case CSA_NODE_FUZZY:
        distance = naive_distance(node->text, word);
        return distance <= node->distance ? (int)distance : -1;
    default:
        for (size_t s = 0; s <= node->variant_count; s++) {
            struct csa_view text = naive_spelling(node, s);
            bool form = role == NAIVE_NEAR && node->kind == CSA_NODE_WORD && naive_is_form(n, text, w);
            if (csa_view_equal(word, text) || form) {
                return 0;
            }
        }
        return -1;
    }
}

static inline void naive_sets_of(const struct naive *n, const struct csa_node *node, enum naive_role role,
                                 struct naive_sets *sets)
{
    memset(sets, 0, sizeof *sets);
    for (unsigned w = 0; w < MODEL_WORDS; w++) {
        sets->share[w] = 1;
    }
    if (role == NAIVE_LEAF && node->kind == CSA_NODE_WORD && n->model->stemmers != 1) {
        naive_add_stems(n, node, sets);
        return;
    }
    for (unsigned w = 0; w < MODEL_WORDS; w++) {
        int distance = naive_takes(n, node, role, w);
        if (distance >= 0) {
            sets->in[sets->count][0][w] = sets->in[sets->count][1][w] = true;
            sets->share[sets->count++] = node->kind == CSA_NODE_FUZZY ? 6 / (1 + (uint32_t)distance) : 1;
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
        found += sets->share[i] *
                 naive_count_tokens(m, a->title_begin, a->title_count, a->stemmer != 0, sets->in[i]);
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

static inline const struct naive_leaf *naive_know(struct naive *n, const struct csa_node *node,
                                                  enum naive_role role)
{
    for (unsigned i = 0; i < n->leaf_count; i++) {
        if (n->leaves[i].node == node && n->leaves[i].role == role) {
            return &n->leaves[i];
        }
    }
    assert_true(n->leaf_count < CSA_QUERY_CLAUSES);
    struct naive_leaf *leaf = &n->leaves[n->leaf_count++];
    leaf->node = node;
    leaf->role = role;
    naive_sets_of(n, node, role, &leaf->sets);
    leaf->idf = naive_idf(n, &leaf->sets, false);
    leaf->title_idf = naive_idf(n, &leaf->sets, true);
    return leaf;
}

/* ---- filters ---- */

/* Words of letters and digits, lower-cased, each with a space before and behind it. */
static inline void naive_spell_out(const char *text, size_t size, char *out)
{
    strcpy(out, " ");
    for (size_t i = 0; i < size; i++) {
        bool inside = isalnum((unsigned char)text[i]) != 0;
        char c[2] = {inside ? (char)tolower((unsigned char)text[i]) : ' ', '\0'};
        if (inside || out[strlen(out) - 1] != ' ') {
            strcat(out, c);
        }
    }
    strcat(out, out[strlen(out) - 1] == ' ' ? "" : " ");
}

static inline bool naive_has_words(const char *text, struct csa_view wanted, bool whole)
{
    char all[512], part[512];
    if (text == NULL || wanted.size > 200) {
        return false;
    }
    naive_spell_out(text, strlen(text), all);
    naive_spell_out(wanted.data, wanted.size, part);
    return strlen(part) > 1 && (whole ? strcmp(all, part) == 0 : strstr(all, part) != NULL);
}

/* The urls of the tests have a host without user and port, in small letters. */
static inline bool naive_on_site(const char *url, struct csa_view wanted)
{
    const char *host = url == NULL ? NULL : strstr(url, "://");
    if (host == NULL) {
        return false;
    }
    host += 3;
    host += strncmp(host, "www.", 4) == 0 ? 4 : 0;
    size_t size = strcspn(host, "/");
    size_t skip = csa_view_starts_with(wanted, csa_view_of("www.")) ? 4 : 0;
    wanted = csa_view_make(wanted.data + skip, wanted.size - skip);
    return wanted.size != 0 && size >= wanted.size &&
           memcmp(host + size - wanted.size, wanted.data, wanted.size) == 0 &&
           (size == wanted.size || host[size - wanted.size - 1] == '.');
}

static inline bool naive_lets_through(const struct model *m, const struct csa_node *node, uint32_t article)
{
    const struct model_article *a = &m->articles[article];
    char id[32];
    csa_language language;
    switch (node->field) {
    case CSA_FIELD_AUTHOR:
        return naive_has_words(a->author, node->text, node->whole);
    case CSA_FIELD_SOURCE:
        return naive_has_words(a->source, node->text, node->whole);
    case CSA_FIELD_LANGUAGE:
        return csa_language_find(node->text, &language) && language == a->language;
    case CSA_FIELD_SITE:
        return naive_on_site(a->url, node->text);
    case CSA_FIELD_DATE:
        return a->date != 0 && a->date >= node->first_date && a->date <= node->last_date;
    case CSA_FIELD_ID:
        snprintf(id, sizeof id, "article-%u", article);
        if (!node->whole && node->text.size != 0 && node->text.data[node->text.size - 1] == '*') {
            return strncmp(id, node->text.data, node->text.size - 1) == 0;
        }
        return csa_view_equal(csa_view_of(id), node->text);
    default:
        return false;
    }
}

#endif
