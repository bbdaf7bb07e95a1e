/* app.h -- what an endpoint has to work with. */
#ifndef APP_H
#define APP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/form.h"
#include "io/config.h"
#include "io/fastcgi.h"
#include "io/loop.h"
#include "io/redis.h"
#include "services/feed.h"
#include "services/hub.h"
#include "services/sessions.h"
#include "services/store.h"

/* One in a worker; all of it is the worker's. */
struct app {
    const struct config *config;
    unsigned worker; /* its number in the pool, from 1 */
    uint64_t begun_ms;
    struct loop *loop;
    struct fastcgi *door;
    struct redis *redis;
    struct store *store;
    struct feeds *feeds;
    struct hub *hub;
    struct sessions *sessions;
    bool is_draining;
    /* The form of the request that is being handled: parsed by guard_form,
     * lent until the endpoint returns. */
    struct form form;
};

#endif
