/* The terms of texts: what RM3, more-like-this and `--terms` count. Texts are analysed as at indexing; words
 * with one stem are one term, and a term remembers the surface form that stands for it and how people write
 * it. Stop words, single characters of running scripts and single letters are left out. Called by the files
 * of this folder. */
#ifndef CSA_SEARCHER_FEEDBACK_TERMS_H
#define CSA_SEARCHER_FEEDBACK_TERMS_H

#include "common/base/arena.h"
#include "common/base/error.h"
#include "common/base/view.h"
#include "common/text/language.h"
#include "searcher/engine.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of a longer text only this many bytes are looked at, and of more terms only this many are counted. */
enum { CSA_TERMS_TEXT_MAXIMUM = 1024 * 1024, CSA_TERMS_MAXIMUM = 100000 };

struct csa_term_count {
    struct csa_view stem;    /* what is counted */
    struct csa_view word;    /* its most frequent surface form, of equal ones the first */
    struct csa_view written; /* how the texts write that form, in most cases */
    csa_language stemmer;    /* of the text that held it first */
    bool number;             /* begins with a digit */
    bool pair;               /* two neighbouring characters of a run without spaces */
    bool extra;              /* found as written only: at&t, 2023-08-11 */
    uint32_t occurrences;
    uint32_t texts;    /* that hold it */
    double frequency;  /* over its texts: weight * 3 n / (n + 2) / length, n: its occurrences there */
    double mass;       /* over its texts: weight * n */
    uint64_t passages; /* of the collection: filled by csa_terms_look_up() */
    double weight;     /* the caller's, as is: */
    bool typed;        /* a word of the query */
};

struct csa_terms; /* everything it gives out lives until it is freed */
enum csa_status csa_terms_new(struct csa_terms **terms, struct csa_error *error);
void csa_terms_free(struct csa_terms *terms); /* null is fine */

/* A text is begun, given in one or more pieces (a title, a passage), and ended. `language` gives the stop
 * words, `stemmer` the stems. A piece's words count `times` each. */
void csa_terms_begin_text(struct csa_terms *terms, csa_language language, csa_language stemmer,
                          double weight);
enum csa_status csa_terms_add(struct csa_terms *terms, struct csa_view text, uint32_t times,
                              struct csa_error *error);
void csa_terms_end_text(struct csa_terms *terms);

/* Begins a text in the languages of an article. */
void csa_terms_begin_article(struct csa_terms *terms, const struct csa_article_info *article, double weight);
/* Adds a passage's text. CSA_ERROR_UNSUPPORTED when the index stores none. */
enum csa_status csa_terms_add_passage(struct csa_terms *terms, const struct csa_passage_info *passage,
                                      struct csa_error *error);

/* The terms in order of first appearance; the caller may order them anew and fill `weight`, but add no more
 * texts after that. */
struct csa_term_count *csa_terms_all(struct csa_terms *terms, size_t *count);

/* The term of a folded word under one of the languages that texts were given in; null when none holds it.
 * Only before the terms are ordered anew. */
struct csa_term_count *csa_terms_find(struct csa_terms *terms, struct csa_view word, csa_language stemmer);

/* Fills `passages`. */
enum csa_status csa_terms_look_up(struct csa_engine *engine, struct csa_term_count *term,
                                  struct csa_error *error);

/* Puts the terms with the largest weights first, equal ones by stem, and returns how many of the first `room`
 * have a weight above 0. */
size_t csa_terms_best(struct csa_term_count *terms, size_t count, size_t room);

#endif
