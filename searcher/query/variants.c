/* Filling the variants of a query's words: variants.h. Walks the syntax tree; what was typed is found again
 * in the node's source, since the node holds the folded word only. */
#include "searcher/query/variants.h"

#include "common/text/language.h"
#include "common/text/tokenizer.h"
#include "common/text/unicode.h"
#include "searcher/engine.h"
#include "searcher/query/lexer.h"
#include "searcher/query/pieces.h"

#include <string.h>

enum {
    SPELLED_MAXIMUM = CSA_TOKEN_MAXIMUM * 2, /* bytes of a word with its umlauts written out */
    SITES_MAXIMUM = 3,                       /* umlauts written out in one word of which each may be one */
    LOOKED_AT = 8,                           /* passages read to see whether a word has an umlaut */
    ENDING = 2,                              /* letters in which forms of a word may differ there */
};

struct work {
    struct csa_engine *engine;
    struct csa_arena *arena;
    struct csa_error *error;
    bool special; /* the query is in a language with letters that a Russian keyboard does not have */
};

#define BIT(language) (UINT64_C(1) << (language))

static const uint64_t umlaut_languages = BIT(CSA_LANGUAGE_GERMAN) | BIT(CSA_LANGUAGE_SWEDISH) |
                                         BIT(CSA_LANGUAGE_NORWEGIAN) | BIT(CSA_LANGUAGE_DANISH) |
                                         BIT(CSA_LANGUAGE_FINNISH);
static const uint64_t ring_languages =
    BIT(CSA_LANGUAGE_SWEDISH) | BIT(CSA_LANGUAGE_NORWEGIAN) | BIT(CSA_LANGUAGE_DANISH);

static bool has_variant(const struct csa_node *node, struct csa_view spelling)
{
    bool there = csa_view_equal(node->text, spelling);
    for (size_t i = 0; i < node->variant_count && !there; i++) {
        there = csa_view_equal(node->variants[i], spelling);
    }
    return there;
}

static enum csa_status add_variant(struct work *work, struct csa_node *node, struct csa_view spelling)
{
    if (spelling.size == 0 || node->variant_count >= CSA_VARIANTS_MAXIMUM || has_variant(node, spelling)) {
        return CSA_OK;
    }
    struct csa_view *all = csa_arena_alloc(work->arena, node->variant_count + 1, sizeof *all);
    struct csa_view copy = csa_arena_copy(work->arena, spelling);
    if (all == NULL || copy.data == NULL) {
        return csa_error_set_memory(work->error, "spellings");
    }
    if (node->variant_count != 0) {
        memcpy(all, node->variants, node->variant_count * sizeof *all);
    }
    all[node->variant_count++] = copy;
    node->variants = all;
    return CSA_OK;
}

/* ---- writing umlauts out ---- */

/* What the letter is written as where it cannot be typed; null for all others. */
static const char *written_out(uint32_t character)
{
    switch (character) {
    case 0x00C4:
    case 0x00E4:
        return "ae";
    case 0x00D6:
    case 0x00F6:
    case 0x00D8:
    case 0x00F8:
        return "oe";
    case 0x00DC:
    case 0x00FC:
        return "ue";
    case 0x00C5:
    case 0x00E5:
        return "aa";
    default:
        return NULL;
    }
}

/* The vowel that a combining diaeresis or ring adds to the letter before it; 0 when it adds none. */
static char added_vowel(uint32_t mark, char before)
{
    char letter = (char)(before | 0x20);
    if (mark == 0x0308 && (letter == 'a' || letter == 'o' || letter == 'u')) {
        return 'e';
    }
    return mark == 0x030A && letter == 'a' ? 'a' : 0;
}

/* Copies a word as typed to out, its umlauts written out; returns the size, or 0 when it has none. */
static size_t write_out(struct csa_view word, char out[SPELLED_MAXIMUM])
{
    size_t size = 0;
    bool any = false;
    for (const char *p = word.data; p < word.data + word.size;) {
        uint32_t character;
        const char *next = csa_utf8_decode(p, word.data + word.size, &character);
        const char *letters = written_out(character);
        char added = size > 0 ? added_vowel(character, out[size - 1]) : 0;
        if (size + 4 > SPELLED_MAXIMUM) {
            return 0;
        }
        if (letters != NULL) {
            memcpy(out + size, letters, 2);
            size += 2;
        } else if (added != 0) {
            out[size++] = added;
        } else {
            memcpy(out + size, p, (size_t)(next - p));
            size += (size_t)(next - p);
        }
        any = any || letters != NULL || added != 0;
        p = next;
    }
    return any ? size : 0;
}

/* The word as typed with its umlauts written out, folded; false when it has none. */
static bool spell_out(struct csa_view typed, struct csa_tokenizer *tokenizer, char spelled[SPELLED_MAXIMUM],
                      struct csa_view *folded)
{
    struct csa_token token;
    size_t size = write_out(typed, spelled);
    csa_tokenizer_init(tokenizer, csa_view_make(spelled, size));
    if (size == 0 || !csa_tokenizer_next(tokenizer, &token)) {
        return false;
    }
    *folded = token.surface;
    return true;
}

static bool is_pattern(const struct csa_node *node)
{
    return node->kind == CSA_NODE_PREFIX || node->kind == CSA_NODE_WILDCARD || node->kind == CSA_NODE_FUZZY;
}

/* Whether a pattern as typed cannot go on with this character. */
static bool ends_pattern(uint32_t character)
{
    return csa_unicode_is_space(character) || csa_is_quote(character) ||
           (character < 0x80 && strchr("-:()=+/^", (char)character) != NULL);
}

/* The one token of `typed`, read as the parser reads it; false when it is none or several. */
static enum csa_status read_pattern(struct work *work, struct csa_view typed, struct csa_piece *piece)
{
    struct csa_pieces pieces;
    enum csa_status status = csa_pieces_read(typed, CSA_PIECES_WORD, work->arena, &pieces, work->error);
    *piece = status == CSA_OK && pieces.count == 1 ? pieces.items[0] : (struct csa_piece){0};
    return status;
}

/* The variants of a pattern typed with umlauts: the same pattern with them written out. */
static enum csa_status add_pattern_out(struct work *work, struct csa_node *node, bool *typed_so)
{
    const char *end = node->source.data + node->source.size;
    enum csa_status status = CSA_OK;
    for (const char *p = node->source.data; p < end && status == CSA_OK;) {
        const char *start = p;
        const char *next = p;
        for (; p < end; p = next) {
            uint32_t character;
            next = csa_utf8_decode(p, end, &character);
            if (ends_pattern(character)) {
                break;
            }
        }
        char spelled[SPELLED_MAXIMUM];
        struct csa_view typed = csa_view_make(start, (size_t)(p - start));
        size_t size = write_out(typed, spelled);
        struct csa_piece piece = {0};
        if (size != 0) {
            status = read_pattern(work, typed, &piece);
        }
        if (piece.kind == node->kind && csa_view_equal(piece.text, node->text)) {
            *typed_so = true;
            status = read_pattern(work, csa_view_make(spelled, size), &piece);
            if (status == CSA_OK && piece.kind == node->kind) {
                status = add_variant(work, node, piece.text);
            }
        }
        p = next;
    }
    return status;
}

/* The variants of words typed with umlauts. *typed_so: the node's word has one. */
static enum csa_status add_written_out(struct work *work, struct csa_node *node, bool *typed_so)
{
    struct csa_tokenizer tokenizer;
    struct csa_token token;
    csa_tokenizer_init(&tokenizer, node->source);
    *typed_so = false;
    if (is_pattern(node)) {
        return add_pattern_out(work, node, typed_so);
    }
    while (csa_tokenizer_next(&tokenizer, &token)) {
        struct csa_tokenizer other;
        char spelled[SPELLED_MAXIMUM];
        struct csa_view folded;
        struct csa_view typed = csa_view_make(node->source.data + token.begin, token.end - token.begin);
        if (!csa_view_equal(token.surface, node->text) || !spell_out(typed, &other, spelled, &folded)) {
            continue;
        }
        *typed_so = true;
        enum csa_status status = add_variant(work, node, folded);
        if (status != CSA_OK) {
            return status;
        }
    }
    return CSA_OK;
}

/* ---- reading written umlauts back ---- */

/* The next run of letters of a pattern from *at on; false when there is none. */
static bool next_letters(struct csa_view pattern, size_t *at, struct csa_view *letters)
{
    while (*at < pattern.size && (pattern.data[*at] == '*' || pattern.data[*at] == '?')) {
        ++*at;
    }
    size_t begin = *at;
    while (*at < pattern.size && pattern.data[*at] != '*' && pattern.data[*at] != '?') {
        ++*at;
    }
    *letters = csa_view_make(pattern.data + begin, *at - begin);
    return letters->size != 0;
}

/* Whether the word has all letters of the pattern, in order: enough to tell an umlaut in a word that was
 * found by the pattern. */
static bool has_letters(struct csa_view word, struct csa_view pattern)
{
    struct csa_view letters;
    size_t from = 0;
    for (size_t at = 0; next_letters(pattern, &at, &letters);) {
        const char *found =
            word.size == from ? NULL : memmem(word.data + from, word.size - from, letters.data, letters.size);
        if (found == NULL) {
            return false;
        }
        from = (size_t)(found - word.data) + letters.size;
    }
    return true;
}

/* Whether the word of the text can be the folded one, or a form of it, which may end otherwise. */
static bool is_form(const struct csa_node *node, struct csa_view word, struct csa_view spelling)
{
    return node->kind == CSA_NODE_WILDCARD ? has_letters(word, spelling)
           : node->kind == CSA_NODE_PREFIX ? csa_view_starts_with(word, spelling)
                                           : csa_view_common_prefix(word, spelling) + ENDING >= spelling.size;
}

/* Whether the text has a word (or a form of it, which may end otherwise) that folds to `folded` and is
 * written out as the node's: one with an umlaut in that very place. */
static bool shows_umlaut(const struct csa_node *node, struct csa_view text, struct csa_view folded)
{
    struct csa_tokenizer tokenizer;
    struct csa_token token;
    csa_tokenizer_init(&tokenizer, text);
    while (csa_tokenizer_next(&tokenizer, &token)) {
        if (!is_form(node, token.surface, folded)) {
            continue;
        }
        struct csa_tokenizer other;
        char spelled[SPELLED_MAXIMUM];
        struct csa_view out;
        struct csa_view word = csa_view_make(text.data + token.begin, token.end - token.begin);
        if (spell_out(word, &other, spelled, &out) && is_form(node, out, node->text)) {
            return true;
        }
    }
    return false;
}

/* Whether some passage that holds the folded word has it with the umlauts that `typed` has written out. */
static enum csa_status is_shown(struct work *work, const struct csa_node *node, struct csa_view folded,
                                bool *shown)
{
    enum csa_node_kind kind = node->kind == CSA_NODE_FUZZY ? CSA_NODE_EXACT : node->kind;
    struct csa_node word = {.kind = kind, .boost = 1, .text = folded, .source = folded};
    struct csa_node *child = &word;
    struct csa_node root = {.kind = CSA_NODE_GROUP, .boost = 1, .children = &child, .child_count = 1};
    struct csa_query query = {.text = folded, .root = &root, .leaf_count = 1};
    struct csa_search_request request = {
        .query = &query, .rank = CSA_RANK_BM25, .k1 = 1.2, .b = 0.75, .hits = LOOKED_AT, .plain = true};
    struct csa_search_result result;
    struct csa_engine *engine = work->engine;
    *shown = false;
    enum csa_status status = engine->operations->search(engine, &request, work->arena, &result, work->error);
    for (size_t i = 0; status == CSA_OK && i < result.hit_count && !*shown; i++) {
        struct csa_passage_info passage;
        status =
            engine->operations->passage(engine, result.hits[i].passage, work->arena, &passage, work->error);
        *shown = status == CSA_OK && shows_umlaut(node, passage.text, folded);
    }
    return status;
}

static bool is_vowel(char c)
{
    return memchr("aeiou", c, 5) != NULL;
}

/* Finds such places; none at a word's end (toe, true), none for ue behind a vowel or q (neue, quer). */
static size_t find_sites(struct csa_view word, uint64_t languages, size_t sites[SITES_MAXIMUM])
{
    size_t count = 0;
    for (size_t i = 0; i + 2 < word.size && count < SITES_MAXIMUM; i++) {
        char first = word.data[i];
        char second = word.data[i + 1];
        bool umlaut = second == 'e' && (first == 'a' || first == 'o' || first == 'u') &&
                      (languages & umlaut_languages) != 0;
        bool ring = second == 'a' && first == 'a' && (languages & ring_languages) != 0;
        bool behind = i > 0 && (is_vowel(word.data[i - 1]) || (first == 'u' && word.data[i - 1] == 'q'));
        if ((umlaut || ring) && !behind) {
            sites[count++] = i++;
        }
    }
    return count;
}

/* The word with the second letter taken out at those places whose bit is set. */
static size_t take_out(struct csa_view word, const size_t sites[SITES_MAXIMUM], size_t count, unsigned set,
                       char out[CSA_TOKEN_MAXIMUM])
{
    size_t size = 0;
    size_t from = 0;
    for (size_t i = 0; i < count; i++) {
        if ((set >> i & 1U) != 0) {
            memcpy(out + size, word.data + from, sites[i] + 1 - from);
            size += sites[i] + 1 - from;
            from = sites[i] + 2;
        }
    }
    memcpy(out + size, word.data + from, word.size - from);
    return size + word.size - from;
}

static enum csa_status add_read_back(struct work *work, struct csa_node *node)
{
    size_t sites[SITES_MAXIMUM];
    struct csa_view word = node->text;
    size_t count = word.size > CSA_TOKEN_MAXIMUM ? 0 : find_sites(word, work->engine->stemmers, sites);
    enum csa_status status = CSA_OK;
    for (unsigned set = 1; set < 1U << count && status == CSA_OK; set++) {
        char folded[CSA_TOKEN_MAXIMUM];
        struct csa_view spelling = csa_view_make(folded, take_out(word, sites, count, set, folded));
        bool shown;
        status = is_shown(work, node, spelling, &shown);
        if (status == CSA_OK && shown) {
            status = add_variant(work, node, spelling);
        }
    }
    return status;
}

/* ---- the tree ---- */

static bool is_word(const struct csa_node *node)
{
    return (node->kind == CSA_NODE_WORD || node->kind == CSA_NODE_EXACT) &&
           (node->field == CSA_FIELD_TEXT || node->field == CSA_FIELD_TITLE) && node->text.size != 0;
}

static bool is_cyrillic(struct csa_view word)
{
    uint32_t first;
    csa_utf8_decode(word.data, word.data + word.size, &first);
    return csa_unicode_script(first) == CSA_SCRIPT_CYRILLIC;
}

static enum csa_status add_umlauts(struct work *work, struct csa_node *node)
{
    bool typed_so;
    enum csa_status status = add_written_out(work, node, &typed_so);
    return status == CSA_OK && !typed_so ? add_read_back(work, node) : status;
}

static bool may_have_umlauts(const struct csa_node *node)
{
    bool text = node->field == CSA_FIELD_TEXT || node->field == CSA_FIELD_TITLE;
    return is_word(node) || (is_pattern(node) && text && !node->character && node->text.size != 0);
}

static enum csa_status add_special(struct work *work, struct csa_node *node)
{
    struct csa_view found[CSA_VARIANTS_MAXIMUM];
    size_t count = 0;
    enum csa_status status = CSA_OK;
    if (work->special && is_cyrillic(node->text)) {
        status = csa_variants_find_special(work->engine, node->text, work->arena, found, &count, work->error);
    }
    for (size_t i = 0; i < count && status == CSA_OK; i++) {
        status = add_variant(work, node, found[i]);
    }
    return status;
}

/* Sets work->special when the word has a special letter, or is unknown but for such letters. */
static enum csa_status look_for_special(struct work *work, struct csa_node *node)
{
    if (work->special || !is_cyrillic(node->text)) {
        return CSA_OK;
    }
    if (csa_variants_has_special_letter(node->text)) {
        work->special = true;
        return CSA_OK;
    }
    bool known;
    enum csa_status status = csa_variants_is_known(work->engine, node->text, &known, work->error);
    if (status == CSA_OK && !known) {
        struct csa_view found[CSA_VARIANTS_MAXIMUM];
        size_t count;
        status = csa_variants_find_special(work->engine, node->text, work->arena, found, &count, work->error);
        work->special = count != 0;
    }
    return status;
}

/* The parser bounds the depth (CSA_QUERY_DEPTH). */
static enum csa_status for_each_word(struct work *work, struct csa_node *node,
                                     bool (*concerns)(const struct csa_node *node),
                                     enum csa_status (*act)(struct work *work, struct csa_node *node))
{
    enum csa_status status = concerns(node) ? act(work, node) : CSA_OK;
    for (size_t i = 0; i < node->child_count && status == CSA_OK; i++) {
        status = for_each_word(work, node->children[i], concerns, act);
    }
    return status;
}

enum csa_status csa_query_add_variants(struct csa_query *query, struct csa_engine *engine,
                                       struct csa_arena *arena, struct csa_error *error)
{
    struct work work = {.engine = engine, .arena = arena, .error = error};
    enum csa_status status = for_each_word(&work, query->root, may_have_umlauts, add_umlauts);
    if (status == CSA_OK) {
        status = for_each_word(&work, query->root, is_word, look_for_special);
    }
    return status == CSA_OK ? for_each_word(&work, query->root, is_word, add_special) : status;
}
