#include "searcher/match/kernels.h"

#include <string.h>

static void parts(struct csa_saturation saturation, float weight, const uint32_t *frequencies,
                  const uint32_t *lengths, unsigned n, float *out)
{
    for (unsigned i = 0; i < n; i++) {
        out[i] = weight * csa_saturation_value(saturation, frequencies[i], lengths[i]);
    }
}

static unsigned above(const float *values, unsigned n, float least, uint8_t *out)
{
    unsigned count = 0;
    for (unsigned i = 0; i < n; i++) {
        out[count] = (uint8_t)i;
        count += values[i] >= least;
    }
    return count;
}

static unsigned above_sums(const double *values, unsigned n, double least, uint16_t *out)
{
    unsigned count = 0;
    for (unsigned i = 0; i < n; i++) {
        out[count] = (uint16_t)i;
        count += values[i] >= least;
    }
    return count;
}

static unsigned count_less(const uint32_t *numbers, uint32_t limit)
{
    unsigned at = 0;
    for (unsigned step = CSA_BLOCK / 2; step != 0; step /= 2) {
        at += numbers[at + step - 1] < limit ? step : 0;
    }
    return at + (numbers[at] < limit);
}

static uint64_t extract(uint64_t bits, uint64_t mask, unsigned *count)
{
    uint64_t found = 0;
    unsigned n = 0;
    for (; mask != 0; mask &= mask - 1) {
        found |= (uint64_t)((bits & mask & (~mask + 1)) != 0) << n++;
    }
    *count = n;
    return found;
}

const struct csa_match_kernels csa_match_kernels_portable = {parts, above, above_sums, count_less, extract};

const struct csa_match_kernels *csa_match_kernels(void)
{
    const char *name = csa_bitpack_selected();
    const struct csa_match_kernels *kernels = strcmp(name, "avx512") == 0 ? csa_match_kernels_avx512()
                                              : strcmp(name, "avx2") == 0 ? csa_match_kernels_avx2()
                                                                          : NULL;
    return kernels == NULL ? &csa_match_kernels_portable : kernels;
}
