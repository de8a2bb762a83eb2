/* Which documents of a segment are not deleted, and the number that each has among them. */
#ifndef CSA_INDEXER_NATIVE_LIVE_SET_H
#define CSA_INDEXER_NATIVE_LIVE_SET_H

#include "common/base/error.h"
#include "common/index/index.h"

#include <stdbool.h>
#include <stdint.h>

struct csa_live_set {
    uint64_t *deleted; /* a bit each; null: none is deleted; owned */
    uint32_t *before;  /* live ones before each 64; owned */
    uint32_t documents;
    uint32_t live;
};

/* For a segment's passages and for its articles. An article is deleted when its first passage is. Call
 * release also after an error. */
enum csa_status csa_live_set_init_passages(struct csa_live_set *set, const struct csa_deletes *deletes,
                                           struct csa_error *error);
enum csa_status csa_live_set_init_articles(struct csa_live_set *set, const struct csa_segment *segment,
                                           const struct csa_deletes *deletes, struct csa_error *error);
void csa_live_set_release(struct csa_live_set *set);

/* document < documents. */
static inline bool csa_live_set_has(const struct csa_live_set *set, uint32_t document)
{
    return set->deleted == NULL || (set->deleted[document / 64] >> (document % 64) & 1) == 0;
}

/* Live documents before this one. */
static inline uint32_t csa_live_set_rank(const struct csa_live_set *set, uint32_t document)
{
    if (set->deleted == NULL) {
        return document;
    }
    uint64_t below = ~set->deleted[document / 64] & ((UINT64_C(1) << (document % 64)) - 1);
    return set->before[document / 64] + (uint32_t)__builtin_popcountll(below);
}

#endif
