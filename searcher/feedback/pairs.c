/* Counting which pairs overlap, and joining those that belong together. */
#include "searcher/feedback/pairs.h"

#include "common/text/tokenizer.h"

#include <math.h>

enum { NONE = CSA_PAIRS_MAXIMUM, WORD_MAXIMUM = 256 /* bytes */ };

/* Two pairs are of one word when at least this share of the occurrences of each overlaps with the other. */
static const double TOGETHER = 0.6;

struct pairs {
    struct csa_term_count *terms[CSA_PAIRS_MAXIMUM];
    uint32_t count;
    uint32_t occurrences[CSA_PAIRS_MAXIMUM];
    uint32_t links[CSA_PAIRS_MAXIMUM][CSA_PAIRS_MAXIMUM];
};

static uint32_t find_pair(const struct pairs *pairs, struct csa_view surface)
{
    for (uint32_t i = 0; i < pairs->count; i++) {
        if (csa_view_equal(pairs->terms[i]->stem, surface)) {
            return i;
        }
    }
    return NONE;
}

static void count_text(struct pairs *pairs, struct csa_view text)
{
    struct csa_tokenizer tokenizer;
    struct csa_token token;
    uint32_t last = NONE;
    uint32_t last_position = 0;
    csa_tokenizer_init(&tokenizer, text);
    while (csa_tokenizer_next(&tokenizer, &token)) {
        uint32_t pair = (token.flags & CSA_TOKEN_PAIR) != 0 ? find_pair(pairs, token.surface) : NONE;
        if (pair != NONE) {
            pairs->occurrences[pair]++;
            if (last != NONE && token.position == last_position + 1) {
                pairs->links[last][pair]++;
            }
        }
        last = pair;
        last_position = token.position;
    }
}

static bool are_together(const struct pairs *pairs, uint32_t first, uint32_t second)
{
    double most = fmax(pairs->occurrences[first], pairs->occurrences[second]);
    return first != second && most > 0 && pairs->links[first][second] >= TOGETHER * most;
}

/* What the pair goes on as; NONE at a word's end. More than half goes one way, so there is one at most. */
static uint32_t next_of(const struct pairs *pairs, uint32_t pair)
{
    for (uint32_t i = 0; i < pairs->count; i++) {
        if (are_together(pairs, pair, i)) {
            return i;
        }
    }
    return NONE;
}

static bool begins_word(const struct pairs *pairs, uint32_t pair)
{
    for (uint32_t i = 0; i < pairs->count; i++) {
        if (are_together(pairs, i, pair)) {
            return false;
        }
    }
    return true;
}

/* Whether a pair nearly always overlaps with more frequent ones before it (or behind it): it then lies across
 * two words there, and its first (or last) character belongs to the other word. */
static bool hangs(const struct pairs *pairs, uint32_t pair, bool before)
{
    double overlaps = 0;
    for (uint32_t i = 0; i < pairs->count; i++) {
        bool frequent = pairs->occurrences[i] * TOGETHER > pairs->occurrences[pair];
        overlaps += frequent ? (before ? pairs->links[i][pair] : pairs->links[pair][i]) : 0;
    }
    return overlaps >= TOGETHER * pairs->occurrences[pair];
}

/* The last character of a pair: what it adds to the pair before it. */
static struct csa_view last_character(struct csa_view pair)
{
    size_t size = pair.size;
    while (size > 0 && ((unsigned char)pair.data[size - 1] & 0xC0U) == 0x80U) {
        size--;
    }
    size -= size > 0;
    return csa_view_make(pair.data + size, pair.size - size);
}

static size_t first_character(struct csa_view pair)
{
    return pair.size - last_character(pair).size;
}

/* Makes the pairs of a chain one word, less the characters that hang over at its ends; a word of one
 * character is none. A chain cannot come back to where it began: begins_word() would be false for that pair.
 */
static enum csa_status join_word(struct pairs *pairs, uint32_t first, struct csa_arena *arena,
                                 struct csa_error *error)
{
    struct csa_term_count *word = pairs->terms[first];
    char text[WORD_MAXIMUM];
    size_t size = word->written.size < sizeof text / 2 ? word->written.size : 0;
    size_t characters = 2;
    uint32_t last = first;
    memcpy(text, word->written.data, size);
    for (uint32_t next; size != 0 && (next = next_of(pairs, last)) != NONE; last = next) {
        struct csa_term_count *term = pairs->terms[next];
        struct csa_view more = last_character(term->written);
        if (more.size > sizeof text - size) {
            break;
        }
        memcpy(text + size, more.data, more.size);
        size += more.size;
        characters++;
        word->texts = term->texts < word->texts ? term->texts : word->texts;
        word->weight = fmax(word->weight, term->weight);
        word->typed = word->typed || term->typed;
        term->weight = 0;
    }
    bool before = hangs(pairs, first, true), behind = hangs(pairs, last, false);
    size_t skipped = before ? first_character(word->written) : 0;
    size_t dropped = behind ? last_character(pairs->terms[last]->written).size : 0;
    characters -= (size_t)before + (size_t)behind;
    if (size == 0 || characters < 2) {
        word->weight = 0;
        return CSA_OK;
    }
    word->written = csa_arena_copy(arena, csa_view_make(text + skipped, size - skipped - dropped));
    return word->written.data == NULL ? csa_error_set_memory(error, "the words of a text") : CSA_OK;
}

enum csa_status csa_pairs_join(struct csa_term_count *terms, size_t count, const struct csa_view *texts,
                               size_t text_count, struct csa_arena *arena, struct csa_error *error)
{
    struct pairs *pairs = csa_arena_zalloc(arena, 1, sizeof *pairs);
    if (pairs == NULL) {
        return csa_error_set_memory(error, "the words of a text");
    }
    for (size_t i = 0; i < count && pairs->count < CSA_PAIRS_MAXIMUM; i++) {
        if (terms[i].pair) {
            pairs->terms[pairs->count++] = &terms[i];
        }
    }
    for (size_t i = 0; i < text_count && pairs->count != 0; i++) {
        count_text(pairs, texts[i]);
    }
    enum csa_status status = CSA_OK;
    for (uint32_t i = 0; i < pairs->count && status == CSA_OK; i++) {
        if (begins_word(pairs, i)) {
            status = join_word(pairs, i, arena, error);
        }
    }
    return status;
}
