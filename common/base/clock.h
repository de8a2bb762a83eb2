/* Time that only goes forward: for rates, waits, deadlines and what a run took. */
#ifndef CSA_BASE_CLOCK_H
#define CSA_BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

/* Nanoseconds since some moment in the past; only differences mean something. */
static inline uint64_t csa_clock_nanoseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

/* Seconds since some moment in the past; only differences mean something. */
static inline double csa_clock_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

#endif
