/* Languages: their names, their Snowball stemmers, and telling them from a text. */
#ifndef CSA_TEXT_LANGUAGE_H
#define CSA_TEXT_LANGUAGE_H

#include "common/base/error.h"
#include "common/base/view.h"

#include <stdbool.h>
#include <stdint.h>

/* A language known to CSA: a small number, stored in indexes (numbers are never reused). 0 is "none": words
 * are not stemmed. 1 to 63 fit in a 64-bit set. */
typedef uint8_t csa_language;
enum {
    CSA_LANGUAGE_NONE = 0,
    CSA_LANGUAGE_ENGLISH = 1,
    CSA_LANGUAGE_RUSSIAN = 2,
    CSA_LANGUAGE_GERMAN = 3,
    CSA_LANGUAGE_FRENCH = 4,
    CSA_LANGUAGE_SPANISH = 5,
    CSA_LANGUAGE_ITALIAN = 6,
    CSA_LANGUAGE_PORTUGUESE = 7,
    CSA_LANGUAGE_DUTCH = 8,
    CSA_LANGUAGE_SWEDISH = 9,
    CSA_LANGUAGE_NORWEGIAN = 10,
    CSA_LANGUAGE_DANISH = 11,
    CSA_LANGUAGE_FINNISH = 12,
    CSA_LANGUAGE_HUNGARIAN = 13,
    CSA_LANGUAGE_ROMANIAN = 14,
    CSA_LANGUAGE_TURKISH = 15,
    CSA_LANGUAGE_GREEK = 16,
    CSA_LANGUAGE_ARABIC = 17,
    CSA_LANGUAGE_ARMENIAN = 18,
    CSA_LANGUAGE_CHINESE = 19, /* no stemmer from here on */
    CSA_LANGUAGE_JAPANESE = 20,
    CSA_LANGUAGE_KOREAN = 21,
    CSA_LANGUAGE_KAZAKH = 22,
    CSA_LANGUAGE_KYRGYZ = 23,
    CSA_LANGUAGE_UKRAINIAN = 24,
    CSA_LANGUAGE_BELARUSIAN = 25,
    CSA_LANGUAGE_POLISH = 26,
    CSA_LANGUAGE_CZECH = 27,
    CSA_LANGUAGE_HEBREW = 28,
    CSA_LANGUAGE_PERSIAN = 29,
    CSA_LANGUAGE_UZBEK = 30,
    CSA_LANGUAGE_HINDI = 31,
    CSA_LANGUAGE_TAJIK = 32,
    CSA_LANGUAGE_TURKMEN = 33,
    CSA_LANGUAGE_MONGOLIAN = 34,
    CSA_LANGUAGE_THAI = 35,
    CSA_LANGUAGE_COUNT = 36,
};

const char *csa_language_code(csa_language language); /* "en"; "" for none */
const char *csa_language_name(csa_language language); /* "english"; "none" */
/* From a name or a code as people and pages write it: english, en, en-GB, zh_TW, deu, ger, "none". False when
 * unknown. */
bool csa_language_find(struct csa_view name, csa_language *language);

/* The language that the text (UTF-8) is written in, by script, letters that few languages have, and frequent
 * short words; CSA_LANGUAGE_NONE when it cannot be told. Of its first 16 KiB four parts of 1 KiB are looked
 * at, all when it has 4 KiB or less. Deterministic; any thread may call it. */
csa_language csa_language_detect(struct csa_view text);

/* A stemmer; not thread-safe, one for each thread. */
struct csa_stemmer;
bool csa_language_has_stemmer(csa_language language);
/* *stemmer becomes null for a language without one (then the stem is the word). */
enum csa_status csa_stemmer_new(csa_language language, struct csa_stemmer **stemmer, struct csa_error *error);
void csa_stemmer_free(struct csa_stemmer *stemmer);
/* The stem of a folded word, valid until the next call; never empty for a word that is not. A null stemmer, a
 * pair, or a word with a digit, full stop or sign in it (2000s, u.s, c++) gives the word itself. Snowball's
 * algorithms run on the folded form so that a query typed without accents has the same stem; what they give
 * is folded again. */
struct csa_view csa_stemmer_stem(struct csa_stemmer *stemmer, struct csa_view word);

#endif
