/* contact.h -- what two accounts are to each other.
 *
 * Each of the two has a side, which is what he has said of the other:
 *
 *     NONE      nothing
 *     ASKED     he would like to know him
 *     ACCEPTED  they know each other
 *     BLOCKED   he wants to hear nothing of him
 *
 * True whenever no function of this file is running:
 *
 *   1. Both sides are ACCEPTED, or neither is.
 *   2. They have not both ASKED: who asks somebody who has asked accepts.
 *
 * Who is blocked cannot tell.  Asking goes as with anybody, and what he asked
 * stays with him: the other does not see it, and unblocking ends it, so that it
 * looks as if it had been refused.  That what was accepted has ended looks as if
 * he had been removed. */
#ifndef CONTACT_H
#define CONTACT_H

#include <stdbool.h>

enum contact_side {
    CONTACT_NONE,
    CONTACT_ASKED,
    CONTACT_ACCEPTED,
    CONTACT_BLOCKED,
};

/* The sides of the one who does something, and of the other. */
struct contact_pair {
    enum contact_side mine;
    enum contact_side theirs;
};

enum contact_deed {
    CONTACT_ASK,     /* or accept, when the other has asked */
    CONTACT_ACCEPT,  /* what the other asked */
    CONTACT_REFUSE,  /* that */
    CONTACT_BLOCK,   /* ends what is accepted or asked */
    CONTACT_UNBLOCK, /* there is nothing between the two then */
    CONTACT_REMOVE,  /* what is accepted, or what one asked oneself */
};

enum contact_result {
    CONTACT_OK,         /* done, or it was so before */
    CONTACT_NOT_ASKED,  /* the other has not, as far as one can see */
    CONTACT_IS_BLOCKED, /* by oneself: unblock first */
};

/* Changes 'pair' unless the result is another than CONTACT_OK. */
enum contact_result contact_do(enum contact_deed deed,
                               struct contact_pair *pair);

/* Whether the other asks, as far as one can see. */
bool contact_is_asking(struct contact_pair pair);

/* Whether either has blocked the other: nothing passes between the two. */
bool contact_is_blocked(struct contact_pair pair);

#endif
