#include "endpoints/gate.h"

#include <strings.h>
#include <unistd.h>

#include "base/log.h"
#include "endpoints/chat.h"
#include "endpoints/problem.h"
#include "endpoints/socket.h"
#include "endpoints/socket_news.h"
#include "endpoints/socket_presence.h"
#include "endpoints/visitor.h"

/* Told in one turn that the gateway goes. */
#define DRAIN_SLICE 64

/* --- where it comes from ------------------------------------------------- */

/* "scheme://host" against what the browser used to get here. */
static bool is_own_origin(const struct websocket_request *request)
{
    const struct span origin = request->origin;
    const struct span host = request->host;
    const char *scheme =
        span_is(request->forwarded_proto, "https") ? "https://" : "http://";
    const size_t len = strlen(scheme);

    return host.at != NULL && origin.len == len + host.len &&
           strncasecmp(origin.at, scheme, len) == 0 &&
           strncasecmp(origin.at + len, host.at, host.len) == 0;
}

/* A browser always says where its page is from, and sends the cookies of this
 * site along whatever page that is.  Programs need not say it. */
static bool is_from_here(const struct config *config,
                         const struct websocket_request *request)
{
    if (request->origin.at == NULL)
        return true;
    if (config->origins == NULL)
        return is_own_origin(request);
    return config_has_origin(config, request->origin);
}

/* --- what can be asked for ----------------------------------------------- */

typedef void open_fn(struct gate *gate, struct websocket_conn *conn,
                     const struct websocket_request *request);

static const struct {
    const char *path;
    open_fn *open;
} routes[] = {
    /* Rooms, as JSON frames. */
    {"/ws", socket_open},
    /* One room, as lines of text. */
    {"/chat", chat_open},
};

#define ROUTE_COUNT (sizeof(routes) / sizeof(routes[0]))

static bool is_ready(const struct gate *gate)
{
    return core_is_ready(&gate->core) && !gate->is_draining;
}

static void add_health(struct buf *json, const struct gate *gate)
{
    const struct core *core = &gate->core;

    buf_addf(json,
             "{\"gateway\":%u,\"pid\":%d,\"uptime_ms\":%llu,"
             "\"connections\":%zu,\"subscriptions\":%zu,\"rooms\":%zu,"
             "\"present\":%zu,"
             "\"ready\":%s,\"longest_turn_us\":%llu}\n",
             gate->number, (int)getpid(),
             (unsigned long long)(loop_now_ms(core->loop) - core->begun_ms),
             websocket_connections(gate->door), hub_waiting(core->hub),
             feeds_count(core->feeds), presence_count(core->presence),
             is_ready(gate) ? "true" : "false",
             (unsigned long long)loop_take_longest_turn_us(core->loop));
}

static unsigned refuse(struct buf *json, unsigned status, enum problem problem)
{
    problem_add_json(json, problem);
    return status;
}

static unsigned on_request(void *arg, const struct websocket_request *request,
                           struct buf *json)
{
    struct gate *gate = arg;

    if (span_is(request->path, "/healthz")) {
        add_health(json, gate);
        return 200;
    }
    if (span_is(request->path, "/readyz")) {
        if (!is_ready(gate))
            return refuse(json, 503, PROBLEM_UNAVAILABLE);
        buf_add_str(json, "{\"ready\":true}\n");
        return 200;
    }
    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        if (!span_is(request->path, routes[i].path))
            continue;
        if (!request->wants_upgrade)
            return refuse(json, 426, PROBLEM_UPGRADE_REQUIRED);
        if (!is_from_here(gate->core.config, request))
            return refuse(json, 403, PROBLEM_CROSS_SITE);
        if (!gate->core.config->guests && visitor_token(request).at == NULL)
            return refuse(json, 401, PROBLEM_SIGN_IN_REQUIRED);
        if (request->is_crowded)
            return refuse(json, 503, PROBLEM_UNAVAILABLE);
        return 101;
    }
    return refuse(json, 404, PROBLEM_NOT_FOUND);
}

static void on_open(void *arg, struct websocket_conn *conn,
                    const struct websocket_request *request)
{
    struct gate *gate = arg;

    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        if (span_is(request->path, routes[i].path))
            routes[i].open(gate, conn, request);
    }
}

const struct websocket_callbacks gate_callbacks = {.on_request = on_request,
                                                   .on_open = on_open};

/* --- what happens now and then ------------------------------------------- */

void gate_tick(struct gate *gate)
{
    wheel_expire(&gate->checks, loop_now_ms(gate->core.loop), visitor_check,
                 gate);
    addresses_forget(gate->addresses);
}

bool gate_drain_some(struct gate *gate)
{
    for (int i = 0; i < DRAIN_SLICE; i++) {
        struct list_node *node = list_pop(&gate->guests);
        struct visitor *visitor;

        if (node == NULL)
            return false;
        visitor = LIST_ITEM(node, struct visitor, link);
        visitor->events->on_drain(visitor);
    }
    return true;
}

void gate_fini(void)
{
    socket_news_fini();
    socket_presence_fini();
}
