/* Phrases: whether, where and how often words stand at their places.
 *
 * An occurrence belongs to the passage in which it starts. Where articles are cut into several passages, it
 * may run on into the passages behind (positions there count on from the end of this one), so that no cut
 * hides a phrase. With slop n > 0, words may stand in any order as long as max(position - offset) -
 * min(position - offset) <= n over the words, as in Lucene's sloppy phrases: side by side in order is 0, one
 * word between 1, two words swapped 2; an occurrence is counted for each smallest such window of what stands
 * from the passage on. Used by the window evaluator, by near.c and by explain; join.c has the fast path for
 * uncut articles. */
#ifndef CSA_SEARCHER_MATCH_PHRASE_H
#define CSA_SEARCHER_MATCH_PHRASE_H

#include "searcher/match/match.h"

struct csa_phrase_element {
    struct csa_reader *scanners; /* for candidates: they run ahead, so that readers need not go back */
    struct csa_reader *readers;
    uint32_t reader_count;
    uint32_t offset;
    uint32_t order;      /* in the query */
    uint64_t documents;  /* in this segment, at most */
    uint32_t *positions; /* in the passage looked at, ascending, counted from that passage's start */
    uint32_t position_count, position_room;
};

/* An occurrence: its first and last position, counted from a passage's start. */
struct csa_phrase_span {
    uint32_t first, last;
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
    uint32_t *at;                  /* with slop: where each element stands in its positions */
    struct csa_phrase_span *spans; /* of csa_phrase_spans() */
    uint32_t span_count, span_room;
    bool title;  /* only within the title */
    bool part;   /* of NEAR: all of it may stand behind the passage, as far as reach says */
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
/* The passages that positions are read in, and where they end: what a phrase and NEAR ask for. */
struct csa_phrase_area {
    uint32_t passage, last; /* the first passage and the last one */
    uint32_t extent;        /* positions of the first one, when there are more */
    uint32_t reach;         /* positions behind the first passage that are looked at */
    uint32_t limit;         /* positions in the first passage from here on are left out */
};
/* The area for occurrences that start in the passage and may end `reach` positions behind it, at most
 * `passages` passages further. */
struct csa_phrase_area csa_phrase_area_of(const struct csa_segment *segment, uint32_t passage, uint32_t reach,
                                          uint32_t passages);
/* Fills in extent: needed where positions behind the first passage are read; it takes a look at the article.
 */
void csa_phrase_area_measure(const struct csa_segment *segment, struct csa_phrase_area *area);
/* The area of a title. */
struct csa_phrase_area csa_phrase_area_of_title(const struct csa_segment *segment, uint32_t passage);
/* Passages behind its own that something can touch whose last position is `span` behind its first; at most
 * CSA_PHRASE_REACH, which only passages of a word or two would need more than. */
enum { CSA_PHRASE_REACH = 64 * 127 };
uint32_t csa_phrase_reach(const struct csa_segment *segment, uint32_t span);
/* Every occurrence within an area into phrase->spans, by first position, then by last; false when there is
 * none. */
bool csa_phrase_spans(struct csa_phrase *phrase, const struct csa_phrase_area *area);
enum csa_status csa_phrase_settle(struct csa_phrase *phrase, struct csa_error *error);

/* The places where an exact phrase would start: each position, less the offset of its word (starts: room for
 * count); then those of them that another word confirms. Both ascend; both return how many there are. */
uint32_t csa_phrase_first_starts(const uint32_t *positions, uint32_t count, uint32_t offset,
                                 uint32_t *starts);
uint32_t csa_phrase_keep_starts(uint32_t *starts, uint32_t start_count, const uint32_t *positions,
                                uint32_t count, uint32_t offset);

#endif
