#include "services/notices.h"

#include "base/fatal.h"
#include "base/mem.h"
#include "services/subscriber.h"

struct listener {
    struct span channel;
    const struct notices_events *events;
    void *arg;
};

struct notices {
    struct subscriber *subscriber;
    struct listener listeners[NOTICES_KINDS];
    size_t count;
};

static const struct listener *find(const struct notices *notices,
                                   struct span channel)
{
    for (size_t i = 0; i < notices->count; i++) {
        if (span_equal(channel, notices->listeners[i].channel))
            return &notices->listeners[i];
    }
    return NULL;
}

static void on_confirmed(void *arg, struct span channel)
{
    const struct listener *listener = find(arg, channel);

    if (listener != NULL)
        listener->events->on_heard(listener->arg);
}

static void on_message(void *arg, struct span channel, struct span payload)
{
    const struct listener *listener = find(arg, channel);

    if (listener != NULL)
        listener->events->on_notice(listener->arg, payload);
}

static void on_lost(void *arg)
{
    const struct notices *notices = arg;

    for (size_t i = 0; i < notices->count; i++)
        notices->listeners[i].events->on_lost(notices->listeners[i].arg);
}

static const struct subscriber_events subscriber_events = {
    .on_confirmed = on_confirmed, .on_message = on_message, .on_lost = on_lost};

void notices_listen(struct notices *notices, struct span channel,
                    const struct notices_events *events, void *arg)
{
    MUST(notices->count < NOTICES_KINDS);
    notices->listeners[notices->count++] =
        (struct listener){channel, events, arg};
    subscriber_add(notices->subscriber, channel);
}

struct notices *notices_new(struct loop *loop, struct redis *redis,
                            const struct redis_address *address)
{
    struct notices *notices = mem_alloc(sizeof(*notices));

    notices->subscriber = subscriber_new(loop, address, "holdline-notices",
                                         redis, &subscriber_events, notices);
    return notices;
}

void notices_free(struct notices *notices)
{
    if (notices == NULL)
        return;
    subscriber_free(notices->subscriber);
    mem_free(notices);
}
