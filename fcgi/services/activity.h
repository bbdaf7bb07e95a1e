/* activity.h -- which public rooms are spoken in, so that others find them.
 *
 * A room is noted when a message in it has been stored here (store_on_said), and
 * told to Redis with the others of that second: a message costs a look into a
 * map.  When very many are active in one second, those that came first are. */
#ifndef ACTIVITY_H
#define ACTIVITY_H

#include "io/loop.h"
#include "services/store.h"

struct activity;

/* Both are the caller's and outlive it. */
struct activity *activity_new(struct loop *loop, struct store *store);
void activity_free(struct activity *activity); /* NULL is fine */

#endif
