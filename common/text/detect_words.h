/* What detect.c knows of each language: frequent short words and the letters beyond a script's common ones.
 * Inside common/text/ only. */
#ifndef CSA_TEXT_DETECT_WORDS_H
#define CSA_TEXT_DETECT_WORDS_H

#include "common/text/language.h"

#include <stdint.h>

/* Languages that CSA has no number for, told apart so that their texts are not taken for a neighbour's. */
enum {
    CSA_DETECT_CATALAN = CSA_LANGUAGE_COUNT,
    CSA_DETECT_CROATIAN,
    CSA_DETECT_INDONESIAN,
    CSA_DETECT_BULGARIAN,
    CSA_DETECT_SERBIAN,
    CSA_DETECT_SLOVAK,
    CSA_DETECT_COUNT,
};

struct csa_detect_words {
    unsigned language;
    const char *words; /* folded, between single spaces; elided ones with an apostrophe: l' */
};

extern const struct csa_detect_words csa_detect_words[];
extern const unsigned csa_detect_words_count;

enum { CSA_DETECT_LETTERS = 0x700 };

/* The languages (a bit each) that write this letter; 0 for a letter that none of them has and that says
 * nothing, or for one below U+0080. */
extern const uint64_t csa_detect_letters[CSA_DETECT_LETTERS];

#endif
