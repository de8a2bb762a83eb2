/* Whether a difference between two settings over the same queries could be chance: the paired randomisation
 * test. Numbers only; called by evaluate.c. */
#ifndef CSA_SEARCHER_EVALUATION_RANDOMISATION_H
#define CSA_SEARCHER_EVALUATION_RANDOMISATION_H

#include "common/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CSA_RANDOMISATION_EXACT = 20,        /* differing queries up to which all patterns are tried */
    CSA_RANDOMISATION_PATTERNS = 100000, /* random ones otherwise */
};

struct csa_randomisation {
    double p;          /* two-sided */
    bool exact;        /* all patterns of signs were tried */
    uint64_t patterns; /* tried */
    size_t differing;  /* differences that are not 0 */
};

/* If the two settings were the same, each query's difference could as well have had the other sign: p is how
 * often a pattern of signs gives a sum at least as far from 0 as the one observed. With up to
 * CSA_RANDOMISATION_EXACT differing queries all patterns are tried, otherwise `patterns` random ones, the
 * observed one counted with them: p = (count + 1) / (patterns + 1). The same differences and seed give the
 * same p. Smucker, Allan, Carterette: A comparison of statistical significance tests for information
 * retrieval evaluation, CIKM 2007. */
enum csa_status csa_randomisation_test(const double *differences, size_t count, uint64_t patterns,
                                       uint64_t seed, struct csa_randomisation *result,
                                       struct csa_error *error);

#endif
