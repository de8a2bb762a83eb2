/* Folding, character by character: the step under the tokenizer and csa_text_fold(). Inside common/text/
 * only.
 *
 * What a character folds to is in the generated tables; here it is appended, and marks and jamo are joined to
 * what stands before them, so that composed and decomposed input come out the same. */
#ifndef CSA_TEXT_FOLD_H
#define CSA_TEXT_FOLD_H

#include "common/text/unicode_tables.h"

#include <stddef.h>
#include <stdint.h>

enum {
    CSA_FOLD_GROWTH = 64, /* bytes that one character can add, and that may be written behind them */
};

/* Appends the folding of the character, whose bytes in the text are [p, next), to the size bytes at out,
 * which has room for CSA_FOLD_GROWTH more. Returns the new size; it can be smaller by a composition. */
size_t csa_fold_append(char *out, size_t size, uint32_t character);

#endif
