/* Rules for the few words with a joint in them: too long a one is cut, a possessive 's and the commas of
 * thousands go, an elided article is a word of its own. Works on folded forms, owns nothing; called by
 * tokenizer.c. */
#include "common/text/tokenizer_parts.h"

#include <string.h>

size_t csa_tokenizer_cut(const char *word, size_t size)
{
    size = csa_utf8_truncate(csa_view_make(word, size), CSA_TOKEN_MAXIMUM);
    while (size > 0) {
        size_t begin = size - 1;
        while (begin > 0 && ((uint8_t)word[begin] & 0xC0U) == 0x80U) {
            begin--;
        }
        uint32_t character;
        const struct csa_character *properties;
        csa_tokenizer_decode(word + begin, word + size, &character, &properties);
        if (properties->word_class >= CSA_WORD_EXTEND && properties->word_class <= CSA_WORD_NUMERIC) {
            break;
        }
        size = begin;
    }
    return size;
}

static size_t count_digits(const char *p, size_t size)
{
    size_t count = 0;
    while (count < size && (uint8_t)(p[count] - '0') < 10) {
        count++;
    }
    return count;
}

/* 1,000,000 -> 1000000, when every group has three digits and the number does not begin with 0. */
static size_t remove_thousands(char *word, size_t size)
{
    size_t at = count_digits(word, size);
    if (at == 0 || at > 3 || word[0] == '0' || at == size || word[at] != ',') {
        return size;
    }
    size_t groups = 0;
    while (at < size && word[at] == ',') {
        if (count_digits(word + at + 1, size - at - 1) != 3) {
            return size;
        }
        at += 4;
        groups++;
    }
    size_t out = count_digits(word, size);
    for (size_t i = 0, from = out; i < groups; i++, from += 4, out += 3) {
        memmove(word + out, word + from + 1, 3);
    }
    memmove(word + out, word + at, size - at);
    return size - groups;
}

static size_t remove_possessive(const char *word, size_t size)
{
    while (size > 2 && word[size - 1] == 's' && word[size - 2] == '\'') {
        size -= 2;
    }
    return size;
}

size_t csa_tokenizer_finish_joined(char *word, size_t size)
{
    return remove_possessive(word, remove_thousands(word, size));
}

/* French, Italian, Catalan. Of their letters only those before which English has no names as often (O'Brien).
 */
bool csa_tokenizer_is_elided(const char *word, size_t size)
{
    static const char *const longer[] = {"qu",   "jusqu", "lorsqu", "puisqu", "quoiqu", "all",   "dall",
                                         "dell", "nell",  "sull",   "coll",   "un",     "quest", "quell"};
    if (size == 1) {
        return memchr("cdjlmnst", word[0], 8) != NULL;
    }
    for (size_t i = 0; i < sizeof longer / sizeof longer[0]; i++) {
        if (csa_view_equal(csa_view_make(word, size), csa_view_of(longer[i]))) {
            return true;
        }
    }
    return false;
}
