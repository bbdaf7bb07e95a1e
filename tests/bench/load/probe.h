/* probe.h -- somebody else, who wants something small while a herd is told.
 *
 * A process of its own with one connection: what it measures would otherwise
 * be how long our own loop takes to get round to it.  It shares a page with us:
 * there we say whether a herd is being told, and it counts how long its
 * requests took, those begun meanwhile apart from the others.  It asks about
 * every PROBE_HERD_NS then, and rarely in between. */
#ifndef PROBE_H
#define PROBE_H

#include <netinet/in.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/types.h>

#include "load/dialect.h"
#include "load/histogram.h"
#include "load/nanos.h"

#define PROBE_HERD_NS  NANOS_PER_MS
#define PROBE_QUIET_NS (20 * NANOS_PER_MS)

/* Read the figures after probe_stop only. */
struct probe_board {
    atomic_bool is_herd;
    atomic_bool is_over;
    struct histogram herd;
    struct histogram quiet;
    uint64_t failed; /* refused, broken, or no answer within 10 s */
};

struct probe {
    struct probe_board *board; /* shared */
    pid_t pid;
};

/* 'dialect', 'who' and 'room' are copied by fork.  False, and errno says why,
 * if it could not be started. */
bool probe_start(struct probe *probe, const struct sockaddr_in *server,
                 const struct dialect *dialect, const struct identity *who,
                 const char *room);

/* Waits until it has ended.  A zeroed or stopped one is fine. */
void probe_stop(struct probe *probe);

void probe_fini(struct probe *probe);

#endif
