#include "services/live.h"

#include <string.h>

#include "base/buf.h"
#include "base/fatal.h"
#include "base/map.h"
#include "base/mem.h"
#include "io/json.h"
#include "model/room.h"
#include "services/subscriber.h"

#define CHANNEL_SIZE (ROOM_NAME_MAX + 32)
/* Told in one turn.  At about 4 us each a turn stays near a millisecond. */
#define SLICE 256
/* Between two bundles, for each listener, at most PACE_MAX_MS: telling him costs
 * us some 4 us, and the kernel and nginx more. */
#define PACE_US     50
#define PACE_MAX_MS 250
/* Where more wait to be told, a count stands for them. */
#define EVENTS_MAX 256
/* When Redis could not say how many are there. */
#define RETRY_MS 1000
#define NEVER    UINT64_MAX

/* An event and what its spans point into. */
struct heard {
    struct list_node link;
    struct live_event event;
    struct json_object_text json;
    char text[]; /* event.json */
};

/* What is told next, or is being told. */
struct bundle {
    struct list heard;
    size_t count;
    struct live_event *events; /* ours, made when it begins to be told */
    uint64_t serial;
};

/* A listener stands in one of the lists:
 *
 *     fresh --Redis is asked for a count--> asking --it says--> counted
 *       ^                                                          | he is told
 *       |    is told events: listeners --a walk begins--> untold   v
 *       '--- nobody knows what was missed          ^--- is told ---'
 *
 * One thing after the other: while somebody is in 'asking' or 'counted' no walk
 * begins.  So who was told a count hears everything that came after it. */
struct live_room {
    struct live *live;
    struct list fresh;
    struct list asking;
    struct list counted;
    struct list listeners;
    struct list untold;
    size_t count; /* in all of them */
    struct bundle waiting;
    struct bundle telling;    /* to 'untold' */
    struct bundle counting;   /* to 'counted' */
    struct store_call *asked; /* store's, until its callback */
    uint64_t walk_at_ms;      /* the next walk begins not before that */
    uint64_t ask_at_ms;       /* the same of the next question */
    struct list_node busy;    /* in live->busy */
    bool is_heard;            /* the subscription is confirmed */
    bool is_working;          /* and is not to be freed */
    size_t name_len;
    char name[]; /* 'name_len' bytes */
};

struct live {
    struct loop *loop; /* the caller's, outlives us, like the next three */
    struct store *store;
    struct redis *redis;
    const struct redis_address *address;
    struct subscriber *subscriber; /* NULL: nobody ever listened */
    struct map *rooms;             /* by channel */
    struct list busy;              /* rooms in which there is something to do */
    struct loop_task work;
    struct loop_timer *later; /* works again */
    uint64_t last_serial;
};

static void on_work(struct loop_task *task);

static struct span room_name(const struct live_room *room)
{
    return (struct span){room->name, room->name_len};
}

static struct span channel_of(char channel[CHANNEL_SIZE], struct span room)
{
    return (struct span){channel,
                         store_live_channel(channel, CHANNEL_SIZE, room)};
}

static void work_soon(struct live_room *room)
{
    struct live *live = room->live;

    if (!list_node_is_linked(&room->busy))
        list_push(&live->busy, &room->busy);
    loop_task_start(live->loop, &live->work, on_work);
}

/* --- events -------------------------------------------------------------- */

static const char *const kind_words[] = {
    [LIVE_JOIN] = "join",     [LIVE_LEAVE] = "leave", [LIVE_RENAME] = "rename",
    [LIVE_TYPING] = "typing", [LIVE_COUNT] = "count",
};

static bool read_kind(struct span word, enum live_kind *kind)
{
    for (size_t i = 0; i < sizeof(kind_words) / sizeof(kind_words[0]); i++) {
        if (span_is(word, kind_words[i])) {
            *kind = (enum live_kind)i;
            return true;
        }
    }
    return false;
}

static bool read_event(const struct json_object_text *json,
                       struct live_event *event)
{
    struct span word;

    if (json_get_text(json, "event", &word) != JSON_FOUND ||
        !read_kind(word, &event->kind))
        return false;
    if (event->kind == LIVE_COUNT)
        return true;
    if (event->kind == LIVE_RENAME &&
        json_get_text(json, "was", &event->was) != JSON_FOUND)
        return false;
    return json_get_text(json, "person", &event->person) == JSON_FOUND &&
           json_get_text(json, "name", &event->name) == JSON_FOUND;
}

static void heard_free(struct heard *heard)
{
    list_remove(&heard->link);
    if (heard->json.object != NULL)
        json_close(&heard->json);
    mem_free(heard);
}

/* NULL for what is none of ours.  A line feed, which may stand between members,
 * would end a line of a stream. */
static struct heard *heard_new(struct span text)
{
    struct heard *heard;

    if (memchr(text.at, '\n', text.len) != NULL ||
        memchr(text.at, '\r', text.len) != NULL)
        return NULL;
    heard = mem_alloc(sizeof(*heard) + text.len);
    memcpy(heard->text, text.at, text.len);
    heard->event.json = (struct span){heard->text, text.len};
    if (json_open(&heard->json, heard->event.json) &&
        read_event(&heard->json, &heard->event))
        return heard;
    heard_free(heard);
    return NULL;
}

static void bundle_add(struct bundle *bundle, struct heard *heard)
{
    list_push(&bundle->heard, &heard->link);
    bundle->count++;
}

static void bundle_clear(struct bundle *bundle)
{
    struct list_node *node;

    while ((node = list_first(&bundle->heard)) != NULL)
        heard_free(LIST_ITEM(node, struct heard, link));
    mem_free(bundle->events);
    bundle->events = NULL;
    bundle->count = 0;
}

/* All of 'from' is to be told as 'bundle', which is empty. */
static void bundle_begin(struct live *live, struct bundle *bundle,
                         struct bundle *from)
{
    size_t i = 0;

    list_move_all(&bundle->heard, &from->heard);
    bundle->count = from->count;
    from->count = 0;
    bundle->serial = ++live->last_serial;
    bundle->events = mem_alloc(bundle->count * sizeof(*bundle->events));
    LIST_FOREACH(node, &bundle->heard) {
        bundle->events[i++] = LIST_ITEM(node, struct heard, link)->event;
    }
}

/* --- rooms --------------------------------------------------------------- */

static struct live_room *use_room(struct live *live, struct span name)
{
    char text[CHANNEL_SIZE];
    const struct span channel = channel_of(text, name);
    struct live_room *room = map_get(live->rooms, channel);

    if (room != NULL)
        return room;
    room = mem_alloc(sizeof(*room) + name.len);
    room->live = live;
    list_init(&room->fresh);
    list_init(&room->asking);
    list_init(&room->counted);
    list_init(&room->listeners);
    list_init(&room->untold);
    list_init(&room->waiting.heard);
    list_init(&room->telling.heard);
    list_init(&room->counting.heard);
    room->name_len = name.len;
    memcpy(room->name, name.at, name.len);
    map_set(live->rooms, channel, room);
    subscriber_add(live->subscriber, channel);
    return room;
}

static void free_room_if_empty(struct live_room *room)
{
    struct live *live = room->live;
    char text[CHANNEL_SIZE];
    const struct span channel = channel_of(text, room_name(room));

    if (room->count > 0 || room->is_working)
        return;
    if (room->asked != NULL)
        store_cancel(room->asked);
    bundle_clear(&room->waiting);
    bundle_clear(&room->telling);
    bundle_clear(&room->counting);
    list_remove(&room->busy);
    subscriber_remove(live->subscriber, channel);
    map_remove(live->rooms, channel);
    mem_free(room);
}

/* Nobody knows what was missed: to be told a count. */
static void begin_anew(struct live_room *room)
{
    if (room->asked != NULL)
        store_cancel(room->asked);
    room->asked = NULL;
    bundle_clear(&room->waiting);
    list_move_all(&room->fresh, &room->asking);
    list_move_all(&room->fresh, &room->counted);
    list_move_all(&room->fresh, &room->listeners);
    list_move_all(&room->fresh, &room->untold);
}

/* --- telling ------------------------------------------------------------- */

/* Some of those in 'from', who are listeners then.  True when all are. */
static bool tell_some(struct live_room *room, struct list *from,
                      struct bundle *bundle, size_t *budget)
{
    const struct live_bundle told = {.serial = bundle->serial,
                                     .room = room_name(room),
                                     .count = bundle->count,
                                     .events = bundle->events};
    struct list_node *node;

    while (*budget > 0 && (node = list_pop(from)) != NULL) {
        struct live_listener *listener =
            LIST_ITEM(node, struct live_listener, link);

        --*budget;
        list_push(&room->listeners, node);
        listener->on_events(listener->arg, &told);
    }
    if (!list_is_empty(from))
        return false;
    bundle_clear(bundle);
    return true;
}

static uint64_t pause_ms(const struct live_room *room)
{
    const uint64_t ms = room->count * PACE_US / 1000;

    return ms < PACE_MAX_MS ? ms : PACE_MAX_MS;
}

static void on_present(void *arg, const struct store_present *present)
{
    struct live_room *room = arg;
    struct buf json = {0};

    room->asked = NULL;
    if (present == NULL) {
        list_move_all(&room->fresh, &room->asking);
        room->ask_at_ms = loop_now_ms(room->live->loop) + RETRY_MS;
    } else {
        struct bundle one = {.count = 0};

        buf_addf(&json, "{\"event\":\"count\",\"count\":%zu,\"sample\":[",
                 present->count);
        store_add_present(&json, present);
        buf_add_str(&json, "]}");
        list_init(&one.heard);
        bundle_add(&one, heard_new(buf_span(&json)));
        bundle_clear(&room->counting);
        bundle_begin(room->live, &room->counting, &one);
        list_move_all(&room->counted, &room->asking);
        buf_fini(&json);
    }
    work_soon(room);
}

static void ask(struct live_room *room)
{
    list_move_all(&room->asking, &room->fresh);
    room->asked = store_presence_sample(room->live->store, room_name(room),
                                        on_present, room);
}

/* Does what is next in the room, with as many listeners as 'budget' says: when
 * there is more to do. */
static uint64_t work(struct live_room *room, size_t *budget)
{
    const uint64_t now = loop_now_ms(room->live->loop);
    uint64_t next = NEVER;

    if (!list_is_empty(&room->counted) &&
        !tell_some(room, &room->counted, &room->counting, budget))
        return now;
    if (!list_is_empty(&room->untold)) {
        if (!tell_some(room, &room->untold, &room->telling, budget))
            return now;
        room->walk_at_ms = now + pause_ms(room);
    }
    if (room->asked != NULL)
        return NEVER;
    if (room->waiting.count > 0) {
        if (now >= room->walk_at_ms) {
            bundle_clear(&room->telling);
            bundle_begin(room->live, &room->telling, &room->waiting);
            list_move_all(&room->untold, &room->listeners);
            return now;
        }
        next = room->walk_at_ms;
    }
    if (room->is_heard && !list_is_empty(&room->fresh)) {
        if (now >= room->ask_at_ms)
            ask(room);
        else if (room->ask_at_ms < next)
            next = room->ask_at_ms;
    }
    return next;
}

static void on_work(struct loop_task *task)
{
    struct live *live = LIST_ITEM(task, struct live, work);
    const uint64_t now = loop_now_ms(live->loop);
    uint64_t next = NEVER;
    size_t budget = SLICE;
    struct list rooms;
    struct list_node *node;

    list_init(&rooms);
    list_move_all(&rooms, &live->busy);
    while ((node = list_pop(&rooms)) != NULL) {
        struct live_room *room = LIST_ITEM(node, struct live_room, busy);
        uint64_t at;

        room->is_working = true;
        at = work(room, &budget);
        room->is_working = false;
        if (at != NEVER && !list_node_is_linked(&room->busy))
            list_push(&live->busy, &room->busy);
        if (at < next)
            next = at;
        free_room_if_empty(room);
    }
    /* With what is due now, when the descriptors had their chance. */
    if (next <= now)
        loop_task_start(live->loop, &live->work, on_work);
    else if (next != NEVER)
        loop_timer_start(live->later, next - now, 0);
}

static void on_later(void *arg)
{
    struct live *live = arg;

    loop_task_start(live->loop, &live->work, on_work);
}

/* --- what Redis says ----------------------------------------------------- */

static void on_confirmed(void *arg, struct span channel)
{
    struct live *live = arg;
    struct live_room *room = map_get(live->rooms, channel);

    if (room == NULL)
        return;
    room->is_heard = true;
    work_soon(room);
}

static void on_message(void *arg, struct span channel, struct span payload)
{
    struct live *live = arg;
    struct live_room *room = map_get(live->rooms, channel);
    struct heard *heard;

    if (room == NULL)
        return;
    heard = heard_new(payload);
    if (heard == NULL)
        return;
    bundle_add(&room->waiting, heard);
    if (room->waiting.count > EVENTS_MAX)
        begin_anew(room);
    work_soon(room);
}

static void lose(struct span channel, void *value, void *arg)
{
    struct live_room *room = value;

    (void)channel;
    (void)arg;
    room->is_heard = false;
    begin_anew(room);
}

static void on_lost(void *arg)
{
    struct live *live = arg;

    map_each(live->rooms, lose, NULL);
}

static const struct subscriber_events subscriber_events = {
    .on_confirmed = on_confirmed, .on_message = on_message, .on_lost = on_lost};

/* --- listening ----------------------------------------------------------- */

void live_listen(struct live *live, struct live_listener *listener,
                 struct span room, live_fn *on_events, void *arg)
{
    MUST(listener->room == NULL);
    if (live->subscriber == NULL)
        live->subscriber =
            subscriber_new(live->loop, live->address, "holdline-live",
                           live->redis, &subscriber_events, live);
    listener->room = use_room(live, room);
    listener->on_events = on_events;
    listener->arg = arg;
    list_push(&listener->room->fresh, &listener->link);
    listener->room->count++;
    work_soon(listener->room);
}

void live_listen_anew(struct live_listener *listener)
{
    struct live_room *room = listener->room;

    list_remove(&listener->link);
    list_push(&room->fresh, &listener->link);
    work_soon(room);
}

void live_unlisten(struct live_listener *listener)
{
    struct live_room *room = listener->room;

    if (room == NULL)
        return;
    list_remove(&listener->link);
    listener->room = NULL;
    room->count--;
    free_room_if_empty(room);
}

struct live *live_new(struct loop *loop, struct store *store,
                      struct redis *redis, const struct redis_address *address)
{
    struct live *live = mem_alloc(sizeof(*live));

    live->loop = loop;
    live->store = store;
    live->redis = redis;
    live->address = address;
    live->rooms = map_new();
    list_init(&live->busy);
    live->later = loop_timer_new(loop, on_later, live);
    return live;
}

void live_free(struct live *live)
{
    if (live == NULL)
        return;
    MUST(map_count(live->rooms) == 0);
    loop_task_cancel(&live->work);
    loop_timer_free(live->later);
    subscriber_free(live->subscriber);
    map_free(live->rooms);
    mem_free(live);
}
