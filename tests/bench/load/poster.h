/* poster.h -- those who speak.
 *
 * Each says one thing at a time, on a connection of his own, and is free again
 * when it was answered.  What was refused, or not answered, is not said again:
 * whether it was stored is the server's secret, so it counts neither as
 * acknowledged nor as lost. */
#ifndef POSTER_H
#define POSTER_H

#include "load/stage.h"

struct posters;

struct poster {
    struct conn conn;
    struct posters *posters;
    struct room *room; /* of what was said last */
    uint32_t n;
    struct later_entry pause; /* after a refusal */
    struct list_node free_link;
};

typedef void posters_fn(void *arg);

struct posters {
    struct stage *stage; /* outlives us */
    struct poster *all;  /* ours */
    unsigned count;
    struct list free;
    unsigned busy;
    posters_fn *on_free; /* one of them is free again */
    void *arg;
};

void posters_init(struct posters *posters, struct stage *stage, unsigned count,
                  posters_fn *on_free, void *arg);
void posters_fini(struct posters *posters);

bool posters_are_free(const struct posters *posters); /* at least one */

/* One who is free says the room's next message. */
void posters_say(struct posters *posters, struct room *room);

#endif
