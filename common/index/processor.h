/* Which vector instructions the processor and the operating system offer. The C library found out when the
 * program was loaded; to ask the processor again (CPUID) costs a process that only answers one request tens
 * of microseconds, since a virtual machine has to answer for it. Private to common/index/. */
#ifndef CSA_INDEX_PROCESSOR_H
#define CSA_INDEX_PROCESSOR_H

#include <stdbool.h>

#if defined(__x86_64__)
#if defined(__has_include) && __has_include(<sys/platform/x86.h>) /* the GNU C library from 2.33 on */
#include <sys/platform/x86.h>

/* As x86_cpu_active() of that header, which shifts a 1 into the sign. feature: x86_cpu_AVX2 and so on. */
static inline bool csa_processor_has(unsigned feature)
{
    const unsigned word = 8 * sizeof(unsigned), leaf = 4 * word;
    const struct cpuid_feature *features = __x86_get_cpuid_feature_leaf(feature / leaf);
    return (features->active_array[feature % leaf / word] >> feature % word & 1) != 0;
}

static inline bool csa_processor_has_avx2(void)
{
    return csa_processor_has(x86_cpu_AVX2) && csa_processor_has(x86_cpu_BMI1) &&
           csa_processor_has(x86_cpu_BMI2) && csa_processor_has(x86_cpu_POPCNT);
}

static inline bool csa_processor_has_avx512(void)
{
    return csa_processor_has_avx2() && csa_processor_has(x86_cpu_AVX512F) &&
           csa_processor_has(x86_cpu_AVX512BW) && csa_processor_has(x86_cpu_AVX512VL) &&
           csa_processor_has(x86_cpu_AVX512DQ) && csa_processor_has(x86_cpu_AVX512_VBMI) &&
           csa_processor_has(x86_cpu_AVX512_VBMI2) && csa_processor_has(x86_cpu_AVX512_VNNI);
}
#else
static inline bool csa_processor_has_avx2(void)
{
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
           __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
}

static inline bool csa_processor_has_avx512(void)
{
    return csa_processor_has_avx2() && __builtin_cpu_supports("avx512f") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vbmi") &&
           __builtin_cpu_supports("avx512vbmi2") && __builtin_cpu_supports("avx512vnni");
}
#endif
#endif

#endif
