/* What stored bounds say from below: how high the k-th best score must be. */
#ifndef CSA_SEARCHER_MATCH_BOUND_H
#define CSA_SEARCHER_MATCH_BOUND_H

#include "searcher/match/match.h"

/* The k-th largest bound byte of a list's blocks (of its super-blocks when there are k of them and many
 * blocks): at least k postings come within a 255th of it, in different blocks. 0 when the list has fewer than
 * k blocks. */
unsigned csa_bound_kth(const struct csa_postings *list, size_t k);
/* The k-th largest by a table of how often each byte occurs; 0 when there are fewer than k. */
unsigned csa_bound_kth_counted(const uint32_t counts[256], size_t k);
/* Raises the collector's floor to what k postings near this byte score, where that can be said (bounds made
 * for the parameters asked, nothing deleted). */
void csa_bound_raise(struct csa_match *match, float weight, unsigned byte);

#endif
