/* acceptor.h -- takes those who come to a listening socket.
 *
 * Some in each turn, so that a herd of newcomers does not stop the rest.  When
 * the descriptors have run out the socket stays readable, and to go on asking
 * would be a busy loop: then nobody is taken for a moment. */
#ifndef ACCEPTOR_H
#define ACCEPTOR_H

#include <stdbool.h>
#include <stddef.h>

#include "io/loop.h"

/* A connection, non-blocking; 'fd' becomes the callee's. */
typedef void acceptor_fn(void *arg, int fd);

/* Lives in its owner's struct. */
struct acceptor {
    struct loop *loop;         /* the caller's, outlives us */
    struct loop_watch watch;   /* its descriptor is ours; -1: stopped */
    struct loop_timer *pause;  /* ours */
    const size_t *connections; /* the owner's, for the log */
    acceptor_fn *on_accept;
    void *arg;
    bool is_listening;
    bool is_short; /* of descriptors, as long as somebody waits */
};

/* 'listen_fd' becomes ours.  Who connects before acceptor_start waits in the
 * queue of the socket. */
void acceptor_init(struct acceptor *acceptor, struct loop *loop, int listen_fd,
                   const size_t *connections, acceptor_fn *on_accept,
                   void *arg);

/* on_accept runs from now on, from the loop. */
void acceptor_start(struct acceptor *acceptor);

/* For good, and closes the socket.  A second time does nothing. */
void acceptor_stop(struct acceptor *acceptor);

/* Stops as well. */
void acceptor_fini(struct acceptor *acceptor);

#endif
