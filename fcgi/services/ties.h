/* ties.h -- what is held in the name of a session, and ends with it.
 *
 * A held poll, a stream, a WebSocket each has a tie.  When somebody signs out,
 * is thrown out or deleted, wherever that was done, Redis tells every process,
 * and each tie of that session here hears TIE_ENDED, at once.
 *
 * While Redis is away nothing is told.  A poll then ends with its hold, and who
 * stays longer looks again himself (HOLDLINE_SESSION_CHECK_MS).
 *
 * A tie remembers 64 bits of the session's hash.  To find those of a session all
 * are looked at: that is some hundred microseconds for ten thousand, and seldom;
 * a map would cost each of them more than the tie itself does. */
#ifndef TIES_H
#define TIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/list.h"
#include "base/span.h"

enum tie_event {
    TIE_ENDED,   /* the session; the tie is in no list any more */
    TIE_CHANGED, /* its name */
};

struct tie;
typedef void tie_fn(struct tie *tie, enum tie_event event);

/* Lives in its owner's struct, zeroed at birth. */
struct tie {
    struct list_node link;
    uint64_t mark;
    tie_fn *on_event;
};

/* The sessions that ended last are remembered: a reader who has just been told
 * something comes back with his next question, and would miss the end in
 * between. */
#define TIES_ENDED 256

/* Zeroed, then ties_init. */
struct ties {
    struct list all;
    struct list told; /* those who are still to be told of what has happened */
    uint64_t ended[TIES_ENDED]; /* a ring of marks; 0: none */
    size_t next_ended;
};

void ties_init(struct ties *ties);

/* The first 64 bits of a hash (secret_hash). */
uint64_t ties_mark(struct span hash);

/* False, and the tie is in no list, when the session has ended just now. */
bool ties_add(struct ties *ties, struct tie *tie, struct span token,
              tie_fn *on_event);

/* Does nothing for one that is in no list. */
void ties_remove(struct tie *tie);

/* Tells those of the session of that hash (secret_hash).  on_event may remove
 * and free whatever it likes. */
void ties_tell(struct ties *ties, struct span hash, enum tie_event event);

#endif
