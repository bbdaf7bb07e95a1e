/* fastcgi_marks.h -- has the peer read what it was sent?
 *
 * Of every MARK_EVERY replies and chunks that are out one is marked, and looked
 * at some replies later: does it still lie in the socket?  So at most MARKS *
 * MARK_EVERY lie unread, at which nginx works for about a millisecond. */
#ifndef FASTCGI_MARKS_H
#define FASTCGI_MARKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/loop.h"

#define FASTCGI_MARKS 2

/* Zeroed at birth. */
struct fastcgi_marks {
    struct {
        const struct loop_watch *watch; /* the connection's; NULL: its peer has
                                           read it, or has left */
        uint64_t sent_at_ms;
    } ring[FASTCGI_MARKS];              /* by the number of the reply */
    uint64_t count;                     /* replies and chunks so far */
    uint64_t nobody_is_behind_until_ms; /* as one stood still */
};

/* Something is out on a connection, which is forgotten before it is closed. */
void fastcgi_marks_add(struct fastcgi_marks *marks,
                       const struct loop_watch *watch, uint64_t now_ms);
void fastcgi_marks_forget(struct fastcgi_marks *marks,
                          const struct loop_watch *watch);

bool fastcgi_marks_are_behind(struct fastcgi_marks *marks, uint64_t now_ms);

#endif
