/* The allocator and its hook for tests; owns the hook's state. See memory.h. */
#include "common/base/memory.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

static atomic_size_t allocations_until_failure; /* 0: the hook is off */
static atomic_int failure_lasts;

void csa_memory_fail_at(size_t n, int for_ever)
{
    atomic_store(&failure_lasts, for_ever);
    atomic_store(&allocations_until_failure, n);
}

static int must_fail(void)
{
    size_t left = atomic_load_explicit(&allocations_until_failure, memory_order_relaxed);
    if (left == 0) {
        return 0;
    }
    if (left == 1) {
        if (!atomic_load(&failure_lasts)) {
            atomic_store(&allocations_until_failure, 0);
        }
        return 1;
    }
    atomic_fetch_sub(&allocations_until_failure, 1);
    return 0;
}

void *csa_malloc(size_t size)
{
    return must_fail() ? NULL : malloc(size == 0 ? 1 : size);
}

void *csa_calloc(size_t count, size_t size)
{
    return must_fail() ? NULL : calloc(count == 0 ? 1 : count, size == 0 ? 1 : size);
}

void *csa_realloc(void *block, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size) {
        return NULL;
    }
    return must_fail() ? NULL : realloc(block, count * size == 0 ? 1 : count * size);
}

void csa_free(void *block)
{
    free(block);
}
