/* live.h -- who comes to a room and who leaves it, as lines, on all machines.
 *
 * Each room has a channel of its own for this, "holdline:{room}:live", with
 *
 *     {"event":"join","name":"Heron-4821"}       or "leave"
 *
 * Nothing of it is kept: who is not there does not hear it.  A listener's own
 * coming is announced once his room's channel is subscribed to, so he hears it
 * as well; his leaving only if his coming was.
 *
 * Everybody's coming is told to everybody, which costs the square of their number
 * when a crowd comes together, as after a restart.  So where more than LIVE_CROWD
 * listen here, nobody is announced and nothing is heard. */
#ifndef LIVE_H
#define LIVE_H

#include "base/list.h"
#include "base/span.h"
#include "io/loop.h"
#include "io/redis.h"
#include "services/store.h"

#define LIVE_CROWD 64

struct live;
struct live_room;

enum live_event { LIVE_JOIN, LIVE_LEAVE };

/* 'name' is lent during the call. */
typedef void live_fn(void *arg, enum live_event event, struct span name);

/* Lives in its owner's struct, zeroed at birth. */
struct live_listener {
    struct list_node link; /* in its room */
    struct live_room *room;
    char name[STORE_NAME_SIZE];
    bool is_coming; /* to be announced when the channel is subscribed to */
    bool is_announced;
    live_fn *on_event;
    void *arg;
};

/* 'redis' is what is published through; it and the address outlive us. */
struct live *live_new(struct loop *loop, struct redis *redis,
                      const struct redis_address *address);
void live_free(struct live *live); /* NULL is fine; nobody listens any more */

void live_join(struct live *live, struct live_listener *listener,
               struct span room, struct span name, live_fn *on_event,
               void *arg);

/* Does nothing for one who is not there. */
void live_leave(struct live *live, struct live_listener *listener);

#endif
