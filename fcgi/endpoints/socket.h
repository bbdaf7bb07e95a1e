/* socket.h -- the WebSocket of JSON frames, GET /ws.
 *
 *     subscribe    {"type":"subscribe","room":"tea","cursor":"5f-12",
 *                   "presence":true}
 *     unsubscribe  {"type":"unsubscribe","room":"tea"}
 *     post         {"type":"post","room":"tea","body":"...","client_id":"k3"}
 *     edit         {"type":"edit","room":"tea","id":"5f-13","body":"...",
 *                   "client_id":"k4"}
 *     delete       {"type":"delete","room":"tea","id":"5f-13","client_id":"k5"}
 *     typing       {"type":"typing","room":"tea"}
 *     ping         {"type":"ping"}
 *
 * docs/wire.md has every member of every frame, both ways.  A frame that makes
 * no sense is answered with an error, and costs the connection nothing else. */
#ifndef SOCKET_H
#define SOCKET_H

#include <stdbool.h>

#include "base/bucket.h"
#include "base/list.h"
#include "base/span.h"
#include "endpoints/gate.h"
#include "endpoints/problem.h"
#include "endpoints/visitor.h"
#include "io/json.h"

/* Subscriptions of one connection. */
#define SOCKET_ROOMS_MAX 32
/* What a connection may ask for: each frame counts. */
#define SOCKET_FRAMES_PER_S 50
#define SOCKET_FRAMES_BURST 200
/* So many of them are refused before it is closed. */
#define SOCKET_REFUSED_PER_S 10
#define SOCKET_REFUSED_BURST 1000

/* One connection. */
struct socket {
    struct visitor visitor;
    struct gate *gate;
    struct websocket_conn *conn; /* the door's, until on_closed */
    struct list subscriptions;   /* see socket_subscribe.c */
    struct list behind;          /* see socket_reader.h */
    unsigned subscription_count;
    struct list posts;   /* on their way; see socket_post.c */
    struct list typings; /* the same; see socket_typing.c */
    struct bucket frames;
    struct bucket refusals; /* of frames that were too many */
    bool is_draining;       /* to be closed when no post is under way */
};

/* Takes a connection that was just opened. */
void socket_open(struct gate *gate, struct websocket_conn *conn,
                 const struct websocket_request *request);

/* Tells it what was wrong.  'detail' in place of the problem's own; NULL keeps
 * that.  SPAN_NONE leaves 'client_id' or 'room' out. */
void socket_send_error(struct socket *socket, enum problem problem,
                       const char *detail, struct span client_id,
                       struct span room);

/* A post is done; it may have been what a drain waited for. */
void socket_close_if_drained(struct socket *socket);

/* --- what one can ask for; each in its file ------------------------------ */

void socket_subscribe(struct socket *socket,
                      const struct json_object_text *frame);
void socket_unsubscribe(struct socket *socket,
                        const struct json_object_text *frame);
void socket_post(struct socket *socket, const struct json_object_text *frame);
void socket_edit(struct socket *socket, const struct json_object_text *frame);
void socket_delete(struct socket *socket, const struct json_object_text *frame);
void socket_typing(struct socket *socket, const struct json_object_text *frame);

/* It is known now who reads. */
void socket_subscriptions_start(struct socket *socket);
/* All that was sent has been written: who missed something is told. */
void socket_subscriptions_go_on(struct socket *socket);
void socket_subscriptions_end(struct socket *socket);

/* It is known now who posts; or, for now, not. */
void socket_posts_go_on(struct socket *socket, bool is_known);
void socket_posts_end(struct socket *socket);

void socket_typings_end(struct socket *socket);

#endif
