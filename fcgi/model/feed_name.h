/* feed_name.h -- what can be followed: rooms, and what is no room.
 *
 * A feed is a history of events, each with a place in it, that readers follow
 * with a cursor.  A room's feed has the room's name; one that is no room has a
 * name that no room can have, '=' and a word.  What the events of a room look
 * like is known here; those of the others go to their readers as they are. */
#ifndef FEED_NAME_H
#define FEED_NAME_H

#include <stdbool.h>

#include "base/span.h"

#define FEED_SHOP "=shop"

static inline bool feed_name_is_room(struct span name)
{
    return name.len == 0 || name.at[0] != '=';
}

/* As readers call it: the word alone. */
static inline struct span feed_name_word(struct span name)
{
    return (struct span){name.at + 1, name.len - 1};
}

/* The name of what readers call 'word'; SPAN_NONE when there is no such feed. */
static inline struct span feed_name_of_word(struct span word)
{
    return span_is(word, "shop") ? span_of(FEED_SHOP) : SPAN_NONE;
}

#endif
