/* config.h -- what an operator may decide, from the environment.
 *
 * Every setting is HOLDLINE_NAME, has a default, and one row of the table in
 * config.c and of the README. */
#ifndef CONFIG_H
#define CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/log.h"
#include "io/redis.h"

struct config {
    unsigned workers;
    char *listen;               /* ours; "%d" stands for the worker's number */
    struct redis_address redis; /* its strings are ours */
    uint64_t hold_ms;
    uint64_t drain_ms;
    size_t replay;
    enum log_level log_level;
};

/* False after a line in the log for each setting that makes no sense;
 * config_fini is due in either case. */
bool config_read(struct config *config);
void config_fini(struct config *config);

/* The address that worker 'number' (from 1) listens on: "unix:PATH" or
 * "ADDRESS:PORT".  The caller's to mem_free. */
char *config_listen_address(const struct config *config, unsigned number);

#endif
