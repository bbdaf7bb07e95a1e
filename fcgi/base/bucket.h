/* bucket.h -- how much somebody may do: a token bucket.
 *
 * It holds at most 'burst' tokens and gains 'per_s' of them each second.  Doing
 * something takes one; who finds none has to wait. */
#ifndef BUCKET_H
#define BUCKET_H

#include <stdbool.h>
#include <stdint.h>

struct bucket {
    uint64_t filled_at_ms; /* monotonic */
    uint64_t milli;        /* thousandths of a token */
};

/* Full. */
void bucket_init(struct bucket *bucket, unsigned burst, uint64_t now_ms);

/* Takes a token.  False when there is none. */
bool bucket_take(struct bucket *bucket, unsigned per_s, unsigned burst,
                 uint64_t now_ms);

#endif
