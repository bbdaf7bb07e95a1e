/* member.h -- a process of the pool, whatever it does: how it comes and goes.
 *
 * Coming: its door opens, and it says that it is ready, once it hears Redis, so
 * that who is sent here is served; without Redis it begins after
 * START_WITHOUT_MS all the same, to say so.
 *
 * Going (SIGTERM): the door takes nobody new, who is there is sent away, what is
 * under way is finished; and when nothing has been for a moment, or
 * HOLDLINE_DRAIN_MS is over, the loop ends. */
#ifndef MEMBER_H
#define MEMBER_H

#include <stdbool.h>
#include <stdint.h>

#include "services/core.h"

struct member;

/* What makes it a worker or a gateway.  'arg' is from member_start. */
struct member_role {
    const char *kind;       /* "worker" */
    size_t descriptors_max; /* it has no use for more */
    void (*on_open)(void *arg);
    void (*on_drain)(void *arg);
    bool (*is_quiet)(void *arg);
    void (*on_housekeeping)(void *arg); /* every few seconds */
};

/* Lives in its owner's struct, zeroed at birth. */
struct member {
    const struct member_role *role;
    struct core *core; /* the owner's, outlives us */
    void *arg;
    unsigned number; /* in the pool, from 1 */
    int listen_fd;   /* the owner's */
    int ready_fd;    /* -1: nobody wants to know */
    bool is_draining;
    uint64_t drain_deadline_ms;
    unsigned quiet_looks;
    struct loop_timer *housekeeping;
    struct loop_timer *start_look;
    struct loop_timer *drain_look;
};

/* Reads the arguments (programs.h), names the process in the log and has it a
 * listening socket: the pool's, or else one at its own address of 'listen'.
 * Signals are held from here to member_start.  0, or the exit status after a
 * line in the log. */
int member_init(struct member *member, const struct member_role *role,
                const struct config *config, const char *listen, int argc,
                char **argv);

/* From here on the role's functions are called. */
void member_start(struct member *member, struct core *core, void *arg);

/* Turns the loop until it is time to go. */
void member_run(struct member *member);

void member_fini(struct member *member);

#endif
