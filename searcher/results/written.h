/* Words of a suggestion the way the collection writes them: the dictionary's forms are folded, and what is
 * shown to somebody should not be "veroffentlichte". Called by suggest.c. */
#ifndef CSA_SEARCHER_RESULTS_WRITTEN_H
#define CSA_SEARCHER_RESULTS_WRITTEN_H

#include "searcher/results/trial.h"

/* Replaces the words of `text`, a query that finds something and was read as `query`, which the trial's own
 * query lacks, by the spelling that the best passages found for it use most, or their titles, in lower case.
 * *written lives in the arena; it is `text` itself where nothing changes, the index stores no text or the
 * words would be read otherwise. */
enum csa_status csa_written_words(struct csa_trial *trial, struct csa_view text,
                                  const struct csa_query *query, struct csa_view *written,
                                  struct csa_error *error);

#endif
