/* zlib's allocations through CSA's seam: what z_stream's zalloc and zfree are set to. For chunk.c and
 * inflate.c. */
#ifndef CSA_INDEX_ZLIB_MEMORY_H
#define CSA_INDEX_ZLIB_MEMORY_H

#include "common/base/memory.h"

#include <zlib.h>

static inline voidpf csa_zlib_allocate(voidpf context, uInt count, uInt size)
{
    (void)context;
    return csa_calloc(count, size);
}

static inline void csa_zlib_release(voidpf context, voidpf block)
{
    (void)context;
    csa_free(block);
}

#endif
