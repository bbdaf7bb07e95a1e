/* visitor.h -- who is at the other end of a WebSocket.
 *
 *     no session cookie  -> a guest for as long as the connection lasts, with a
 *                           name
 *     a session cookie   -> LOOKING, until Redis has said whose it is
 *
 * A session that ends ends the connection (1008), at once; one that is called
 * something else is LOOKING again, so that nothing more is said in the old name.
 * It is also looked at every few minutes, in case nobody told us.  Redis being away ends nothing: who wants to say something
 * then is told so, and it is asked again. */
#ifndef VISITOR_H
#define VISITOR_H

#include <stdbool.h>

#include "base/list.h"
#include "base/wheel.h"
#include "endpoints/gate.h"
#include "services/person.h"
#include "services/presence.h"
#include "services/sessions.h"

enum visitor_state {
    VISITOR_KNOWN,   /* has a name */
    VISITOR_LOOKING, /* Redis was asked */
    VISITOR_UNKNOWN, /* Redis was away */
};

struct visitor;

struct visitor_events {
    /* LOOKING is over; true: the visitor is known.  May come again. */
    void (*on_known)(struct visitor *visitor, bool is_known);
    /* His session has ended, and the connection is closing, for which a client
     * may take seconds: what is held in his name ends now. */
    void (*on_ended)(struct visitor *visitor);
    /* The gateway goes: to be told so. */
    void (*on_drain)(struct visitor *visitor);
};

/* Lives in its owner's struct, zeroed at birth. */
struct visitor {
    struct list_node link; /* in gate->guests */
    struct gate *gate;
    struct websocket_conn *conn;
    struct address *address; /* gate->addresses', while we are there */
    const struct visitor_events *events;
    enum visitor_state state;
    bool is_stale;                 /* what 'looking' brings: it has changed */
    struct sessions_call *looking; /* sessions', until its callback */
    struct wheel_entry check;      /* in gate->checks, with a session */
    struct tie tie;                /* with a session: ends with it */
    char *name;                    /* ours; NULL: not known yet */
    char person[PERSON_SIZE];      /* who it is for others; "": not known */
    char token[SECRET_TOKEN_SIZE]; /* "": no session, a guest */
};

void visitor_init(struct visitor *visitor, struct gate *gate,
                  struct websocket_conn *conn,
                  const struct websocket_request *request,
                  const struct visitor_events *events);
void visitor_fini(struct visitor *visitor);

/* Whether he may be told anything: who is not known yet, only where guests are
 * welcome. */
bool visitor_may_read(const struct visitor *visitor);

/* Who he is, for presence_enter; of one who is KNOWN.  Lent until the loop goes
 * on. */
struct presence_person visitor_person(const struct visitor *visitor);

/* Who it is for others; SPAN_NONE while that is not known. */
struct span visitor_id(const struct visitor *visitor);

/* The session's token that came with the request, or SPAN_NONE. */
struct span visitor_token(const struct websocket_request *request);

/* Of one who is UNKNOWN: Redis is asked once more. */
void visitor_look_again(struct visitor *visitor);

/* Its time has come; see gate_tick. */
void visitor_check(struct wheel_entry *entry, void *arg);

#endif
