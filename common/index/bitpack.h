/* Bit packing: n values of w bits, one behind the other, little-endian (docs/index-format.md, "packed").
 *
 * The layout is horizontal, so that any number of values packs without waste, one value can be read alone,
 * and every group of eight starts at a byte. Unpacking uses AVX2 or AVX-512 where the processor has it,
 * chosen once at run time; the portable path gives the same values, and there is one packer, so the bytes are
 * the same. */
#ifndef CSA_INDEX_BITPACK_H
#define CSA_INDEX_BITPACK_H

#include "common/base/integer.h"

#include <stddef.h>
#include <stdint.h>

/* Unpackers write whole groups: room for this many values behind n is needed in out. */
enum { CSA_UNPACK_SLACK = 16 };

static inline size_t csa_packed_size(size_t n, unsigned width)
{
    return (n * width + 7) / 8;
}

/* Bits that the largest of n values needs, 0 to 32. */
unsigned csa_bit_width(const uint32_t *values, size_t n);

/* Writes csa_packed_size(n, width) bytes; every value must fit in width bits (0 to 32). */
void csa_pack(const uint32_t *values, size_t n, unsigned width, uint8_t *out);

/* Unpacks n values. The caller has checked that the packed bytes lie before the section's end; up to
 * CSA_SECTION_SLACK bytes behind them are read (and ignored). */
void csa_unpack(const uint8_t *in, size_t n, unsigned width, uint32_t *out);

/* Unpacks n gaps and sums them up: out[i] = previous + 1 + gap 0 + ... + gap i + i, modulo 2^32. previous is
 * the document before the first, UINT32_MAX at the start of a list. */
void csa_unpack_documents(const uint8_t *in, size_t n, unsigned width, uint32_t previous, uint32_t *out);

/* How many of the first `size` bits are set. Up to 7 bytes behind them are read. */
unsigned csa_bitmap_count(const uint8_t *bits, uint32_t size);

/* Writes first + i for each bit i that is set, i < size; n is how many there are. Up to 7 bytes behind the
 * bits are read; out has room for n + CSA_UNPACK_SLACK. */
void csa_bitmap_documents(const uint8_t *bits, uint32_t size, uint32_t first, unsigned n, uint32_t *out);

/* Value i alone. Reads up to 8 bytes from byte i*width/8 on. */
static inline uint32_t csa_packed_get(const uint8_t *in, size_t i, unsigned width)
{
    size_t bit = i * width;
    return (uint32_t)((csa_load_u64(in + bit / 8) >> (bit % 8)) & ((UINT64_C(1) << width) - 1));
}

/* For tests: "portable", "avx2", "avx512", or null for the best that the processor has. False when it lacks
 * that one. Not thread-safe. CSA_SIMD in the environment is not read. */
int csa_bitpack_select(const char *name);
const char *csa_bitpack_selected(void);

#endif
