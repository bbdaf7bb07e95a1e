/* cursor.h -- a place in a room: everything up to here has been seen.
 *
 * A message's id is its cursor, "<epoch>-<seq>".  The epoch is a random number
 * made with the room's head in Redis, and 'seq' only ever goes up within it.
 * Two cursors can be compared only if their epochs are equal; another epoch
 * means that Redis lost its memory in between.
 *
 * Epoch 0 is never given to a room: the cursor 0-0 says "I have seen
 * everything of a room in which nothing was said yet". */
#ifndef CURSOR_H
#define CURSOR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

/* Lua, which counts 'seq' in Redis, and JavaScript have doubles: exact up to
 * here. */
#define CURSOR_SEQ_MAX ((UINT64_C(1) << 53) - 1)

/* 16 hexadecimal digits, a hyphen, 16 decimal digits, a NUL. */
#define CURSOR_TEXT_SIZE 34

struct cursor {
    uint64_t epoch;
    uint64_t seq;
};

#define CURSOR_START ((struct cursor){0, 0})

/* A reader that sent no cursor and wants what there is now. */
#define CURSOR_ABSENT ((struct cursor){0, UINT64_MAX})

static inline bool cursor_is_absent(struct cursor cursor)
{
    return cursor.seq == UINT64_MAX;
}

/* Strict: lower-case hexadecimal, decimal, no leading zeros, no signs, both in
 * range, and either both numbers are zero or the epoch is not.  False
 * otherwise, with '*cursor' left as it was. */
bool cursor_parse(struct span text, struct cursor *cursor);

/* Writes the text with its NUL and returns its length. */
size_t cursor_format(char text[CURSOR_TEXT_SIZE], struct cursor cursor);

#endif
