/* live.h -- what happens in a room now and is not kept: who comes and leaves, who
 * is called something else, who is typing.
 *
 * Each room has a channel of its own for this, "holdline:{room}:live", with
 *
 *     {"event":"join","person":"a17","name":"Anna","count":3}    "leave"
 *     {"event":"rename",...,"was":"Heron-4821","count":3}
 *     {"event":"typing","person":"a17","name":"Anna"}
 *     {"event":"count","count":250,"sample":[{"person":"a17","name":"Anna"},...]}
 *
 * A count stands for changes that were not told one by one (presence.lua).  Who
 * begins to listen is told one when he hears all that comes after it; so are all
 * when the connection was lost and is back, as nobody knows what was missed.
 *
 * Only rooms in which somebody listens are subscribed to, and without any there
 * is no connection either; it is one of its own, so that a crowd that comes does
 * not keep messages waiting.
 *
 * Events go out in bundles, to so many listeners in a turn, and the more there are
 * in a room the longer is the pause between two bundles: however fast a crowd
 * comes and goes, to tell each other costs a bounded part of every second. */
#ifndef LIVE_H
#define LIVE_H

#include "base/list.h"
#include "base/span.h"
#include "io/loop.h"
#include "io/redis.h"
#include "services/store.h"

struct live;
struct live_room;

enum live_kind { LIVE_JOIN, LIVE_LEAVE, LIVE_RENAME, LIVE_TYPING, LIVE_COUNT };

struct live_event {
    enum live_kind kind;
    struct span person; /* SPAN_NONE for a count, like the next */
    struct span name;
    struct span was;  /* of a rename */
    struct span json; /* all of it: an object without line feeds */
};

/* What came together.  'serial' is another for each, for who renders it once for
 * all; it is never 0. */
struct live_bundle {
    uint64_t serial;
    struct span room;
    size_t count;
    const struct live_event *events;
};

/* 'bundle' is lent during the call, which may end any listening. */
typedef void live_fn(void *arg, const struct live_bundle *bundle);

/* Lives in its owner's struct, zeroed at birth. */
struct live_listener {
    struct list_node link;  /* in its room */
    struct live_room *room; /* NULL: listens to none */
    live_fn *on_events;
    void *arg;
};

/* All are the caller's and outlive us; through 'redis' the connection is kept
 * awake. */
struct live *live_new(struct loop *loop, struct store *store,
                      struct redis *redis, const struct redis_address *address);
void live_free(struct live *live); /* NULL is fine; nobody listens any more */

/* on_events runs from the loop, never from within. */
void live_listen(struct live *live, struct live_listener *listener,
                 struct span room, live_fn *on_events, void *arg);

/* He missed something: he is told a count, and then what comes after it. */
void live_listen_anew(struct live_listener *listener);

/* Does nothing for one who does not listen. */
void live_unlisten(struct live_listener *listener);

#endif
