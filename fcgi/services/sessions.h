/* sessions.h -- who a visitor is.
 *
 * A visitor has a token, 256 random bits in a cookie; Redis has its hash and
 * the name that goes with it.  A visitor who comes without one gets a guest
 * session with a display name of its own; who signs in gets another one, which
 * belongs to the account, and the guest's ends.
 *
 * A session ends when it was not used for HOLDLINE_SESSION_IDLE_S, at the latest
 * HOLDLINE_SESSION_ABSOLUTE_S after it began, or when somebody ends it.  Then
 * every process hears of it (ties.h).
 *
 * The xsrf token of a session is an HMAC keyed by the session's own token: it
 * can be checked without asking Redis and without any key of the installation,
 * and one that belongs to another session does not fit. */
#ifndef SESSIONS_H
#define SESSIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "io/loop.h"
#include "io/secret.h"
#include "services/notices.h"
#include "services/recall.h"
#include "services/store.h"
#include "services/ties.h"

struct sessions;
struct sessions_call;

/* How they are to be. */
struct sessions_rules {
    bool guests;        /* who has no account may come in */
    uint64_t recall_ms; /* see recall.h; a small part of what they live */
};

/* The others are the caller's and outlive it. */
struct sessions *sessions_new(struct loop *loop, struct store *store,
                              struct notices *notices,
                              struct sessions_rules rules);
void sessions_free(struct sessions *sessions); /* NULL is fine */

/* True, and the session, when it is known here. */
bool sessions_recall(struct sessions *sessions, struct span token,
                     struct session *session);

/* Where to tie what ends with a session. */
struct ties *sessions_ties(struct sessions *sessions);

/* Told, before the ties are, of each session that has ended or is called something
 * else: by its hash, lent during the callback.  One may watch. */
typedef void sessions_watch_fn(void *arg, enum tie_event event,
                               struct span hash);
void sessions_watch(struct sessions *sessions, sessions_watch_fn *on_event,
                    void *arg);

enum sessions_found {
    SESSIONS_FOUND,
    SESSIONS_NONE,        /* there is no session of that token (any more), or
                             a guest's where guests are not welcome */
    SESSIONS_UNAVAILABLE, /* Redis is away */
};

/* 'session' is lent during the callback; NULL unless it was found. */
typedef void sessions_fn(void *arg, enum sessions_found found,
                         const struct session *session);

/* The session of 'token', or a new guest's when there is none such (also for
 * SPAN_NONE; a token that somebody made up is never taken over) and guests are
 * welcome.  on_open runs once, later, unless cancelled. */
struct sessions_call *sessions_open(struct sessions *sessions,
                                    struct span token, sessions_fn *on_open,
                                    void *arg);
void sessions_cancel(struct sessions_call *call);

/* Asks Redis, whatever is remembered here, for the session of 'token', which
 * has the shape of one (secret_is_token), and makes none.  on_found runs once,
 * later, unless cancelled. */
struct sessions_call *sessions_find(struct sessions *sessions,
                                    struct span token, sessions_fn *on_done,
                                    void *arg);

/* A new session for an account, in place of the one of 'token' (or SPAN_NONE).
 * SESSIONS_NONE: the password was changed since it was looked at. */
struct sessions_call *sessions_begin(struct sessions *sessions,
                                     struct span token, struct span name,
                                     const struct store_account *account,
                                     sessions_fn *on_done, void *arg);

/* --- ending -------------------------------------------------------------- */

/* For each of them on_done runs once, later, unless cancelled with
 * store_cancel; 'count' is how many ended. */

/* The session itself, or, of an account, everywhere. */
struct store_call *sessions_sign_out(struct sessions *sessions,
                                     const struct session *session,
                                     bool everywhere, store_number_fn *on_done,
                                     void *arg);

/* One of the account's, by its id (as sessions_id has it). */
struct store_call *sessions_end(struct sessions *sessions, int64_t account,
                                struct span id, store_number_fn *on_done,
                                void *arg);

/* All of the account's that began with a password from before 'since'. */
struct store_call *sessions_end_older(struct sessions *sessions,
                                      int64_t account, int64_t since,
                                      store_number_fn *on_done, void *arg);

/* --- what a session is called -------------------------------------------- */

/* A session's id for its owner: the beginning of its hash, in hexadecimal. */
#define SESSIONS_ID_LEN  16
#define SESSIONS_ID_SIZE (SESSIONS_ID_LEN + 1)
void sessions_id(char id[SESSIONS_ID_SIZE], struct span token);
bool sessions_id_is_valid(struct span id);

/* The xsrf token that goes with a session token. */
void sessions_xsrf(char xsrf[SECRET_TOKEN_SIZE], struct span token);

#endif
