/* nanos.h -- the monotonic clock in nanoseconds.
 *
 * base/clock.h counts milliseconds, and what is measured here is often a
 * fraction of one. */
#ifndef NANOS_H
#define NANOS_H

#include <stdint.h>
#include <time.h>

#define NANOS_PER_S  1000000000ULL
#define NANOS_PER_MS 1000000ULL

static inline uint64_t nanos_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * NANOS_PER_S + (uint64_t)now.tv_nsec;
}

static inline double nanos_to_ms(uint64_t ns)
{
    return (double)ns / (double)NANOS_PER_MS;
}

static inline double nanos_to_s(uint64_t ns)
{
    return (double)ns / (double)NANOS_PER_S;
}

#endif
