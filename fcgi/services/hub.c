#include "services/hub.h"

#include <string.h>

#include "base/buf.h"
#include "base/fatal.h"
#include "base/list.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "io/json.h"
#include "model/room.h"
#include "services/subscriber.h"

/* Told in one turn.  At about 4 us each a turn stays near a millisecond. */
#define WAKE_SLICE 256
#define TICK_MS    100
#define LINGER_MS  60000
/* Kept up to date for nobody; each costs a subscription and its messages. */
#define IDLE_ROOMS 4096
/* A read failed while the connection is up (Redis is loading, or refuses). */
#define READ_RETRY_MS 250
#define CHANNEL_SIZE  (ROOM_NAME_MAX + 32)

enum room_state {
    ROOM_SUBSCRIBING, /* until the confirmation nothing is known for sure */
    ROOM_READING,   /* the list is being read, or will be when Redis is back */
    ROOM_LIVE,      /* the tail is the truth */
    ROOM_VERIFYING, /* it is, and is read once more for a strange cursor */
};

/* A message that was heard while the list was being read. */
struct heard {
    struct list_node link;
    uint64_t epoch;
    struct tail_entry entry; /* its json is ours */
};

struct hub_room {
    struct hub *hub;
    char *name; /* ours */
    size_t name_len;
    uint64_t serial;
    enum room_state state;
    struct tail tail;
    struct wait_queue queue;
    size_t places;           /* of questions, waiting or not, that point here */
    uint64_t idle_since_ms;  /* meaningful when places is 0 */
    struct list_node waking; /* in hub->waking: some of the queue may be told */
    struct list_node lingers; /* in hub->idle, when places is 0 */
    struct store_call *read;  /* store's, NULL when none is under way */
    struct list heard;        /* while one is, oldest first */
    size_t heard_count;
    uint32_t reads_begun;
    uint32_t reads_done;
    uint32_t
        live_after;  /* the room is LIVE again after the read of this number */
    bool read_again; /* what is being read may be too old already */
};

struct hub {
    struct loop *loop; /* the caller's, outlives us, like the next two */
    struct store *store;
    struct redis *redis;
    size_t replay;
    struct subscriber *subscriber;
    struct map *rooms;
    struct waitlist waiting;
    struct list waking; /* rooms with a walk under way, in the order begun */
    struct list idle;   /* rooms nobody points to, longest first */
    size_t idle_count;
    struct loop_task wake;
    struct loop_timer *tick;
    struct loop_timer *read_retry;
    uint64_t last_serial;
    bool is_draining;
};

static void on_wake(struct loop_task *task);
static void room_catch_up(struct hub_room *room);
static void room_verify(struct hub_room *room);

/* Whether "nothing new" may be said of it. */
static bool room_is_known(const struct hub_room *room)
{
    return room->state == ROOM_LIVE || room->state == ROOM_VERIFYING;
}

/* --- what a reader is to be told ----------------------------------------- */

/* Strange, and a read that began after he came says so too.  While there is
 * nothing in the room he is held: there is nothing to start anew with. */
static bool is_reset(const struct hub_place *place)
{
    const struct hub_room *room = place->room;

    return place->verify != 0 && room->reads_done >= place->verify &&
           room_is_known(room) && room->tail.count > 0;
}

struct hub_news hub_look(const struct hub_question *question, unsigned index)
{
    const struct hub_place *place = &question->places[index];
    const struct hub_room *room = place->room;
    struct hub_news news = {
        .room = {room->name, room->name_len},
        .room_serial = room->serial,
        .tail = &room->tail,
        .cursor = place->cursor,
    };
    enum tail_verdict verdict =
        tail_judge(&room->tail, place->cursor, &news.first);

    switch (verdict) {
    case TAIL_NOTHING:
        break;
    case TAIL_NEWS:
    case TAIL_GAP:
        news.has_news = true;
        news.is_gap = verdict == TAIL_GAP;
        break;
    case TAIL_STRANGE:
        news.has_news = news.is_reset = is_reset(place);
        news.first = 0;
        break;
    }
    if (news.has_news || cursor_is_absent(place->cursor))
        news.cursor = room->tail.newest;
    return news;
}

/* A cursor that does not fit what we know may be ahead of us: its reader was
 * answered by a worker that heard the news first.  Only a read that begins now
 * can tell. */
static void verify_if_strange(struct hub_place *place)
{
    struct hub_room *room = place->room;
    size_t unused;

    if (place->verify != 0 || room->state == ROOM_SUBSCRIBING ||
        tail_judge(&room->tail, place->cursor, &unused) != TAIL_STRANGE)
        return;
    place->verify = room->reads_begun + 1;
    room_verify(room);
}

static bool has_news(struct hub_question *question)
{
    for (unsigned i = 0; i < question->place_count; i++) {
        if (hub_look(question, i).has_news)
            return true;
    }
    return false;
}

/* --- telling ------------------------------------------------------------- */

static void leave(struct hub_question *question)
{
    waitlist_remove(&question->hub->waiting, &question->waiter);
    for (unsigned i = 0; i < question->place_count; i++)
        waitlist_leave(&question->places[i].wait);
}

static void answer(struct hub_question *question, enum hub_answer what)
{
    leave(question);
    question->on_answer(question, what);
}

/* Everybody who waits for 'room' now is to be looked at. */
static void room_wake(struct hub_room *room)
{
    struct hub *hub = room->hub;

    wait_queue_walk(&room->queue);
    if (room->queue.count == 0 || list_node_is_linked(&room->waking))
        return;
    list_push(&hub->waking, &room->waking);
    loop_task_start(hub->loop, &hub->wake, on_wake);
}

static void visit(struct hub_place *place)
{
    struct hub_question *question =
        LIST_ITEM(place->wait.waiter, struct hub_question, waiter);

    if (question->hub->is_draining) {
        answer(question, HUB_DRAIN);
        return;
    }
    verify_if_strange(place);
    if (has_news(question))
        answer(question, HUB_NEWS);
}

/* Tells one slice.  A room that is not done goes behind the others, so that a
 * full one does not keep a small one waiting. */
static void on_wake(struct loop_task *task)
{
    struct hub *hub = LIST_ITEM(task, struct hub, wake);
    struct list_node *node;
    int left = WAKE_SLICE;

    while (left > 0 && (node = list_pop(&hub->waking)) != NULL) {
        struct hub_room *room = LIST_ITEM(node, struct hub_room, waking);
        struct wait_place *wait;
        int in_room = WAKE_SLICE / 4;

        while (in_room-- > 0 &&
               (wait = wait_queue_next(&room->queue)) != NULL) {
            /* The room stays while it is in use: nothing frees one but the
             * tick. */
            visit(LIST_ITEM(wait, struct hub_place, wait));
            left--;
        }
        if (in_room < 0 && !list_node_is_linked(&room->waking))
            list_push(&hub->waking, &room->waking);
    }
    if (!list_is_empty(&hub->waking))
        loop_task_start(hub->loop, &hub->wake, on_wake);
}

static void on_silence(struct waiter *waiter, void *arg)
{
    struct hub_question *question =
        LIST_ITEM(waiter, struct hub_question, waiter);
    enum hub_answer what = HUB_SILENCE;

    (void)arg;
    for (unsigned i = 0; i < question->place_count; i++) {
        if (!room_is_known(question->places[i].room))
            what = HUB_UNAVAILABLE;
    }
    /* News that the walk under way has not brought here yet is news. */
    answer(question, has_news(question) ? HUB_NEWS : what);
}

/* --- what is heard and read ---------------------------------------------- */

/* Parses a message as Redis has it into an entry of a tail; the entry's json is
 * the caller's. */
static bool parse_entry(struct span json, uint64_t *epoch,
                        struct tail_entry *entry)
{
    struct json_message parsed;
    struct buf rendered = {0};

    if (!json_parse_message(&parsed, json)) {
        log_warn("message_not_understood", "len=%zu", json.len);
        return false;
    }
    *epoch = parsed.msg.id.epoch;
    entry->seq = parsed.msg.id.seq;
    entry->prev_seq = parsed.msg.prev_seq;
    json_add_message(&rendered, &parsed.msg, &entry->plain_len);
    json_free_message(&parsed);
    entry->json = buf_take(&rendered, &entry->len);
    return true;
}

/* Puts what was published into the tail, or finds that something is missing. */
static void room_hear(struct hub_room *room, uint64_t epoch,
                      struct tail_entry *entry)
{
    enum tail_push result = tail_push(&room->tail, epoch, entry);

    if (result == TAIL_PUSHED)
        return;
    mem_free(entry->json);
    if (result == TAIL_MISSED || result == TAIL_ALIEN)
        room_catch_up(room);
}

static void room_keep_heard(struct hub_room *room, uint64_t epoch,
                            const struct tail_entry *entry)
{
    struct heard *heard = mem_alloc(sizeof(*heard));

    heard->epoch = epoch;
    heard->entry = *entry;
    list_push(&room->heard, &heard->link);
    room->heard_count++;
}

static struct heard *room_take_heard(struct hub_room *room)
{
    struct list_node *node = list_pop(&room->heard);

    if (node == NULL)
        return NULL;
    room->heard_count--;
    return LIST_ITEM(node, struct heard, link);
}

static void room_forget_heard(struct hub_room *room)
{
    struct heard *heard;

    while ((heard = room_take_heard(room)) != NULL) {
        mem_free(heard->entry.json);
        mem_free(heard);
    }
}

static void fill_tail(struct tail *tail, const struct store_room *read)
{
    struct tail_entry entry;
    uint64_t epoch;

    if (read->newest.epoch == tail->newest.epoch &&
        read->newest.seq == tail->newest.seq)
        return; /* and it came without messages */
    tail_restart(tail, read->newest);
    for (size_t i = 0; i < read->count; i++) {
        if (parse_entry(store_room_message(read, i), &epoch, &entry))
            tail_fill(tail, epoch, &entry);
    }
}

/* A message that is missing among those heard begins another read, and what
 * was heard after it waits for that one. */
static void room_come_alive(struct hub_room *room)
{
    struct heard *heard;

    room->state = ROOM_LIVE;
    while (room->state == ROOM_LIVE &&
           (heard = room_take_heard(room)) != NULL) {
        room_hear(room, heard->epoch, &heard->entry);
        mem_free(heard);
    }
}

static void on_read(void *arg, const struct store_room *read)
{
    struct hub_room *room = arg;

    room->read = NULL;
    if (read == NULL) {
        /* Again when the connection is back, or a little later. */
        if (room->state == ROOM_VERIFYING)
            room->state = ROOM_READING;
        loop_timer_start(room->hub->read_retry, READ_RETRY_MS, 0);
        return;
    }
    room->reads_done = room->reads_begun;
    fill_tail(&room->tail, read);
    if (room->state != ROOM_SUBSCRIBING && room->reads_done >= room->live_after)
        room_come_alive(room);
    if (room->read_again && room->read == NULL)
        room_verify(room);
    room_wake(room);
}

/* Reads the room, now or, if a read is under way, after it. */
static void room_read(struct hub_room *room)
{
    room->read_again = room->read != NULL;
    if (room->read != NULL)
        return;
    room->reads_begun++;
    room->read =
        store_read(room->hub->store, (struct span){room->name, room->name_len},
                   room->tail.newest, on_read, room);
}

/* What we have is not the truth, and only a read that begins now is. */
static void room_catch_up(struct hub_room *room)
{
    room->state = ROOM_READING;
    room->live_after = room->reads_begun + 1;
    room_read(room);
}

/* What we have is the truth unless a cursor shows that we are behind. */
static void room_verify(struct hub_room *room)
{
    if (room->state == ROOM_LIVE)
        room->state = ROOM_VERIFYING;
    room_read(room);
}

static struct hub_room *room_of_channel(struct hub *hub, struct span channel)
{
    struct span name = store_channel_room(channel);

    return name.at != NULL ? map_get(hub->rooms, name) : NULL;
}

static void on_confirmed(void *arg, struct span channel)
{
    struct hub_room *room = room_of_channel(arg, channel);

    /* A read that began before the confirmation says nothing. */
    if (room != NULL && room->state == ROOM_SUBSCRIBING)
        room_catch_up(room);
}

static void on_message(void *arg, struct span channel, struct span payload)
{
    struct hub_room *room = room_of_channel(arg, channel);
    struct tail_entry entry;
    uint64_t epoch;

    /* Before the confirmation and the read nothing can be put in its place;
     * the read will bring it.  So it will if it takes so long that the list
     * has moved on by its whole length. */
    if (room == NULL || room->state == ROOM_SUBSCRIBING)
        return;
    if (room->heard_count >= room->hub->replay) {
        room_forget_heard(room);
        room_catch_up(room);
        return;
    }
    if (!parse_entry(payload, &epoch, &entry))
        return;
    if (room->state != ROOM_LIVE) {
        room_keep_heard(room, epoch, &entry);
        return;
    }
    room_hear(room, epoch, &entry);
    room_wake(room);
}

static void lose_room(struct span name, void *value, void *arg)
{
    struct hub_room *room = value;

    (void)name;
    (void)arg;
    room->state = ROOM_SUBSCRIBING;
    room_forget_heard(room);
}

static void on_lost(void *arg)
{
    struct hub *hub = arg;

    map_each(hub->rooms, lose_room, NULL);
}

static const struct subscriber_events subscriber_events = {
    .on_confirmed = on_confirmed, .on_message = on_message, .on_lost = on_lost};

static void reread_room(struct span name, void *value, void *arg)
{
    struct hub_room *room = value;

    (void)name;
    (void)arg;
    if (room->state == ROOM_READING && room->read == NULL)
        room_read(room);
}

static void on_read_retry(void *arg)
{
    struct hub *hub = arg;

    map_each(hub->rooms, reread_room, NULL);
}

void hub_on_redis_up(struct hub *hub)
{
    on_read_retry(hub);
}

/* --- rooms --------------------------------------------------------------- */

static struct span channel_of(char channel[CHANNEL_SIZE],
                              const struct hub_room *room)
{
    size_t len = store_channel(channel, CHANNEL_SIZE,
                               (struct span){room->name, room->name_len});

    return (struct span){channel, len};
}

static struct hub_room *room_new(struct hub *hub, struct span name)
{
    struct hub_room *room = mem_alloc(sizeof(*room));
    char channel[CHANNEL_SIZE];

    room->hub = hub;
    room->name = mem_copy(name.at, name.len);
    room->name_len = name.len;
    room->serial = ++hub->last_serial;
    room->state = ROOM_SUBSCRIBING;
    tail_init(&room->tail, hub->replay);
    wait_queue_init(&room->queue);
    list_init(&room->heard);
    map_set(hub->rooms, name, room);
    subscriber_add(hub->subscriber, channel_of(channel, room));
    return room;
}

/* Everything but the entry in the map and the subscription. */
static void room_free(struct hub_room *room)
{
    MUST(room->places == 0);
    if (room->read != NULL)
        store_cancel(room->read);
    room_forget_heard(room);
    list_remove(&room->waking);
    list_remove(&room->lingers);
    tail_fini(&room->tail);
    mem_free(room->name);
    mem_free(room);
}

static void room_use(struct hub_room *room)
{
    if (list_node_is_linked(&room->lingers)) {
        list_remove(&room->lingers);
        room->hub->idle_count--;
    }
    room->places++;
}

static void room_unuse(struct hub_room *room)
{
    if (--room->places > 0)
        return;
    room->idle_since_ms = loop_now_ms(room->hub->loop);
    list_push(&room->hub->idle, &room->lingers);
    room->hub->idle_count++;
}

static void drop_idle_rooms(struct hub *hub)
{
    const uint64_t now = loop_now_ms(hub->loop);
    struct list_node *node;

    while ((node = list_first(&hub->idle)) != NULL) {
        struct hub_room *room = LIST_ITEM(node, struct hub_room, lingers);
        char channel[CHANNEL_SIZE];

        if (now - room->idle_since_ms < LINGER_MS &&
            hub->idle_count <= IDLE_ROOMS)
            return;
        hub->idle_count--;
        subscriber_remove(hub->subscriber, channel_of(channel, room));
        map_remove(hub->rooms, (struct span){room->name, room->name_len});
        room_free(room);
    }
}

/* --- questions ----------------------------------------------------------- */

struct hub_question *hub_question_new(struct hub *hub, unsigned place_count,
                                      hub_answer_fn *on_answer, void *arg)
{
    struct hub_question *question = mem_alloc(
        sizeof(*question) + place_count * sizeof(question->places[0]));

    question->hub = hub;
    question->on_answer = on_answer;
    question->arg = arg;
    question->place_count = place_count;
    return question;
}

void hub_question_set(struct hub_question *question, unsigned index,
                      struct span name, struct cursor cursor)
{
    struct hub_place *place = &question->places[index];
    struct hub_room *room = map_get(question->hub->rooms, name);

    if (room == NULL)
        room = room_new(question->hub, name);
    room_use(room);
    place->room = room;
    place->cursor = cursor;
}

void hub_question_free(struct hub_question *question)
{
    if (question == NULL)
        return;
    leave(question);
    for (unsigned i = 0; i < question->place_count; i++) {
        if (question->places[i].room != NULL)
            room_unuse(question->places[i].room);
    }
    mem_free(question);
}

bool hub_ask(struct hub_question *question, uint64_t hold_ms)
{
    struct hub *hub = question->hub;

    for (unsigned i = 0; i < question->place_count; i++)
        verify_if_strange(&question->places[i]);
    if (has_news(question))
        return true;
    waitlist_add(&hub->waiting, &question->waiter,
                 loop_now_ms(hub->loop) + hold_ms);
    for (unsigned i = 0; i < question->place_count; i++)
        waitlist_join(&question->places[i].room->queue,
                      &question->places[i].wait, &question->waiter);
    if (hub->is_draining)
        room_wake(question->places[0].room);
    return false;
}

/* --- the hub ------------------------------------------------------------- */

static void on_tick(void *arg)
{
    struct hub *hub = arg;

    waitlist_expire(&hub->waiting, loop_now_ms(hub->loop));
    drop_idle_rooms(hub);
}

struct hub *hub_new(struct loop *loop, struct store *store, struct redis *redis,
                    const struct redis_address *address, size_t replay)
{
    struct hub *hub = mem_alloc(sizeof(*hub));

    hub->loop = loop;
    hub->store = store;
    hub->redis = redis;
    hub->replay = replay;
    hub->rooms = map_new();
    list_init(&hub->waking);
    list_init(&hub->idle);
    waitlist_init(&hub->waiting, loop_now_ms(loop), on_silence, hub);
    hub->subscriber =
        subscriber_new(loop, address, redis, &subscriber_events, hub);
    hub->read_retry = loop_timer_new(loop, on_read_retry, hub);
    hub->tick = loop_timer_new(loop, on_tick, hub);
    loop_timer_start(hub->tick, TICK_MS, TICK_MS);
    return hub;
}

static void free_room(struct span name, void *value, void *arg)
{
    (void)name;
    (void)arg;
    room_free(value);
}

void hub_free(struct hub *hub)
{
    if (hub == NULL)
        return;
    MUST(hub->waiting.count == 0);
    subscriber_free(hub->subscriber);
    map_each(hub->rooms, free_room, NULL);
    map_free(hub->rooms);
    loop_task_cancel(&hub->wake);
    loop_timer_free(hub->read_retry);
    loop_timer_free(hub->tick);
    mem_free(hub);
}

static void wake_room(struct span name, void *value, void *arg)
{
    (void)name;
    (void)arg;
    room_wake(value);
}

void hub_drain(struct hub *hub)
{
    hub->is_draining = true;
    map_each(hub->rooms, wake_room, NULL);
}

size_t hub_waiting(const struct hub *hub)
{
    return hub->waiting.count;
}

size_t hub_rooms(const struct hub *hub)
{
    return map_count(hub->rooms);
}

bool hub_hears(const struct hub *hub)
{
    return subscriber_hears(hub->subscriber);
}
