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
 * requests are ten thousand calls, so a call is small. */
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
    struct span
        id; /* nginx's $request_id; one is made up where it is missing */
};

#define HTTP_ID_MAX 32

struct http_call;
typedef void http_gone_fn(void *arg);

/* An answer, rendered once, in the bytes that go out on the wire, for as many
 * calls as get the same. */
struct http_packet {
    size_t refs;
    unsigned status;
    size_t len;
    uint8_t bytes[];
};

/* What a door (fastcgi.c) does for a call. */
struct http_door {
    void (*send)(struct http_call *call, struct http_packet *packet);
};

/* The door's, embedded in its connection. */
struct http_call {
    const struct http_door *door;
    http_gone_fn *on_gone; /* NULL unless held */
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

/* The door's part: a request has come; its client has left. */
void http_call_begin(struct http_call *call, const struct http_door *door,
                     const struct http_request *request, uint64_t now_ms);
void http_call_gone(struct http_call *call);

/* Answers.  'headers' are whole lines that end in CR LF, or NULL.  Everything
 * is copied. */
void http_send(struct http_call *call, unsigned status, const char *type,
               const char *headers, struct span body);
void http_send_json(struct http_call *call, unsigned status,
                    const char *headers, struct span json);

/* Answers with what others get, too; 'packet' stays the caller's reference. */
void http_send_packet(struct http_call *call, struct http_packet *packet);

/* A new packet with one reference, the caller's. */
struct http_packet *http_packet_new(unsigned status, const char *type,
                                    const char *headers, struct span body);
struct http_packet *http_packet_ref(struct http_packet *packet);
void http_packet_unref(struct http_packet *packet); /* NULL is fine */

#endif
