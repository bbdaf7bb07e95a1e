/* password.h -- passwords hashed and compared by processes of their own.
 *
 * A hash takes 46 MB and some hundredths of a second, on purpose.  So it is made
 * by a child of ours, few at a time, and few more may wait:
 *
 *     password_hash    --> waiting --> running --> on_hash
 *     password_verify       |            |    \--> on_verify
 *                           |            +-- password_cancel: its place is
 *                           |                taken until the hash is made
 *                           +-- password_cancel: as if it had never come
 *
 * Who comes when all places are taken is told at once; an attack then costs
 * those who want to sign in a 503, and everybody else nothing.  First come,
 * first served.
 *
 * A hash that was made with other parameters than today's is still understood,
 * and is to be replaced when its owner next signs in (SECRET_PASSWORD_RIGHT_OLD).
 *
 * secret_init comes first.  Passwords are copied, and the copies overwritten
 * when done with. */
#ifndef PASSWORD_H
#define PASSWORD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "io/loop.h"
#include "io/secret.h"

/* Of each worker.  More would be no quicker than the cores are. */
#define PASSWORD_RUNNING 2
/* A second or two of work: who would wait longer is better told to come back. */
#define PASSWORD_WAITING 32

struct passwords;
struct password_work;

/* At most 'running' at the same time, and 'waiting' behind them. */
struct passwords *passwords_new(struct loop *loop, unsigned running,
                                unsigned waiting);

/* Cancels all that is under way.  Before loop_free.  NULL is fine. */
void passwords_free(struct passwords *passwords);

/* Those that wait, for the metrics. */
size_t passwords_waiting(const struct passwords *passwords);

/* 'hash' is lent during the callback; NULL when there was no memory for it. */
typedef void password_hash_fn(void *arg, const char *hash);

/* Makes the hash of 'text', which is to be stored.  on_hash runs once, later,
 * unless cancelled.  NULL, and no callback, when all places are taken. */
struct password_work *password_hash(struct passwords *passwords,
                                    struct span text, password_hash_fn *on_hash,
                                    void *arg);

typedef void password_verify_fn(void *arg, enum secret_password result);

/* Compares 'text' with a stored hash.  With SPAN_NONE, where there is nobody of
 * that name, it takes as long and is wrong.  on_verify runs once, later, unless
 * cancelled.  NULL, and no callback, when all places are taken. */
struct password_work *password_verify(struct passwords *passwords,
                                      struct span text, struct span hash,
                                      password_verify_fn *on_verify, void *arg);

/* The callback will not run. */
void password_cancel(struct password_work *work);

#endif
