/* posting.h -- a message on its way into a room, whatever door it came through:
 * something that is said, or an edit or deletion of it.
 *
 *     posting_new (checked) --> posting_start --> (may he?) --> on_posted
 *           '--> a problem            '-- posting_free: nobody wants to know */
#ifndef POSTING_H
#define POSTING_H

#include <stdbool.h>

#include "base/span.h"
#include "endpoints/problem.h"
#include "model/message.h"
#include "services/core.h"

struct posting;

/* What somebody wants to say, as it came; SPAN_NONE for what did not come. */
struct posting_draft {
    enum message_kind kind;
    struct span room; /* none: the default */
    struct span client_id;
    struct span
        id; /* of an edit or deletion: which message; else not looked at */
    struct span body; /* of a deletion: not looked at */
};

/* Checks it, and copies it.  NULL, and '*problem', when it is not to be said. */
struct posting *posting_new(const struct posting_draft *draft,
                            enum problem *problem);

/* In whose name something is said. */
struct posting_author {
    struct span person; /* his id; see person.h */
    struct span name;
};

/* 'msg' is the message as readers get it, stored and numbered, lent during the
 * callback; NULL when there is a 'problem' instead. */
typedef void posting_fn(void *arg, const struct message *msg,
                        enum problem problem);

/* Stores it in the name of 'author', if he may say something in that room; both
 * his texts are copied, and so is 'once', the key under which a repetition is
 * recognised if there is no client_id.  on_posted runs once, later, unless
 * posting_free comes first. */
void posting_start(struct posting *posting, struct core *core,
                   const struct posting_author *author, struct span once,
                   posting_fn *on_posted, void *arg);

/* SPAN_NONE when none was sent; lent as long as 'posting' is there. */
struct span posting_client_id(const struct posting *posting);
struct span posting_room(const struct posting *posting);

/* Redis may store it all the same, if it was started: it was said, and only the
 * answer is not wanted any more. */
void posting_free(struct posting *posting); /* NULL is fine */

#endif
