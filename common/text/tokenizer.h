/* The analysis chain's first half, the same at index and at query time: text -> folded tokens with positions.
 *
 * Words are found by the rules of UAX #29 (Unicode word boundaries), with these differences: an underscore
 * and its kin and a colon separate words (snake_case is two words), a Hebrew word does not end with an
 * apostrophe, a subscript digit is a digit (CO2 however it is set), a fraction such as one half is a word
 * alone, and words that would hold no letter or digit (emoji, signs) are left out. Then words are folded:
 * NFKC, full case folding, combining marks taken off Latin, Greek, Hebrew and Arabic letters (of Cyrillic
 * letters only stress marks, and io -> ie; others stay), ss for sharp s, o for o with stroke and so on,
 * decimal digits of all scripts to 0 to 9, all apostrophes to ' and a possessive 's dropped (china's ->
 * china; it's -> it), soft hyphens and zero-width characters removed, thousands commas taken out where every
 * group has three digits (1,000 -> 1000; 94.8 and 3,5 stay). Traditional Chinese characters become simplified
 * ones. An inner apostrophe stays (don't, o'brien, o'zbek), but what Romance languages shorten before a vowel
 * is a word of its own (l'eau -> l eau, dell'Asia -> dell asia; by the letters alone, as a query's language
 * is not known). The full stop of an abbreviation of single letters stays (U.S. -> u.s) but not that of
 * example.com or end.Next. A hyphen or dash ends a word, so state-owned is two words that stand side by side.
 *
 * Runs of Han, kana and Hangul, and of Thai, Lao, Khmer, Burmese and other scripts written without spaces,
 * give overlapping pairs: one token for each character (with its marks), holding it and the next one, and the
 * last character alone (flag PAIR_END), so that position i is the i-th character and a single character is
 * found as a prefix. The bytes of a pair are those of both characters.
 *
 * Beside its parts, a number with a currency sign ($25), an ISO date (2023-08-11), short letters with an
 * ampersand (at&t), and c++ or c# and their kin are also given whole, as an EXTRA token right before the
 * token whose position it shares. */
#ifndef CSA_TEXT_TOKENIZER_H
#define CSA_TEXT_TOKENIZER_H

#include "common/base/view.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    CSA_TOKEN_MAXIMUM = 128,        /* bytes of a folded token; a longer word is cut there, at a character */
    CSA_RUN_CHARACTER_MAXIMUM = 32, /* of these a character of a run with its marks; more marks are dropped */
};

enum csa_token_flag {
    CSA_TOKEN_PAIR = 1,     /* two neighbouring characters of a run without spaces */
    CSA_TOKEN_PAIR_END = 2, /* the last character of such a run, alone (also a run of one) */
    CSA_TOKEN_EXTRA = 4,    /* shares the position of the token that follows it; does not count for length */
    CSA_TOKEN_NUMBER = 8,   /* starts with a digit */
};

struct csa_token {
    struct csa_view surface; /* folded form, UTF-8, 1 to CSA_TOKEN_MAXIMUM bytes; valid until the next call */
    uint32_t position;       /* 0, 1, 2, ... within the text */
    uint32_t begin; /* byte offsets of what it stands for in the text as given; neither goes back from */
    uint32_t end;   /* token to token, but that an EXTRA's end may lie behind the next token's */
    uint8_t flags;  /* enum csa_token_flag */
};

/* One character of a run, folded, with its marks. */
struct csa_run_character {
    char bytes[CSA_RUN_CHARACTER_MAXIMUM + 64];
    uint32_t size; /* 0 = none */
    uint32_t begin;
    uint32_t end;
};

/* Texts are at most UINT32_MAX bytes (what is behind that is not looked at). The text must stay valid while
 * the tokenizer is used. Ill-formed UTF-8 separates words. */
struct csa_tokenizer {
    const char *start;
    const char *next;
    const char *end;
    uint32_t position; /* of the next ordinary token */
    /* private state from here on */
    uint32_t pending_size; /* of the ordinary token in surface that follows an EXTRA; 0 = none */
    uint32_t pending_begin;
    uint32_t pending_end;
    struct csa_run_character character; /* the first of the pair to come */
    char surface[CSA_TOKEN_MAXIMUM + 64];
    char extra[CSA_TOKEN_MAXIMUM + 64];
};

void csa_tokenizer_init(struct csa_tokenizer *tokenizer, struct csa_view text);
/* False at the end of the text. Allocates nothing, cannot fail. */
bool csa_tokenizer_next(struct csa_tokenizer *tokenizer, struct csa_token *token);
/* The same tokens without the fast path for ASCII words; for tests. */
bool csa_tokenizer_next_slowly(struct csa_tokenizer *tokenizer, struct csa_token *token);

/* Appends the folded form of a whole string, without cutting it into words: for comparing names and titles.
 * Characters are folded as in words, quotes and dashes to " ' and -, white space to single spaces and none at
 * the ends; ill-formed parts become U+FFFD. */
struct csa_buffer;
void csa_text_fold(struct csa_view text, struct csa_buffer *out);

#endif
