/* response.h -- an HTTP/1.1 response, read as it comes in, pure.
 *
 *     HEAD --+-- Content-Length ------> LENGTH ---------------------+
 *            +-- chunked --> CHUNK_SIZE <-> CHUNK_DATA, CHUNK_END   |
 *            |                   +--> TRAILER ----------------------+-> WHOLE
 *            +-- neither, or 101 -----> UNTIL_CLOSE --(the end)-----+
 *            +-- no body (204, 304) --------------------------------+
 *
 *     anything that is not HTTP --> BROKEN
 *
 * A response may come in pieces of any size.  Of an event stream, and of what
 * follows a 101 (a WebSocket's frames), the body grows for ever: who reads it
 * takes away what he has read. */
#ifndef RESPONSE_H
#define RESPONSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

enum response_state {
    RESPONSE_HEAD,
    RESPONSE_LENGTH,
    RESPONSE_CHUNK_SIZE,
    RESPONSE_CHUNK_DATA,
    RESPONSE_CHUNK_END,
    RESPONSE_TRAILER,
    RESPONSE_UNTIL_CLOSE,
    RESPONSE_WHOLE,
    RESPONSE_BROKEN,
};

struct response {
    enum response_state state;
    unsigned status;
    bool is_last;    /* the server closes the connection behind it */
    uint64_t left;   /* bytes still to come, of the body or the chunk */
    size_t line_len; /* of the trailer's present line, so far */
    struct buf head; /* the status line and all fields, each with its CR LF */
    struct buf body;
};

/* Makes ready for the next one and keeps the memory.  A zeroed struct is ready
 * for the first. */
void response_clear(struct response *response);
void response_fini(struct response *response);

/* Takes what has come; returns how much of it belonged to this response, which
 * is less than 'len' only when the response is whole or broken. */
size_t response_feed(struct response *response, const char *data, size_t len);

/* The server has closed the connection. */
void response_end(struct response *response);

/* The value of a header field, SPAN_NONE if there is none; lent until the
 * response is cleared. */
struct span response_field(const struct response *response, const char *name);

/* Takes the first 'len' bytes of the body away. */
void response_take(struct response *response, size_t len);

#endif
