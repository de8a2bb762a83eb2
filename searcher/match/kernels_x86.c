/* The matcher's loops with AVX2 and AVX-512. Multiplication and addition stay apart, as in the portable
 * loops: a fused one would round differently. Called through csa_match_kernels(). */
#include "searcher/match/kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2,bmi,bmi2,popcnt")))
#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi2,bmi,bmi2,popcnt")))

/* ---- AVX2 ---- */

AVX2 static void parts_avx2(struct csa_saturation saturation, float weight, const uint32_t *frequencies,
                            const uint32_t *lengths, unsigned n, float *out)
{
    __m256 base = _mm256_set1_ps(saturation.base), slope = _mm256_set1_ps(saturation.slope);
    __m256 by = _mm256_set1_ps(weight);
    for (unsigned i = 0; i < n; i += 8) {
        __m256 t = _mm256_cvtepi32_ps(_mm256_loadu_si256((const __m256i *)(frequencies + i)));
        __m256 length = _mm256_cvtepi32_ps(_mm256_loadu_si256((const __m256i *)(lengths + i)));
        __m256 under = _mm256_add_ps(_mm256_add_ps(t, base), _mm256_mul_ps(slope, length));
        _mm256_storeu_ps(out + i, _mm256_mul_ps(by, _mm256_div_ps(t, under)));
    }
}

AVX2 static unsigned above_avx2(const float *values, unsigned n, float least, uint8_t *out)
{
    __m256 bar = _mm256_set1_ps(least);
    unsigned count = 0;
    for (unsigned i = 0; i < n; i += 8) {
        __m256 higher = _mm256_cmp_ps(_mm256_loadu_ps(values + i), bar, _CMP_GE_OQ);
        unsigned mask = (unsigned)_mm256_movemask_ps(higher);
        mask &= n - i >= 8 ? 0xFFU : (1U << (n - i)) - 1;
        for (; mask != 0; mask &= mask - 1) {
            out[count++] = (uint8_t)(i + (unsigned)__builtin_ctz(mask));
        }
    }
    return count;
}

AVX2 static unsigned above_sums_avx2(const double *values, unsigned n, double least, uint16_t *out)
{
    __m256d bar = _mm256_set1_pd(least);
    unsigned count = 0;
    for (unsigned i = 0; i < n; i += 16) {
        __m256d a = _mm256_cmp_pd(_mm256_loadu_pd(values + i), bar, _CMP_GE_OQ);
        __m256d b = _mm256_cmp_pd(_mm256_loadu_pd(values + i + 4), bar, _CMP_GE_OQ);
        __m256d c = _mm256_cmp_pd(_mm256_loadu_pd(values + i + 8), bar, _CMP_GE_OQ);
        __m256d d = _mm256_cmp_pd(_mm256_loadu_pd(values + i + 12), bar, _CMP_GE_OQ);
        if (_mm256_movemask_pd(_mm256_or_pd(_mm256_or_pd(a, b), _mm256_or_pd(c, d))) == 0) {
            continue;
        }
        unsigned mask = (unsigned)_mm256_movemask_pd(a) | (unsigned)_mm256_movemask_pd(b) << 4 |
                        (unsigned)_mm256_movemask_pd(c) << 8 | (unsigned)_mm256_movemask_pd(d) << 12;
        for (; mask != 0; mask &= mask - 1) {
            out[count++] = (uint16_t)(i + (unsigned)__builtin_ctz(mask));
        }
    }
    return count;
}

/* Bytes 0x80 turn an unsigned comparison into the signed one that AVX2 has. */
AVX2 static unsigned count_less_avx2(const uint32_t *numbers, uint32_t limit)
{
    __m256i flip = _mm256_set1_epi32(INT32_MIN);
    __m256i bar = _mm256_xor_si256(_mm256_set1_epi32((int)limit), flip);
    unsigned at = 0;
    for (unsigned step = CSA_BLOCK / 2; step >= 16; step /= 2) {
        at += numbers[at + step - 1] < limit ? step : 0;
    }
    unsigned count = at;
    for (unsigned i = 0; i < 16; i += 8) {
        __m256i value = _mm256_xor_si256(_mm256_loadu_si256((const __m256i *)(numbers + at + i)), flip);
        unsigned mask = (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpgt_epi32(bar, value)));
        count += (unsigned)__builtin_popcount(mask);
    }
    return count;
}

/* ---- AVX-512 ---- */

AVX512 static void parts_avx512(struct csa_saturation saturation, float weight, const uint32_t *frequencies,
                                const uint32_t *lengths, unsigned n, float *out)
{
    __m512 base = _mm512_set1_ps(saturation.base), slope = _mm512_set1_ps(saturation.slope);
    __m512 by = _mm512_set1_ps(weight);
    for (unsigned i = 0; i < n; i += 16) {
        __m512 t = _mm512_cvtepi32_ps(_mm512_loadu_si512(frequencies + i));
        __m512 length = _mm512_cvtepi32_ps(_mm512_loadu_si512(lengths + i));
        __m512 under = _mm512_add_ps(_mm512_add_ps(t, base), _mm512_mul_ps(slope, length));
        _mm512_storeu_ps(out + i, _mm512_mul_ps(by, _mm512_div_ps(t, under)));
    }
}

AVX512 static unsigned above_avx512(const float *values, unsigned n, float least, uint8_t *out)
{
    __m512 bar = _mm512_set1_ps(least);
    __m128i places = _mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    unsigned count = 0;
    for (unsigned i = 0; i < n; i += 16) {
        __mmask16 mask = _mm512_cmp_ps_mask(_mm512_loadu_ps(values + i), bar, _CMP_GE_OQ);
        mask = n - i >= 16 ? mask : (__mmask16)(mask & ((1U << (n - i)) - 1));
        if (mask != 0) {
            _mm_storeu_si128((__m128i *)(out + count), _mm_maskz_compress_epi8(mask, places));
            count += (unsigned)__builtin_popcount(mask);
        }
        places = _mm_add_epi8(places, _mm_set1_epi8(16));
    }
    return count;
}

AVX512 static unsigned above_sums_avx512(const double *values, unsigned n, double least, uint16_t *out)
{
    __m512d bar = _mm512_set1_pd(least);
    unsigned count = 0;
    for (unsigned i = 0; i < n; i += 16) {
        unsigned low = _mm512_cmp_pd_mask(_mm512_loadu_pd(values + i), bar, _CMP_GE_OQ);
        unsigned high = _mm512_cmp_pd_mask(_mm512_loadu_pd(values + i + 8), bar, _CMP_GE_OQ);
        for (unsigned mask = low | high << 8; mask != 0; mask &= mask - 1) {
            out[count++] = (uint16_t)(i + (unsigned)__builtin_ctz(mask));
        }
    }
    return count;
}

AVX512 static unsigned count_less_avx512(const uint32_t *numbers, uint32_t limit)
{
    __m512i bar = _mm512_set1_epi32((int)limit);
    unsigned at = numbers[63] < limit ? 64 : 0;
    unsigned count = at;
    for (unsigned i = 0; i < 64; i += 16) {
        count +=
            (unsigned)__builtin_popcount(_mm512_cmplt_epu32_mask(_mm512_loadu_si512(numbers + at + i), bar));
    }
    return count;
}

/* ---- both ---- */

AVX2 static uint64_t extract_bmi2(uint64_t bits, uint64_t mask, unsigned *count)
{
    *count = (unsigned)_mm_popcnt_u64(mask);
    return _pext_u64(bits, mask);
}

static const struct csa_match_kernels avx2 = {parts_avx2, above_avx2, above_sums_avx2, count_less_avx2,
                                              extract_bmi2};
static const struct csa_match_kernels avx512 = {parts_avx512, above_avx512, above_sums_avx512,
                                                count_less_avx512, extract_bmi2};

const struct csa_match_kernels *csa_match_kernels_avx2(void)
{
    return &avx2;
}

const struct csa_match_kernels *csa_match_kernels_avx512(void)
{
    return &avx512;
}

#else

const struct csa_match_kernels *csa_match_kernels_avx2(void)
{
    return NULL;
}

const struct csa_match_kernels *csa_match_kernels_avx512(void)
{
    return NULL;
}

#endif
