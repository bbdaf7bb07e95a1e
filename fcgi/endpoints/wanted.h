/* wanted.h -- which rooms a reader asks for, and what he has seen of each.
 *
 * The same fields for all who ask for news, whatever door they come through:
 *
 *     room    default "lobby"; up to WANTED_ROOMS_MAX of them
 *     cursor  what the reader has seen; absent or empty: what there is now.
 *             One for each room in the same order, or none; or a single one
 *             with the positions of all: tea:5f-42,lobby:ab-7
 *     html    0: leave html out of the messages */
#ifndef WANTED_H
#define WANTED_H

#include "endpoints/app.h"

#define WANTED_ROOMS_MAX 32

struct wanted {
    unsigned count;
    struct span rooms[WANTED_ROOMS_MAX]; /* borrowed from app->form */
    struct cursor cursors[WANTED_ROOMS_MAX];
    bool with_html;
};

/* Reads app->form.  'position', unless it is empty, goes before the fields
 * 'cursor': it is a cursor, or for several rooms the positions of all.  False
 * when something is wrong with them; the call has been answered then. */
bool wanted_read(struct app *app, struct http_call *call, struct span position,
                 struct wanted *wanted);

/* The same for one feed that is no room (feed_name.h), of the fields only
 * 'cursor'. */
bool wanted_read_feed(struct app *app, struct http_call *call,
                      struct span position, struct span name,
                      struct wanted *wanted);

/* The question about it, the caller's. */
struct hub_question *wanted_question(struct app *app,
                                     const struct wanted *wanted,
                                     hub_answer_fn *on_answer, void *arg);

#endif
