/* What the tokenizer's files share: tokenizer.c (words), tokenizer_run.c (pairs), tokenizer_extra.c (EXTRA
 * tokens), tokenizer_finish.c (what is taken off a word). Inside common/text/ only. */
#ifndef CSA_TEXT_TOKENIZER_PARTS_H
#define CSA_TEXT_TOKENIZER_PARTS_H

#include "common/text/tokenizer.h"
#include "common/text/unicode.h"
#include "common/text/unicode_tables.h"

/* A word that was found: its bytes in the text, its folded form in tokenizer->surface. */
struct csa_word {
    const char *begin;
    const char *end;
    uint32_t size;
};

static inline uint32_t csa_tokenizer_offset(const struct csa_tokenizer *tokenizer, const char *p)
{
    return (uint32_t)(p - tokenizer->start);
}

/* Decodes one character at p < end and looks up its properties. */
static inline const char *csa_tokenizer_decode(const char *p, const char *end, uint32_t *character,
                                               const struct csa_character **properties)
{
    const uint8_t *bytes = (const uint8_t *)p;
    if (bytes[0] < 0x80U) {
        *character = bytes[0];
        p++;
    } else if (bytes[0] >= 0xC2U && bytes[0] < 0xE0U && end - p >= 2 && (bytes[1] & 0xC0U) == 0x80U) {
        *character = (bytes[0] & 0x1FU) << 6 | (bytes[1] & 0x3FU);
        p += 2;
    } else {
        p = csa_utf8_decode(p, end, character);
    }
    *properties = csa_character_get(*character);
    return p;
}

/* Gives the next token of a run: the character kept from last time and the one at next. False when none was
 * kept. */
bool csa_tokenizer_next_in_run(struct csa_tokenizer *tokenizer, struct csa_token *token);

/* Reads the character of a run at tokenizer->next and keeps it; false when none stands there. */
bool csa_tokenizer_begin_run(struct csa_tokenizer *tokenizer);

/* The size of the EXTRA token that goes with the word, in tokenizer->extra, or 0; [*begin, *end) is what it
 * stands for. */
uint32_t csa_tokenizer_find_extra(struct csa_tokenizer *tokenizer, const struct csa_word *word,
                                  const char **begin, const char **end);

/* These take the folded form of a word; two of them give its new size. */

/* Cuts a word to CSA_TOKEN_MAXIMUM bytes and takes off what would now join it to nothing. */
size_t csa_tokenizer_cut(const char *word, size_t size);
/* Whether the word, which stands before an apostrophe, is one that Romance languages shorten so before a
 * vowel: the l of l'eau, dell of dell'Asia. */
bool csa_tokenizer_is_elided(const char *word, size_t size);
/* For a word with a joint in it: takes out the commas of thousands and the possessive at the end. */
size_t csa_tokenizer_finish_joined(char *word, size_t size);

#endif
