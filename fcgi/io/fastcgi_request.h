/* fastcgi_request.h -- a request that has come whole, read by libfcgi.
 *
 * libfcgi blocks where something is missing, so it gets to see only what
 * fastcgi_walk has called whole. */
#ifndef FASTCGI_REQUEST_H
#define FASTCGI_REQUEST_H

#include "io/http.h"

enum fastcgi_request {
    FASTCGI_REQUEST_OK,
    FASTCGI_REQUEST_FAILED, /* the walk let something through that libfcgi does
                               not take */
    FASTCGI_REQUEST_CLOSED, /* the same, and it has closed the descriptor */
};

/* Called at most once, from within fastcgi_request_read; 'request' is lent. */
typedef void fastcgi_request_fn(const struct http_request *request, void *arg);

/* Once in a process. */
void fastcgi_request_init(void);

/* Reads the request from the socket buffer of 'fd'. */
enum fastcgi_request fastcgi_request_read(int fd,
                                          fastcgi_request_fn *on_request,
                                          void *arg);

#endif
