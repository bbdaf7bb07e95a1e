/* access.h -- who may read a room, and who may say something in it.
 *
 * SQL has it.  Each process remembers what it read (a few hundred bytes for a
 * room, eight for each member), and everybody who changes it tells all of them:
 *
 *     a transaction changes who may do what, and writes to room_change
 *        '--> access_tell --> Redis --> each process: that room is stale
 *                                          '--> read anew --> who watches it
 *                                                              is told
 *
 * What is stale is not believed: who holds something of a closed room is told
 * no news of it until it has been read again, a few milliseconds later.  A
 * process that dies before it has told leaves the row in room_change, and every
 * process looks there each SWEEP_MS.  One that does not hear Redis believes
 * nothing for longer than a second, and reads all that is watched again when it
 * does.
 *
 * While SQL is away, what is known and has not changed goes on being true.  Of a
 * public room nobody knows anything but that it is public; of a closed one,
 * nobody knows who may come in: ACCESS_UNAVAILABLE.
 *
 * Who reads a public room, which everybody can read anyway, does not wait for
 * that when nobody has said that it has changed. */
#ifndef ACCESS_H
#define ACCESS_H

#include "base/list.h"
#include "base/span.h"
#include "io/loop.h"
#include "io/redis.h"
#include "io/sql.h"
#include "services/access_rules.h"
#include "services/notices.h"

struct access;

/* All are the caller's and outlive it. */
struct access *access_new(struct loop *loop, struct sql *sql,
                          struct redis *redis, struct notices *notices);
/* Nobody watches or waits any more.  NULL is fine. */
void access_free(struct access *access);

/* Somebody has changed who may do what in that room, and it is in SQL
 * (committed).  All processes hear of it, this one at once. */
void access_tell(struct access *access, struct span room);

/* --- asking -------------------------------------------------------------- */

/* At once, from what is known.  'room' is a valid name; 'person' is "" for who
 * has none and SPAN_NONE while that is not known (see ACCESS_WHO).  With
 * ACCESS_LOADING SQL is being asked. */
enum access_verdict access_judge(struct access *access, struct span room,
                                 struct span person, enum access_wish wish);

/* Seconds, rounded up, for which somebody is still banned or muted; 0: he is
 * not. */
unsigned access_wait_s(struct access *access, struct span room,
                       struct span person);

struct access_call;
/* Neither ACCESS_LOADING nor, as the person is known, ACCESS_WHO. */
typedef void access_fn(void *arg, enum access_verdict verdict);

/* Finds out, from SQL if need be.  The spans are copied.  on_judged runs once,
 * later, unless cancelled. */
struct access_call *access_open(struct access *access, struct span room,
                                struct span person, enum access_wish wish,
                                access_fn *on_judged, void *arg);
void access_cancel(struct access_call *call);

/* --- watching ------------------------------------------------------------ */

struct access_room;
struct access_watch;

/* Something else is known now of the room, or it is known again, or SQL did not
 * answer: judge anew.  May unwatch and free whatever it likes. */
typedef void access_watch_fn(struct access_watch *watch);

/* What is held and ends when its owner may not read any more.  Lives in its
 * owner's struct, zeroed at birth. */
struct access_watch {
    struct list_node link;
    struct access_room *room; /* access's, while we watch */
    access_watch_fn *on_change;
};

/* on_change runs from now on, from the loop. */
void access_watch(struct access *access, struct access_watch *watch,
                  struct span room, access_watch_fn *on_change);

/* Does nothing for one that watches nothing. */
void access_unwatch(struct access_watch *watch);

/* As access_judge, of the room that it watches, and without looking it up. */
enum access_verdict access_watch_judge(const struct access_watch *watch,
                                       struct span person,
                                       enum access_wish wish);

/* Lent as long as it watches. */
struct span access_watch_room(const struct access_watch *watch);

#endif
