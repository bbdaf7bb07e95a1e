/* fastcgi.h -- the door that nginx comes through (libfcgi).
 *
 * One listening socket and its connections.  A connection is always in one of
 * these states:
 *
 *     READING --- one whole request is in the socket buffer ---> ANSWERING
 *        ^                                                          |
 *        |                                                     http_send
 *        |                                                          v
 *        +--- the reply is out, nginx keeps the connection ---- WRITING
 *
 *     ANSWERING --http_stream_begin--> STREAMING --http_stream_end--> WRITING
 *
 *     ANSWERING or STREAMING, and any byte or the end comes: the client is gone
 *     READING, and what comes is no request, or it stays half: closed
 *     WRITING or STREAMING, and the peer does not read for a while: closed
 *
 * nginx sends one request at a time on a connection and never ABORT: a browser
 * that left is the end of its connection. */
#ifndef FASTCGI_H
#define FASTCGI_H

#include <stdbool.h>
#include <stddef.h>

#include "io/http.h"
#include "io/loop.h"

struct fastcgi;

/* Called for each request; 'request' is lent for the time of the call, 'call'
 * is to be answered once (http.h). */
typedef void fastcgi_fn(struct http_call *call,
                        const struct http_request *request, void *arg);

/* Once in a process, before any signal handler of one's own: libfcgi installs
 * some. */
void fastcgi_init(void);

/* 'listen_fd' becomes ours. Accepts from fastcgi_start to fastcgi_stop; who
 * connects before waits in the queue of the socket. */
struct fastcgi *fastcgi_new(struct loop *loop, int listen_fd,
                            fastcgi_fn *on_request, void *arg);

void fastcgi_start(struct fastcgi *door);

/* Accepts no more.  Connections that are there go on, each until the answer
 * under way, or the next one, is out. */
void fastcgi_stop(struct fastcgi *door);

/* Closes what is open; who holds a call is told that its client is gone. */
void fastcgi_free(struct fastcgi *door); /* NULL is fine */

/* Whether the descriptors are running out: then nothing should be held, so that
 * those who say something still get in, and a connection ends with its answer
 * instead of being kept for the next request. */
bool fastcgi_is_crowded(const struct fastcgi *door);

/* Whether the peer has not yet read the replies of a while ago.  What can wait
 * should wait then: nginx answers in the order in which things reach it, and
 * whoever comes with a new request stands behind all that lies there. */
bool fastcgi_is_behind(struct fastcgi *door);

/* Connections open now, and those of them whose answer is not all out. */
size_t fastcgi_connections(const struct fastcgi *door);
size_t fastcgi_answering(const struct fastcgi *door);

#endif
