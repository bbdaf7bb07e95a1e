/* rooms.h -- rooms that somebody made: who is in them, whose they are.
 *
 *     new ----> invite, or a link ----> join, or enter ----> leave, or removed
 *      '--> retitle, topic, hand over ... --> archive: nothing is said any more
 *
 * What is done is done in SQL (rooms_sql.h), and where it changes who may do
 * what, every process is told as soon as it is there (access.h).  How much is
 * unread, and when somebody last spoke, Redis knows. */
#ifndef ROOMS_H
#define ROOMS_H

#include "services/access.h"
#include "services/rooms_sql.h"
#include "services/store.h"

struct rooms_call;

/* How long a link lets somebody in, at most and when nothing is said. */
#define ROOM_LINK_HOURS_MAX 720
#define ROOM_LINK_HOURS     168

/* 'done' is lent, and NULL when SQL could not be asked: it may or may not have
 * been done then. */
typedef void rooms_fn(void *arg, const struct room_job *done);

/* Does what 'wish' says (rooms_sql.h; 'now' and, of a new one, 'room' are set
 * here).  on_done runs once, later, unless cancelled; what has begun then may be
 * done all the same, and is told by whoever looks at room_change next. */
struct rooms_call *rooms_start(struct sql *sql, struct access *access,
                               const struct room_job *wish, rooms_fn *on_done,
                               void *arg);

/* The same; 'read' is NULL when SQL could not be asked. */
typedef void rooms_read_fn(void *arg, const struct room_read_job *read);
struct rooms_call *rooms_read(struct sql *sql, int64_t account,
                              struct span room, rooms_read_fn *on_done,
                              void *arg);

/* 'list' and 'unread' are NULL when one of the two could not be asked.  There is
 * an entry of 'unread' for each of 'list'. */
typedef void rooms_list_fn(void *arg, const struct room_list_job *list,
                           const struct store_unread *unread);
struct rooms_call *rooms_list(struct sql *sql, struct store *store,
                              int64_t account, rooms_list_fn *on_done,
                              void *arg);

/* 'ok': whether it could be asked. */
typedef void rooms_answer_fn(void *arg, bool ok, bool yes);

/* Notes up to where a room was read. */
struct rooms_call *rooms_mark(struct sql *sql, int64_t account,
                              struct span room, struct cursor cursor,
                              rooms_answer_fn *on_done, void *arg);

/* Whether an account may delete what others said there: the owner of a private
 * room; an administrator in public ones, and in private ones that he is in (who
 * is not comes to nothing there).  In a direct room nobody. */
struct rooms_call *rooms_may_moderate(struct sql *sql, int64_t account,
                                      struct span room,
                                      rooms_answer_fn *on_done, void *arg);

void rooms_cancel(struct rooms_call *call);

#endif
