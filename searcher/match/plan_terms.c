/* Words of a query in the dictionaries: as written, by stem, and what patterns (prefixes, wildcards, edit
 * distance) stand for. A pattern becomes words of the dictionary once for the whole index; all patterns of a
 * query share CSA_QUERY_EXPANSIONS of them, each getting an equal part of what those before it left. */
#include "searcher/match/expand.h"
#include "searcher/match/plan_builder.h"

#include <string.h>

enum {
    STEM_SCANNED = 8192, /* words that are looked at for the forms of one bare word in NEAR */
    STEM_SHORTEST = 3,   /* bytes that such words have in common with it, at least */
};

/* ---- words as written, and their stems ---- */

/* Where it is among the words; their count when it is not. */
static size_t find_word(const struct csa_plan_words *words, struct csa_view word)
{
    size_t i = 0;
    while (i < words->count && !csa_view_equal(words->items[i], word)) {
        i++;
    }
    return i;
}

static bool has_word(const struct csa_plan_words *words, struct csa_view word)
{
    return find_word(words, word) != words->count;
}

static enum csa_status make_room(struct csa_plan_builder *b, struct csa_plan_words *words, size_t room)
{
    *words = (struct csa_plan_words){.items = csa_arena_alloc(b->arena, room + 1, sizeof *words->items)};
    return words->items == NULL ? csa_plan_no_memory(b) : CSA_OK;
}

/* The word and its other spellings. */
static enum csa_status take_written(struct csa_plan_builder *b, const struct csa_node *node,
                                    struct csa_plan_words *words)
{
    enum csa_status status = make_room(b, words, 1 + node->variant_count);
    for (size_t i = 0; status == CSA_OK && i <= node->variant_count; i++) {
        struct csa_view word = i == 0 ? node->text : node->variants[i - 1];
        if (word.size != 0 && !has_word(words, word)) {
            words->items[words->count++] = word;
        }
    }
    return status;
}

/* The distinct stems of the word and its other spellings under the languages of the index, and those. */
static enum csa_status take_stems(struct csa_plan_builder *b, const struct csa_node *node,
                                  struct csa_plan_words *stems)
{
    struct csa_plan_words written;
    enum csa_status status = take_written(b, node, &written);
    if (status == CSA_OK) {
        status = make_room(b, stems, written.count * CSA_LANGUAGE_COUNT);
    }
    if (status == CSA_OK) {
        stems->languages =
            csa_arena_zalloc(b->arena, written.count * CSA_LANGUAGE_COUNT + 1, sizeof *stems->languages);
        status = stems->languages == NULL ? csa_plan_no_memory(b) : CSA_OK;
    }
    for (size_t i = 0; status == CSA_OK && i < written.count; i++) {
        for (unsigned language = 0; language < CSA_LANGUAGE_COUNT; language++) {
            if ((b->index->stemmers >> language & 1) == 0) {
                continue;
            }
            struct csa_stemmer *stemmer =
                b->options->stemmers == NULL ? NULL : b->options->stemmers[language];
            struct csa_view stem =
                stemmer == NULL ? written.items[i] : csa_stemmer_stem(stemmer, written.items[i]);
            size_t at = find_word(stems, stem);
            if (stem.size != 0 && at == stems->count) {
                stem = csa_arena_copy(b->arena, stem);
                if (stem.data == NULL) {
                    return csa_plan_no_memory(b);
                }
                stems->items[stems->count++] = stem;
            }
            if (stem.size != 0) {
                stems->languages[at] |= UINT64_C(1) << language;
            }
        }
    }
    return status;
}

static bool matched_by_stem(const struct csa_plan_builder *b, const struct csa_node *node)
{
    return node->kind == CSA_NODE_WORD && b->index->stemmers != 1;
}

/* ---- patterns ---- */

bool csa_plan_is_pattern(const struct csa_plan_builder *b, const struct csa_node *node, bool near)
{
    return node->kind == CSA_NODE_PREFIX || node->kind == CSA_NODE_WILDCARD || node->kind == CSA_NODE_FUZZY ||
           (near && matched_by_stem(b, node));
}

/* How many words the pattern at hand may become. A single character that the parser made a pattern has a
 * budget of its own, in which all pairs that begin with it find room. */
static size_t share_of_budget(struct csa_plan_builder *b, const struct csa_node *node)
{
    size_t *patterns = node->character ? &b->characters : &b->patterns;
    size_t budget = node->character ? b->pairs : b->budget;
    size_t share = *patterns <= 1 ? budget : budget / *patterns;
    *patterns -= *patterns != 0;
    return share;
}

static void note_expansion(struct csa_plan_builder *b, const struct csa_node *node,
                           struct csa_plan_node *leaf, size_t count, bool cut)
{
    size_t *budget = node->character ? &b->pairs : &b->budget;
    leaf->is_pattern = true;
    leaf->expansions += count;
    leaf->cut = leaf->cut || cut;
    *budget -= count < *budget ? count : *budget;
    b->cut = b->cut || cut;
}

static enum csa_status expand(struct csa_plan_builder *b, const struct csa_node *node,
                              enum csa_term_kind kind, struct csa_expand_limits limits,
                              struct csa_expansion *expansion)
{
    struct csa_view text = node->text;
    if (node->kind == CSA_NODE_FUZZY) {
        unsigned distance = node->distance < 2 ? node->distance : 2;
        return csa_expand_fuzzy(b->index, kind, text, distance, limits, b->arena, expansion, b->error);
    }
    if (node->kind == CSA_NODE_PREFIX) {
        char *pattern = csa_arena_alloc(b->arena, text.size + 1, 1);
        if (pattern == NULL) {
            return csa_plan_no_memory(b);
        }
        if (text.size != 0) {
            memcpy(pattern, text.data, text.size);
        }
        pattern[text.size] = '*';
        text = csa_view_make(pattern, text.size + 1);
    }
    return csa_expand_pattern(b->index, kind, text, limits, b->arena, expansion, b->error);
}

/* Puts the words of one spelling of a pattern behind those of the spellings before it, each word once; one
 * that several lead to counts as the nearest. */
static void add_expansion(const struct csa_expansion *expansion, struct csa_plan_words *words)
{
    size_t before = words->count;
    for (size_t i = 0; i < expansion->count; i++) {
        const struct csa_expanded *found = &expansion->words[i];
        uint8_t share = (uint8_t)(CSA_FUZZY_UNIT / (1 + found->distance));
        size_t at = 0;
        while (at < before && !csa_view_equal(words->items[at], found->word)) {
            at++;
        }
        if (at == before) {
            at = words->count++;
            words->items[at] = found->word;
            words->shares[at] = share;
        }
        words->shares[at] = share > words->shares[at] ? share : words->shares[at];
    }
}

/* What a pattern and its other spellings stand for among the words (or words of titles, by kind); shares
 * only when asked. */
static enum csa_status take_pattern(struct csa_plan_builder *b, const struct csa_node *node,
                                    enum csa_term_kind kind, bool shares, struct csa_plan_node *leaf,
                                    struct csa_plan_words *words)
{
    size_t room = share_of_budget(b, node);
    bool cut = false;
    enum csa_status status = make_room(b, words, room);
    words->shares = csa_arena_alloc(b->arena, room + 1, sizeof *words->shares);
    if (status == CSA_OK && words->shares == NULL) {
        status = csa_plan_no_memory(b);
    }
    for (size_t i = 0; status == CSA_OK && i <= node->variant_count; i++) {
        struct csa_node spelling = *node;
        spelling.text = i == 0 ? node->text : node->variants[i - 1];
        struct csa_expansion expansion = {.cut = true};
        struct csa_expand_limits limits = {.words = (room - words->count) / (node->variant_count - i + 1),
                                           .deadline = b->options->deadline};
        if (limits.words != 0) {
            status = expand(b, &spelling, kind, limits, &expansion);
        }
        if (status == CSA_OK) {
            add_expansion(&expansion, words);
            cut = cut || expansion.cut;
        }
    }
    if (status == CSA_OK) {
        note_expansion(b, node, leaf, words->count, cut);
    }
    words->shares = shares ? words->shares : NULL;
    return status;
}

/* ---- the forms of a bare word ---- */

/* One spelling of a word under one language: the words that begin as its stem does, but for the last letter,
 * and have the same stem. */
struct form_search {
    struct csa_stemmer *stemmer;
    struct csa_view stem;
    struct csa_view begin;
};

static struct csa_view common_beginning(struct csa_view word, struct csa_view stem)
{
    size_t n = 0;
    while (n < word.size && n < stem.size && word.data[n] == stem.data[n]) {
        n++;
    }
    do { /* one character less: carry and carries have the stem carri */
        n -= n != 0;
    } while (n != 0 && ((unsigned char)word.data[n] & 0xC0) == 0x80);
    return csa_view_make(word.data, n);
}

static enum csa_status add_forms(struct csa_plan_builder *b, const struct form_search *search,
                                 enum csa_term_kind kind, struct csa_plan_words *words, size_t room,
                                 uint64_t *documents, bool *cut)
{
    struct csa_expansion expansion;
    const struct csa_node prefix = {.kind = CSA_NODE_PREFIX, .text = search->begin};
    const struct csa_expand_limits limits = {.words = STEM_SCANNED, .deadline = b->options->deadline};
    enum csa_status status = expand(b, &prefix, kind, limits, &expansion);
    if (status != CSA_OK) {
        return status;
    }
    *cut = *cut || expansion.cut;
    for (size_t i = 0; i < expansion.count; i++) {
        const struct csa_expanded *form = &expansion.words[i];
        if (!csa_view_equal(csa_stemmer_stem(search->stemmer, form->word), search->stem) ||
            has_word(words, form->word)) {
            continue;
        }
        /* When there is no more room the most frequent ones stay; the word as written is never dropped. */
        size_t at = words->count;
        if (words->count == room) {
            *cut = true;
            at = room;
            for (size_t k = 1; k < room; k++) {
                at = documents[k] < form->documents && (at == room || documents[k] < documents[at]) ? k : at;
            }
            if (at == room) {
                continue;
            }
        } else {
            words->count++;
        }
        words->items[at] = form->word;
        documents[at] = form->documents;
    }
    return CSA_OK;
}

/* The words of the dictionary that have a stem in common with the node's. */
static enum csa_status take_forms(struct csa_plan_builder *b, const struct csa_node *node,
                                  enum csa_term_kind kind, struct csa_plan_node *leaf,
                                  struct csa_plan_words *words)
{
    struct csa_plan_words written;
    size_t room = share_of_budget(b, node);
    bool cut = false;
    enum csa_status status = take_written(b, node, &written);
    room = room > written.count ? room : written.count;
    uint64_t *documents = csa_arena_zalloc(b->arena, room + 1, sizeof *documents);
    if (status == CSA_OK && (documents == NULL || make_room(b, words, room) != CSA_OK)) {
        status = csa_plan_no_memory(b);
    }
    for (size_t i = 0; status == CSA_OK && i < written.count; i++) {
        words->items[words->count++] = written.items[i];
        documents[i] = UINT64_MAX;
    }
    for (size_t i = 0; status == CSA_OK && i < written.count; i++) {
        for (unsigned language = 1; language < CSA_LANGUAGE_COUNT && status == CSA_OK; language++) {
            if ((b->index->stemmers >> language & 1) == 0 || b->options->stemmers == NULL ||
                b->options->stemmers[language] == NULL) {
                continue;
            }
            struct form_search search = {.stemmer = b->options->stemmers[language]};
            search.stem = csa_arena_copy(b->arena, csa_stemmer_stem(search.stemmer, written.items[i]));
            if (search.stem.data == NULL) {
                return csa_plan_no_memory(b);
            }
            search.begin = common_beginning(written.items[i], search.stem);
            if (search.begin.size >= STEM_SHORTEST) {
                status = add_forms(b, &search, kind, words, room, documents, &cut);
            }
        }
    }
    if (status == CSA_OK) {
        note_expansion(b, node, leaf, words->count, cut);
    }
    return status;
}

/* ---- leaves ---- */

static const char *label_of(const struct csa_node *node, bool by_stem, bool title)
{
    switch (node->kind) {
    case CSA_NODE_PREFIX:
        return title ? "title prefix" : "prefix";
    case CSA_NODE_WILDCARD:
        return title ? "title wildcard" : "wildcard";
    case CSA_NODE_FUZZY:
        return title ? "title fuzzy" : "fuzzy";
    default:
        return by_stem ? (title ? "title stem" : "stem") : title ? "title word" : "word";
    }
}

/* Sets lists, or titles, and what they are called. Title kinds list articles, the others passages. */
static enum csa_status look_up(struct csa_plan_builder *b, const struct csa_node *node, bool title,
                               struct csa_plan_node *leaf)
{
    enum csa_term_kind kind = title ? CSA_TERM_TITLE_WORD : CSA_TERM_WORD;
    bool by_stem = matched_by_stem(b, node);
    struct csa_plan_words words;
    enum csa_status status;
    if (csa_plan_is_pattern(b, node, false)) {
        status = take_pattern(b, node, kind, node->kind == CSA_NODE_FUZZY, leaf, &words);
    } else if (by_stem) {
        kind = title ? CSA_TERM_TITLE_STEM : CSA_TERM_STEM;
        status = take_stems(b, node, &words);
        leaf->text = status != CSA_OK || words.count == 0 ? node->text : words.items[0];
    } else {
        status = take_written(b, node, &words);
    }
    leaf->by_stem = by_stem;
    leaf->label = label_of(node, by_stem, title);
    return status == CSA_OK ? csa_plan_find_lists(b, kind, &words, title ? &leaf->titles : &leaf->lists)
                            : status;
}

struct csa_plan_node *csa_plan_title(struct csa_plan_builder *b, const struct csa_node *node, double boost)
{
    struct csa_plan_node *leaf = csa_plan_node_new(b, CSA_PLAN_TITLE, node);
    if (leaf == NULL || look_up(b, node, true, leaf) != CSA_OK) {
        return NULL;
    }
    csa_plan_sum_lists(b, leaf, leaf->titles, b->index->articles);
    csa_plan_set_weight(leaf, boost);
    return leaf;
}

struct csa_plan_node *csa_plan_term(struct csa_plan_builder *b, const struct csa_node *node, double boost,
                                    bool with_title)
{
    bool fuzzy = node->kind == CSA_NODE_FUZZY;
    struct csa_plan_node *leaf = csa_plan_node_new(b, fuzzy ? CSA_PLAN_FUZZY : CSA_PLAN_TERM, node);
    if (leaf == NULL) {
        return NULL;
    }
    if (with_title && !b->options->plain && !csa_plan_is_pattern(b, node, false)) {
        if (look_up(b, node, true, leaf) != CSA_OK) {
            return NULL;
        }
        leaf->titles = csa_plan_any_list(b, leaf->titles) ? leaf->titles : NULL;
    }
    if (look_up(b, node, false, leaf) != CSA_OK) {
        return NULL;
    }
    csa_plan_sum_lists(b, leaf, leaf->lists, b->index->passages);
    csa_plan_set_weight(leaf, boost);
    return leaf;
}

struct csa_plan_node *csa_plan_element(struct csa_plan_builder *b, const struct csa_node *node, bool title,
                                       bool near)
{
    enum csa_term_kind kind = title ? CSA_TERM_TITLE_WORD : CSA_TERM_WORD;
    struct csa_plan_node *element = csa_plan_node_new(b, CSA_PLAN_TERM, node);
    struct csa_plan_words words;
    if (element == NULL) {
        return NULL;
    }
    enum csa_status status;
    if (!csa_plan_is_pattern(b, node, near)) {
        status = take_written(b, node, &words);
    } else if (node->kind == CSA_NODE_WORD) {
        status = take_forms(b, node, kind, element, &words);
    } else {
        status = take_pattern(b, node, kind, false, element, &words);
    }
    element->label = label_of(node, false, title);
    if (status == CSA_OK) {
        status = csa_plan_find_lists(b, CSA_TERM_WORD, &words, &element->lists);
    }
    if (status == CSA_OK && title) {
        status = csa_plan_find_lists(b, CSA_TERM_TITLE_WORD, &words, &element->titles);
    }
    if (status != CSA_OK) {
        return NULL;
    }
    csa_plan_sum_lists(b, element, title ? element->titles : element->lists,
                       title ? b->index->articles : b->index->passages);
    return element;
}
