/* Marking: analyses the shown text, and of its neighbours what a phrase may reach, with the article's own
 * stemmer, and compares the tokens with the query's leaves, phrases as wholes; marks that overlap become one.
 */
#include "searcher/results/marks.h"

#include "common/base/memory.h"
#include "common/text/tokenizer.h"
#include "common/text/unicode.h"
#include "searcher/engine.h"

#include <stdlib.h>

enum { NEIGHBOUR_MAXIMUM = 4096 }; /* bytes of a neighbouring passage that are looked at */

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
    bool stems;             /* some leaf is matched by stem */
    bool stem_begins[256];  /* by first byte: words that begin so may have the stem of a leaf */
    struct csa_arena arena; /* of the text at hand: stems of the leaves, tokens */
};

/* A token, with its stem where a leaf asks for stems. Tokens of the neighbours are empty ranges at the text's
 * beginning or end. */
struct token {
    struct csa_view surface;
    struct csa_view stem;
    uint32_t begin, end;
    uint32_t position; /* counted on over the neighbours, as phrases do */
    bool pair;
};

struct tokens {
    struct token *items;
    size_t count;
    size_t room;
    size_t first, last; /* those in [first, last) are the text's own */
    uint32_t positions; /* how many there are */
    bool has_before, has_behind;
    bool cut; /* the text is longer than what is marked of it */
    const bool *stem_begins;
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
        marker->stems = marker->stems || node->kind == CSA_NODE_WORD;
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

/* Stems the leaves as the text's language has them. *stemmer stays null where no leaf needs one. */
static enum csa_status prepare_leaves(struct csa_marker *marker, csa_language language,
                                      struct csa_stemmer **stemmer, struct csa_error *error)
{
    *stemmer = NULL;
    if (marker->stems && language != CSA_LANGUAGE_NONE && language < CSA_LANGUAGE_COUNT &&
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
    /* Of Snowball's stemmers only the Arabic one takes off beginnings too: other words need a stem only when
     * they begin as one of the leaves' does. */
    memset(marker->stem_begins, language == CSA_LANGUAGE_ARABIC, sizeof marker->stem_begins);
    for (size_t i = 0; i < marker->count; i++) {
        struct leaf *leaf = &marker->leaves[i];
        if (leaf->node->kind == CSA_NODE_WORD) {
            leaf->stem = csa_arena_copy(&marker->arena, csa_stemmer_stem(*stemmer, leaf->node->text));
            if (leaf->stem.data == NULL) {
                return csa_error_set_memory(error, "marks");
            }
            marker->stem_begins[(unsigned char)leaf->stem.data[0]] = true;
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
                           .position = tokens->positions + token->position,
                           .pair = (token->flags & (CSA_TOKEN_PAIR | CSA_TOKEN_PAIR_END)) != 0};
    item->surface = csa_arena_copy(arena, token->surface);
    item->stem = item->surface;
    if (item->surface.data == NULL) {
        return false;
    }
    if (stemmer != NULL && tokens->stem_begins[(unsigned char)item->surface.data[0]] &&
        (token->flags & (CSA_TOKEN_PAIR | CSA_TOKEN_PAIR_END | CSA_TOKEN_NUMBER)) == 0) {
        item->stem = csa_arena_copy(arena, csa_stemmer_stem(stemmer, item->surface));
    }
    return item->stem.data != NULL;
}

/* Appends the tokens of a text; those of a neighbour are all put at the byte `at`. */
static bool append_text(struct tokens *tokens, struct csa_view text, struct csa_stemmer *stemmer,
                        const uint32_t *at, struct csa_arena *arena)
{
    struct csa_tokenizer tokenizer;
    struct csa_token token;
    csa_tokenizer_init(&tokenizer, text);
    while (csa_tokenizer_next(&tokenizer, &token)) {
        token.begin = at == NULL ? token.begin : *at;
        token.end = at == NULL ? token.end : *at;
        if (!append_token(tokens, &token, stemmer, arena)) {
            return false;
        }
    }
    tokens->positions += tokenizer.position;
    return true;
}

static bool is_continuation(char byte)
{
    return ((uint8_t)byte & 0xC0U) == 0x80;
}

/* The end of the passage before and the beginning of the one behind, cut between words or, where there is no
 * space, between characters. */
static struct csa_view last_part(struct csa_view text)
{
    if (text.size <= NEIGHBOUR_MAXIMUM) {
        return text;
    }
    size_t start = text.size - NEIGHBOUR_MAXIMUM;
    const char *blank = memchr(text.data + start, ' ', text.size - start);
    start = blank == NULL ? start : (size_t)(blank - text.data);
    while (start < text.size && is_continuation(text.data[start])) {
        start++;
    }
    return csa_view_make(text.data + start, text.size - start);
}

static struct csa_view first_part(struct csa_view text)
{
    if (text.size <= NEIGHBOUR_MAXIMUM) {
        return text;
    }
    size_t size = csa_utf8_truncate(text, NEIGHBOUR_MAXIMUM);
    const char *blank = memrchr(text.data, ' ', size);
    return csa_view_make(text.data, blank == NULL ? size : (size_t)(blank - text.data));
}

/* The tokens of the text between those of its neighbours. */
static bool read_tokens(struct csa_marker *marker, const struct csa_marker_text *text,
                        struct csa_stemmer *stemmer, struct tokens *tokens)
{
    struct csa_arena *arena = &marker->arena;
    struct csa_view own = csa_view_make(text->text.data, csa_utf8_truncate(text->text, CSA_MARK_MAXIMUM));
    bool whole = own.size == text->text.size;
    const uint32_t begin = 0, end = (uint32_t)own.size;
    *tokens = (struct tokens){.stem_begins = marker->stem_begins,
                              .has_before = text->before.size != 0,
                              .has_behind = text->behind.size != 0 && whole,
                              .cut = !whole};
    if (!append_text(tokens, last_part(text->before), stemmer, &begin, arena)) {
        return false;
    }
    tokens->first = tokens->count;
    if (!append_text(tokens, own, stemmer, NULL, arena)) {
        return false;
    }
    tokens->last = tokens->count;
    return !tokens->has_behind || append_text(tokens, first_part(text->behind), stemmer, &end, arena);
}

/* ---- comparing ---- */

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

/* The tokens that a phrase takes up: the first and the last one. */
struct stretch {
    size_t first, last;
    bool over_begin, over_end; /* some word would stand before or behind all that is known */
};

/* The first token at this position or behind. */
static size_t token_at(const struct tokens *tokens, int64_t position)
{
    size_t low = 0;
    size_t high = tokens->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (tokens->items[middle].position < position) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Finds one word of a phrase at the positions [from, to], and adds it to the stretch. */
static bool find_word(const struct tokens *tokens, const struct csa_node *word, int64_t from, int64_t to,
                      struct stretch *stretch)
{
    for (size_t t = token_at(tokens, from); t < tokens->count && tokens->items[t].position <= to; t++) {
        if (token_matches(&tokens->items[t], word, (struct csa_view){0})) {
            stretch->first = t < stretch->first ? t : stretch->first;
            stretch->last = t > stretch->last ? t : stretch->last;
            return true;
        }
    }
    bool before = from < 0;
    bool behind = to >= tokens->positions;
    stretch->over_begin = stretch->over_begin || before;
    stretch->over_end = stretch->over_end || behind;
    return before || behind;
}

/* Whether the phrase stands here with token t as its word number c, none of the others standing further in
 * front than c does: in order and side by side, or, with slop, up to so many places further back each, as in
 * searcher/match/phrase.h. */
static bool match_phrase(const struct tokens *tokens, size_t t, const struct csa_node *phrase, size_t c,
                         struct stretch *stretch)
{
    int64_t start = (int64_t)tokens->items[t].position - phrase->children[c]->offset;
    *stretch = (struct stretch){.first = t, .last = t};
    if (phrase->slop == 0 && c != 0 && start >= 0) {
        return false; /* found from its first word */
    }
    for (size_t i = 0; i < phrase->child_count; i++) {
        const struct csa_node *word = phrase->children[i];
        int64_t from = start + word->offset;
        if (i != c && !find_word(tokens, word, from, from + phrase->slop, stretch)) {
            return false;
        }
    }
    return true;
}

/* The mark for a phrase of which token t is word c. Where neighbours are missing, says what they might hold.
 */
static bool mark_phrase(const struct tokens *tokens, size_t t, const struct csa_node *phrase, size_t c,
                        struct csa_marked *marked, struct csa_mark *mark)
{
    struct stretch stretch;
    if (!token_matches(&tokens->items[t], phrase->children[c], (struct csa_view){0}) ||
        !match_phrase(tokens, t, phrase, c, &stretch)) {
        return false;
    }
    if (stretch.over_begin || stretch.over_end) {
        marked->over_begin = marked->over_begin || (stretch.over_begin && !tokens->has_before);
        marked->over_end = marked->over_end || (stretch.over_end && !tokens->has_behind && !tokens->cut);
        return false;
    }
    bool inside = stretch.first < tokens->last && stretch.last >= tokens->first;
    marked->over_begin = marked->over_begin || (inside && stretch.first < tokens->first);
    marked->over_end = marked->over_end || (inside && stretch.last >= tokens->last);
    mark->begin = tokens->items[stretch.first].begin;
    mark->end = tokens->items[stretch.last].end;
    return inside;
}

/* The mark for a word at token t, or false. A single character of a run without spaces is marked alone though
 * its token holds the next one too. */
static bool mark_word(const struct token *token, const struct leaf *leaf, struct csa_mark *mark)
{
    const struct csa_node *node = leaf->node;
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

/* ---- all marks of a text ---- */

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

/* Marks on their way into csa_marked. */
struct collection {
    struct csa_marked *marked;
    size_t room;
    struct csa_arena *arena;
    bool failed; /* out of memory */
};

/* Empty marks are those of words in a neighbour. */
static void add_mark(struct collection *collection, const struct csa_mark *mark)
{
    struct csa_marked *marked = collection->marked;
    if (mark->begin >= mark->end) {
        return;
    }
    if (marked->count == collection->room) {
        size_t larger = collection->room == 0 ? 32 : collection->room * 2;
        struct csa_mark *marks = csa_arena_alloc(collection->arena, larger, sizeof *marks);
        if (marks == NULL) {
            collection->failed = true;
            return;
        }
        if (collection->room != 0) {
            memcpy(marks, marked->marks, collection->room * sizeof *marks);
        }
        marked->marks = marks;
        collection->room = larger;
    }
    marked->marks[marked->count++] = *mark;
}

static enum csa_status collect_marks(const struct csa_marker *marker, const struct tokens *tokens, bool title,
                                     struct csa_arena *arena, struct csa_marked *marked,
                                     struct csa_error *error)
{
    struct collection collection = {.marked = marked, .arena = arena};
    for (size_t t = 0; t < tokens->count && !collection.failed; t++) {
        for (size_t i = 0; i < marker->count; i++) {
            const struct leaf *leaf = &marker->leaves[i];
            struct csa_mark mark = {.leaf = (uint32_t)i, .weight = leaf->weight};
            if (leaf->node->field == CSA_FIELD_TITLE && !title) {
                continue;
            }
            if (leaf->node->kind != CSA_NODE_PHRASE) {
                if (mark_word(&tokens->items[t], leaf, &mark)) {
                    add_mark(&collection, &mark);
                }
                continue;
            }
            for (size_t c = 0; c < leaf->node->child_count; c++) {
                if (mark_phrase(tokens, t, leaf->node, c, marked, &mark)) {
                    add_mark(&collection, &mark);
                }
            }
        }
    }
    if (collection.failed) {
        return csa_error_set_memory(error, "marks");
    }
    join_marks(marked);
    return CSA_OK;
}

enum csa_status csa_marker_mark(struct csa_marker *marker, const struct csa_marker_text *text,
                                struct csa_arena *arena, struct csa_marked *marked, struct csa_error *error)
{
    *marked = (struct csa_marked){0};
    struct csa_stemmer *stemmer;
    enum csa_status status = prepare_leaves(marker, text->stemmer, &stemmer, error);
    if (status != CSA_OK) {
        return status;
    }
    struct tokens tokens;
    if (!read_tokens(marker, text, stemmer, &tokens)) {
        return csa_error_set_memory(error, "marks");
    }
    marked->word_begins = csa_arena_alloc(arena, tokens.last - tokens.first, sizeof *marked->word_begins);
    if (marked->word_begins == NULL) {
        return csa_error_set_memory(error, "marks");
    }
    for (size_t i = tokens.first; i < tokens.last; i++) {
        uint32_t begin = tokens.items[i].begin;
        if (marked->word_count == 0 || begin > marked->word_begins[marked->word_count - 1]) {
            marked->word_begins[marked->word_count++] = begin;
        }
    }
    return collect_marks(marker, &tokens, text->title, arena, marked, error);
}
