/* sessions.h -- who a visitor is.
 *
 * A visitor has a token, 256 random bits in a cookie; Redis has its hash and
 * the name that goes with it. A visitor who comes without one gets a guest
 * session with a display name of its own.
 *
 * What Redis said is remembered here for a few seconds, so that who talks a lot
 * does not cost a look-up each time.
 *
 * The xsrf token of a session is an HMAC keyed by the session's own token: it
 * can be checked without asking Redis and without any key of the installation,
 * and one that belongs to another session does not fit. */
#ifndef SESSIONS_H
#define SESSIONS_H

#include <stdbool.h>

#include "base/span.h"
#include "io/loop.h"
#include "io/secret.h"
#include "services/store.h"

struct sessions;
struct sessions_call;

struct session {
    char token[SECRET_TOKEN_SIZE];
    char name[STORE_NAME_SIZE]; /* display name */
    bool is_new;                /* the visitor does not have the token yet */
};

/* Both are the caller's and outlive it. */
struct sessions *sessions_new(struct loop *loop, struct store *store);
void sessions_free(struct sessions *sessions); /* NULL is fine */

/* True, and the session, when it is known here. */
bool sessions_recall(struct sessions *sessions, struct span token,
                     struct session *session);

/* 'session' is lent during the callback; NULL when Redis is away. */
typedef void sessions_fn(void *arg, const struct session *session);

/* The session of 'token', or a new guest's when there is none such (also for
 * SPAN_NONE; a token that somebody made up is never taken over).  on_open runs
 * once, later, unless cancelled. */
struct sessions_call *sessions_open(struct sessions *sessions,
                                    struct span token, sessions_fn *on_open,
                                    void *arg);
void sessions_cancel(struct sessions_call *call);

enum sessions_found {
    SESSIONS_FOUND,
    SESSIONS_NONE,        /* there is no session of that token (any more) */
    SESSIONS_UNAVAILABLE, /* Redis is away */
};

/* 'session' is lent during the callback; NULL unless it was found. */
typedef void sessions_find_fn(void *arg, enum sessions_found found,
                              const struct session *session);

/* Asks Redis, whatever is remembered here, for the session of 'token', which
 * has the shape of one (secret_is_token), and makes none.  on_found runs once,
 * later, unless cancelled. */
struct sessions_call *sessions_find(struct sessions *sessions,
                                    struct span token,
                                    sessions_find_fn *on_found, void *arg);

/* A name for a guest who has no session. */
void sessions_guest_name(char name[STORE_NAME_SIZE]);

/* The xsrf token that goes with a session token. */
void sessions_xsrf(char xsrf[SECRET_TOKEN_SIZE], struct span token);

#endif
