#include "services/live.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/fatal.h"
#include "base/map.h"
#include "base/mem.h"
#include "io/json.h"
#include "model/room.h"
#include "services/subscriber.h"

#define CHANNEL_SIZE (ROOM_NAME_MAX + 32)

struct live_room {
    struct list listeners;
    size_t count;
    bool is_heard; /* the subscription is confirmed */
    char channel[CHANNEL_SIZE];
};

struct live {
    struct redis *redis; /* the caller's, outlives us */
    struct subscriber *subscriber;
    struct map *rooms; /* by channel */
};

static bool is_crowd(const struct live_room *room)
{
    return room->count > LIVE_CROWD;
}

static void on_published(void *arg, const struct redis_reply *reply)
{
    (void)arg;
    (void)reply;
}

static void announce(struct live *live, struct live_listener *listener,
                     enum live_event event)
{
    struct buf json = {0};

    buf_addf(&json, "{\"event\":\"%s\",\"name\":",
             event == LIVE_JOIN ? "join" : "leave");
    json_add_string(&json, span_of(listener->name));
    buf_add_char(&json, '}');
    redis_send(live->redis,
               REDIS_WORDS(span_of("PUBLISH"), span_of(listener->room->channel),
                           buf_span(&json)),
               on_published, NULL);
    buf_fini(&json);
    listener->is_announced = event == LIVE_JOIN;
}

static void come(struct live *live, struct live_listener *listener)
{
    listener->is_coming = false;
    if (!is_crowd(listener->room))
        announce(live, listener, LIVE_JOIN);
}

static void on_confirmed(void *arg, struct span channel)
{
    struct live *live = arg;
    struct live_room *room = map_get(live->rooms, channel);

    if (room == NULL)
        return;
    room->is_heard = true;
    LIST_FOREACH(node, &room->listeners) {
        struct live_listener *listener =
            LIST_ITEM(node, struct live_listener, link);

        if (listener->is_coming)
            come(live, listener);
    }
}

static void on_message(void *arg, struct span channel, struct span payload)
{
    struct live *live = arg;
    struct live_room *room = map_get(live->rooms, channel);
    struct json_object_text json;
    struct span event;
    struct span name;

    if (room == NULL || is_crowd(room) || !json_open(&json, payload))
        return;
    if (json_get_text(&json, "event", &event) == JSON_FOUND &&
        json_get_text(&json, "name", &name) == JSON_FOUND &&
        (span_is(event, "join") || span_is(event, "leave"))) {
        LIST_FOREACH(node, &room->listeners) {
            struct live_listener *listener =
                LIST_ITEM(node, struct live_listener, link);

            listener->on_event(listener->arg,
                               span_is(event, "join") ? LIVE_JOIN : LIVE_LEAVE,
                               name);
        }
    }
    json_close(&json);
}

static void lose(struct span channel, void *value, void *arg)
{
    struct live_room *room = value;

    (void)channel;
    (void)arg;
    room->is_heard = false;
}

static void on_lost(void *arg)
{
    struct live *live = arg;

    map_each(live->rooms, lose, NULL);
}

static const struct subscriber_events subscriber_events = {
    .on_confirmed = on_confirmed, .on_message = on_message, .on_lost = on_lost};

static struct live_room *use_room(struct live *live, struct span name)
{
    char channel[CHANNEL_SIZE];
    struct live_room *room;

    store_live_channel(channel, sizeof(channel), name);
    room = map_get(live->rooms, span_of(channel));
    if (room == NULL) {
        room = mem_alloc(sizeof(*room));
        list_init(&room->listeners);
        memcpy(room->channel, channel, sizeof(channel));
        map_set(live->rooms, span_of(room->channel), room);
        subscriber_add(live->subscriber, span_of(room->channel));
    }
    return room;
}

void live_join(struct live *live, struct live_listener *listener,
               struct span room, struct span name, live_fn *on_event, void *arg)
{
    MUST(listener->room == NULL);
    listener->room = use_room(live, room);
    listener->on_event = on_event;
    listener->arg = arg;
    snprintf(listener->name, sizeof(listener->name), "%.*s", (int)name.len,
             name.at);
    list_push(&listener->room->listeners, &listener->link);
    listener->room->count++;
    listener->is_coming = true;
    if (listener->room->is_heard)
        come(live, listener);
}

void live_leave(struct live *live, struct live_listener *listener)
{
    struct live_room *room = listener->room;

    if (room == NULL)
        return;
    if (listener->is_announced)
        announce(live, listener, LIVE_LEAVE);
    list_remove(&listener->link);
    listener->room = NULL;
    if (--room->count > 0)
        return;
    subscriber_remove(live->subscriber, span_of(room->channel));
    map_remove(live->rooms, span_of(room->channel));
    mem_free(room);
}

struct live *live_new(struct loop *loop, struct redis *redis,
                      const struct redis_address *address)
{
    struct live *live = mem_alloc(sizeof(*live));

    live->redis = redis;
    live->rooms = map_new();
    live->subscriber = subscriber_new(loop, address, "holdline-live", redis,
                                      &subscriber_events, live);
    return live;
}

void live_free(struct live *live)
{
    if (live == NULL)
        return;
    MUST(map_count(live->rooms) == 0);
    subscriber_free(live->subscriber);
    map_free(live->rooms);
    mem_free(live);
}
