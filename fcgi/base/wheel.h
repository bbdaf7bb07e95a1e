/* wheel.h -- many deadlines, nearly all of which are called off in time.
 *
 * A ring of slots, one for each tick of WHEEL_TICK_MS.  Adding and cancelling
 * cost a list operation whatever the number of entries, which a heap does not
 * offer; the price is that a deadline is noticed up to a tick late.  Entries
 * further away than one round stay in their slot for another.
 *
 * An entry lives inside its owner's struct, zeroed at birth.  It leaves the
 * wheel by expiring or by being cancelled, and may then be added again. */
#ifndef WHEEL_H
#define WHEEL_H

#include <stddef.h>
#include <stdint.h>

#include "base/list.h"

#define WHEEL_TICK_MS 64
#define WHEEL_SLOTS   1024 /* one round: 65 s, longer than any hold */

struct wheel_entry {
    struct list_node link;
    uint64_t deadline_ms; /* monotonic */
};

struct wheel {
    struct list slots[WHEEL_SLOTS];
    uint64_t tick; /* the last tick whose slot was emptied */
    size_t count;
};

typedef void wheel_fn(struct wheel_entry *entry, void *arg);

void wheel_init(struct wheel *wheel, uint64_t now_ms);

/* 'entry' is in no wheel. */
void wheel_add(struct wheel *wheel, struct wheel_entry *entry,
               uint64_t deadline_ms);

/* Does nothing when it is in none. */
void wheel_cancel(struct wheel *wheel, struct wheel_entry *entry);

/* Takes out every entry whose deadline has passed and calls 'on_expired' for
 * it.  The callback may add and cancel whatever it likes. */
void wheel_expire(struct wheel *wheel, uint64_t now_ms, wheel_fn *on_expired,
                  void *arg);

#endif
