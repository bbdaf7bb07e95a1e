/* fastcgi_conn.h -- the door and its connections, as the files of the door see
 * them:
 *
 *     fastcgi.c          the door: opening, accepting, closing
 *     fastcgi_conn.c     a connection: its life, and what comes in
 *     fastcgi_reply.c    what goes out: replies, and those that go on
 *     fastcgi_marks.c    has the peer read what it was sent?
 *     fastcgi_request.c  libfcgi
 *
 * The states are drawn in fastcgi.h. */
#ifndef FASTCGI_CONN_H
#define FASTCGI_CONN_H

#include "base/list.h"
#include "base/wheel.h"
#include "io/acceptor.h"
#include "io/fastcgi.h"
#include "io/fastcgi_marks.h"
#include "io/fastcgi_records.h"
#include "io/http.h"
#include "io/loop.h"

enum fastcgi_state {
    FASTCGI_READING,   /* nothing, or a part of a request, has come */
    FASTCGI_ANSWERING, /* the request is an endpoint's, or held */
    FASTCGI_STREAMING, /* the reply has begun and goes on */
    FASTCGI_WRITING,   /* the end of it did not fit into the socket at once */
};

struct fastcgi_conn {
    struct loop_watch watch;
    struct list_node link; /* in door->conns */
    struct wheel_entry deadline;
    struct http_call call;
    struct fastcgi *door; /* outlives us */
    enum fastcgi_state state;
    uint16_t request_id;
    bool keep;               /* nginx wants to use the connection again */
    bool is_hung_up;         /* the peer has left; nobody reads the answer */
    bool handled;            /* the endpoint has returned */
    struct http_packet *out; /* ours: one reference, until it is out */
    size_t out_at;           /* bytes of it that are sent */
};

struct fastcgi {
    struct loop *loop; /* the caller's, outlives us */
    struct acceptor acceptor;
    bool is_stopping;
    fastcgi_fn *on_request;
    void *arg;
    struct list conns;
    size_t conn_count;
    size_t crowded_at; /* connections; see fastcgi_is_crowded */
    size_t answering;  /* connections in any state but READING */
    struct fastcgi_marks marks;
    struct wheel deadlines;
    struct loop_timer *tick;
    /* Shared by all: what has come is looked at in one go. */
    uint8_t peeked[FASTCGI_REQUEST_MAX];
};

/* 'fd' becomes the connection's, which is in door->conns until it is freed. */
void fastcgi_conn_new(struct fastcgi *door, int fd);
void fastcgi_conn_free(struct fastcgi_conn *conn);

/* The entry of one whose time is over; 'arg' is not looked at. */
void fastcgi_conn_on_deadline(struct wheel_entry *entry, void *arg);

/* When 'delay_ms' have passed it is freed; 0: it is not. */
void fastcgi_conn_set_deadline(struct fastcgi_conn *conn, uint64_t delay_ms);

/* The reply is out: waits for the next request, or ends. */
void fastcgi_conn_next_request(struct fastcgi_conn *conn);

/* The line in the log. */
void fastcgi_conn_log(const struct fastcgi_conn *conn, unsigned status);

#endif
