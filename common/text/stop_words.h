/* Stop words: articles, prepositions, pronouns, conjunctions and auxiliary verbs of a language.
 *
 * They are indexed like every other word, and a quoted phrase asks for them. A query of bare words is better
 * answered without them when it has other words too: so the searcher asks here. */
#ifndef CSA_TEXT_STOP_WORDS_H
#define CSA_TEXT_STOP_WORDS_H

#include "common/base/view.h"
#include "common/text/language.h"

/* word: folded, as the tokenizer gives it. False for a language without a list. */
bool csa_stop_word_is(csa_language language, struct csa_view word);

#endif
