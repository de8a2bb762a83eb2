/* What the collection has in the place of one word of a phrase: for a phrase that is nowhere because one of
 * its words is wrong. */
#ifndef CSA_SEARCHER_RESULTS_PHRASE_REPAIR_H
#define CSA_SEARCHER_RESULTS_PHRASE_REPAIR_H

#include "searcher/results/trial.h"

/* Searches for the phrase with a gap in the place of child `number`, an inner one, and reads the best
 * passages: *word is what stands there most often; size 0: nothing, or not looked for
 * (fewer than three words, slop, children that are not single words). */
enum csa_status csa_phrase_repair(struct csa_trial *trial, const struct csa_node *phrase, size_t number,
                                  struct csa_view *word, struct csa_error *error);

#endif
