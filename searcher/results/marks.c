/* Marking: analyses the shown text with the article's own stemmer and compares its tokens with the query's
 * leaves, phrases as wholes; marks that overlap become one. */
#include "searcher/results/marks.h"

#include "common/base/memory.h"
#include "common/text/tokenizer.h"
#include "common/text/unicode.h"
#include "searcher/engine.h"

#include <stdlib.h>

/* A word or phrase of the query that may be marked. */
struct leaf {
    const struct csa_node *node;
    float weight;
    struct csa_view stem; /* under the language of the text at hand; WORD only */
};

struct csa_marker {
    struct csa_stemmer *stemmers[CSA_LANGUAGE_COUNT]; /* made when first needed */
    struct leaf *leaves;
    size_t count;
    struct csa_arena arena; /* stems of the leaves */
};

/* The tokens of the text, with the stem where a leaf asks for stems. */
struct token {
    struct csa_view surface;
    struct csa_view stem;
    uint32_t begin, end, position;
    bool pair;
};

struct tokens {
    struct token *items;
    size_t count;
    size_t room;
};

static size_t count_leaves(const struct csa_node *node)
{
    if (node->occurrence == CSA_MUST_NOT) {
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

static void collect_leaves(struct csa_marker *marker, const struct csa_node *node,
                           const struct csa_search_result *result)
{
    if (node->occurrence == CSA_MUST_NOT) {
        return;
    }
    if (node->kind != CSA_NODE_GROUP) {
        marker->leaves[marker->count++] = (struct leaf){.node = node, .weight = weight_of(node, result)};
        return;
    }
    for (size_t i = 0; i < node->child_count; i++) {
        collect_leaves(marker, node->children[i], result);
    }
}

enum csa_status csa_marker_new(const struct csa_query *query, const struct csa_search_result *result,
                               struct csa_marker **marker, struct csa_error *error)
{
    struct csa_marker *new = csa_calloc(1, sizeof *new);
    *marker = new;
    if (new == NULL) {
        return csa_error_set_memory(error, "marks");
    }
    csa_arena_init(&new->arena, 0);
    new->leaves = csa_calloc(count_leaves(query->root), sizeof *new->leaves);
    if (new->leaves == NULL) {
        csa_marker_free(new);
        *marker = NULL;
        return csa_error_set_memory(error, "marks");
    }
    collect_leaves(new, query->root, result);
    return CSA_OK;
}

void csa_marker_free(struct csa_marker *marker)
{
    if (marker == NULL) {
        return;
    }
    for (size_t i = 0; i < CSA_LANGUAGE_COUNT; i++) {
        csa_stemmer_free(marker->stemmers[i]);
    }
    csa_arena_release(&marker->arena);
    csa_free(marker->leaves);
    csa_free(marker);
}

/* Stems the leaves as the text's language has them. */
static enum csa_status prepare_leaves(struct csa_marker *marker, csa_language language,
                                      struct csa_stemmer **stemmer, struct csa_error *error)
{
    *stemmer = NULL;
    if (language != CSA_LANGUAGE_NONE && language < CSA_LANGUAGE_COUNT &&
        csa_language_has_stemmer(language)) {
        if (marker->stemmers[language] == NULL) {
            enum csa_status status = csa_stemmer_new(language, &marker->stemmers[language], error);
            if (status != CSA_OK) {
                return status;
            }
        }
        *stemmer = marker->stemmers[language];
    }
    csa_arena_clear(&marker->arena);
    for (size_t i = 0; i < marker->count; i++) {
        struct leaf *leaf = &marker->leaves[i];
        if (leaf->node->kind == CSA_NODE_WORD) {
            leaf->stem = csa_arena_copy(&marker->arena, csa_stemmer_stem(*stemmer, leaf->node->text));
            if (leaf->stem.data == NULL) {
                return csa_error_set_memory(error, "marks");
            }
        }
    }
    return CSA_OK;
}

static bool append_token(struct tokens *tokens, const struct csa_token *token, struct csa_stemmer *stemmer,
                         struct csa_arena *arena)
{
    if (tokens->count == tokens->room) {
        size_t room = tokens->room == 0 ? 256 : tokens->room * 2;
        struct token *items = csa_arena_alloc(arena, room, sizeof *items);
        if (items == NULL) {
            return false;
        }
        if (tokens->count != 0) {
            memcpy(items, tokens->items, tokens->count * sizeof *items);
        }
        tokens->items = items;
        tokens->room = room;
    }
    struct token *item = &tokens->items[tokens->count++];
    *item = (struct token){.begin = token->begin,
                           .end = token->end,
                           .position = token->position,
                           .pair = (token->flags & (CSA_TOKEN_PAIR | CSA_TOKEN_PAIR_END)) != 0};
    item->surface = csa_arena_copy(arena, token->surface);
    item->stem = item->surface;
    if (stemmer != NULL && (token->flags & (CSA_TOKEN_PAIR | CSA_TOKEN_PAIR_END | CSA_TOKEN_NUMBER)) == 0) {
        item->stem = csa_arena_copy(arena, csa_stemmer_stem(stemmer, item->surface));
    }
    return item->surface.data != NULL && item->stem.data != NULL;
}

static bool token_matches(const struct token *token, const struct csa_node *node, struct csa_view stem)
{
    switch (node->kind) {
    case CSA_NODE_WORD:
        return csa_view_equal(token->stem, stem);
    case CSA_NODE_EXACT:
        return csa_view_equal(token->surface, node->text);
    case CSA_NODE_PREFIX:
        return csa_view_starts_with(token->surface, node->text);
    default:
        return false;
    }
}

/* Where the phrase that begins with token `first` ends, as an index of a token, or SIZE_MAX. With slop the
 * words may stand that much further apart, in their order. */
static size_t match_phrase(const struct tokens *tokens, size_t first, const struct csa_node *phrase)
{
    size_t at = first;
    size_t furthest = first;
    for (size_t i = 0; i < phrase->child_count; i++) {
        const struct csa_node *word = phrase->children[i];
        uint32_t wanted = tokens->items[first].position + word->offset - phrase->children[0]->offset;
        while (at < tokens->count && (tokens->items[at].position < wanted ||
                                      (tokens->items[at].position <= wanted + phrase->slop &&
                                       !token_matches(&tokens->items[at], word, (struct csa_view){0})))) {
            at++;
        }
        if (at == tokens->count || tokens->items[at].position > wanted + phrase->slop) {
            return SIZE_MAX;
        }
        furthest = at;
    }
    return furthest;
}

/* The mark for leaf at token t, or false. A single character of a run without spaces is marked alone though
 * its token holds the next one too. */
static bool mark_at(const struct tokens *tokens, size_t t, const struct leaf *leaf, struct csa_mark *mark)
{
    const struct csa_node *node = leaf->node;
    const struct token *token = &tokens->items[t];
    if (node->kind == CSA_NODE_PHRASE) {
        if (!token_matches(token, node->children[0], (struct csa_view){0})) {
            return false;
        }
        size_t last = match_phrase(tokens, t, node);
        if (last == SIZE_MAX) {
            return false;
        }
        mark->begin = token->begin;
        mark->end = tokens->items[last].end;
        return true;
    }
    if (!token_matches(token, node, leaf->stem)) {
        return false;
    }
    mark->begin = token->begin;
    mark->end = token->end;
    if (node->kind == CSA_NODE_PREFIX && token->pair && token->begin + node->text.size < token->end) {
        mark->end = token->begin + (uint32_t)node->text.size;
    }
    return true;
}

static int compare_marks(const void *left, const void *right)
{
    const struct csa_mark *a = left;
    const struct csa_mark *b = right;
    if (a->begin != b->begin) {
        return a->begin < b->begin ? -1 : 1;
    }
    if (a->end != b->end) {
        return a->end > b->end ? -1 : 1;
    }
    return (a->leaf > b->leaf) - (a->leaf < b->leaf);
}

/* Sorts, and lets overlapping marks become one; the heavier leaf names it. */
static void join_marks(struct csa_marked *marked)
{
    if (marked->count == 0) {
        return;
    }
    qsort(marked->marks, marked->count, sizeof *marked->marks, compare_marks);
    size_t kept = 0;
    for (size_t i = 1; i < marked->count; i++) {
        struct csa_mark *last = &marked->marks[kept];
        const struct csa_mark *next = &marked->marks[i];
        if (next->begin >= last->end) {
            marked->marks[++kept] = *next;
            continue;
        }
        if (next->end > last->end) {
            last->end = next->end;
        }
        if (next->weight > last->weight) {
            last->leaf = next->leaf;
            last->weight = next->weight;
        }
    }
    marked->count = kept + 1;
}

static enum csa_status collect_marks(const struct csa_marker *marker, const struct tokens *tokens, bool title,
                                     struct csa_arena *arena, struct csa_marked *marked,
                                     struct csa_error *error)
{
    size_t room = 0;
    for (size_t t = 0; t < tokens->count; t++) {
        for (size_t i = 0; i < marker->count; i++) {
            const struct leaf *leaf = &marker->leaves[i];
            struct csa_mark mark = {.leaf = (uint32_t)i, .weight = leaf->weight};
            if ((leaf->node->field == CSA_FIELD_TITLE && !title) || !mark_at(tokens, t, leaf, &mark)) {
                continue;
            }
            if (marked->count == room) {
                size_t larger = room == 0 ? 32 : room * 2;
                struct csa_mark *marks = csa_arena_alloc(arena, larger, sizeof *marks);
                if (marks == NULL) {
                    return csa_error_set_memory(error, "marks");
                }
                if (room != 0) {
                    memcpy(marks, marked->marks, room * sizeof *marks);
                }
                marked->marks = marks;
                room = larger;
            }
            marked->marks[marked->count++] = mark;
        }
    }
    join_marks(marked);
    return CSA_OK;
}

enum csa_status csa_marker_mark(struct csa_marker *marker, struct csa_view text, csa_language stemmer,
                                bool title, struct csa_arena *arena, struct csa_marked *marked,
                                struct csa_error *error)
{
    *marked = (struct csa_marked){0};
    struct csa_stemmer *stem;
    enum csa_status status = prepare_leaves(marker, stemmer, &stem, error);
    if (status != CSA_OK) {
        return status;
    }
    struct tokens tokens = {0};
    struct csa_tokenizer tokenizer;
    struct csa_token token;
    csa_tokenizer_init(&tokenizer, text);
    while (csa_tokenizer_next(&tokenizer, &token)) {
        if (!append_token(&tokens, &token, stem, arena)) {
            return csa_error_set_memory(error, "marks");
        }
    }
    marked->word_begins = csa_arena_alloc(arena, tokens.count, sizeof *marked->word_begins);
    if (marked->word_begins == NULL) {
        return csa_error_set_memory(error, "marks");
    }
    for (size_t i = 0; i < tokens.count; i++) {
        if (marked->word_count == 0 || tokens.items[i].begin > marked->word_begins[marked->word_count - 1]) {
            marked->word_begins[marked->word_count++] = tokens.items[i].begin;
        }
    }
    return collect_marks(marker, &tokens, title, arena, marked, error);
}
