#include "base/bucket.h"

void bucket_init(struct bucket *bucket, unsigned burst, uint64_t now_ms)
{
    bucket->filled_at_ms = now_ms;
    bucket->milli = (uint64_t)burst * 1000;
}

bool bucket_take(struct bucket *bucket, unsigned per_s, unsigned burst,
                 uint64_t now_ms)
{
    const uint64_t full = (uint64_t)burst * 1000;

    /* Tokens per second are thousandths per millisecond. */
    bucket->milli += (now_ms - bucket->filled_at_ms) * per_s;
    if (bucket->milli > full)
        bucket->milli = full;
    bucket->filled_at_ms = now_ms;
    if (bucket->milli < 1000)
        return false;
    bucket->milli -= 1000;
    return true;
}
