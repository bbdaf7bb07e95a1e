/* conn.h -- HTTP/1.1 clients by the thousand, on one epoll.
 *
 * Each connection asks one thing at a time and is always in one of these
 * states:
 *
 *     CLOSED --conn_ask--> CONNECTING --> ASKING --reply is whole--> IDLE
 *        ^                      |            |  ^                      |
 *        +---- on_broken -------+------------+  +-------conn_ask-------+
 *        +---- the server closes what it need not keep ----------------+
 *
 * Every client has a source address of its own, 127.64.0.0 plus its number,
 * as if it were a machine of its own: ports do not run out, and limits per
 * address see what they would see. */
#ifndef CONN_H
#define CONN_H

#include <netinet/in.h>
#include <stdint.h>

#include "base/buf.h"
#include "load/response.h"

/* What all connections share. */
struct net {
    int epoll_fd;
    struct sockaddr_in server;
    uint32_t clients; /* how many conn_init has seen */
    char *input;      /* ours; what was just read */
};

struct conn;

struct conn_events {
    /* conn->response is whole.  It is lent until the next conn_ask, which may
     * be made from here. */
    void (*on_reply)(struct conn *conn, void *arg);
    /* A part of the body has come, and not the last.  May be NULL. */
    void (*on_part)(struct conn *conn, void *arg);
    /* There will be no (whole) reply.  The connection is closed; asking again
     * opens it anew, but not from here: a server that refuses would be asked
     * without end. */
    void (*on_broken)(struct conn *conn, void *arg);
};

enum conn_state { CONN_CLOSED, CONN_CONNECTING, CONN_IDLE, CONN_ASKING };

struct conn {
    struct net *net;                  /* outlives us */
    const struct conn_events *events; /* static */
    void *arg;
    struct response response;
    struct buf unsent;   /* what the socket did not take yet */
    uint64_t bytes_read; /* counted for whom it concerns, who may set them */
    uint64_t bytes_sent;
    enum conn_state state;
    int fd; /* -1 when CLOSED */
    uint32_t number;
};

/* False, and errno says why. */
bool net_open(struct net *net, const struct sockaddr_in *server);
void net_close(struct net *net);

/* Waits at most 'wait_ns' for something to come and handles it. */
void net_turn(struct net *net, uint64_t wait_ns);

void conn_init(struct conn *conn, struct net *net,
               const struct conn_events *events, void *arg);

/* Sends 'request' (copied as far as needed), opening the connection if it is
 * closed.  Not while a reply is awaited.  One of the events follows, never
 * from inside this call. */
void conn_ask(struct conn *conn, const struct buf *request);

/* Sends more while the reply goes on: a WebSocket's frames.  No event follows
 * from this. */
void conn_say(struct conn *conn, const struct buf *frames);

/* No event follows. */
void conn_close(struct conn *conn);
void conn_fini(struct conn *conn);

#endif
