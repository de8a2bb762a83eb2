/* Phrases: whether, and how often, words stand at their places.
 *
 * An occurrence belongs to the passage in which it starts. Where articles are cut into several passages, it
 * may run on into the passages behind (positions there count on from the end of this one), so that no cut
 * hides a phrase. With slop n > 0, words may stand in any order as long as max(position - offset) -
 * min(position - offset) <= n over the words, as in Lucene's sloppy phrases: side by side in order is 0, one
 * word between 1, two words swapped 2; an occurrence is counted for each smallest such window of what stands
 * from the passage on. Used by the window evaluator and by explain; join.c has the fast path for uncut
 * articles. */
#ifndef CSA_SEARCHER_MATCH_PHRASE_H
#define CSA_SEARCHER_MATCH_PHRASE_H

#include "searcher/match/match.h"

struct csa_phrase_element {
    struct csa_reader *scanners; /* for candidates: they run ahead, so that readers need not go back */
    struct csa_reader *readers;
    uint32_t reader_count;
    uint32_t offset;
    uint64_t documents;  /* in this segment, at most */
    uint32_t *positions; /* in the passage looked at, ascending, counted from that passage's start */
    uint32_t position_count, position_room;
};

struct csa_phrase {
    struct csa_match *match;
    struct csa_phrase_element *elements; /* the rarest first */
    size_t element_count;
    size_t first;  /* the element with offset 0 that is rarest */
    uint32_t span; /* largest offset */
    uint32_t slop;
    uint32_t reach;   /* how many passages further an occurrence may end */
    uint32_t *starts; /* of occurrences that the words looked at so far allow */
    uint32_t start_room;
    bool title;  /* only within the title */
    bool failed; /* out of memory */
};

/* Null when some element has no list in this segment, or, with CSA_ERROR_MEMORY, when out of memory. */
struct csa_phrase *csa_phrase_new(struct csa_match *match, const struct csa_plan_node *node,
                                  struct csa_error *error);
/* Occurrences that start in the passage. */
uint32_t csa_phrase_frequency(struct csa_phrase *phrase, uint32_t passage);
/* Sets the bits (bit i: passage low + i; room for high - low) of all passages in [low, high) in which an
 * occurrence may start: the first element stands there, the others there or near enough behind it. */
void csa_phrase_candidates(struct csa_phrase *phrase, uint32_t low, uint32_t high, uint64_t *bits);
enum csa_status csa_phrase_settle(struct csa_phrase *phrase, struct csa_error *error);

/* The places where an exact phrase would start: each position, less the offset of its word (starts: room for
 * count); then those of them that another word confirms. Both ascend; both return how many there are. */
uint32_t csa_phrase_first_starts(const uint32_t *positions, uint32_t count, uint32_t offset,
                                 uint32_t *starts);
uint32_t csa_phrase_keep_starts(uint32_t *starts, uint32_t start_count, const uint32_t *positions,
                                uint32_t count, uint32_t offset);

#endif
