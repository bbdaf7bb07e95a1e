/* room.h -- what a room may be called.
 *
 * A public room exists by being named.  Names are 1 to 64 of a-z 0-9 . _ - with
 * a letter or a digit first: the same in a URL, in a Redis key, in a file name
 * and in an HTML attribute without any quoting, and no two names look alike by
 * case or script.
 *
 * A closed room, private or direct, is made, not named: it is called "~" and 24
 * hexadecimal digits, so the name alone says that somebody has to be asked who
 * may come in.  What a room is called on the page is another matter. */
#ifndef ROOM_H
#define ROOM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

#define ROOM_NAME_MAX 64
#define ROOM_DEFAULT  "lobby"

#define ROOM_CLOSED_LEN 25

/* Of either kind. */
bool room_name_is_valid(struct span name);

/* What a direct room of two accounts is known by in SQL: "3-17", the smaller
 * number first. */
#define ROOM_PAIR_SIZE 48
void room_pair(char pair[ROOM_PAIR_SIZE], int64_t one, int64_t other);

/* Of a valid name: whether it is a closed room's. */
bool room_is_closed(struct span name);

#endif
