/* Where sentences end: for passages, which hold whole sentences, and for snippets. */
#ifndef CSA_TEXT_SENTENCE_H
#define CSA_TEXT_SENTENCE_H

#include "common/base/view.h"

#include <stddef.h>

/* The byte offset behind the sentence that starts at `start` (behind its closing quotes and the white space
 * that follows), at most text.size. A newline ends a sentence too. Knows . ! ? and their CJK, Arabic,
 * Devanagari and Armenian kin, initials (J. Smith), common abbreviations (U.S., Mr., St., No., ул., т. е.,
 * z. B.), numbers (94.8), ellipses. */
size_t csa_sentence_end(struct csa_view text, size_t start);

#endif
