/* worker.c -- one worker: a loop, nginx's door, its connections.
 *
 * When it goes, who is held is told to come back, to another worker; and for a
 * moment the connections that nginx keeps stay open, so that a request that is
 * on its way here finds somebody. */
#include "base/mem.h"
#include "endpoints/app.h"
#include "endpoints/news_cache.h"
#include "endpoints/routes.h"
#include "endpoints/shop_reply.h"
#include "endpoints/stream_presence.h"
#include "member.h"
#include "programs.h"

struct worker {
    struct app app;
    struct member member;
};

static void on_request(struct http_call *call,
                       const struct http_request *request, void *arg)
{
    routes_handle(arg, call, request);
}

static bool is_behind(void *door)
{
    return fastcgi_is_behind(door);
}

/* --- what makes it a worker ---------------------------------------------- */

static void on_open(void *arg)
{
    const struct worker *worker = arg;

    fastcgi_start(worker->app.door);
}

static void on_drain(void *arg)
{
    struct worker *worker = arg;

    worker->app.is_draining = true;
    fastcgi_stop(worker->app.door);
    hub_drain(worker->app.core.hub);
}

static bool is_quiet(void *arg)
{
    const struct worker *worker = arg;

    return fastcgi_answering(worker->app.door) == 0;
}

static void on_housekeeping(void *arg)
{
    (void)arg;
    news_cache_fini();
    shop_reply_fini();
    stream_presence_fini();
}

/* Some containers have a thousand million, which libraries take for nonsense. */
#define DESCRIPTORS_MAX 1048576

static const struct member_role role = {
    .kind = "worker",
    .descriptors_max = DESCRIPTORS_MAX,
    .on_open = on_open,
    .on_drain = on_drain,
    .is_quiet = is_quiet,
    .on_housekeeping = on_housekeeping,
};

/* --- its life ------------------------------------------------------------ */

static void start_accounts(struct app *app)
{
    struct core *core = &app->core;

    app->passwords = /* it forks: before core_start */
        passwords_new(core->loop, PASSWORD_RUNNING, PASSWORD_WAITING);
    core_start(core);
    app->sql = core->sql;
    app->limits = limits_new(core->store);
    app->accounts =
        accounts_new(&(struct accounts_parts){.loop = core->loop,
                                              .store = core->store,
                                              .sessions = core->sessions,
                                              .sql = app->sql,
                                              .passwords = app->passwords,
                                              .limits = app->limits});
}

static void start_shop(struct app *app)
{
    const struct core *core = &app->core;

    app->shop = shop_new(&(struct shop_parts){
        .loop = core->loop,
        .store = core->store,
        .sql = app->sql,
        .lease_ms = (unsigned)core->config->shop_lease_s * 1000});
}

static void stop_accounts(struct app *app)
{
    accounts_free(app->accounts);
    limits_free(app->limits);
    passwords_free(app->passwords);
}

static void start(struct worker *worker, const struct config *config)
{
    struct app *app = &worker->app;

    app->worker = worker->member.number;
    core_init(&app->core, config, "holdline-worker");
    start_accounts(app);
    start_shop(app);
    app->door =
        fastcgi_new(app->core.loop, worker->member.listen_fd, on_request, app);
    hub_set_pressure(app->core.hub, is_behind, app->door);
    member_start(&worker->member, &app->core, worker);
}

/* In the reverse order; the door first, so that no question is left. */
static void stop(struct worker *worker)
{
    struct app *app = &worker->app;

    member_fini(&worker->member);
    fastcgi_free(app->door);
    routes_fini();
    form_fini(&app->form);
    shop_free(app->shop);
    stop_accounts(app);
    core_fini(&app->core);
}

int worker_main(const struct config *config, int argc, char **argv)
{
    struct worker *worker = mem_alloc(sizeof(*worker));
    int status =
        member_init(&worker->member, &role, config, config->listen, argc, argv);

    if (status == 0) {
        fastcgi_init();
        start(worker, config);
        member_run(&worker->member);
        stop(worker);
    }
    mem_free(worker);
    return status;
}
