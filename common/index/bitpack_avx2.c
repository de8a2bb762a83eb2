/* The unpacking loops with AVX2: eight values at a time. The group's bytes are loaded as two overlapping
 * halves, a shuffle brings the four bytes that hold each value into its lane, a shift and a mask cut it out
 * (the idea of Lemire and Boytsov, "Decoding billions of integers per second through vectorization", 2015,
 * for a layout without lanes). Widths above 25 may need five bytes and go the portable way. Called through
 * csa_kernels. */
#include "common/index/bitpack_kernels.h"

#if defined(__x86_64__)
#include "common/base/integer.h"
#include "common/index/processor.h"

#include <immintrin.h>
#include <stdbool.h>

#define AVX2 __attribute__((target("avx2,bmi,bmi2,popcnt")))

enum { WIDEST = 25 };

/* For each width: the byte that goes to each byte of the lanes, and the shift of each lane. */
static struct {
    uint8_t bytes[32];
    uint32_t shifts[8];
} table[WIDEST + 1] __attribute__((aligned(64)));

static void fill_table(void)
{
    for (unsigned width = 1; width <= WIDEST; width++) {
        for (unsigned i = 0; i < 8; i++) {
            unsigned bit = i < 4 ? i * width : 4 * width % 8 + (i - 4) * width;
            table[width].shifts[i] = bit % 8;
            for (unsigned k = 0; k < 4; k++) {
                table[width].bytes[4 * i + k] = (uint8_t)(bit / 8 + k);
            }
        }
    }
}

AVX2 static inline __m256i unpack_eight(const uint8_t *in, size_t half, __m256i bytes, __m256i shifts,
                                        __m256i mask)
{
    __m128i low = _mm_loadu_si128((const __m128i *)(const void *)in);
    __m128i high = _mm_loadu_si128((const __m128i *)(const void *)(in + half));
    __m256i both = _mm256_inserti128_si256(_mm256_castsi128_si256(low), high, 1);
    return _mm256_and_si256(_mm256_srlv_epi32(_mm256_shuffle_epi8(both, bytes), shifts), mask);
}

AVX2 static void avx2_unpack(const uint8_t *in, size_t n, unsigned width, uint32_t add, uint32_t *out)
{
    if (width > WIDEST) {
        csa_kernels_portable.unpack(in, n, width, add, out);
        return;
    }
    if (width == 0) {
        for (size_t i = 0; i < n; i += 8) {
            _mm256_storeu_si256((__m256i *)(void *)(out + i), _mm256_set1_epi32((int)add));
        }
        return;
    }
    __m256i bytes = _mm256_load_si256((const __m256i *)(const void *)table[width].bytes);
    __m256i shifts = _mm256_load_si256((const __m256i *)(const void *)table[width].shifts);
    __m256i mask = _mm256_set1_epi32((int)((1U << width) - 1));
    __m256i more = _mm256_set1_epi32((int)add);
    for (size_t i = 0; i < n; i += 8) {
        __m256i values = unpack_eight(in, width / 2, bytes, shifts, mask);
        _mm256_storeu_si256((__m256i *)(void *)(out + i), _mm256_add_epi32(values, more));
        in += width;
    }
}

/* The sums of the first 1, 2, ..., 8 values. */
AVX2 static inline __m256i sum_up(__m256i values)
{
    values = _mm256_add_epi32(values, _mm256_slli_si256(values, 4));
    values = _mm256_add_epi32(values, _mm256_slli_si256(values, 8));
    __m256i low = _mm256_permute2x128_si256(values, values, 0x08); /* the low half moved up, zeros below */
    return _mm256_add_epi32(values, _mm256_shuffle_epi32(low, 0xFF));
}

AVX2 static void avx2_unpack_documents(const uint8_t *in, size_t n, unsigned width, uint32_t previous,
                                       uint32_t *out)
{
    if (width > WIDEST) {
        csa_kernels_portable.unpack_documents(in, n, width, previous, out);
        return;
    }
    __m256i before =
        _mm256_add_epi32(_mm256_set1_epi32((int)previous), _mm256_setr_epi32(1, 2, 3, 4, 5, 6, 7, 8));
    __m256i eight = _mm256_set1_epi32(8);
    if (width == 0) {
        for (size_t i = 0; i < n; i += 8) {
            _mm256_storeu_si256((__m256i *)(void *)(out + i), before);
            before = _mm256_add_epi32(before, eight);
        }
        return;
    }
    __m256i bytes = _mm256_load_si256((const __m256i *)(const void *)table[width].bytes);
    __m256i shifts = _mm256_load_si256((const __m256i *)(const void *)table[width].shifts);
    __m256i mask = _mm256_set1_epi32((int)((1U << width) - 1));
    __m256i seven = _mm256_set1_epi32(7);
    for (size_t i = 0; i < n; i += 8) {
        __m256i sums = sum_up(unpack_eight(in, width / 2, bytes, shifts, mask));
        _mm256_storeu_si256((__m256i *)(void *)(out + i), _mm256_add_epi32(sums, before));
        before = _mm256_add_epi32(before, _mm256_add_epi32(_mm256_permutevar8x32_epi32(sums, seven), eight));
        in += width;
    }
}

AVX2 static unsigned avx2_count_less(const uint8_t *numbers, uint32_t limit)
{
    /* Signed comparison of numbers with the top bit turned is unsigned comparison. */
    __m256i top = _mm256_set1_epi32(INT32_MIN);
    __m256i key = _mm256_xor_si256(_mm256_set1_epi32((int)limit), top);
    __m256i sum = _mm256_setzero_si256();
    for (size_t i = 0; i < 128; i += 32) {
        __m256i some = _mm256_loadu_si256((const __m256i *)(const void *)(numbers + i));
        sum = _mm256_add_epi32(sum, _mm256_cmpgt_epi32(key, _mm256_xor_si256(some, top)));
    }
    /* Each lane holds minus its count. */
    __m128i half = _mm_add_epi32(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4E));
    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0xB1));
    return 0U - (unsigned)_mm_cvtsi128_si32(half);
}

AVX2 static inline uint64_t word_at(const uint8_t *bits, uint32_t i, uint32_t size)
{
    return _bzhi_u64(csa_load_u64(bits + i / 8), size - i < 64 ? size - i : 64);
}

AVX2 static unsigned avx2_bitmap_documents(const uint8_t *bits, uint32_t size, uint32_t first, unsigned n,
                                           uint32_t *out)
{
    unsigned count = 0;
    for (uint32_t i = 0;; i += 64) {
        uint64_t word = word_at(bits, i, size);
        unsigned more = (unsigned)_mm_popcnt_u64(word);
        if (more > n - count) {
            return 0;
        }
        /* Eight at a time, past the last bit too: what is written too much is written over. */
        uint32_t *to = out + count;
        uint32_t base = first + i;
        for (unsigned done = 0; done < more; done += 8, to += 8) {
#pragma GCC unroll 8
            for (unsigned k = 0; k < 8; k++) {
                to[k] = base + (uint32_t)_tzcnt_u64(word);
                word = _blsr_u64(word);
            }
        }
        count += more;
        if (size - i <= 64) {
            return count == n ? n : 0;
        }
    }
}

AVX2 static unsigned avx2_bitmap_count(const uint8_t *bits, uint32_t size)
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
    .name = "avx2",
    .unpack = avx2_unpack,
    .unpack_documents = avx2_unpack_documents,
    .count_less = avx2_count_less,
    .bitmap_documents = avx2_bitmap_documents,
    .bitmap_count = avx2_bitmap_count,
};

const struct csa_kernels *csa_kernels_avx2(void)
{
    if (!csa_processor_has_avx2()) {
        return NULL;
    }
    fill_table();
    return &kernels;
}

#else

const struct csa_kernels *csa_kernels_avx2(void)
{
    return NULL;
}

#endif
