/* notices.h -- what all processes are told, on one connection.
 *
 * Each kind of notice has a channel and one listener.  Whoever remembers what
 * Redis or SQL said listens for what makes it untrue, and knows when he does not
 * hear: then nothing that he remembers is to be believed. */
#ifndef NOTICES_H
#define NOTICES_H

#include "base/span.h"
#include "io/loop.h"
#include "io/redis.h"

struct notices;

struct notices_events {
    /* From here on every notice comes, until on_lost. */
    void (*on_heard)(void *arg);
    void (*on_notice)(void *arg, struct span payload);
    void (*on_lost)(void *arg);
};

/* 'redis' is the connection for commands; it and the address outlive us. */
struct notices *notices_new(struct loop *loop, struct redis *redis,
                            const struct redis_address *address);
void notices_free(struct notices *notices); /* NULL is fine */

/* Up to NOTICES_KINDS of them, each for a channel of its own, whose name is
 * constant; all outlive the notices. */
#define NOTICES_KINDS 4
void notices_listen(struct notices *notices, struct span channel,
                    const struct notices_events *events, void *arg);

#endif
