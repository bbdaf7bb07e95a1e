/* entry.h -- who comes in to read rooms, and as long as he may.
 *
 * The one place where a poll or a stream finds out whose session came with it
 * and whether he may read each of the rooms; is tied to the end of both; and has
 * him present in the rooms.
 *
 *     entry_start --+--> ENTRY_IN -------------------------.
 *                   |--> ENTRY_WAITING --> on_in ----------+--> (in)
 *                   '--> ENTRY_OUT          '--> on_out    |      '--> on_out
 *                                                          |
 *     entry_may_tell says no --> what is known of a room --'
 *     is read again               '--> on_out
 *
 * Session and rooms are asked for at the same time.  Where nobody is banned, a
 * public room keeps nobody waiting until it is known who he is. */
#ifndef ENTRY_H
#define ENTRY_H

#include <stdbool.h>

#include "endpoints/app.h"
#include "endpoints/problem.h"
#include "services/person.h"

struct entry;

struct entry_events {
    /* He is in: for the first time, or again after entry_may_tell said no. */
    void (*on_in)(struct entry *entry);
    /* He is not, or not any more.  After PROBLEM_UNAVAILABLE one who was in may
     * wait: on_in may still come. */
    void (*on_out)(struct entry *entry, enum problem problem);
};

/* Only of who has a session. */
struct entry_place {
    struct access_watch watch;
    struct presence_hold hold; /* when it is known who he is, and he is in */
    struct entry *entry;
};

/* The same: ten thousand who have none are not to pay for it. */
struct entry_who {
    struct entry *entry;
    struct tie tie;                /* with the session */
    char token[SECRET_TOKEN_SIZE]; /* "": it has turned out to be none */
    char person[PERSON_SIZE];      /* "": not known, or nobody */
};

/* Lives in its owner's struct, zeroed at birth. */
struct entry {
    struct app *app; /* outlives us */
    const struct entry_events *events;
    struct sessions_call *looking; /* sessions', until its callback */
    struct entry_who *who;         /* ours; NULL: he came without a session */
    struct entry_place *places;    /* ours, the same */
    unsigned place_count;
    bool is_in;
    bool is_doubted; /* entry_may_tell said no, and on_in is due */
    bool was_looked_up;
};

enum entry_state { ENTRY_IN, ENTRY_WAITING, ENTRY_OUT };

/* What somebody wants to come in to.  All of it is copied. */
struct entry_wish {
    struct span token;        /* what guard_session_token says */
    const struct span *rooms; /* valid names */
    unsigned room_count;
};

/* '*problem' is set with ENTRY_OUT; then none of the events comes, else they do
 * later, from the loop. */
enum entry_state entry_start(struct entry *entry, struct app *app,
                             const struct entry_wish *wish,
                             const struct entry_events *events,
                             enum problem *problem);

/* Of one who is in, just before he is told what was said: whether he may be.
 * Else on_in or on_out follows, later. */
bool entry_may_tell(struct entry *entry);

/* Looks whether the session is there still, in case nobody told us; on_out if it
 * is not. */
void entry_look_again(struct entry *entry);

/* Answers the call with what on_out or entry_start said. */
void entry_refuse(const struct entry *entry, struct http_call *call,
                  enum problem problem);

/* Lets go of everything, and of one that was never started. */
void entry_fini(struct entry *entry, enum presence_leaving how);

#endif
