/* "Did you mean": another spelling of a query that finds what it does not, or far more.
 *
 * Looked for when nothing was found, or when a word of the query stands in no passage or in very few. For
 * each such word candidates.h says what may have been meant, and values.h for a filter's value that there is
 * none of; of all combinations the likeliest is shown: the
 * number of passages that hold all of its words, the way the query asks for them, against the cost of the
 * misspellings. A suggestion is shown only when it was searched for and finds something. */
#ifndef CSA_SEARCHER_RESULTS_SUGGEST_H
#define CSA_SEARCHER_RESULTS_SUGGEST_H

#include "searcher/results/candidates.h"
#include "searcher/results/trial.h"

enum { CSA_TRIED = 8, CSA_DOUBTFUL_WORDS = 8 };

/* A query that was tried, and how many passages hold all of its words. */
struct csa_tried {
    struct csa_view query;
    uint64_t passages;
};

/* A word of the query, or a filter's value, that others were sought for. */
struct csa_doubtful_word {
    struct csa_view text;
    const struct csa_typed_value *value; /* null: a word */
    struct csa_candidates candidates;
};

struct csa_suggestion {
    struct csa_view query;             /* size 0: none; new words as the collection writes them */
    uint64_t passages;                 /* that it finds */
    struct csa_tried tried[CSA_TRIED]; /* the likeliest first */
    size_t tried_count;
    struct csa_doubtful_word *words; /* the first CSA_DOUBTFUL_WORDS */
    size_t word_count;
};

/* found: the passages that the trial's query matches. Ends without a suggestion when the trial is over. */
enum csa_status csa_suggest(struct csa_trial *trial, uint64_t found, struct csa_suggestion *suggestion,
                            struct csa_error *error);

#endif
