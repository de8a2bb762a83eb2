/* Cuts an article's blocks into passages. */
#ifndef CSA_INDEXER_PASSAGES_H
#define CSA_INDEXER_PASSAGES_H

#include "common/base/error.h"
#include "indexer/article.h"

enum {
    CSA_PASSAGE_WORDS_DEFAULT = 120,
    CSA_SENTENCE_WORDS_MAXIMUM = 1000, /* a "sentence" without an end is cut here, between words, and
                                          after 32 KiB in any case */
};

/* The article's body: its blocks joined by '\n', in the arena. */
enum csa_status csa_article_body(const struct csa_article *article, struct csa_arena *arena,
                                 struct csa_view *body, struct csa_error *error);

/* Cuts the body into passages of whole sentences, about `words` words each (a CJK character counts as half
 * a word), at block borders where one is near; 0 = the whole article is one passage. Passages follow each
 * other without a gap and without overlap; each is a part of the body, white space at both ends excepted. A
 * last passage shorter than a third of `words` joins the one before it. An article without text has one empty
 * passage, so that its title can be found. *passages lives in the arena. */
enum csa_status csa_passages_cut(const struct csa_article *article, unsigned words, struct csa_arena *arena,
                                 struct csa_passage **passages, size_t *count, struct csa_error *error);

#endif
