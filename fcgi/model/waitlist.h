/* waitlist.h -- readers who asked for news when there was none.
 *
 * A browser that has seen everything up to message 41 asks what comes after
 * 41, and nothing does yet.  Its request is kept open here until somebody
 * speaks or its patience runs out:
 *
 *     waitlist_add() --> waiting --+-- the caller tells it -> waitlist_remove
 *                                  +-- deadline passes -----> on_silence
 *                                  +-- the client leaves ---> waitlist_remove
 *
 * One waiter stands in the queues of several rooms at once: it has one place
 * in each.  Leaving is leaving everywhere.
 *
 * True whenever no function of this file is running:
 *
 *   1. A waiter that waits is in the wheel, and each of its places is in a
 *      queue; one that does not is in none.
 *   2. In a queue the places are in the order of their turns.
 *
 * Waiters and places live in their owner's memory, zeroed at birth.  The list
 * is local to this worker; what others hear is none of its business. */
#ifndef WAITLIST_H
#define WAITLIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/list.h"
#include "base/wheel.h"

/* Those who wait for one room. */
struct wait_queue {
    struct list places;
    size_t count;
    uint64_t last_turn; /* the newest turn given out */
    uint64_t walk_end;  /* the walk under way is done after this turn */
};

/* Where one waiter stands in one room. */
struct wait_place {
    struct list_node link;
    struct wait_queue *queue; /* the caller's, outlives the place */
    struct waiter *waiter;
    uint64_t turn;
};

struct waiter {
    struct wheel_entry deadline;
    bool is_waiting;
};

typedef void waitlist_fn(struct waiter *waiter, void *arg);

struct waitlist {
    struct wheel wheel;
    size_t count; /* waiters */
    waitlist_fn *on_silence;
    void *arg;
};

void waitlist_init(struct waitlist *list, uint64_t now_ms,
                   waitlist_fn *on_silence, void *arg);
void wait_queue_init(struct wait_queue *queue);

/* Starts waiting until 'deadline_ms' (monotonic).  Then each place joins its
 * queue. */
void waitlist_add(struct waitlist *list, struct waiter *waiter,
                  uint64_t deadline_ms);
void waitlist_join(struct wait_queue *queue, struct wait_place *place,
                   struct waiter *waiter);

/* Takes a waiter out of the list, a place out of its queue.  Does nothing when
 * it is out already. */
void waitlist_remove(struct waitlist *list, struct waiter *waiter);
void waitlist_leave(struct wait_place *place);

/* Takes out those whose deadline has passed and calls on_silence for each;
 * their places are still in their queues, and the callback's to take out. */
void waitlist_expire(struct waitlist *list, uint64_t now_ms);

/* Walking a queue while it changes.  A walk visits everybody who stood in the
 * queue when it began, in the order they came, once; between two visits
 * anything may happen, waiters leaving and new ones coming included.
 *
 * A visited place goes to the end with a new turn, so those who stay are not
 * visited twice, and those who join meanwhile, whose turn is later than
 * walk_end, are not visited at all: their question was answered by what is
 * known now. */
void wait_queue_walk(struct wait_queue *queue);

/* The next place of the walk, or NULL when it is done. */
struct wait_place *wait_queue_next(struct wait_queue *queue);

#endif
