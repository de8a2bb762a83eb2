/* What may have been meant by a filter's value that no article has: lang:rusian, author:pushkn,
 * site:exmaple.org. Values of the collection near it in spelling: names and codes of languages, as many words
 * side by side of an author or a source, one fewer or one more, as many labels of a host. */
#ifndef CSA_SEARCHER_RESULTS_VALUES_H
#define CSA_SEARCHER_RESULTS_VALUES_H

#include "searcher/results/candidates.h"
#include "searcher/results/trial.h"

/* A value of the query that others were found for. */
struct csa_doubtful_value {
    const struct csa_typed_value *typed;
    struct csa_candidates candidates; /* text: to be put in its place; quoted where it has to be */
};

/* Looks at the values that were not understood and, when the query found nothing, at those that the
 * collection lacks; leaves out those that nothing is near of. Takes at most half of the time that the trial
 * has. */
enum csa_status csa_doubtful_values_find(struct csa_trial *trial, uint64_t found,
                                         struct csa_doubtful_value values[CSA_QUERY_VALUES], size_t *count,
                                         struct csa_error *error);

#endif
