/* feed.h -- a room's newest messages, kept true by listening to Redis; or what
 * happens newest where it is no room (feed_name.h), which is the same but for what
 * an entry says.
 *
 *     (used)
 *        |                                         +--a message is missing--+
 *        v                                         v                        |
 *   SUBSCRIBING --Redis confirms--> READING --the list is read--> LIVE -----+
 *        ^                                                        |  ^
 *        |                                        a reader asks   v  |  the list
 *        |                                        to verify   VERIFYING is read
 *        +---- from any state: the subscription is lost
 *
 * Reading begins after the confirmation, so that nothing can be missed between
 * what is read and what is heard.  What is heard while reading waits for the
 * end of it: the two come on two connections, and either may be ahead.
 *
 * A list of long messages takes long to parse, so that is done in slices of
 * FILL_SLICE bytes per turn of the loop.
 *
 * A feed that nobody uses is kept up to date for LINGER_MS, so that who comes
 * back with an older cursor is answered from memory, and then dropped. */
#ifndef FEED_H
#define FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "io/loop.h"
#include "model/tail.h"
#include "services/store.h"

struct feeds; /* all of a worker's */
struct feed;  /* one room's */

/* There may be something new in the tail, or a verification is through.  Runs
 * from the loop, for feeds in use and others. */
typedef void feed_fn(struct feed *feed, void *arg);

/* 'store' and 'address' are the caller's and outlive the feeds; 'redis' is the
 * store's connection.  'replay' is how many messages of a room are kept. */
struct feeds *feeds_new(struct loop *loop, struct store *store,
                        struct redis *redis,
                        const struct redis_address *address, size_t replay);

/* 'on_drop' runs before a feed that nobody uses goes: its owner has to let go. */
void feeds_on_news(struct feeds *feeds, feed_fn *on_news, feed_fn *on_drop,
                   void *arg);
void feeds_free(struct feeds *feeds); /* NULL is fine; none is in use */

/* The command connection is up (again). */
void feeds_on_redis_up(struct feeds *feeds);

/* Calls 'each' for every one, in no particular order. */
void feeds_each(struct feeds *feeds, feed_fn *each, void *arg);

size_t feeds_count(const struct feeds *feeds);
bool feeds_hear(const struct feeds *feeds);

/* Lends the feed of a room, a new one if need be, until feed_unuse.  It may be
 * used many times over. */
struct feed *feeds_use(struct feeds *feeds, struct span room);
void feed_unuse(struct feed *feed);

/* What its user attached to it; NULL at first. */
void *feed_get_owner(const struct feed *feed);
void feed_set_owner(struct feed *feed, void *owner);

struct span feed_room(const struct feed *feed);
/* Names this feed in this worker's life, for caches. */
uint64_t feed_serial(const struct feed *feed);
/* Lent until the loop goes on. */
const struct tail *feed_tail(const struct feed *feed);

/* Whether "nothing new" may be said of it. */
bool feed_is_known(const struct feed *feed);

/* Whether the tail can be looked at: not while it is being filled, when half of
 * a list would look like a gap.  What it has is news even when it is not known
 * whether there is more. */
bool feed_is_whole(const struct feed *feed);

/* A cursor that does not fit the tail may be ahead of us: its reader was
 * answered by a worker that heard the news first.  Only a read that begins now
 * can tell.  Returns a ticket, never 0; on_news runs when it is through. */
uint32_t feed_verify(struct feed *feed);
bool feed_is_verified(const struct feed *feed, uint32_t ticket);

#endif
