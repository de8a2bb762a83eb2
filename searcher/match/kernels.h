/* The matcher's loops that depend on the processor: scoring a block, finding what lies above a bar, searching
 * in a block. Each table of loops gives the same values; csa_match_kernels() gives the one that goes with the
 * unpacking loops in use (csa_bitpack_selected()), so that tests can try each. */
#ifndef CSA_SEARCHER_MATCH_KERNELS_H
#define CSA_SEARCHER_MATCH_KERNELS_H

#include "common/index/postings.h"

#include <stdint.h>

struct csa_match_kernels {
    /* out[i] = weight * csa_saturation_value(saturation, frequencies[i], lengths[i]); frequencies and lengths
     * are less than 2^31. Up to CSA_UNPACK_SLACK more values are read and written. */
    void (*parts)(struct csa_saturation saturation, float weight, const uint32_t *frequencies,
                  const uint32_t *lengths, unsigned n, float *out);
    /* The places of values that are at least `least`, ascending; returns how many. n is at most CSA_BLOCK;
     * values are read and out is written up to CSA_UNPACK_SLACK behind n. */
    unsigned (*above)(const float *values, unsigned n, float least, uint8_t *out);
    /* The same for n doubles, n a multiple of 16; least is above 0. out has room for n + 16. */
    unsigned (*above_sums)(const double *values, unsigned n, double least, uint16_t *out);
    /* How many of CSA_BLOCK ascending numbers are less than limit. */
    unsigned (*count_less)(const uint32_t *numbers, uint32_t limit);
    /* The bits of `bits` at the places that are set in mask, side by side from bit 0 on; *count: how many
     * places there are. */
    uint64_t (*extract)(uint64_t bits, uint64_t mask, unsigned *count);
};

const struct csa_match_kernels *csa_match_kernels(void);

/* Null when the build is for another processor. */
extern const struct csa_match_kernels csa_match_kernels_portable;
const struct csa_match_kernels *csa_match_kernels_avx2(void);
const struct csa_match_kernels *csa_match_kernels_avx512(void);

#endif
