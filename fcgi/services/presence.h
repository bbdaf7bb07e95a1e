/* presence.h -- who is in which room because something of his is held here.
 *
 * A held poll, a stream, a subscription of a socket is a hold: of one person in
 * one room.  Somebody with several tabs has several, here and in other
 * processes, and is there once:
 *
 *     first hold here --> Redis is told (STORE_ENTER) --> renewed every third of
 *     the lease --> last hold gone --> Redis is told (STORE_LEAVE)
 *
 * Redis knows which processes hold him, and tells his coming and leaving when
 * the first of them does and the last does not any more (presence.lua).
 *
 * Who polls is gone for a moment between two polls, and may come back to another
 * process: he is let go a third of the lease after the last poll ended.
 *
 * A process that drains lets nobody go: those people are sent elsewhere, and are
 * held there before the lease runs out.  So a restart is no news at all; and the
 * same is true of a process that dies.
 *
 * What happens in a turn goes to Redis at its end, one call for each room, of up
 * to STORE_CHANGES_MAX people; what comes while a call is under way goes with the
 * next one.  What failed is done a moment later, from what is so then. */
#ifndef PRESENCE_H
#define PRESENCE_H

#include <stddef.h>
#include <stdint.h>

#include "base/list.h"
#include "base/span.h"
#include "io/loop.h"
#include "services/sessions.h"
#include "services/store.h"

struct presence;
struct presence_here;
struct presence_hold;

/* Redis knows that he is there; runs once, later, unless he leaves before.  It
 * may let go of holds. */
typedef void presence_fn(struct presence_hold *hold);

/* Lives in its owner's struct, zeroed at birth. */
struct presence_hold {
    struct list_node link;
    struct presence_here *here; /* NULL: none is held */
    presence_fn *on_here;
};

/* Who somebody is; the texts are copied. */
struct presence_person {
    struct span id; /* person.h */
    struct span name;
    struct span token; /* of his session; SPAN_NONE: he has none */
};

enum presence_leaving {
    PRESENCE_LEAVES,
    PRESENCE_MAY_RETURN, /* a poll was answered: perhaps the next one comes */
};

/* The others are the caller's and outlive it.  'lease_ms' as the store has it. */
struct presence *presence_new(struct loop *loop, struct store *store,
                              struct sessions *sessions, uint64_t lease_ms);
void presence_free(struct presence *presence); /* NULL is fine; none is held */

/* 'hold' holds nobody yet.  'on_here' may be NULL. */
void presence_enter(struct presence *presence, struct presence_hold *hold,
                    struct span room, const struct presence_person *person,
                    presence_fn *on_here);

/* Does nothing for one that holds nobody. */
void presence_leave(struct presence_hold *hold, enum presence_leaving how);

/* Somebody is called 'name' now, wherever he is held here. */
void presence_rename(struct presence *presence, struct span id,
                     struct span name);

/* From now on nobody comes, and nobody is let go. */
void presence_drain(struct presence *presence);

/* How many are held here, or may return, counted once for each room. */
size_t presence_count(const struct presence *presence);

#endif
