/* histogram.h -- how often each latency was seen, in constant memory.
 *
 * As Gil Tene's HdrHistogram does it: buckets as wide as the values are large.
 * Below 256 each value has its own; above, every power of two is divided into
 * 128 equal parts, so that what is read back is at most 0.8 % more than what
 * was put in, from nanoseconds to half an hour:
 *
 *     value    0 … 255 | 256, 258, … 510 | 512, 516, … 1020 | …
 *     bucket   0 … 255 | 256 …       383 | 384 …        511 | …
 *
 * A zeroed struct is an empty histogram.  It has no pointers, so that it may
 * lie in memory shared between processes. */
#ifndef HISTOGRAM_H
#define HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_PART_BITS 7 /* 128 parts per power of two */
#define HISTOGRAM_MAX_BITS  41
#define HISTOGRAM_BUCKETS \
    ((HISTOGRAM_MAX_BITS - HISTOGRAM_PART_BITS + 1) << HISTOGRAM_PART_BITS)

struct histogram {
    uint64_t count;
    uint64_t max;
    uint64_t buckets[HISTOGRAM_BUCKETS];
};

/* What is too large for the last bucket is counted there; max is exact. */
void histogram_add(struct histogram *histogram, uint64_t value);

/* The value that 'fraction' (0 to 1) of all values do not exceed: the upper
 * end of its bucket, and never more than max.  0 when it is empty. */
uint64_t histogram_at(const struct histogram *histogram, double fraction);

#endif
