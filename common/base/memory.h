/* The one seam through which CSA allocates: thin, so that tests can make any allocation fail.
 *
 * Sizes are multiplied with checks. Everything that these return is freed with csa_free(). Each returns null
 * when there is no memory, or when the test hook says so. */
#ifndef CSA_BASE_MEMORY_H
#define CSA_BASE_MEMORY_H

#include <stddef.h>

void *csa_malloc(size_t size);
void *csa_calloc(size_t count, size_t size);
/* Grows or shrinks to count elements of size bytes; on failure the old block stays valid and owned. */
void *csa_realloc(void *block, size_t count, size_t size);
/* The array `block` of *capacity elements (null: of none) with room for `needed`: itself, or moved and grown
 * by at least half, *capacity with it. Null on failure; the old block then stays as it was. */
void *csa_grow(void *block, size_t *capacity, size_t needed, size_t size);
void csa_free(void *block);

/* For tests: the n-th allocation from now fails (1 = the next), and all later ones too when for_ever is not
 * 0. n = 0 turns the hook off. Process-wide. */
void csa_memory_fail_at(size_t n, int for_ever);

#endif
