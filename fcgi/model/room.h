/* room.h -- what a room may be called.
 *
 * A room exists by being named.  Names are 1 to 64 of a-z 0-9 . _ - with a
 * letter or a digit first: the same in a URL, in a Redis key, in a file name
 * and in an HTML attribute without any quoting, and no two names look alike by
 * case or script.  What a room is called on the page is another matter. */
#ifndef ROOM_H
#define ROOM_H

#include <stdbool.h>

#include "base/span.h"

#define ROOM_NAME_MAX 64
#define ROOM_DEFAULT  "lobby"

bool room_name_is_valid(struct span name);

#endif
