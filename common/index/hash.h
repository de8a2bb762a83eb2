/* The hash of article ids in ARTICLE_HASH (docs/index-format.md, section 12): part of the format, never
 * changed. */
#ifndef CSA_INDEX_HASH_H
#define CSA_INDEX_HASH_H

#include "common/base/view.h"

#include <stdint.h>

/* FNV-1a (Fowler, Noll, Vo), 64 bits, then the 64-bit finalizer of MurmurHash3 (Appleby), since FNV's high
 * bits mix badly for short ids that differ in their last byte. */
static inline uint64_t csa_hash(struct csa_view bytes)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < bytes.size; i++) {
        hash = (hash ^ (uint8_t)bytes.data[i]) * UINT64_C(0x100000001b3);
    }
    hash ^= hash >> 33;
    hash *= UINT64_C(0xff51afd7ed558ccd);
    hash ^= hash >> 33;
    hash *= UINT64_C(0xc4ceb9fe1a85ec53);
    return hash ^ (hash >> 33);
}

#endif
