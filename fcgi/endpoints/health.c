#include "endpoints/health.h"

#include <unistd.h>

#include "base/buf.h"
#include "endpoints/problem.h"

static const char *up_or_down(bool is_up)
{
    return is_up ? "up" : "down";
}

void health_live(struct app *app, struct http_call *call,
                 const struct http_request *request)
{
    struct buf json = {0};

    (void)request;
    call->is_routine = true;
    buf_addf(
        &json,
        "{\"worker\":%u,\"pid\":%d,\"uptime_ms\":%llu,"
        "\"connections\":%zu,\"held\":%zu,\"rooms\":%zu,"
        "\"present\":%zu,"
        "\"redis\":\"%s\",\"subscription\":\"%s\",\"sql\":\"%s\","
        "\"passwords_waiting\":%zu,"
        "\"longest_turn_us\":%llu}\n",
        app->worker, (int)getpid(),
        (unsigned long long)(loop_now_ms(app->core.loop) - app->core.begun_ms),
        fastcgi_connections(app->door), hub_waiting(app->core.hub),
        feeds_count(app->core.feeds), presence_count(app->core.presence),
        up_or_down(redis_is_up(app->core.redis)),
        up_or_down(feeds_hear(app->core.feeds)),
        up_or_down(sql_is_up(app->sql)), passwords_waiting(app->passwords),
        (unsigned long long)loop_take_longest_turn_us(app->core.loop));
    http_send_json(call, 200, NULL, buf_span(&json));
    buf_fini(&json);
}

void health_ready(struct app *app, struct http_call *call,
                  const struct http_request *request)
{
    (void)request;
    call->is_routine = true;
    if (core_is_ready(&app->core) && !app->is_draining)
        http_send_json(call, 200, NULL, span_of("{\"ready\":true}\n"));
    else
        problem_send(call, PROBLEM_UNAVAILABLE);
}
