/* The best k passages seen so far, and what a passage must reach to become one of them.
 *
 * Order: higher score first, equal scores by passage number ascending. Passages may be offered in any order.
 * The heap's memory is the caller's. Used by all strategies; one collector serves all segments of a query. */
#ifndef CSA_SEARCHER_MATCH_COLLECTOR_H
#define CSA_SEARCHER_MATCH_COLLECTOR_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct csa_candidate {
    float score;
    uint32_t passage; /* of the whole index */
};

struct csa_collector {
    struct csa_candidate *heap; /* the worst of them first */
    size_t room, size;
    float floor; /* a score that the last of the best k is known to reach; 0: nothing is known */
    double bar;  /* a passage whose score is below this is no hit. Scores and bounds are sums of floats in
                    double; the bar lies lower than the k-th score by more than any rounding of either. */
};

/* room is k; heap has that many places. */
void csa_collector_init(struct csa_collector *collector, struct csa_candidate *heap, size_t room);
/* Whether it has k passages: others then have to be better than these. */
static inline bool csa_collector_is_full(const struct csa_collector *collector)
{
    return collector->size == collector->room;
}
/* Says that k passages are known to reach this score. */
void csa_collector_raise(struct csa_collector *collector, float floor);
/* Takes a passage if it is among the best so far. */
void csa_collector_add(struct csa_collector *collector, float score, uint32_t passage);
/* Sorts the heap, best first. Nothing can be added afterwards. */
void csa_collector_finish(struct csa_collector *collector);

#endif
