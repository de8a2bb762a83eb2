/* The loops that depend on the processor: unpacking, searching in 32 numbers, bitmaps. Private to
 * common/index/.
 *
 * Each table of loops gives the same values; bitpack.c picks the best that runs here before main() begins. */
#ifndef CSA_INDEX_BITPACK_KERNELS_H
#define CSA_INDEX_BITPACK_KERNELS_H

#include <stddef.h>
#include <stdint.h>

struct csa_kernels {
    const char *name;
    /* out[i] = value i + add, modulo 2^32. */
    void (*unpack)(const uint8_t *in, size_t n, unsigned width, uint32_t add, uint32_t *out);
    /* As csa_unpack_documents(). */
    void (*unpack_documents)(const uint8_t *in, size_t n, unsigned width, uint32_t previous, uint32_t *out);
    /* How many of 32 numbers (u32, unaligned, ascending) are less than limit. */
    unsigned (*count_less)(const uint8_t *numbers, uint32_t limit);
    /* Writes first + i for each bit i that is set, i < size; returns how many, or 0 when they are not n.
     * Reads up to 7 bytes behind the bits; out has room for n + CSA_UNPACK_SLACK. */
    unsigned (*bitmap_documents)(const uint8_t *bits, uint32_t size, uint32_t first, unsigned n,
                                 uint32_t *out);
    /* As csa_bitmap_count(). */
    unsigned (*bitmap_count)(const uint8_t *bits, uint32_t size);
};

extern const struct csa_kernels csa_kernels_portable;

/* Null when the processor (or the build) lacks it. The first call fills tables and is not thread-safe. */
const struct csa_kernels *csa_kernels_avx2(void);
const struct csa_kernels *csa_kernels_avx512(void);

/* The chosen ones. */
extern const struct csa_kernels *csa_kernels;

#endif
