#include "services/subscriber.h"

#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/dice.h"
#include "base/map.h"
#include "base/mem.h"

#define HEARTBEAT_MS 1000
/* Two beats may be late before we call ourselves deaf. */
#define DEAF_MS 3000
/* One may, before we say that we do not know. */
#define DOUBT_MS 2000

/* What Redis was told of a channel, and what we want of it meanwhile.
 *
 * hiredis forgets a channel when the confirmation of UNSUBSCRIBE comes, also
 * when a newer SUBSCRIBE is under way.  So a channel that is wanted again waits
 * for that confirmation first. */
struct channel {
    bool wanted;
    bool leaving; /* UNSUBSCRIBE is under way */
};

struct subscriber {
    struct loop *loop;
    struct redis *redis;    /* ours: this is all that it does */
    struct redis *commands; /* the caller's, outlives us */
    const struct subscriber_events *events;
    void *arg;
    struct map *channels;
    struct loop_timer *beat;
    char heartbeat[64]; /* our own channel */
    uint64_t last_beat_ms;
    bool is_up;
    bool hears;
};

static bool is_heartbeat(const struct subscriber *s, struct span channel)
{
    return span_is(channel, s->heartbeat);
}

static void free_channel(struct subscriber *s, struct span name)
{
    mem_free(map_remove(s->channels, name));
}

/* --- what Redis says ----------------------------------------------------- */

static void on_unsubscribed(struct subscriber *s, struct span name)
{
    struct channel *channel = map_get(s->channels, name);

    if (channel == NULL || !channel->leaving)
        return;
    channel->leaving = false;
    if (channel->wanted)
        redis_push_command(s->redis, "SUBSCRIBE", name);
    else
        free_channel(s, name);
}

static void on_subscribed(struct subscriber *s, struct span name)
{
    struct channel *channel = map_get(s->channels, name);

    if (is_heartbeat(s, name)) {
        s->last_beat_ms = loop_now_ms(s->loop);
        s->hears = true;
    } else if (channel != NULL && channel->wanted && !channel->leaving) {
        s->events->on_confirmed(s->arg, name);
    }
}

static void on_push(void *arg, struct span kind, struct span name,
                    struct span payload)
{
    struct subscriber *s = arg;

    if (span_is(kind, "subscribe")) {
        on_subscribed(s, name);
    } else if (span_is(kind, "unsubscribe")) {
        on_unsubscribed(s, name);
    } else if (span_is(kind, "message")) {
        if (is_heartbeat(s, name))
            s->last_beat_ms = loop_now_ms(s->loop);
        else if (map_get(s->channels, name) != NULL)
            s->events->on_message(s->arg, name, payload);
    }
}

static void subscribe_each(struct span name, void *value, void *arg)
{
    struct subscriber *s = arg;
    struct channel *channel = value;

    channel->leaving = false;
    if (channel->wanted)
        redis_push_command(s->redis, "SUBSCRIBE", name);
    else
        free_channel(s, name);
}

static void on_up(void *arg)
{
    struct subscriber *s = arg;

    s->is_up = true;
    s->last_beat_ms = loop_now_ms(s->loop);
    redis_push_command(s->redis, "SUBSCRIBE", span_of(s->heartbeat));
    map_each(s->channels, subscribe_each, s);
}

static void on_down(void *arg)
{
    struct subscriber *s = arg;

    s->is_up = false;
    s->hears = false;
    s->events->on_lost(s->arg);
}

static const struct redis_events redis_events = {
    .on_up = on_up, .on_down = on_down, .on_push = on_push};

/* --- the heartbeat ------------------------------------------------------- */

static void on_published(void *arg, const struct redis_reply *reply)
{
    (void)arg;
    (void)reply;
}

static void on_beat(void *arg)
{
    struct subscriber *s = arg;

    /* Also when it is the other connection that is down, and nobody asked Redis
     * to say anything: from silence one cannot tell, so we do not know. */
    if (s->is_up && loop_now_ms(s->loop) - s->last_beat_ms > DEAF_MS) {
        redis_reconnect(s->redis, "no heartbeat: alive but deaf");
        return;
    }
    redis_send(
        s->commands,
        REDIS_WORDS(span_of("PUBLISH"), span_of(s->heartbeat), span_of("beat")),
        on_published, NULL);
}

/* --- the set of channels ------------------------------------------------- */

void subscriber_add(struct subscriber *s, struct span name)
{
    struct channel *channel = map_get(s->channels, name);

    if (channel == NULL) {
        channel = mem_alloc(sizeof(*channel));
        map_set(s->channels, name, channel);
    }
    channel->wanted = true;
    if (s->is_up && !channel->leaving)
        redis_push_command(s->redis, "SUBSCRIBE", name);
}

void subscriber_remove(struct subscriber *s, struct span name)
{
    struct channel *channel = map_get(s->channels, name);

    if (channel == NULL)
        return;
    channel->wanted = false;
    if (!s->is_up) {
        free_channel(s, name);
    } else if (!channel->leaving) {
        channel->leaving = true;
        redis_push_command(s->redis, "UNSUBSCRIBE", name);
    }
}

bool subscriber_hears(const struct subscriber *s)
{
    return s->hears && loop_now_ms(s->loop) - s->last_beat_ms < DOUBT_MS;
}

struct subscriber *subscriber_new(struct loop *loop,
                                  const struct redis_address *address,
                                  const char *name, struct redis *commands,
                                  const struct subscriber_events *events,
                                  void *arg)
{
    struct subscriber *s = mem_alloc(sizeof(*s));
    char host[32] = "";

    s->loop = loop;
    s->commands = commands;
    s->events = events;
    s->arg = arg;
    s->channels = map_new();
    /* Unique among all subscribers of all machines by the random number; host and
     * process are for people. */
    gethostname(host, sizeof(host) - 1);
    snprintf(s->heartbeat, sizeof(s->heartbeat), "holdline:beat:%.20s:%d:%llx",
             host, (int)getpid(), (unsigned long long)dice_roll());
    s->redis = redis_new(loop, address, name, &redis_events, s);
    s->beat = loop_timer_new(loop, on_beat, s);
    loop_timer_start(s->beat, HEARTBEAT_MS, HEARTBEAT_MS);
    return s;
}

static void free_each(struct span name, void *value, void *arg)
{
    (void)name;
    (void)arg;
    mem_free(value);
}

void subscriber_free(struct subscriber *s)
{
    if (s == NULL)
        return;
    redis_free(s->redis);
    loop_timer_free(s->beat);
    map_each(s->channels, free_each, NULL);
    map_free(s->channels);
    mem_free(s);
}
