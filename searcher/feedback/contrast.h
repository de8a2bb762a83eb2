/* The words that set a result apart from the collection (`--terms`). Called by main.c.
 *
 * Of the best hundred passages that match, the words that stand in more of them than in as many passages of
 * the rest of the collection, by the log-likelihood ratio of the two shares (Dunning 1993, "Accurate methods
 * for the statistics of surprise and coincidence"). Passages are counted, not occurrences, so that one
 * passage that repeats a word does not bring it up. Words with one stem count as one; shown is the form, and
 * the spelling, that the passages have most often. The query's own words are left out. */
#ifndef CSA_SEARCHER_FEEDBACK_CONTRAST_H
#define CSA_SEARCHER_FEEDBACK_CONTRAST_H

#include "searcher/engine.h"

enum { CSA_CONTRAST_PASSAGES = 100, CSA_CONTRAST_WORDS = 20 };

struct csa_contrast_word {
    struct csa_view word;
    double weight;     /* the ratio, G squared */
    uint32_t passages; /* of those looked at, that hold it */
};

struct csa_contrast {
    struct csa_contrast_word *words; /* by weight descending; in the arena */
    size_t count;
    size_t passages; /* that were looked at */
};

/* The request says which query and how it ranks; hits and by_article are not used. CSA_ERROR_UNSUPPORTED when
 * the index stores no text. */
enum csa_status csa_contrast_make(struct csa_engine *engine, const struct csa_search_request *request,
                                  struct csa_arena *arena, struct csa_contrast *contrast,
                                  struct csa_error *error);

#endif
