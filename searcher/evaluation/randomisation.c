/* The randomisation test. Sums of signed differences come from tables: for each eight differences the sums of
 * their 256 patterns, so that a pattern costs an addition for eight queries. */
#include "searcher/evaluation/randomisation.h"

#include "common/base/memory.h"

#include <math.h>
#include <string.h>

enum { GROUP = 8, GROUP_PATTERNS = 1 << GROUP };

/* Sums that differ by less than this part of all differences are equal: the order of addition. */
static const double TOLERANCE = 1e-12;

struct signed_sums {
    double (*tables)[GROUP_PATTERNS];
    size_t count;    /* of tables */
    double at_least; /* a sum this far from 0 is as extreme as the observed one */
};

/* SplitMix64 (Steele, Lea, Flood 2014). */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

static void fill_table(double table[GROUP_PATTERNS], const double *differences, size_t count)
{
    for (unsigned pattern = 0; pattern < GROUP_PATTERNS; pattern++) {
        double sum = 0;
        for (size_t i = 0; i < count; i++) {
            sum += pattern >> i & 1 ? -differences[i] : differences[i];
        }
        table[pattern] = sum;
    }
}

/* All 2^differing patterns; bits past the last difference change nothing and are not tried. */
static double try_all(const struct signed_sums *sums, size_t differing, uint64_t *patterns)
{
    *patterns = UINT64_C(1) << differing;
    uint64_t extreme = 0;
    for (uint64_t pattern = 0; pattern < *patterns; pattern++) {
        double sum = 0;
        for (size_t i = 0; i < sums->count; i++) {
            sum += sums->tables[i][pattern >> (i * GROUP) & (GROUP_PATTERNS - 1)];
        }
        extreme += fabs(sum) >= sums->at_least;
    }
    return (double)extreme / (double)*patterns;
}

static double try_random(const struct signed_sums *sums, uint64_t patterns, uint64_t seed)
{
    uint64_t extreme = 0;
    for (uint64_t n = 0; n < patterns; n++) {
        double sum = 0;
        uint64_t bits = 0;
        for (size_t i = 0; i < sums->count; i++) {
            bits = i % sizeof bits == 0 ? next_random(&seed) : bits >> GROUP;
            sum += sums->tables[i][bits & (GROUP_PATTERNS - 1)];
        }
        extreme += fabs(sum) >= sums->at_least;
    }
    return (double)(extreme + 1) / (double)(patterns + 1);
}

enum csa_status csa_randomisation_test(const double *differences, size_t count, uint64_t patterns,
                                       uint64_t seed, struct csa_randomisation *result,
                                       struct csa_error *error)
{
    *result = (struct csa_randomisation){.p = 1, .exact = true, .patterns = 1};
    double *kept = csa_calloc(count + 1, sizeof *kept);
    double(*tables)[GROUP_PATTERNS] = csa_calloc(count / GROUP + 1, sizeof *tables);
    if (kept == NULL || tables == NULL) {
        csa_free(kept);
        csa_free(tables);
        return csa_error_set_memory(error, "randomisation test");
    }
    double observed = 0, all = 0;
    for (size_t i = 0; i < count; i++) {
        if (differences[i] != 0) {
            kept[result->differing++] = differences[i];
            observed += differences[i];
            all += fabs(differences[i]);
        }
    }
    struct signed_sums sums = {.tables = tables, .at_least = fabs(observed) - TOLERANCE * all};
    for (size_t done = 0; done < result->differing; done += GROUP) {
        size_t left = result->differing - done;
        fill_table(tables[sums.count++], kept + done, left < GROUP ? left : GROUP);
    }
    result->exact = result->differing <= CSA_RANDOMISATION_EXACT;
    if (result->differing != 0 && result->exact) {
        result->p = try_all(&sums, result->differing, &result->patterns);
    } else if (result->differing != 0) {
        result->patterns = patterns;
        result->p = try_random(&sums, patterns, seed);
    }
    csa_free(kept);
    csa_free(tables);
    return CSA_OK;
}
