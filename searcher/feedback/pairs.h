/* Chinese and other running scripts are counted in overlapping pairs of characters; a person reads words.
 * This joins those pairs that nearly always overlap in the texts: 一带 带一 一路 -> 一带一路. Called by
 * contrast.c. */
#ifndef CSA_SEARCHER_FEEDBACK_PAIRS_H
#define CSA_SEARCHER_FEEDBACK_PAIRS_H

#include "common/base/arena.h"
#include "common/base/error.h"
#include "common/base/view.h"
#include "searcher/feedback/terms.h"

enum { CSA_PAIRS_MAXIMUM = 64 };

/* Joins pairs among terms[0 .. count), the best first, of which the first CSA_PAIRS_MAXIMUM pairs are looked
 * at: the first pair of a word becomes the word (`written`; texts: the fewest of its pairs; weight: the
 * largest; typed: if any of them is), and the weights of the others become 0. Characters at the ends of a
 * word that belong to its neighbours are left out, and so are pairs that lie across two words. The texts are
 * those that the terms were counted in. */
enum csa_status csa_pairs_join(struct csa_term_count *terms, size_t count, const struct csa_view *texts,
                               size_t text_count, struct csa_arena *arena, struct csa_error *error);

#endif
