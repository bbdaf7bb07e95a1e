/* app.h -- what an endpoint has to work with. */
#ifndef APP_H
#define APP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/form.h"
#include "io/fastcgi.h"
#include "services/accounts.h"
#include "services/core.h"
#include "services/rooms.h"
#include "services/shop.h"

/* One in a worker; all of it is the worker's. */
struct app {
    struct core core;
    unsigned worker; /* its number in the pool, from 1 */
    struct fastcgi *door;
    struct sql *sql; /* the core's */
    struct passwords *passwords;
    struct limits *limits;
    struct accounts *accounts;
    struct shop *shop;
    bool is_draining;
    /* The form of the request that is being handled: parsed by guard_form,
     * lent until the endpoint returns. */
    struct form form;
};

#endif
