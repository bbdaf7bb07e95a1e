#include "load/histogram.h"

#include <math.h>

/* How far a value is shifted to the right so that PART_BITS + 1 bits remain:
 * nothing below 256, then one more for each power of two. */
static unsigned shift_of(uint64_t value)
{
    const unsigned highest_bit = 63U - (unsigned)__builtin_clzll(value | 1U);

    return highest_bit > HISTOGRAM_PART_BITS ? highest_bit - HISTOGRAM_PART_BITS
                                             : 0;
}

/* What remains after the shift has its highest bit set (if there was a shift),
 * so the numbers of one power of two follow those of the one before. */
static unsigned bucket_of(uint64_t value)
{
    const unsigned shift = shift_of(value);
    const uint64_t bucket =
        ((uint64_t)shift << HISTOGRAM_PART_BITS) + (value >> shift);

    return bucket < HISTOGRAM_BUCKETS ? (unsigned)bucket
                                      : HISTOGRAM_BUCKETS - 1;
}

/* The largest value that falls into 'bucket'. */
static uint64_t upper_end(unsigned bucket)
{
    const unsigned row = bucket >> HISTOGRAM_PART_BITS;
    const unsigned shift = row > 0 ? row - 1 : 0;
    const uint64_t part = bucket - ((uint64_t)shift << HISTOGRAM_PART_BITS);

    return ((part + 1) << shift) - 1;
}

void histogram_add(struct histogram *histogram, uint64_t value)
{
    histogram->buckets[bucket_of(value)]++;
    histogram->count++;
    if (value > histogram->max)
        histogram->max = value;
}

uint64_t histogram_at(const struct histogram *histogram, double fraction)
{
    const double rank = ceil(fraction * (double)histogram->count);
    uint64_t passed = 0;

    for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
        passed += histogram->buckets[i];
        if (passed > 0 && (double)passed >= rank)
            return upper_end(i) < histogram->max ? upper_end(i)
                                                 : histogram->max;
    }
    return histogram->max;
}
