/* later.h -- things to be done a moment from now.
 *
 * All wait equally long (LATER_NS), so they are due in the order in which they
 * were put off, and a queue is enough.  For what must not be tried again at
 * once: a server that refuses would be asked without end. */
#ifndef LATER_H
#define LATER_H

#include <stdint.h>

#include "base/list.h"
#include "load/nanos.h"

#define LATER_NS (100 * NANOS_PER_MS)

typedef void later_fn(void *arg);

struct later_entry {
    struct list_node link;
    uint64_t due_ns;
    later_fn *fn;
    void *arg;
};

struct later {
    struct list entries;
};

static inline void later_init(struct later *later)
{
    list_init(&later->entries);
}

/* Calls fn(arg) in a moment, unless it is waiting for that already. */
void later_add(struct later *later, struct later_entry *entry, later_fn *fn,
               void *arg);

/* Does what is due. */
void later_run(struct later *later);

/* When the first is due; UINT64_MAX if none is waiting. */
uint64_t later_due_ns(const struct later *later);

#endif
