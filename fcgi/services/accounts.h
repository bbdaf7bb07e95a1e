/* accounts.h -- who may sign in, and how.
 *
 *     register         name, password --limits--> hashed --> SQL --> a session
 *     sign in          name, password --limits--> SQL --> compared --> a session
 *     change password  password, new --limits--> SQL --> compared --> hashed
 *                        --> SQL --> older sessions end --> a new session
 *     delete           password --limits--> SQL --> compared --> SQL
 *                        --> all sessions end
 *
 * An unknown name and a wrong password say the same and take the same time.
 *
 * What SQL has been told, Redis may not have been, when a worker dies in between
 * or Redis is away.  An account then is there without a session: its owner signs
 * in.  Older sessions that were to end are written down in SQL (session_end),
 * and every worker looks there now and then. */
#ifndef ACCOUNTS_H
#define ACCOUNTS_H

#include "base/span.h"
#include "io/loop.h"
#include "io/password.h"
#include "io/sql.h"
#include "services/limits.h"
#include "services/names.h"
#include "services/password_rules.h"
#include "services/sessions.h"

struct accounts;
struct accounts_call;

/* What it is made of; all are the caller's and outlive it. */
struct accounts_parts {
    struct loop *loop;
    struct store *store;
    struct sessions *sessions;
    struct sql *sql;
    struct passwords *passwords;
    struct limits *limits;
};

struct accounts *accounts_new(const struct accounts_parts *parts);

/* Ends what is under way, without a callback. */
void accounts_free(struct accounts *accounts); /* NULL is fine */

enum accounts_outcome {
    ACCOUNTS_OK,
    ACCOUNTS_NAME_BAD,     /* 'name' says why */
    ACCOUNTS_PASSWORD_BAD, /* 'password' says why */
    ACCOUNTS_NAME_TAKEN,
    ACCOUNTS_WRONG,       /* name or password */
    ACCOUNTS_REFUSED,     /* too many attempts: 'wait_s' */
    ACCOUNTS_BUSY,        /* too many others at the same time */
    ACCOUNTS_UNAVAILABLE, /* SQL or Redis is away */
    ACCOUNTS_NO_SESSION,  /* the guest's has ended meanwhile */
};

struct accounts_result {
    enum accounts_outcome outcome;
    enum name_result name;
    enum password_rules_result password;
    unsigned wait_s;
    /* With ACCOUNTS_OK the new one, lent during the callback; NULL where there
     * is none (a deleted account, a guest's name). */
    const struct session *session;
};

typedef void accounts_fn(void *arg, const struct accounts_result *result);

enum accounts_kind {
    ACCOUNTS_REGISTER,        /* name, password */
    ACCOUNTS_SIGN_IN,         /* name, password */
    ACCOUNTS_CHANGE_PASSWORD, /* session, password, new_password */
    ACCOUNTS_DELETE,          /* session, password */
    ACCOUNTS_RENAME_GUEST, /* session, name: a guest wants to be called that */
    ACCOUNTS_END_SESSIONS, /* our own */
};

/* What somebody wants.  All of it is copied. */
struct accounts_wish {
    enum accounts_kind kind;
    const struct session *session; /* whom it is about, as above says */
    struct span token;             /* the session that came, or SPAN_NONE */
    struct span address;
    struct span device; /* the User-Agent, or SPAN_NONE */
    struct span name;   /* as they were typed, like the next two */
    struct span password;
    struct span new_password;
};

/* Answers once, later, unless cancelled; or NULL and '*refused', when it is
 * clear at once. */
struct accounts_call *accounts_start(struct accounts *accounts,
                                     const struct accounts_wish *wish,
                                     struct accounts_result *refused,
                                     accounts_fn *on_done, void *arg);

/* on_done will not run.  What has been begun to be written is brought to its
 * end. */
void accounts_cancel(struct accounts_call *call);

#endif
