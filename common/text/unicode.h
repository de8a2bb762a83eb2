/* Unicode at the level of characters: UTF-8 in and out, and the properties that analysis asks for.
 *
 * The tables (unicode_tables.c) are made at build time by generate_tables.c from utf8proc (NFKC, case
 * folding) and libunistring (UAX #29 word break classes), so that the programs depend on neither at run time
 * and start without loading them. */
#ifndef CSA_TEXT_UNICODE_H
#define CSA_TEXT_UNICODE_H

#include "common/base/buffer.h"
#include "common/base/view.h"

#include <stdbool.h>
#include <stdint.h>

enum { CSA_REPLACEMENT = 0xFFFD };

/* Decodes one character at p (p < end). Ill-formed bytes give CSA_REPLACEMENT and the length of the maximal
 * ill-formed subpart (Unicode 15, 3.9), at least 1. Returns the byte behind it. */
const char *csa_utf8_decode(const char *p, const char *end, uint32_t *character);

/* Writes 1 to 4 bytes; a surrogate or a value past U+10FFFF is written as CSA_REPLACEMENT. */
unsigned csa_utf8_encode(char out[4], uint32_t character);

bool csa_utf8_is_valid(struct csa_view text);

/* Appends text with every ill-formed part replaced by U+FFFD, without U+0000 (it becomes U+FFFD too) and
 * without a leading byte order mark; adds the number of replacements to *replaced. */
void csa_utf8_repair(struct csa_view text, struct csa_buffer *out, uint64_t *replaced);

/* The byte length of the longest prefix of text of at most `size` bytes that ends between characters. */
size_t csa_utf8_truncate(struct csa_view text, size_t size);

/* Columns that the text takes on a terminal (wide characters 2, marks 0, controls 0). */
size_t csa_utf8_columns(struct csa_view text);

/* The script of a character, as far as analysis and language detection ask. */
enum csa_script {
    CSA_SCRIPT_OTHER,
    CSA_SCRIPT_LATIN,
    CSA_SCRIPT_CYRILLIC,
    CSA_SCRIPT_GREEK,
    CSA_SCRIPT_HAN,
    CSA_SCRIPT_KANA, /* Hiragana and Katakana */
    CSA_SCRIPT_HANGUL,
    CSA_SCRIPT_ARABIC,
    CSA_SCRIPT_HEBREW,
    CSA_SCRIPT_ARMENIAN,
    CSA_SCRIPT_DEVANAGARI,
    CSA_SCRIPT_TAMIL,
    CSA_SCRIPT_THAI,
};
enum csa_script csa_unicode_script(uint32_t character);

/* The small letter of a capital of the Latin, Greek and Cyrillic alphabets, which has as many bytes; all else
 * stays. */
uint32_t csa_unicode_lower(uint32_t character);

bool csa_unicode_is_letter(uint32_t character); /* general category L* */
bool csa_unicode_is_mark(uint32_t character);   /* Mn, Mc */
bool csa_unicode_is_upper(uint32_t character);  /* Lu, Lt */
bool csa_unicode_is_space(uint32_t character);  /* White_Space */
bool csa_unicode_is_apostrophe(uint32_t character);
bool csa_unicode_is_quote(uint32_t character); /* double quotes of all styles, guillemets, corner brackets */

#endif
