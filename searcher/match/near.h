/* NEAR: words and phrases close together, in any order.
 *
 * An occurrence takes one occurrence of each child, no two of which touch the same position, such that from
 * the first position to the last there are at most `slop` positions more than the children have words. Its
 * frequency in a passage is the number of positions of that passage at which some occurrence begins; like a
 * phrase, it may run on into the next passages of the article, never into another article. (A phrase with
 * slop counts as its words side by side; what stands between them counts as other words.)
 *
 * Which occurrence of each child to take is searched depth first. At most CSA_NEAR_STEPS choices are tried
 * at one position; where that does not do, nothing begins there. It takes several children that stand for the
 * same words to come near that. Used by the window evaluator and by explain. */
#ifndef CSA_SEARCHER_MATCH_NEAR_H
#define CSA_SEARCHER_MATCH_NEAR_H

#include "searcher/match/phrase.h"

enum { CSA_NEAR_STEPS = 4096 };

struct csa_near_child;
struct csa_near {
    struct csa_match *match;
    struct csa_phrase **phrases; /* the rarest first */
    struct csa_near_child *children;
    size_t *order; /* of children, in which they are tried; room for one more */
    size_t count;
    uint32_t length; /* positions that an occurrence may take up */
    uint32_t reach;  /* how many passages further it may end */
    bool title;
};

/* Null when some word has no list in this segment, or, with CSA_ERROR_MEMORY, when out of memory. */
struct csa_near *csa_near_new(struct csa_match *match, const struct csa_plan_node *node,
                              struct csa_error *error);
/* Occurrences that start in the passage. */
uint32_t csa_near_frequency(struct csa_near *near, uint32_t passage);
/* As csa_phrase_candidates(). */
void csa_near_candidates(struct csa_near *near, uint32_t low, uint32_t high, uint64_t *bits);
enum csa_status csa_near_settle(struct csa_near *near, struct csa_error *error);

#endif
