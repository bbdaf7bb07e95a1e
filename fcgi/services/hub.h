/* hub.h -- news to those who wait for it here.
 *
 *     question --hub_ask--> there is news: told at once
 *                     '---> there is none: parked in the queue of each room
 *                              |-- a feed has news --> HUB_NEWS
 *                              |-- the deadline -----> HUB_SILENCE, or
 *                              |                       HUB_UNAVAILABLE
 *                              |-- the worker goes --> HUB_COME_BACK
 *                              '-- hub_question_free (the client left)
 *
 * A question is compared with what the feed knows in the same turn of the loop
 * in which it is parked.  It is told "nothing new" at its deadline only if all
 * its feeds are known to be true then; else nobody knows, and it is told so.
 *
 * News goes out in slices, each when the door has got rid of the one before
 * (hub_set_pressure), so that ten thousand who are told do not keep the
 * ten-thousand-and-first from being served.
 *
 * A room whose readers were told a moment ago is left alone for PACE_US for each
 * of them, at most PACE_MAX_MS, and who comes back meanwhile waits for the
 * others: when messages come faster than answers can go out, an answer then
 * carries several, instead of each message costing every reader a request of his
 * own.  One message after a pause is told at once. */
#ifndef HUB_H
#define HUB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/loop.h"
#include "model/tail.h"
#include "model/waitlist.h"
#include "services/feed.h"

struct hub;
struct hub_room;

/* One room of a question. */
struct hub_place {
    struct wait_place wait;
    struct hub_room *room; /* the hub's, which keeps it while we point here */
    struct cursor cursor;  /* what the reader has seen, or CURSOR_ABSENT */
    uint32_t ticket;       /* of feed_verify, because the cursor is strange;
                              0: it is not, so far */
};

enum hub_answer {
    HUB_NEWS,        /* at least one room has something: see hub_look */
    HUB_SILENCE,     /* the deadline, and there is nothing new */
    HUB_UNAVAILABLE, /* the deadline, and nobody knows */
    HUB_COME_BACK,   /* this worker cannot hold it: it is going, or full */
};

struct hub_question;
typedef void hub_answer_fn(struct hub_question *question,
                           enum hub_answer answer);

/* "Anything after these cursors?"  Made by hub_question_new, freed by its
 * owner with hub_question_free, also from within on_answer. */
struct hub_question {
    struct waiter waiter;
    struct hub *hub;
    hub_answer_fn *on_answer;
    void *arg; /* the owner's */
    unsigned place_count;
    struct hub_place places[];
};

/* Both are the caller's and outlive the hub. */
struct hub *hub_new(struct loop *loop, struct feeds *feeds);
void hub_free(struct hub *hub); /* NULL is fine; no question is left */

/* Room names and cursors are set with hub_question_set before it is asked.  Who
 * has no cursor stands at the beginning of a room once it is known that nothing is
 * there: what he misses from then on is a gap. */
struct hub_question *hub_question_new(struct hub *hub, unsigned place_count,
                                      hub_answer_fn *on_answer, void *arg);
void hub_question_set(struct hub_question *question, unsigned index,
                      struct span room, struct cursor cursor);
void hub_question_free(struct hub_question *question);

/* True: there is news now, and on_answer will not run.  False: the question
 * waits until 'hold_ms' have passed, and on_answer runs once, unless the
 * question is freed before. */
bool hub_ask(struct hub_question *question, uint64_t hold_ms);

/* He has been told of that room up to 'cursor', and stands behind it.  For one who
 * stays and asks again: event streams, WebSockets. */
void hub_question_told_to(struct hub_question *question, unsigned index,
                          struct cursor cursor);

/* What a reader has to be told of one room. */
struct hub_news {
    struct span room;
    uint64_t serial; /* the feed's, for caches */
    const struct tail *tail;
    size_t first; /* entries from here on are new */
    bool has_news;
    bool is_gap;
    bool is_reset;
    struct cursor cursor; /* where the reader stands after it; may be absent */
};

/* Lent until the loop goes on. */
struct hub_news hub_look(const struct hub_question *question, unsigned index);

/* Asked before each slice of a herd is told: whether those who carry the answers
 * away are behind with them.  The next slice then waits a millisecond. */
typedef bool hub_is_behind_fn(void *arg);
void hub_set_pressure(struct hub *hub, hub_is_behind_fn *is_behind, void *arg);

/* Answers everybody HUB_COME_BACK, in slices; from now on who would wait is
 * answered so at once, by the next turn. */
void hub_drain(struct hub *hub);

/* Questions that wait now. */
size_t hub_waiting(const struct hub *hub);

#endif
