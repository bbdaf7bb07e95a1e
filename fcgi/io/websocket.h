/* websocket.h -- the door for WebSockets (libwebsockets).
 *
 * One listening socket and its connections, RFC 6455.  A connection:
 *
 *     request --on_request--> 101 --on_open--> OPEN --websocket_close--> CLOSING
 *                 |                             |                          |
 *                 '--> any other status         '--- the peer leaves ------+
 *                                                                      on_closed
 *
 * What is sent are packets: frames rendered once, for as many connections as
 * get the same, and one write for each packet and connection.  What a socket
 * does not take waits in the connection's queue, at most WEBSOCKET_UNSENT_MAX;
 * more than that, or nothing taken for a while, and the connection is closed as
 * "slow".
 *
 * A peer that was not heard for 'ping_ms' is pinged, and has 'pong_ms' for an
 * answer, or for the next piece of what lies before the ping.
 *
 * There is no permessage-deflate: it costs 40 KB and more for each connection
 * and a compression for each reader, where the frames are rendered once for all
 * of them; and the size of something compressed tells what else is in it. */
#ifndef WEBSOCKET_H
#define WEBSOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"
#include "io/loop.h"

/* A longer message is refused (1009). */
#define WEBSOCKET_TEXT_MAX   ((size_t)64 * 1024)
#define WEBSOCKET_UNSENT_MAX ((size_t)256 * 1024)

/* RFC 6455, section 7.4.1, and IANA's registry; 4008 is ours. */
enum websocket_code {
    WEBSOCKET_NOT_TEXT = 1003,
    WEBSOCKET_NOT_UTF8 = 1007,
    WEBSOCKET_POLICY = 1008,
    WEBSOCKET_TOO_BIG = 1009,
    WEBSOCKET_UNAVAILABLE = 1011,
    WEBSOCKET_COME_BACK = 1012,
    WEBSOCKET_SLOW = 4008,
};

struct websocket; /* the door */
struct websocket_conn;

/* SPAN_NONE for what was not sent, empty for what is far too long.  Lent during
 * the callback. */
struct websocket_request {
    bool wants_upgrade;
    bool is_crowded;  /* the descriptors are running out: better not let in */
    struct span path; /* decoded */
    struct span query;
    struct span host;
    struct span origin;
    struct span cookies;
    struct span forwarded_proto; /* X-Forwarded-Proto */
    struct span client;          /* X-Client, see nginx/limits.conf */
};

struct websocket_callbacks {
    /* The status of the answer: 101 lets a request that wants an upgrade in,
     * any other one is answered with '*json'; from 400 on that is a problem
     * (RFC 9457). */
    unsigned (*on_request)(void *arg, const struct websocket_request *request,
                           struct buf *json);
    /* It is in; websocket_attach is due. */
    void (*on_open)(void *arg, struct websocket_conn *conn,
                    const struct websocket_request *request);
};

/* For one connection; 'arg' is from websocket_attach. */
struct websocket_events {
    /* A whole message, well-formed UTF-8.  Not after websocket_close. */
    void (*on_text)(void *arg, struct span text);
    /* What was waiting has been written.  Not after websocket_close. */
    void (*on_sent)(void *arg);
    /* The end, whoever wanted it: 'conn' is gone. */
    void (*on_closed)(void *arg);
};

struct websocket_times {
    uint64_t ping_ms;
    uint64_t pong_ms;
    uint64_t stall_ms; /* nothing taken for so long: slow */
};

/* lws has a table with a place for each descriptor that the process may have,
 * and as Debian builds it, it looks through all of it whenever a connection
 * ends: some 2 ns a place.  With the million of a container a thousand who leave
 * together would hold up the loop for two seconds. */
#define WEBSOCKET_DESCRIPTORS_MAX 32768

/* 'listen_fd' becomes ours; 'callbacks' and 'times' outlive the door.  Accepts
 * from websocket_start to websocket_stop.  NULL after a line in the log. */
struct websocket *websocket_new(struct loop *loop, int listen_fd,
                                const struct websocket_callbacks *callbacks,
                                const struct websocket_times *times, void *arg);
void websocket_start(struct websocket *door);
void websocket_stop(struct websocket *door);

/* Closes what is open; on_closed runs for each. */
void websocket_free(struct websocket *door); /* NULL is fine */

size_t websocket_connections(const struct websocket *door);

/* --- packets ------------------------------------------------------------- */

struct websocket_packet {
    size_t refs;
    size_t len;
    uint8_t bytes[];
};

/* Appends a text frame. */
void websocket_add_frame(struct buf *to, struct span text);

/* A packet of whole frames with one reference, the caller's. */
struct websocket_packet *websocket_packet_new(struct span frames);
void websocket_packet_unref(struct websocket_packet *packet); /* NULL is fine */

/* --- a connection -------------------------------------------------------- */

void websocket_attach(struct websocket_conn *conn,
                      const struct websocket_events *events, void *arg);

/* 'packet' stays the caller's reference.  Dropped without a word when the
 * connection is closing. */
void websocket_send(struct websocket_conn *conn,
                    struct websocket_packet *packet);

/* One text frame, copied. */
void websocket_send_text(struct websocket_conn *conn, struct span text);

/* Whether everything that was sent has been written. */
bool websocket_is_clear(const struct websocket_conn *conn);

/* Closes when what was sent before is out, or, if that takes long, without it.
 * 'reason' is a literal. */
void websocket_close(struct websocket_conn *conn, enum websocket_code code,
                     const char *reason);

#endif
