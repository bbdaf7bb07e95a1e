/* limits.h -- how often somebody may try.
 *
 * For what can be guessed (a password) or done too much (accounts).  The
 * budgets are in Redis, so that they are the same for every worker, and no
 * restart of one gives an attacker a new one.
 *
 * An attempt to sign in counts against three:
 *
 *     the address     many accounts from one place
 *     the account     one account from many places
 *     the two         one account from one place: so that a single stranger
 *                     cannot use up what all strangers together have
 *
 * Whoever has signed in from an address before is no stranger there: that
 * address and account have a budget of their own, and the others do not count.
 * So nobody can lock an owner out where he is usually found; and where he is
 * new, only while the attack goes on, and only from many addresses.
 *
 * The names that nobody has are counted like the others, or one could tell them
 * apart by it. */
#ifndef LIMITS_H
#define LIMITS_H

#include "base/span.h"
#include "io/loop.h"
#include "services/store.h"

struct limits;
struct limits_call;

enum limits_what {
    LIMITS_SIGN_IN,        /* and every other question for a password */
    LIMITS_CREATE_ACCOUNT, /* by the address only */
    LIMITS_JOIN_ROOM,      /* by the secret of a link; every attempt counts */
};

/* 'store' is the caller's and outlives it. */
struct limits *limits_new(struct store *store);

/* What limits_tell_right has under way goes on without us.  NULL is fine. */
void limits_free(struct limits *limits);

struct limits_who {
    struct span account; /* struct name's key, or of who joins a room his
                            person; SPAN_NONE: a text that can be no name, or
                            none is asked for */
    struct span address; /* as nginx says, numeric */
};

enum limits_result {
    LIMITS_ALLOWED,
    LIMITS_REFUSED,
    /* Redis is away.  The caller answers 503: without it there would be no
     * session to give either; and if attempts were free then, it would pay to
     * bring Redis down. */
    LIMITS_UNAVAILABLE,
};

/* 'wait_s' is how long to wait (at least 1), for who is refused. */
typedef void limits_fn(void *arg, enum limits_result result, unsigned wait_s);

/* Asks whether one attempt more is allowed, and counts it if so; before the
 * password is looked at.  on_done runs once, later, unless cancelled. */
struct limits_call *limits_try(struct limits *limits, enum limits_what what,
                               struct limits_who who, limits_fn *on_done,
                               void *arg);
void limits_cancel(struct limits_call *call);

/* The attempt was right, with an account: it is given back, and the address is
 * known to the account for 90 days.  Nobody waits for this: when Redis is away
 * meanwhile, the next attempt is a stranger's. */
void limits_tell_right(struct limits *limits, enum limits_what what,
                       struct limits_who who);

#define LIMITS_PLACE_SIZE 64

/* What is counted as one address: an IPv4 address, also when written as IPv6;
 * the first 64 bits of an IPv6 address, of which everybody at home has that
 * many more.  What is no address is as it is, cut off. */
void limits_place(char place[LIMITS_PLACE_SIZE], struct span address);

#endif
