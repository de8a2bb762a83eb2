/* Folding: fold.h, and csa_text_fold() of tokenizer.h. Owns no state.
 *
 * The rules (which marks go, which letters change) are in generate_tables.c; this file follows them for marks
 * that stand apart from their letter, and composes Hangul syllables by arithmetic (Unicode 15, 3.12). */
#include "common/text/fold.h"

#include "common/text/tokenizer.h"
#include "common/text/unicode.h"

#include <string.h>

enum {
    MARKS_MAXIMUM = 8, /* marks kept on one letter; more are dropped, so that looking back stays cheap */
    HANGUL_FIRST = 0xAC00,
    HANGUL_COUNT = 11172,
    LEADING_FIRST = 0x1100,
    LEADING_COUNT = 19,
    VOWEL_FIRST = 0x1161,
    VOWEL_COUNT = 21,
    FINAL_FIRST = 0x11A7, /* one before the first, as 0 means none */
    FINAL_COUNT = 28,
};

static uint32_t compose_hangul(uint32_t first, uint32_t second)
{
    if (first - LEADING_FIRST < LEADING_COUNT && second - VOWEL_FIRST < VOWEL_COUNT) {
        return HANGUL_FIRST + ((first - LEADING_FIRST) * VOWEL_COUNT + (second - VOWEL_FIRST)) * FINAL_COUNT;
    }
    bool open = first - HANGUL_FIRST < HANGUL_COUNT && (first - HANGUL_FIRST) % FINAL_COUNT == 0;
    if (open && second > FINAL_FIRST && second - FINAL_FIRST < FINAL_COUNT) {
        return first + (second - FINAL_FIRST);
    }
    return 0;
}

static uint32_t compose(uint32_t first, uint32_t second)
{
    size_t low = 0;
    size_t high = csa_composition_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const struct csa_composition *pair = &csa_compositions[middle];
        if (pair->first == first && pair->second == second) {
            return pair->composed;
        }
        if (pair->first < first || (pair->first == first && pair->second < second)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return compose_hangul(first, second);
}

/* The character that ends at out[size]; *begin is set to its first byte. */
static uint32_t last_character(const char *out, size_t size, size_t *begin)
{
    size_t at = size - 1;
    while (at > 0 && ((uint8_t)out[at] & 0xC0U) == 0x80U) {
        at--;
    }
    uint32_t character;
    csa_utf8_decode(out + at, out + size, &character);
    *begin = at;
    return character;
}

/* Puts the encoded character in place of the bytes [begin, end) of out. */
static size_t replace(char *out, size_t size, size_t begin, size_t end, uint32_t character)
{
    char bytes[4];
    size_t length = csa_utf8_encode(bytes, character);
    memmove(out + begin + length, out + end, size - end);
    memcpy(out + begin, bytes, length);
    return size - (end - begin) + length;
}

static size_t append_combining(char *out, size_t size, uint32_t character)
{
    const struct csa_character *mark = csa_character_get(character);
    bool is_mark = (mark->flags & CSA_CHARACTER_MARK) != 0;
    if (size == 0) {
        return is_mark ? 0 : replace(out, 0, 0, 0, character);
    }
    /* Back over the marks that the letter already has, to the letter. */
    size_t end = size;
    size_t insert = size; /* where the mark belongs among them, by combining class */
    unsigned highest = 0; /* class of the last mark */
    size_t begin;
    uint32_t base = last_character(out, end, &begin);
    for (unsigned count = 0; csa_character_get(base)->combining != 0; count++) {
        unsigned combining = csa_character_get(base)->combining;
        if (count == MARKS_MAXIMUM || begin == 0) {
            return size;
        }
        highest = end == size ? combining : highest;
        insert = mark->combining != 0 && mark->combining < combining ? begin : insert;
        end = begin;
        base = last_character(out, end, &begin);
    }
    bool blocked = end != size && (mark->combining == 0 || highest >= mark->combining);
    uint32_t composed = blocked ? 0 : compose(base, character);
    if (composed != 0) {
        return replace(out, size, begin, end, composed);
    }
    if (!is_mark) {
        return replace(out, size, size, size, character);
    }
    unsigned base_flags = csa_character_get(base)->flags;
    if ((base_flags & CSA_CHARACTER_KEEPS) == 0 || (mark->flags & CSA_CHARACTER_INHERITED) != 0) {
        return size;
    }
    return replace(out, size, insert, insert, character);
}

size_t csa_fold_append(char *out, size_t size, uint32_t character)
{
    uint32_t offset = csa_fold_get(character);
    bool combines = (csa_character_get(character)->flags & CSA_CHARACTER_COMBINES) != 0;
    if (offset == 0) {
        return combines ? append_combining(out, size, character)
                        : size + csa_utf8_encode(out + size, character);
    }
    const uint8_t *folded = csa_fold_bytes + offset;
    size_t length = *folded++;
    if (!combines) {
        memcpy(out + size, folded, length);
        return size + length;
    }
    const char *p = (const char *)folded;
    const char *end = p + length;
    while (p < end) {
        uint32_t part;
        p = csa_utf8_decode(p, end, &part);
        size = append_combining(out, size, part);
    }
    return size;
}

/* Only letters and marks near the end of what was folded can still change by a later mark. */
enum { TAIL = 64, CHUNK = 1024 };

void csa_text_fold(struct csa_view text, struct csa_buffer *out)
{
    char chunk[CHUNK + CSA_FOLD_GROWTH];
    size_t size = 0;
    bool space = true; /* a space here would be at the start or follow another */
    const char *p = text.data;
    const char *end = text.size == 0 ? p : p + text.size;
    while (p < end) {
        uint32_t character;
        p = csa_utf8_decode(p, end, &character);
        if (csa_unicode_is_space(character)) {
            if (!space) {
                chunk[size++] = ' ';
            }
            space = true;
        } else {
            size_t before = size;
            size = csa_fold_append(chunk, size, character);
            space = space && size == before;
        }
        if (size >= CHUNK) {
            size_t give = csa_utf8_truncate(csa_view_make(chunk, size), size - TAIL);
            csa_buffer_append(out, chunk, give);
            memmove(chunk, chunk + give, size - give);
            size -= give;
        }
    }
    if (size > 0 && chunk[size - 1] == ' ') {
        size--;
    }
    csa_buffer_append(out, chunk, size);
}
