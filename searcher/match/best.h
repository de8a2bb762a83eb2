/* What `--rank best` adds to BM25: evidence from titles and from words that stand close together.
 *
 *   score = (sum of BM25 parts + title part) * (1 + CSA_BEST_NEAR * nearness)
 *
 * The title part is, over the query's words, CSA_BEST_TITLE * idf * t / (t + K), the word's idf in passages
 * and BM25's saturation over the words of the title of the passage's article. Nearness (0 to 1) says how much
 * of the query's neighbouring pairs of words stands close together in the passage, as in the sequential
 * dependence model of Metzler and Croft (2005): for each pair, the smaller idf, times what the closest
 * distance is worth, over the sum of the smaller idfs. Both have bounds, so that a pruned search gives what
 * an exhaustive one does. */
#ifndef CSA_SEARCHER_MATCH_BEST_H
#define CSA_SEARCHER_MATCH_BEST_H

#include "common/base/error.h"
#include "searcher/match/plan.h"

#include <stdbool.h>
#include <stdint.h>

#define CSA_BEST_NEAR 0.15    /* what full nearness adds, as a share */
#define CSA_BEST_TITLE 0.4F   /* a title's word beside a word of the passage */
enum { CSA_BEST_WINDOW = 8 }; /* positions within which two words are near */

struct csa_match;
struct csa_best;

/* Prepares a segment: sets match->best and match->extra (best stays null where it can add nothing). */
enum csa_status csa_best_prepare(struct csa_match *match, struct csa_stemmer *const *stemmers,
                                 struct csa_error *error);
/* The title part of a passage. */
double csa_best_title(struct csa_best *best, uint32_t passage);
/* The score of a passage with this base (BM25 and title). */
float csa_best_score(struct csa_best *best, uint32_t passage, double base);
/* Nearness alone, for explain. */
double csa_best_nearness(struct csa_best *best, uint32_t passage);
enum csa_status csa_best_settle(struct csa_best *best, struct csa_error *error);

/* Weight of a word's title part. */
float csa_best_title_weight(const struct csa_plan_word *word);

#endif
