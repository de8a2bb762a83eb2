/* All passages of a segment that match: what counting leaves behind for facets, the timeline and sorting by
 * date. A list as long as they are few, so that a query with few matches touches little memory; bits of all
 * passages beyond. Filled by match.c, read by native/. Memory is the arena's. */
#ifndef CSA_SEARCHER_MATCH_FOUND_H
#define CSA_SEARCHER_MATCH_FOUND_H

#include "common/base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct csa_found {
    struct csa_arena *arena;
    uint32_t passages; /* of the segment */
    uint64_t articles; /* counted; filled in by who counts them */
    uint32_t *list;    /* ascending; null before the first */
    uint32_t count;    /* in the list */
    uint64_t *bits;    /* passages / 64 + 1 words; null: the list says all */
    bool failed;       /* out of memory */
};

void csa_found_init(struct csa_found *found, struct csa_arena *arena, uint32_t passages);
/* Adds `set` passages: bit i of words[n] stands for passage 64 * (first + n) + i, n < count. They come behind
 * all that were added before. */
void csa_found_add_words(struct csa_found *found, uint32_t first, const uint64_t *words, uint32_t count,
                         uint32_t set);
/* Adds ascending passages, which come behind all that were added before. */
void csa_found_add(struct csa_found *found, const uint32_t *passages, uint32_t count);
/* Makes bits of a list; null when out of memory. */
uint64_t *csa_found_bits(struct csa_found *found);

#endif
