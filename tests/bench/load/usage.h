/* usage.h -- what processes cost: processor time and memory, from /proc.
 *
 * Processes are given in groups ("nginx", "workers", "redis"), whose figures
 * are sums.  Memory is counted twice over: RSS counts a page that several
 * processes share in each of them, PSS gives each its part. */
#ifndef USAGE_H
#define USAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define USAGE_GROUPS_MAX 8
#define USAGE_PIDS_MAX   64

struct usage_group {
    const char *name; /* borrowed from the command line */
    pid_t pids[USAGE_PIDS_MAX];
    unsigned count;
};

struct usage {
    uint64_t user_ms;
    uint64_t system_ms;
    uint64_t rss_kb;
    uint64_t pss_kb;
};

/* "name:pid,pid,…", which is changed.  False when it is not that. */
bool usage_group_parse(struct usage_group *group, char *text);

/* Right now.  A process that has ended counts as nothing. */
struct usage usage_now(const struct usage_group *group);

/* Of this process itself, so that it is seen when it is the bottleneck. */
uint64_t usage_own_cpu_ms(void);

#endif
