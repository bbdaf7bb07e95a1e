#include "services/core.h"

/* So long a session that was looked up is not looked up again. */
#define RECALL_MS 10000
/* But no longer than this part of what it lives unused: to be recalled is to be
 * used, and does not prolong it. */
#define RECALL_PART 10

static void on_redis_up(void *arg)
{
    struct core *core = arg;

    feeds_on_redis_up(core->feeds);
}

static void on_redis_down(void *arg)
{
    (void)arg; /* each command under way hears of it */
}

static const struct redis_events redis_events = {.on_up = on_redis_up,
                                                 .on_down = on_redis_down};

static uint64_t recall_ms(const struct config *config)
{
    const uint64_t s = config->session_idle_s < config->session_absolute_s
                           ? config->session_idle_s
                           : config->session_absolute_s;
    const uint64_t ms = s * 1000 / RECALL_PART;

    return ms < RECALL_MS ? ms : RECALL_MS;
}

void core_init(struct core *core, const struct config *config, const char *name)
{
    core->config = config;
    core->loop = loop_new();
    core->begun_ms = loop_now_ms(core->loop);
    core->redis =
        redis_new(core->loop, &config->redis, name, &redis_events, core);
    core->store = store_new(
        core->redis,
        (struct store_rules){.replay = config->replay,
                             .session_idle_s = (unsigned)config->session_idle_s,
                             .session_absolute_s =
                                 (unsigned)config->session_absolute_s,
                             .presence_lease_ms = config->presence_lease_ms});
    core->notices = notices_new(core->loop, core->redis, &config->redis);
    core->sessions =
        sessions_new(core->loop, core->store, core->notices,
                     (struct sessions_rules){.guests = config->guests,
                                             .recall_ms = recall_ms(config)});
    core->feeds = feeds_new(core->loop, core->store, core->redis,
                            &config->redis, config->replay);
    core->hub = hub_new(core->loop, core->feeds);
    core->activity = activity_new(core->loop, core->store);
    core->live = live_new(core->loop, core->store, core->redis, &config->redis);
    core->presence = presence_new(core->loop, core->store, core->sessions,
                                  config->presence_lease_ms);
}

void core_start(struct core *core)
{
    core->sql = sql_new(core->loop, &core->config->database);
    core->access =
        access_new(core->loop, core->sql, core->redis, core->notices);
}

void core_fini(struct core *core)
{
    presence_free(core->presence);
    live_free(core->live);
    activity_free(core->activity);
    hub_free(core->hub);
    feeds_free(core->feeds);
    access_free(core->access);
    sql_free(core->sql);
    sessions_free(core->sessions);
    notices_free(core->notices);
    redis_free(core->redis);
    store_free(core->store);
    loop_free(core->loop);
}

bool core_is_ready(const struct core *core)
{
    return redis_is_up(core->redis) && feeds_hear(core->feeds);
}
