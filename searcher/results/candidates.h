/* What may have been meant instead of a word: words near it in spelling, two words run together, and two
 * words that are one. Each with how many passages hold it and what the misspelling costs (spelling.h). */
#ifndef CSA_SEARCHER_RESULTS_CANDIDATES_H
#define CSA_SEARCHER_RESULTS_CANDIDATES_H

#include "searcher/results/trial.h"

enum { CSA_CANDIDATES = 8 };

struct csa_candidate {
    struct csa_view text; /* a word, or two with a blank between */
    uint64_t passages;    /* that hold it; of two words, side by side */
    double cost;
    unsigned span; /* words of the query that it stands for: 1 or 2 */
};

struct csa_candidates {
    struct csa_candidate items[CSA_CANDIDATES]; /* the likeliest first: log passages - cost */
    size_t count;
};

/* Puts a candidate where it belongs, or drops it. */
void csa_candidates_add(struct csa_candidates *candidates, const struct csa_candidate *candidate);

/* Whether spelling mistakes can be looked for in a word: at least two letters, no digit, a script that has
 * spaces between words. */
bool csa_candidates_are_possible(struct csa_view word);

struct csa_candidate_bounds {
    unsigned distance; /* edits; one at most in a word of two letters */
    uint64_t least;    /* passages that a candidate stands in, at least */
};

/* Adds words near the word, and the ways to part it in two words that stand side by side. */
enum csa_status csa_candidates_find(struct csa_trial *trial, struct csa_view word,
                                    struct csa_candidate_bounds bounds, struct csa_candidates *candidates,
                                    struct csa_error *error);

/* Adds the word that two words make together, when that is far more frequent than they are side by side.
 * by_chance: passages, about, where they would be if words were strewn at random. */
enum csa_status csa_candidates_join(struct csa_trial *trial, struct csa_view left, struct csa_view right,
                                    double by_chance, struct csa_candidates *candidates,
                                    struct csa_error *error);

#endif
