/* The allocator and its hook for tests; owns the hook's state. See memory.h. */
#include "common/base/memory.h"

#include "common/base/integer.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

enum { FIRST_ELEMENTS = 16 }; /* of a growing array */

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
    size_t bytes;
    if (!csa_multiply_size(count, size, &bytes) || must_fail()) {
        return NULL;
    }
    return realloc(block, bytes == 0 ? 1 : bytes);
}

void *csa_grow(void *block, size_t *capacity, size_t needed, size_t size)
{
    if (block != NULL && needed <= *capacity) {
        return block;
    }
    size_t grown = *capacity <= SIZE_MAX / 2 ? *capacity + *capacity / 2 : needed;
    grown = grown < FIRST_ELEMENTS ? FIRST_ELEMENTS : grown;
    grown = grown < needed ? needed : grown;
    void *moved = csa_realloc(block, grown, size);
    if (moved != NULL) {
        *capacity = grown;
    }
    return moved;
}

void csa_free(void *block)
{
    free(block);
}
