/* hub.h -- news from Redis to those who wait for it here.
 *
 * For each room that somebody asks for, the hub keeps the newest messages (the
 * tail, fed by pub/sub) and the queue of those who wait:
 *
 *     (asked for)
 *          |                                         +--a message is missing--+
 *          v                                         v                        |
 *     SUBSCRIBING --Redis confirms--> READING --the list is read--> LIVE -----+
 *          ^                                                        |  ^
 *          |                                       a cursor is      v  |  the list
 *          |                                       strange      VERIFYING is read
 *          +---- from any state: the subscription is lost
 *
 * Reading begins after the confirmation, so that nothing can be missed between
 * what is read and what is heard.  What is heard while reading waits for the
 * end of it: the two come on two connections, and either may be ahead.
 *
 * A question is compared with the tail in the same turn of the loop in which
 * it is parked. It is told "no news" at its deadline only if its room is LIVE
 * or VERIFYING then; else nobody knows, and it is told so.
 *
 * News goes out in slices of WAKE_SLICE per turn, so that ten thousand who are
 * told do not keep the ten-thousand-and-first from being served.
 *
 * A room that nobody asks for is kept up to date for LINGER_MS, so that who
 * comes back with an older cursor is answered from memory, and then dropped. */
#ifndef HUB_H
#define HUB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/loop.h"
#include "model/tail.h"
#include "model/waitlist.h"
#include "services/store.h"

struct hub;
struct hub_room;

/* One room of a question. */
struct hub_place {
    struct wait_place wait;
    struct hub_room *room; /* the hub's, which keeps it while we point here */
    struct cursor cursor;  /* what the reader has seen, or CURSOR_ABSENT */
    uint32_t verify;       /* a strange cursor is believed to be strange only
                              after the read of this number; 0: not strange */
};

enum hub_answer {
    HUB_NEWS,        /* at least one room has something: see hub_look */
    HUB_SILENCE,     /* the deadline, and there is nothing new */
    HUB_UNAVAILABLE, /* the deadline, and nobody knows */
    HUB_DRAIN,       /* this worker is going: come back, to another */
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

/* 'redis' below is what hub_new was given; all are the caller's and outlive
 * the hub.  'replay' is how many messages of a room are kept. */
struct hub *hub_new(struct loop *loop, struct store *store, struct redis *redis,
                    const struct redis_address *address, size_t replay);
void hub_free(struct hub *hub); /* NULL is fine; no question is left */

/* Room names and cursors are set with hub_question_set before it is asked. */
struct hub_question *hub_question_new(struct hub *hub, unsigned place_count,
                                      hub_answer_fn *on_answer, void *arg);
void hub_question_set(struct hub_question *question, unsigned index,
                      struct span room, struct cursor cursor);
void hub_question_free(struct hub_question *question);

/* True: there is news now, and on_answer will not run.  False: the question
 * waits until 'hold_ms' have passed, and on_answer runs once, unless the
 * question is freed before. */
bool hub_ask(struct hub_question *question, uint64_t hold_ms);

/* What a reader has to be told of one room. */
struct hub_news {
    struct span room;
    uint64_t
        room_serial; /* names this room in this worker's life, for caches */
    const struct tail *tail;
    size_t first; /* entries from here on are new */
    bool has_news;
    bool is_gap;
    bool is_reset;
    struct cursor cursor; /* where the reader stands after it */
};

/* Lent until the loop goes on. */
struct hub_news hub_look(const struct hub_question *question, unsigned index);

/* The command connection is up (again). */
void hub_on_redis_up(struct hub *hub);

/* Answers everybody HUB_DRAIN, in slices; from now on who would wait is
 * answered so at once, by the next turn. */
void hub_drain(struct hub *hub);

/* For /healthz. */
size_t hub_waiting(const struct hub *hub);
size_t hub_rooms(const struct hub *hub);
bool hub_hears(const struct hub *hub);

#endif
