/* fastcgi_records.h -- the bytes of FastCGI 1.0 (its sections 3 and 5), pure.
 *
 * Reading: libfcgi blocks until a whole request has come and ends the process
 * on some malformed ones.  So the bytes are looked at here while they are still
 * in the socket buffer, and libfcgi gets to see only a request that is whole,
 * alone and well formed:
 *
 *     BEGIN_REQUEST  PARAMS... PARAMS(empty)  STDIN... STDIN(empty)
 *
 * Writing: a reply is one run of bytes, made once and shared by all who get
 * the same answer.  One that goes on is such runs of STDOUT, and then the end:
 *
 *     STDOUT...  STDOUT(empty)  END_REQUEST */
#ifndef FASTCGI_RECORDS_H
#define FASTCGI_RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

/* What a request may have: request line and header fields as nginx passes them,
 * a form, and all of it with the record headers and padding around it.  The
 * whole has to fit into a socket buffer, since it is parsed from there. */
#define FASTCGI_PARAMS_MAX  ((size_t)32 * 1024)
#define FASTCGI_BODY_MAX    ((size_t)64 * 1024)
#define FASTCGI_REQUEST_MAX ((size_t)128 * 1024)

enum fastcgi_walk {
    FASTCGI_INCOMPLETE, /* well formed so far; look again when more has come */
    FASTCGI_WHOLE,      /* exactly one request */
    FASTCGI_INVALID,    /* will never be one */
};

struct fastcgi_begin {
    uint16_t request_id;
    bool keep_connection;
};

/* Looks at everything that has come on a connection.  '*begin' is set for
 * FASTCGI_WHOLE. */
enum fastcgi_walk fastcgi_walk(const uint8_t *data, size_t len,
                               struct fastcgi_begin *begin);

/* The bytes that the two below write for a payload of 'len'. */
size_t fastcgi_chunk_len(size_t len);
size_t fastcgi_reply_len(size_t len);

/* Writes a part of an answer that goes on. */
void fastcgi_put_chunk(uint8_t *to, uint16_t request_id, struct span bytes);

/* Writes the payload, CGI header fields with the empty line and then the body,
 * as the complete answer to request 'request_id'; or the last part of one that
 * goes on, and its end. */
void fastcgi_put_reply(uint8_t *to, uint16_t request_id, struct span head,
                       struct span body);

/* One parameter of a request. */
struct fastcgi_param {
    const char *name;
    const char *value;
};

/* Appends a whole request with id 1 and no body, for who asks a worker without
 * nginx (healthcheck.c).  Names and values are shorter than 128 bytes. */
void fastcgi_add_request(struct buf *to, const struct fastcgi_param *params,
                         size_t count);

/* Makes an answer that was made for one request id fit for another. */
void fastcgi_set_request_id(uint8_t *reply, size_t len, uint16_t request_id);

#endif
