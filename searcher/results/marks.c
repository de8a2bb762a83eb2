/* Marking: analyses the shown text, and of its neighbours what a phrase may reach, with the article's own
 * stemmer, and compares the tokens with the query's leaves, phrases as wholes and the parts of NEAR where
 * they stand near each other; marks that overlap become one. */
#include "searcher/results/marks.h"

#include "common/base/memory.h"
#include "searcher/engine.h"
#include "searcher/results/mark_leaves.h"
#include "searcher/results/shown_tokens.h"

#include <stdlib.h>

struct csa_marker {
    struct csa_stemmer *stemmers[CSA_LANGUAGE_COUNT]; /* made when first needed */
    struct csa_mark_leaves leaves;
    bool stem_begins[256];  /* by first byte: words that begin so may have the stem of a word of the query */
    struct csa_arena arena; /* of the text at hand: stems of the query's words, tokens */
};

enum csa_status csa_marker_new(const struct csa_query *query, const struct csa_search_result *result,
                               struct csa_marker **marker, struct csa_error *error)
{
    *marker = NULL;
    struct csa_marker *new = csa_calloc(1, sizeof *new);
    if (new == NULL) {
        return csa_error_set_memory(error, "marks");
    }
    csa_arena_init(&new->arena, 0);
    enum csa_status status = csa_mark_leaves_init(&new->leaves, query, result, error);
    if (status != CSA_OK) {
        csa_marker_free(new);
        return status;
    }
    *marker = new;
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
    csa_mark_leaves_release(&marker->leaves);
    csa_free(marker);
}

/* Stems the leaves as the text's language has them. *stemmer stays null where no leaf needs one. */
static enum csa_status prepare_leaves(struct csa_marker *marker, csa_language language,
                                      struct csa_stemmer **stemmer, struct csa_error *error)
{
    *stemmer = NULL;
    if (marker->leaves.stems && language != CSA_LANGUAGE_NONE && language < CSA_LANGUAGE_COUNT &&
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
    for (size_t i = 0; i < marker->leaves.count; i++) {
        const struct csa_mark_leaf *leaf = &marker->leaves.items[i];
        for (size_t p = 0; p < leaf->count; p++) {
            const struct csa_mark_part *part = &leaf->parts[p];
            for (size_t w = 0; w < part->count; w++) {
                enum csa_status status = csa_matcher_prepare(&part->words[w], *stemmer, &marker->arena,
                                                             marker->stem_begins, error);
                if (status != CSA_OK) {
                    return status;
                }
            }
        }
    }
    return CSA_OK;
}

/* ---- comparing ---- */

static bool token_matches(const struct csa_shown_token *token, const struct csa_matcher *word)
{
    return csa_matcher_matches(word, token->surface, token->stem);
}

/* The tokens that a phrase takes up: the first and the last one. */
struct stretch {
    size_t first, last;
    bool over_begin, over_end; /* some word would stand before or behind all that is known */
};

/* Finds one word of a phrase at the positions [from, to], and adds it to the stretch. */
static bool find_word(const struct csa_shown_tokens *tokens, const struct csa_matcher *word, int64_t from,
                      int64_t to, struct stretch *stretch)
{
    for (size_t t = csa_shown_token_at(tokens, from); t < tokens->count && tokens->items[t].position <= to;
         t++) {
        if (token_matches(&tokens->items[t], word)) {
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
 * searcher/match/phrase.h. A word is a phrase of one. */
static bool match_phrase(const struct csa_shown_tokens *tokens, size_t t, const struct csa_mark_part *phrase,
                         size_t c, struct stretch *stretch)
{
    const struct csa_node *node = phrase->node;
    *stretch = (struct stretch){.first = t, .last = t};
    if (!token_matches(&tokens->items[t], &phrase->words[c])) {
        return false;
    }
    if (node->kind != CSA_NODE_PHRASE) {
        return true;
    }
    int64_t start = (int64_t)tokens->items[t].position - node->children[c]->offset;
    if (node->slop == 0 && c != 0 && start >= 0) {
        return false; /* found from its first word */
    }
    for (size_t i = 0; i < phrase->count; i++) {
        int64_t from = start + node->children[i]->offset;
        if (i != c && !find_word(tokens, &phrase->words[i], from, from + node->slop, stretch)) {
            return false;
        }
    }
    return true;
}

/* Where the mark for a word at token t ends. A single character of a run without spaces is marked alone
 * though its token holds the next one too, which begins where the next token does. */
static uint32_t end_of(const struct csa_shown_tokens *tokens, size_t t, const struct csa_node *word)
{
    const struct csa_shown_token *token = &tokens->items[t];
    bool one = word->kind == CSA_NODE_PREFIX && token->pair && word->text.size < token->surface.size;
    if (one && t + 1 < tokens->count && tokens->items[t + 1].begin > token->begin &&
        tokens->items[t + 1].begin < token->end) {
        return tokens->items[t + 1].begin;
    }
    return token->end;
}

/* The mark for a stretch of tokens, which is a word or phrase; false where it lies in the neighbours. Says
 * how it reaches over the text's ends, and where neighbours are missing, what they might hold. */
static bool mark_stretch(const struct csa_shown_tokens *tokens, const struct csa_mark_part *part,
                         const struct stretch *stretch, struct csa_marked *marked, struct csa_mark *mark)
{
    if (stretch->over_begin || stretch->over_end) {
        marked->over_begin = marked->over_begin || (stretch->over_begin && !tokens->has_before);
        marked->over_end = marked->over_end || (stretch->over_end && !tokens->has_behind && !tokens->cut);
        return false;
    }
    bool inside = stretch->first < tokens->last && stretch->last >= tokens->first;
    marked->over_begin = marked->over_begin || (inside && stretch->first < tokens->first);
    marked->over_end = marked->over_end || (inside && stretch->last >= tokens->last);
    mark->begin = tokens->items[stretch->first].begin;
    mark->end = mark->begin;
    for (size_t i = 0; i < part->count; i++) {
        if (token_matches(&tokens->items[stretch->last], &part->words[i])) {
            uint32_t end = end_of(tokens, stretch->last, part->words[i].node);
            mark->end = end > mark->end ? end : mark->end;
        }
    }
    return inside;
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

/* Marks a word, or a phrase of which token t is some word. */
static void mark_part(struct collection *collection, const struct csa_shown_tokens *tokens, size_t t,
                      const struct csa_mark_part *part, struct csa_mark mark)
{
    struct stretch stretch;
    for (size_t c = 0; c < part->count; c++) {
        if (match_phrase(tokens, t, part, c, &stretch) &&
            mark_stretch(tokens, part, &stretch, collection->marked, &mark)) {
            add_mark(collection, &mark);
        }
    }
}

/* Whether a part of NEAR, known as a whole, begins at token t. */
static bool begins_at(const struct csa_shown_tokens *tokens, size_t t, const struct csa_mark_part *part,
                      struct stretch *stretch)
{
    for (size_t c = 0; c < part->count; c++) {
        if (match_phrase(tokens, t, part, c, stretch) && stretch->first == t && !stretch->over_begin &&
            !stretch->over_end) {
            return true;
        }
    }
    return false;
}

/* Finds the first one that begins at token t or behind, and ends before position `limit`. */
static bool find_part(const struct csa_shown_tokens *tokens, size_t t, int64_t limit,
                      const struct csa_mark_part *part, struct stretch *stretch)
{
    for (; t < tokens->count && tokens->items[t].position < limit; t++) {
        if (begins_at(tokens, t, part, stretch) && tokens->items[stretch->last].position < limit) {
            return true;
        }
    }
    return false;
}

/* How many positions the parts of NEAR can take up, with those between them. */
static int64_t reach_of(const struct csa_mark_leaf *near)
{
    int64_t reach = near->node->slop;
    for (size_t i = 0; i < near->count; i++) {
        const struct csa_mark_part *part = &near->parts[i];
        bool phrase = part->node->kind == CSA_NODE_PHRASE;
        int64_t span = 0;
        for (size_t w = 0; phrase && w < part->count; w++) {
            int64_t offset = part->words[w].node->offset;
            span = offset > span ? offset : span;
        }
        reach += span + 1 + (phrase ? part->node->slop : 0);
    }
    return reach;
}

/* Whether all parts of NEAR stand from token t on, near enough to each other. */
static bool all_near(const struct csa_shown_tokens *tokens, size_t t, int64_t limit,
                     const struct csa_mark_leaf *near)
{
    struct stretch stretch;
    int64_t begin = tokens->items[t].position;
    int64_t end = begin;
    int64_t taken = 0;
    for (size_t i = 0; i < near->count; i++) {
        if (!find_part(tokens, t, limit, &near->parts[i], &stretch)) {
            return false;
        }
        int64_t behind = (int64_t)tokens->items[stretch.last].position + 1;
        taken += behind - tokens->items[stretch.first].position;
        end = behind > end ? behind : end;
    }
    return end - begin - taken <= (int64_t)near->node->slop;
}

/* Marks the parts of NEAR where one of them begins at token t and the others stand behind it near enough. */
static void mark_near(struct collection *collection, const struct csa_shown_tokens *tokens, size_t t,
                      const struct csa_mark_leaf *near, struct csa_mark mark)
{
    struct stretch stretch;
    int64_t limit = tokens->items[t].position + reach_of(near);
    bool begins = false;
    for (size_t i = 0; i < near->count && !begins; i++) {
        begins = begins_at(tokens, t, &near->parts[i], &stretch);
    }
    if (!begins || !all_near(tokens, t, limit, near)) {
        return;
    }
    for (size_t i = 0; i < near->count; i++) {
        if (find_part(tokens, t, limit, &near->parts[i], &stretch) &&
            mark_stretch(tokens, &near->parts[i], &stretch, collection->marked, &mark)) {
            add_mark(collection, &mark);
        }
    }
}

static enum csa_status collect_marks(const struct csa_marker *marker, const struct csa_shown_tokens *tokens,
                                     bool title, struct csa_arena *arena, struct csa_marked *marked,
                                     struct csa_error *error)
{
    struct collection collection = {.marked = marked, .arena = arena};
    for (size_t t = 0; t < tokens->count && !collection.failed; t++) {
        for (size_t i = 0; i < marker->leaves.count; i++) {
            const struct csa_mark_leaf *leaf = &marker->leaves.items[i];
            struct csa_mark mark = {.leaf = (uint32_t)i, .weight = leaf->weight};
            if (leaf->node->field == CSA_FIELD_TITLE && !title) {
                continue;
            }
            if (leaf->node->kind == CSA_NODE_NEAR) {
                mark_near(&collection, tokens, t, leaf, mark);
            } else {
                mark_part(&collection, tokens, t, &leaf->parts[0], mark);
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
    struct csa_shown_tokens tokens;
    if (!csa_shown_tokens_read(text, stemmer, marker->stem_begins, &marker->arena, &tokens)) {
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
