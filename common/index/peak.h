/* Peaks: one byte that bounds a count from above, at most an eighth too high (docs/index-format.md, section
 * 13). Kept for each block of a sorted list so that the entries with the highest counts are found from the
 * peaks alone, as the range maxima of Hsu and Ottaviano (2013) find the best completions of a prefix. */
#ifndef CSA_INDEX_PEAK_H
#define CSA_INDEX_PEAK_H

#include <stdint.h>

/* Up to 7 a peak is the count; from there on eight steps an octave. */
static inline uint64_t csa_peak_bound(uint8_t peak)
{
    return peak < 8 ? peak : (uint64_t)(8 + (peak & 7)) << (peak / 8 - 1);
}

/* The least peak whose bound is not less than count. */
static inline uint8_t csa_peak_of(uint32_t count)
{
    if (count < 8) {
        return (uint8_t)count;
    }
    unsigned shift = 28 - (unsigned)__builtin_clz(count); /* leaves four bits */
    uint32_t digits = count >> shift;
    digits += (digits << shift) < count;
    return (uint8_t)(8 * shift + digits); /* digits of 16 are the next octave's 8 */
}

#endif
