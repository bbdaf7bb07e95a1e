/* subscriber.h -- the connection on which a worker listens.
 *
 * Keeps the set of channels that are wanted, subscribes to them again after
 * each reconnect, and knows whether it really hears: Redis is asked to say
 * something to a channel of our own every second (through the other
 * connection), and when that stays away the connection is alive but deaf, and
 * is made anew.
 *
 *     subscriber_add(channel) ... on_confirmed(channel): from here on nothing
 *     that is published there is missed, until on_lost
 *
 * on_lost is for all channels at once. */
#ifndef SUBSCRIBER_H
#define SUBSCRIBER_H

#include <stdbool.h>

#include "base/span.h"
#include "io/loop.h"
#include "io/redis.h"

struct subscriber;

struct subscriber_events {
    void (*on_confirmed)(void *arg, struct span channel);
    void (*on_message)(void *arg, struct span channel, struct span payload);
    void (*on_lost)(void *arg);
};

/* 'commands' is the connection through which the heartbeat is sent; it, the
 * address and the events outlive the subscriber.  'name' is for the log and CLIENT
 * LIST, and is copied. */
struct subscriber *subscriber_new(struct loop *loop,
                                  const struct redis_address *address,
                                  const char *name, struct redis *commands,
                                  const struct subscriber_events *events,
                                  void *arg);
void subscriber_free(struct subscriber *subscriber); /* NULL is fine */

/* Wants the channel of that name from now on; it is not wanted yet. */
void subscriber_add(struct subscriber *subscriber, struct span name);

/* Wants it no more. */
void subscriber_remove(struct subscriber *subscriber, struct span name);

/* Connected, and the last heartbeat came. */
bool subscriber_hears(const struct subscriber *subscriber);

#endif
