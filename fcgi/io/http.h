/* http.h -- the request and the reply as an endpoint sees them.
 *
 * A request is lent to the endpoint while it is called, and no longer: what it
 * wants to keep it copies.  What stays is the struct http_call, the right and
 * the duty to answer once, now or after a minute:
 *
 *     endpoint is called --+-- http_send --------------------> (call is gone)
 *                          +-- http_call_hold --+-- http_send --> (gone)
 *                                               +-- on_gone ----> (gone)
 *
 * on_gone runs when the client left first.  After either of the two ends the
 * call belongs to the door again and must not be touched.  Ten thousand held
 * requests are ten thousand calls, so a call is small.
 *
 * A reply may also go on: http_stream_begin once it is held, then one
 * chunk after the other, each when the one before is out, until
 * http_stream_end or on_gone:
 *
 *     http_stream_begin --> (out) --+-- http_stream_write --> (out) ...
 *                                   +-- http_stream_end ----> (gone) */
#ifndef HTTP_H
#define HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

enum http_method { HTTP_GET, HTTP_POST, HTTP_OTHER };

/* SPAN_NONE for what was not sent. */
struct http_request {
    enum http_method method; /* HEAD is GET: nginx leaves the body out */
    bool is_head;            /* for who would not end by himself */
    bool is_https;
    struct span path; /* decoded */
    struct span query;
    struct span body;
    struct span content_type;
    struct span cookies;
    struct span host;
    struct span origin;
    struct span referer;
    struct span fetch_site; /* Sec-Fetch-Site */
    struct span accept;
    struct span last_event_id;
    struct span user_agent; /* only where accounts are asked for */
    struct span address;    /* the client's; likewise */
    struct span
        id; /* nginx's $request_id; one is made up where it is missing */
};

#define HTTP_ID_MAX 32

struct http_call;
typedef void http_gone_fn(void *arg);
typedef void http_written_fn(void *arg);

/* An answer or a chunk of one, rendered once, in the bytes that go out on the
 * wire, for as many calls as get the same. */
struct http_packet {
    size_t refs;
    unsigned status;
    size_t len;
    uint8_t bytes[];
};

/* What a door (fastcgi_reply.c) does for a call. */
struct http_door {
    /* The reply, or the end of it. */
    void (*send)(struct http_call *call, struct http_packet *packet);
    /* A chunk of one that goes on; true when it is out. */
    bool (*write)(struct http_call *call, struct http_packet *chunk);
};

/* The door's, embedded in its connection. */
struct http_call {
    const struct http_door *door;
    http_gone_fn *on_gone;       /* NULL unless held */
    http_written_fn *on_written; /* NULL unless the reply goes on */
    void *arg;
    const char *route; /* for the log; a literal, set when it was found */
    uint64_t begun_ms;
    char id[HTTP_ID_MAX + 1];
    bool wants_html;  /* a person's browser asks, not a script */
    bool is_routine;  /* asked for every few seconds: no line in the log */
    bool close_after; /* the connection ends with this answer */
};

/* The answer comes later.  'on_gone' is called with 'arg' if the client leaves
 * before that. */
void http_call_hold(struct http_call *call, http_gone_fn *on_gone, void *arg);

/* The door's part: a request has come; its client has left; the chunk that was
 * not out at once is now. */
void http_call_begin(struct http_call *call, const struct http_door *door,
                     const struct http_request *request, uint64_t now_ms);
void http_call_gone(struct http_call *call);
void http_call_written(struct http_call *call);

/* Answers.  'headers' are whole lines that end in CR LF, or NULL.  Everything
 * is copied. */
void http_send(struct http_call *call, unsigned status, const char *type,
               const char *headers, struct span body);
void http_send_json(struct http_call *call, unsigned status,
                    const char *headers, struct span json);

/* Answers with what others get, too; 'packet' stays the caller's reference. */
void http_send_packet(struct http_call *call, struct http_packet *packet);

/* A chunk of so many bytes, or more, is never out at once: who has that much to
 * say lets the others have their turn. */
#define HTTP_CHUNK_FULL ((size_t)64 * 1024)

/* Begins a reply that goes on, to a call that is held, with status 200 and its
 * 'first' bytes; and writes a chunk of it.  True: it is out, and the next one may
 * follow.  False: that is so when 'on_written' is called, with the 'arg' of
 * http_call_hold, never from within; unless the client leaves before, or takes
 * nothing for too long: then it is 'on_gone'. */
bool http_stream_begin(struct http_call *call, const char *type,
                       const char *headers, struct span first,
                       http_written_fn *on_written);
bool http_stream_write(struct http_call *call, struct http_packet *chunk);

/* Ends it, when all is out, with its 'last' bytes. */
void http_stream_end(struct http_call *call, struct span last);

/* A new packet with one reference, the caller's. */
struct http_packet *http_packet_new(unsigned status, const char *type,
                                    const char *headers, struct span body);
struct http_packet *http_chunk_new(struct span bytes);
struct http_packet *http_packet_ref(struct http_packet *packet);
void http_packet_unref(struct http_packet *packet); /* NULL is fine */

#endif
