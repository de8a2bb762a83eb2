/* The unpacking loops with AVX-512 (VBMI, VBMI2, VNNI): sixteen values at a time. A byte permutation brings
 * the eight bytes that hold two values into each 64-bit lane, a multi-shift cuts both out, a mask clears what
 * is above them. For sums of narrow values each 32-bit lane takes its own value and the three before as
 * bytes, and a dot product with ones does the first half of the work. Widths above 30 go the portable way.
 * Called through csa_kernels. */
#include "common/index/bitpack_kernels.h"

#if defined(__x86_64__)
#include "common/base/integer.h"
#include "common/index/processor.h"

#include <immintrin.h>
#include <stdbool.h>

#define AVX512                                                                                               \
    __attribute__((                                                                                          \
        target("avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,avx512vbmi2,avx512vnni,bmi,bmi2,popcnt")))

enum {
    WIDEST = 30,
    WIDEST_BYTE = 8,
};

/* For each width: the byte that goes to each byte of the lanes, and the bit of its lane where each byte of
 * the result begins. */
static struct {
    uint8_t bytes[64];
    uint8_t shifts[64];
} table[WIDEST + 1] __attribute__((aligned(64)));

/* The same for lanes that take a value and the three before it, as bytes; the mask is 0 before the first
 * value. */
static struct {
    uint8_t bytes[64];
    uint8_t shifts[64];
    uint8_t mask[64];
} table_of_four[WIDEST_BYTE + 1] __attribute__((aligned(64)));

static void fill_table_of_four(void)
{
    for (unsigned width = 1; width <= WIDEST_BYTE; width++) {
        for (unsigned i = 0; i < 64; i++) {
            /* Byte i: of lane i / 4, in a 64-bit lane of values from `first` on. */
            unsigned value = i / 4 + i % 4; /* plus 3 */
            unsigned lane = i / 8 * 2;
            unsigned first = lane < 3 ? 0 : lane - 3;
            table_of_four[width].bytes[i] = (uint8_t)(first * width / 8 + i % 8);
            bool before = value < 3;
            table_of_four[width].shifts[i] =
                (uint8_t)(before ? 0 : first * width % 8 + (value - 3 - first) * width);
            table_of_four[width].mask[i] = (uint8_t)(before ? 0 : (1U << width) - 1);
        }
    }
}

static void fill_table(void)
{
    for (unsigned width = 1; width <= WIDEST; width++) {
        for (unsigned i = 0; i < 8; i++) {
            unsigned bit = 2 * i * width;
            for (unsigned k = 0; k < 8; k++) {
                table[width].bytes[8 * i + k] = (uint8_t)(bit / 8 + k);
                table[width].shifts[8 * i + k] = (uint8_t)((bit % 8 + (k < 4 ? 0 : width) + k % 4 * 8) % 64);
            }
        }
    }
}

AVX512 static inline __m512i unpack_sixteen(const uint8_t *in, __m512i bytes, __m512i shifts, __m512i mask)
{
    __m512i lanes = _mm512_permutexvar_epi8(bytes, _mm512_loadu_si512(in));
    return _mm512_and_si512(_mm512_multishift_epi64_epi8(shifts, lanes), mask);
}

AVX512 static void avx512_unpack(const uint8_t *in, size_t n, unsigned width, uint32_t add, uint32_t *out)
{
    if (width > WIDEST) {
        csa_kernels_portable.unpack(in, n, width, add, out);
        return;
    }
    if (width == 0) {
        for (size_t i = 0; i < n; i += 16) {
            _mm512_storeu_si512(out + i, _mm512_set1_epi32((int)add));
        }
        return;
    }
    __m512i bytes = _mm512_load_si512(table[width].bytes);
    __m512i shifts = _mm512_load_si512(table[width].shifts);
    __m512i mask = _mm512_set1_epi32((int)((1U << width) - 1));
    __m512i more = _mm512_set1_epi32((int)add);
    for (size_t i = 0; i < n; i += 16) {
        _mm512_storeu_si512(out + i, _mm512_add_epi32(unpack_sixteen(in, bytes, shifts, mask), more));
        in += 2 * (size_t)width;
    }
}

/* The sums of the first 1, 2, ..., 16 values. */
AVX512 static inline __m512i sum_up(__m512i values)
{
    values = _mm512_add_epi32(values, _mm512_bslli_epi128(values, 4));
    values = _mm512_add_epi32(values, _mm512_bslli_epi128(values, 8));
    /* The end of the first quarter is added to the second, that of the third to the fourth; then the end of
     * the first half to the second. */
    __m512i ends = _mm512_setr_epi32(3, 3, 3, 3, 3, 3, 3, 3, 11, 11, 11, 11, 11, 11, 11, 11);
    values = _mm512_add_epi32(values, _mm512_maskz_permutexvar_epi32(0xF0F0, ends, values));
    return _mm512_add_epi32(values, _mm512_maskz_permutexvar_epi32(0xFF00, _mm512_set1_epi32(7), values));
}

AVX512 static void add_up_bytes(const uint8_t *in, size_t n, unsigned width, __m512i before, uint32_t *out)
{
    __m512i bytes = _mm512_load_si512(table_of_four[width].bytes);
    __m512i shifts = _mm512_load_si512(table_of_four[width].shifts);
    __m512i mask = _mm512_load_si512(table_of_four[width].mask);
    __m512i ones = _mm512_set1_epi8(1);
    __m512i last = _mm512_set1_epi32(15);
    __m512i sixteen = _mm512_set1_epi32(16);
    for (size_t i = 0; i < n; i += 16) {
        __m512i fours = unpack_sixteen(in, bytes, shifts, mask);
        __m512i sums = _mm512_dpbusd_epi32(_mm512_setzero_si512(), fours, ones);
        sums =
            _mm512_add_epi32(sums, _mm512_maskz_shuffle_i64x2(0xFC, sums, sums, 0x90)); /* up by 4 values */
        sums = _mm512_add_epi32(sums, _mm512_maskz_shuffle_i64x2(0xF0, sums, sums, 0x40)); /* up by 8 */
        _mm512_storeu_si512(out + i, _mm512_add_epi32(sums, before));
        before = _mm512_add_epi32(before, _mm512_add_epi32(_mm512_permutexvar_epi32(last, sums), sixteen));
        in += 2 * (size_t)width;
    }
}

AVX512 static void avx512_unpack_documents(const uint8_t *in, size_t n, unsigned width, uint32_t previous,
                                           uint32_t *out)
{
    if (width > WIDEST) {
        csa_kernels_portable.unpack_documents(in, n, width, previous, out);
        return;
    }
    __m512i before =
        _mm512_add_epi32(_mm512_set1_epi32((int)previous),
                         _mm512_setr_epi32(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16));
    __m512i sixteen = _mm512_set1_epi32(16);
    if (width == 0) {
        for (size_t i = 0; i < n; i += 16) {
            _mm512_storeu_si512(out + i, before);
            before = _mm512_add_epi32(before, sixteen);
        }
        return;
    }
    if (width <= WIDEST_BYTE) {
        add_up_bytes(in, n, width, before, out);
        return;
    }
    __m512i bytes = _mm512_load_si512(table[width].bytes);
    __m512i shifts = _mm512_load_si512(table[width].shifts);
    __m512i mask = _mm512_set1_epi32((int)((1U << width) - 1));
    __m512i last = _mm512_set1_epi32(15);
    for (size_t i = 0; i < n; i += 16) {
        __m512i sums = sum_up(unpack_sixteen(in, bytes, shifts, mask));
        _mm512_storeu_si512(out + i, _mm512_add_epi32(sums, before));
        before = _mm512_add_epi32(before, _mm512_add_epi32(_mm512_permutexvar_epi32(last, sums), sixteen));
        in += 2 * (size_t)width;
    }
}

AVX512 static unsigned avx512_count_less(const uint8_t *numbers, uint32_t limit)
{
    __m512i key = _mm512_set1_epi32((int)limit);
    unsigned low = _mm512_cmplt_epu32_mask(_mm512_loadu_si512(numbers), key);
    unsigned high = _mm512_cmplt_epu32_mask(_mm512_loadu_si512(numbers + 64), key);
    return (unsigned)_mm_popcnt_u32(low | high << 16);
}

AVX512 static inline uint64_t word_at(const uint8_t *bits, uint32_t i, uint32_t size)
{
    return _bzhi_u64(csa_load_u64(bits + i / 8), size - i < 64 ? size - i : 64);
}

/* The numbers of the set bits are gathered as bytes, 64 bits at once, then widened. */
AVX512 static unsigned avx512_bitmap_documents(const uint8_t *bits, uint32_t size, uint32_t first, unsigned n,
                                               uint32_t *out)
{
    static const uint8_t numbers[64] __attribute__((aligned(64))) = {
        0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
        22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43,
        44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63};
    __m512i all = _mm512_load_si512(numbers);
    __m512i base = _mm512_set1_epi32((int)first);
    unsigned count = 0;
    for (uint32_t i = 0;; i += 64) {
        uint64_t word = word_at(bits, i, size);
        unsigned more = (unsigned)_mm_popcnt_u64(word);
        if (more > n - count) {
            return 0;
        }
        __m512i set = _mm512_maskz_compress_epi8(word, all);
        uint32_t *to = out + count;
        _mm512_storeu_si512(to, _mm512_add_epi32(base, _mm512_cvtepu8_epi32(_mm512_castsi512_si128(set))));
        if (more > 16) {
            __m128i part = _mm512_extracti32x4_epi32(set, 1);
            _mm512_storeu_si512(to + 16, _mm512_add_epi32(base, _mm512_cvtepu8_epi32(part)));
            if (more > 32) {
                part = _mm512_extracti32x4_epi32(set, 2);
                _mm512_storeu_si512(to + 32, _mm512_add_epi32(base, _mm512_cvtepu8_epi32(part)));
                if (more > 48) {
                    part = _mm512_extracti32x4_epi32(set, 3);
                    _mm512_storeu_si512(to + 48, _mm512_add_epi32(base, _mm512_cvtepu8_epi32(part)));
                }
            }
        }
        count += more;
        if (size - i <= 64) {
            return count == n ? n : 0;
        }
        base = _mm512_add_epi32(base, _mm512_set1_epi32(64));
    }
}

AVX512 static unsigned avx512_bitmap_count(const uint8_t *bits, uint32_t size)
{
    unsigned count = 0;
    for (uint32_t i = 0;; i += 64) {
        count += (unsigned)_mm_popcnt_u64(word_at(bits, i, size));
        if (size - i <= 64) {
            return count;
        }
    }
}

static const struct csa_kernels kernels = {
    .name = "avx512",
    .unpack = avx512_unpack,
    .unpack_documents = avx512_unpack_documents,
    .count_less = avx512_count_less,
    .bitmap_documents = avx512_bitmap_documents,
    .bitmap_count = avx512_bitmap_count,
};

const struct csa_kernels *csa_kernels_avx512(void)
{
    if (!csa_processor_has_avx512()) {
        return NULL;
    }
    fill_table();
    fill_table_of_four();
    return &kernels;
}

#else

const struct csa_kernels *csa_kernels_avx512(void)
{
    return NULL;
}

#endif
