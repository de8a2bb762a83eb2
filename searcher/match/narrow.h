/* A query that is required to pass filters is searched as if it had none, among the passages that pass: so
 * `gas lang:en` is as fast as `gas`. Called by match.c, segment by segment. */
#ifndef CSA_SEARCHER_MATCH_NARROW_H
#define CSA_SEARCHER_MATCH_NARROW_H

#include "searcher/match/match.h"

/* Where the plan's root requires or excludes filters, or groups of nothing else, beside what can stand
 * without them, puts a plan of the rest in match->plan, and into match->only the passages that pass. Leaves
 * the match as it is where that would be no faster: when few pass, they are what a search begins with.
 * Scores, hits and counts are the same either way. CSA_ERROR_MEMORY only. */
enum csa_status csa_match_narrow(struct csa_match *match, struct csa_error *error);

#endif
