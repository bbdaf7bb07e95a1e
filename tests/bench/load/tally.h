/* tally.h -- what is counted while it is measured. */
#ifndef TALLY_H
#define TALLY_H

#include <stdint.h>

#include "load/histogram.h"

struct tally {
    struct histogram told;         /* sent -> a reader has it */
    struct histogram last_told;    /* sent -> the last reader has it */
    struct histogram acknowledged; /* sent -> the poster has the answer */

    uint64_t begin_ns;
    uint64_t posting_end_ns;
    uint64_t end_ns; /* of the last delivery */

    uint64_t posts;        /* acknowledged */
    uint64_t posts_failed; /* refused, or the connection broke */
    uint64_t deliveries;
    uint64_t replies;  /* to readers, with or without messages */
    uint64_t empty;    /* of them, without */
    uint64_t refusals; /* of them, neither 200 nor 304 */
    uint64_t broken;   /* readers whose connection ended with no reply */
    uint64_t ended;    /* streams and WebSockets that the server ended */
    uint64_t gaps;     /* replies that said themselves: something is missing */
    uint64_t bytes_read; /* of all readers; of HTTP, not of TCP */
    uint64_t bytes_sent;
    uint64_t lateness_ns; /* the most that a post was later than planned */
};

#endif
