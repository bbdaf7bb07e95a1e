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
#include "base/span.h"
#include "io/redis.h"
#include "io/sql_address.h"

struct config {
    unsigned workers;
    unsigned gateways;
    char *listen;                /* ours; "%d" stands for the worker's number */
    char *gateway_listen;        /* ours; the same for the gateways */
    char *origins;               /* ours; separated by spaces, NULL: this site's
                                   own, as the browser names it */
    struct redis_address redis;  /* its strings are ours */
    struct sql_address database; /* ours */
    uint64_t hold_ms;
    uint64_t stream_quiet_ms;
    uint64_t drain_ms;
    uint64_t ping_ms; /* of WebSockets, like the next three */
    uint64_t pong_ms;
    uint64_t stall_ms;
    uint64_t session_check_ms;
    uint64_t session_idle_s;
    uint64_t session_absolute_s;
    uint64_t presence_lease_ms;
    uint64_t shop_lease_s; /* how long something is kept in a cart */
    bool guests;           /* whether who has no account may come in */
    size_t replay;
    enum log_level log_level;
};

/* False after a line in the log for each setting that makes no sense;
 * config_fini is due in either case. */
bool config_read(struct config *config);
void config_fini(struct config *config);

/* The address that number 'number' (from 1) listens on, where 'listen' is the
 * setting: "unix:PATH" or "ADDRESS:PORT".  The caller's to mem_free. */
char *config_listen_address(const char *listen, unsigned number);

/* Whether 'origin' ("https://example.org") is one of config->origins. */
bool config_has_origin(const struct config *config, struct span origin);

#endif
