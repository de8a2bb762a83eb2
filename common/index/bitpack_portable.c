/* The unpacking loops in plain C, for processors without AVX2, and the yardstick that the others are tested
 * against. A group of eight values of width w takes w bytes and is read by eight 64-bit loads; the width is a
 * constant in each loop. Called through csa_kernels. */
#include "common/base/integer.h"
#include "common/index/bitpack_kernels.h"

#include <string.h>

static inline __attribute__((always_inline)) void unpack_eight(const uint8_t *in, unsigned width,
                                                               uint32_t add, uint32_t *out)
{
    uint64_t mask = (UINT64_C(1) << width) - 1;
#pragma GCC unroll 8
    for (unsigned i = 0; i < 8; i++) {
        out[i] = (uint32_t)((csa_load_u64(in + i * width / 8) >> (i * width % 8)) & mask) + add;
    }
}

static inline __attribute__((always_inline)) void unpack_width(const uint8_t *in, size_t n, unsigned width,
                                                               uint32_t add, uint32_t *out)
{
    for (size_t i = 0; i < n; i += 8) {
        unpack_eight(in, width, add, out + i);
        in += width;
    }
}

/* clang-format off */
#define CASE(w) case w: unpack_width(in, n, w, add, out); break;
#define CASES(w) CASE(w) CASE((w) + 1) CASE((w) + 2) CASE((w) + 3) CASE((w) + 4) CASE((w) + 5) CASE((w) + 6) CASE((w) + 7)
/* clang-format on */

static void portable_unpack(const uint8_t *in, size_t n, unsigned width, uint32_t add, uint32_t *out)
{
    switch (width) {
        CASES(1)
        CASES(9)
        CASES(17)
        CASES(25)
    default:
        for (size_t i = 0; i < n; i++) {
            out[i] = add;
        }
    }
}

static void portable_unpack_documents(const uint8_t *in, size_t n, unsigned width, uint32_t previous,
                                      uint32_t *out)
{
    portable_unpack(in, n, width, 1, out);
    for (size_t i = 0; i < n; i++) {
        previous += out[i];
        out[i] = previous;
    }
}

static unsigned portable_count_less(const uint8_t *numbers, uint32_t limit)
{
    unsigned low = 0;
    for (unsigned step = 16; step != 0; step /= 2) {
        low += csa_load_u32(numbers + 4 * (size_t)(low + step - 1)) < limit ? step : 0;
    }
    return low + (csa_load_u32(numbers + 4 * (size_t)low) < limit);
}

/* The 64 bits from bit i on, without those from bit size on. */
static inline uint64_t word_at(const uint8_t *bits, uint32_t i, uint32_t size)
{
    uint64_t word = csa_load_u64(bits + i / 8);
    return size - i >= 64 ? word : word & ((UINT64_C(1) << (size - i)) - 1);
}

static unsigned portable_bitmap_documents(const uint8_t *bits, uint32_t size, uint32_t first, unsigned n,
                                          uint32_t *out)
{
    unsigned count = 0;
    for (uint32_t i = 0; i < size; i += 64) {
        uint64_t word = word_at(bits, i, size);
        unsigned more = (unsigned)__builtin_popcountll(word);
        if (more > n - count) {
            return 0;
        }
        for (; word != 0; word &= word - 1) {
            out[count++] = first + i + (uint32_t)__builtin_ctzll(word);
        }
        if (size - i <= 64) {
            break;
        }
    }
    return count == n ? n : 0;
}

static unsigned portable_bitmap_count(const uint8_t *bits, uint32_t size)
{
    unsigned count = 0;
    for (uint32_t i = 0; i < size; i += 64) {
        count += (unsigned)__builtin_popcountll(word_at(bits, i, size));
        if (size - i <= 64) {
            break;
        }
    }
    return count;
}

const struct csa_kernels csa_kernels_portable = {
    .name = "portable",
    .unpack = portable_unpack,
    .unpack_documents = portable_unpack_documents,
    .count_less = portable_count_less,
    .bitmap_documents = portable_bitmap_documents,
    .bitmap_count = portable_bitmap_count,
};
