/* The words that a query asks for, as they stand in its text, and how frequent they are; and filters' values
 * in doubt among them. */
#ifndef CSA_SEARCHER_RESULTS_QUERY_WORDS_H
#define CSA_SEARCHER_RESULTS_QUERY_WORDS_H

#include "searcher/results/candidates.h"
#include "searcher/results/trial.h"
#include "searcher/results/values.h"

enum { CSA_QUERY_WORDS = 24 }; /* of a query, the first of them */

struct csa_query_word {
    size_t begin, end;                   /* bytes of the query's text */
    struct csa_view text;                /* folded */
    uint64_t passages;                   /* that have it as written */
    bool rare;                           /* they are at most one in 4,000 of the collection, or one alone */
    bool has_stem;                       /* it is rare, but the query counts more passages, by its stem */
    bool joins_next;                     /* only blanks lie between it and the next one */
    const struct csa_typed_value *value; /* null: a word. Of a value the text is as typed, it is rare */
    struct csa_candidates candidates;    /* of a value its own; of a word empty, the caller's to fill */
};

/* Words that can be misspelt and the values given, in the order of the text: no wildcards, numbers or
 * excluded words. */
enum csa_status csa_query_words_find(struct csa_trial *trial, const struct csa_doubtful_value *values,
                                     size_t value_count, struct csa_query_word words[CSA_QUERY_WORDS],
                                     size_t *count, struct csa_error *error);

/* Whether the query asks for this word. */
bool csa_query_words_has(const struct csa_query *query, struct csa_view text);

#endif
