/* recall.h -- the sessions that were looked up a moment ago.
 *
 * What Redis said is remembered for a moment, so that who talks a lot does not
 * cost a look-up each time.  Who hears that a session has ended or changed has
 * it forgotten at once; and while Redis is not heard, nothing is remembered. */
#ifndef RECALL_H
#define RECALL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "io/loop.h"
#include "io/secret.h"
#include "model/name.h"

#define RECALL_MAX 10000

struct session {
    char token[SECRET_TOKEN_SIZE];
    char name[NAME_SIZE]; /* display name */
    int64_t account;      /* its id; 0: a guest */
    bool is_new;          /* the visitor does not have the token yet */
};

struct recall;

/* A session is remembered for 'ms'.  'loop' is the caller's and outlives it. */
struct recall *recall_new(struct loop *loop, uint64_t ms);
void recall_free(struct recall *recall); /* NULL is fine */

/* Copies it. */
void recall_add(struct recall *recall, const struct session *session);

/* True, and a copy, when the session of 'token' (may be SPAN_NONE) is there. */
bool recall_get(struct recall *recall, struct span token,
                struct session *session);

/* Forgets the session of that hash (secret_hash of its token). */
void recall_drop(struct recall *recall, struct span hash);

void recall_drop_all(struct recall *recall);

#endif
