/* core.h -- what every process that serves has: a loop, Redis, and the services
 * on top of it.
 *
 *     loop <- redis <- store <- sessions <- presence
 *      |        |          |--- feeds <- hub
 *      |        |          '--- live
 *      |        '--- notices (to sessions, access)
 *      '--- sql <- access
 *
 * Built from left to right and torn down from right to left, in one place. */
#ifndef CORE_H
#define CORE_H

#include <stdbool.h>
#include <stdint.h>

#include "io/config.h"
#include "io/loop.h"
#include "io/redis.h"
#include "io/sql.h"
#include "services/access.h"
#include "services/activity.h"
#include "services/feed.h"
#include "services/hub.h"
#include "services/live.h"
#include "services/notices.h"
#include "services/presence.h"
#include "services/sessions.h"
#include "services/store.h"

/* All of it is the owner's, who embeds it. */
struct core {
    const struct config *config; /* the caller's, outlives us */
    uint64_t begun_ms;
    struct loop *loop;
    struct redis *redis;
    struct store *store;
    struct notices *notices;
    struct sessions *sessions;
    struct sql *sql;       /* from core_start on */
    struct access *access; /* the same */
    struct feeds *feeds;
    struct hub *hub;
    struct activity *activity;
    struct live *live;
    struct presence *presence;
};

/* 'name' is for the log and for Redis's CLIENT LIST. */
void core_init(struct core *core, const struct config *config,
               const char *name);

/* The rest: what has threads.  Who forks does so before that. */
void core_start(struct core *core);

/* Nobody asks the hub any more, and nothing of the store. */
void core_fini(struct core *core);

/* Whether Redis is reached and heard. */
bool core_is_ready(const struct core *core);

#endif
