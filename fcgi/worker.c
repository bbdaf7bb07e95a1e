/* worker.c -- one worker: a loop, a door, two connections to Redis.
 *
 * Coming: it accepts, and says that it is ready, once it hears Redis, so that
 * who is sent here is served; without Redis it begins after START_WITHOUT_MS
 * all the same, to say so.
 *
 * Going (SIGTERM): the door accepts no more; who is held is told to come back,
 * to another worker; what is under way is finished; and when nothing has been
 * for a moment, or HOLDLINE_DRAIN_MS is over, the loop ends.  In that moment
 * the connections that nginx keeps stay open, so that a request that is on its
 * way here finds somebody. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "endpoints/app.h"
#include "endpoints/news_reply.h"
#include "endpoints/routes.h"
#include "programs.h"

#define START_LOOK_MS     2
#define START_WITHOUT_MS  1000
#define DRAIN_LOOK_MS     50
#define DRAIN_QUIET_LOOKS 3
/* The answers kept for sharing are given up so often: some are large. */
#define HOUSEKEEPING_MS 5000

struct worker {
    struct app app;
    struct loop_timer *housekeeping;
    struct loop_timer *start_look;
    int ready_fd; /* -1: nobody wants to know */
    struct loop_timer *drain_look;
    uint64_t drain_deadline_ms;
    unsigned quiet_looks;
};

static void on_request(struct http_call *call,
                       const struct http_request *request, void *arg)
{
    routes_handle(arg, call, request);
}

static void on_redis_up(void *arg)
{
    struct app *app = arg;

    feeds_on_redis_up(app->feeds);
}

static void on_redis_down(void *arg)
{
    (void)arg; /* each command under way hears of it */
}

static const struct redis_events redis_events = {.on_up = on_redis_up,
                                                 .on_down = on_redis_down};

/* --- going --------------------------------------------------------------- */

static void on_drain_look(void *arg)
{
    struct worker *worker = arg;
    struct app *app = &worker->app;

    if (fastcgi_answering(app->door) > 0)
        worker->quiet_looks = 0;
    else
        worker->quiet_looks++;
    if (worker->quiet_looks >= DRAIN_QUIET_LOOKS ||
        loop_now_ms(app->loop) >= worker->drain_deadline_ms)
        loop_stop(app->loop);
}

static void on_terminate(int signum, void *arg)
{
    struct worker *worker = arg;
    struct app *app = &worker->app;

    if (app->is_draining)
        return;
    app->is_draining = true;
    log_info("worker_draining", "worker=%u signal=%d held=%zu", app->worker,
             signum, hub_waiting(app->hub));
    fastcgi_stop(app->door);
    hub_drain(app->hub);
    worker->drain_deadline_ms = loop_now_ms(app->loop) + app->config->drain_ms;
    loop_timer_start(worker->drain_look, DRAIN_LOOK_MS, DRAIN_LOOK_MS);
}

static void on_housekeeping(void *arg)
{
    (void)arg;
    news_reply_fini();
}

/* --- coming -------------------------------------------------------------- */

static void tell_ready(int ready_fd)
{
    if (ready_fd == -1)
        return;
    if (write(ready_fd, "r", 1) != 1)
        log_warn_errno("ready_not_told", NULL);
    close(ready_fd);
}

static void on_start_look(void *arg)
{
    struct worker *worker = arg;
    struct app *app = &worker->app;

    if (app->is_draining) {
        loop_timer_stop(worker->start_look);
        return;
    }
    if (!(redis_is_up(app->redis) && feeds_hear(app->feeds)) &&
        loop_now_ms(app->loop) - app->begun_ms < START_WITHOUT_MS)
        return;
    loop_timer_stop(worker->start_look);
    fastcgi_start(app->door);
    log_info("worker_ready", "worker=%u pid=%d", app->worker, (int)getpid());
    tell_ready(worker->ready_fd);
}

static bool is_behind(void *door)
{
    return fastcgi_is_behind(door);
}

static void start(struct worker *worker, int listen_fd)
{
    struct app *app = &worker->app;
    const struct config *config = app->config;

    app->loop = loop_new();
    app->begun_ms = loop_now_ms(app->loop);
    app->redis = redis_new(app->loop, &config->redis, "holdline-worker",
                           &redis_events, app);
    app->store = store_new(app->redis, config->replay);
    app->sessions = sessions_new(app->loop, app->store);
    app->feeds = feeds_new(app->loop, app->store, app->redis, &config->redis,
                           config->replay);
    app->hub = hub_new(app->loop, app->feeds);
    app->door = fastcgi_new(app->loop, listen_fd, on_request, app);
    hub_set_pressure(app->hub, is_behind, app->door);
    worker->drain_look = loop_timer_new(app->loop, on_drain_look, worker);
    worker->housekeeping = loop_timer_new(app->loop, on_housekeeping, worker);
    loop_timer_start(worker->housekeeping, HOUSEKEEPING_MS, HOUSEKEEPING_MS);
    worker->start_look = loop_timer_new(app->loop, on_start_look, worker);
    loop_timer_start(worker->start_look, START_LOOK_MS, START_LOOK_MS);
    loop_on_signal(app->loop, SIGTERM, on_terminate, worker);
    loop_on_signal(app->loop, SIGINT, on_terminate, worker);
}

/* In the reverse order; the door first, so that no question is left. */
static void stop(struct worker *worker)
{
    struct app *app = &worker->app;

    fastcgi_free(app->door);
    hub_free(app->hub);
    feeds_free(app->feeds);
    sessions_free(app->sessions);
    redis_free(app->redis);
    store_free(app->store);
    routes_fini();
    form_fini(&app->form);
    loop_timer_free(worker->start_look);
    loop_timer_free(worker->drain_look);
    loop_timer_free(worker->housekeeping);
    loop_free(app->loop);
}

/* Until the loop listens for them: libfcgi's own handlers swallow what comes
 * between its start and ours. */
static void hold_signals(int how)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigprocmask(how, &set, NULL);
}

static bool parse_arguments(int argc, char **argv, int *number, int *listen_fd,
                            int *ready_fd)
{
    for (int i = 0; i + 1 < argc; i += 2) {
        const struct span name = span_of(argv[i]);
        int *to = span_is(name, "--number")      ? number
                  : span_is(name, "--listen-fd") ? listen_fd
                  : span_is(name, "--ready-fd")  ? ready_fd
                                                 : NULL;
        char *end;

        if (to == NULL)
            return false;
        *to = (int)strtol(argv[i + 1], &end, 10);
        if (*end != '\0' || *to < 0)
            return false;
    }
    return argc % 2 == 0;
}

static int listen_by_ourselves(const struct config *config, unsigned number)
{
    char *address = config_listen_address(config, number);
    int fd = fastcgi_listen(address);

    mem_free(address);
    return fd;
}

int worker_main(const struct config *config, int argc, char **argv)
{
    struct worker *worker;
    char process[24];
    int number = 1;
    int listen_fd = -1;
    int ready_fd = -1;

    if (!parse_arguments(argc, argv, &number, &listen_fd, &ready_fd)) {
        log_error("usage", "worker=\"[--number N] [--listen-fd FD] "
                           "[--ready-fd FD]\"");
        return 2;
    }
    snprintf(process, sizeof(process), "worker-%d", number);
    log_init(config->log_level, process);
    hold_signals(SIG_BLOCK);
    fastcgi_init();
    if (listen_fd == -1)
        listen_fd = listen_by_ourselves(config, (unsigned)number);
    if (listen_fd == -1)
        return 1;

    worker = mem_alloc(sizeof(*worker));
    worker->app.config = config;
    worker->app.worker = (unsigned)number;
    worker->ready_fd = ready_fd;
    start(worker, listen_fd);
    hold_signals(SIG_UNBLOCK);
    loop_run(worker->app.loop);
    log_info("worker_done", "worker=%d pid=%d", number, (int)getpid());
    stop(worker);
    mem_free(worker);
    return 0;
}
