#include "services/feed.h"

#include <string.h>

#include "base/buf.h"
#include "base/fatal.h"
#include "base/list.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "io/json.h"
#include "model/feed_name.h"
#include "model/room.h"
#include "services/revision.h"
#include "services/subscriber.h"

#define TICK_MS   1000
#define LINGER_MS 60000
/* Kept up to date for nobody; each costs a subscription and its messages. */
#define IDLE_FEEDS 4096
/* Dropped in one turn: with two hundred messages each, about 5 ms. */
#define DROP_SLICE 256
/* A read failed while the connection is up (Redis is loading, or refuses). */
#define READ_RETRY_MS     250
#define READ_RETRY_MAX_MS 5000
/* Bytes of messages parsed and rendered per turn: about 2 ms. */
#define FILL_SLICE   ((size_t)64 * 1024)
#define CHANNEL_SIZE (ROOM_NAME_MAX + 32)

enum feed_state {
    FEED_SUBSCRIBING, /* until the confirmation nothing is known for sure */
    FEED_READING,   /* the list is being read, or will be when Redis is back */
    FEED_LIVE,      /* the tail is the truth */
    FEED_VERIFYING, /* it is, and is read once more for a strange cursor */
};

/* A message as Redis has it, kept until its turn comes. */
struct kept {
    struct list_node link;
    size_t len;
    char json[];
};

struct feed {
    struct feeds *feeds;
    char *room; /* ours */
    size_t room_len;
    uint64_t serial;
    void *owner; /* the user's */
    enum feed_state state;
    struct tail tail;
    size_t uses;
    uint64_t idle_since_ms;  /* meaningful when uses is 0 */
    struct list_node idle;   /* in feeds->idle, when uses is 0 */
    bool is_reading;         /* from asking Redis to the end of filling */
    struct store_call *read; /* store's, until its callback */
    struct list to_fill;     /* what was read and is still to be parsed */
    struct loop_task fill;
    struct list heard; /* while reading, oldest first */
    size_t heard_count;
    uint32_t reads_begun;
    uint32_t reads_done;
    uint32_t live_after; /* LIVE again after the read of this number */
    bool read_again;     /* what is being read may be too old already */
};

struct feeds {
    struct loop *loop; /* the caller's, outlives us, like the store */
    struct store *store;
    size_t replay;
    feed_fn *on_news;
    feed_fn *on_drop;
    void *arg;
    struct subscriber *subscriber;
    struct map *by_room;
    struct list idle; /* nobody uses them, longest first */
    size_t idle_count;
    uint64_t last_serial;
    struct loop_timer *tick;
    struct loop_task drop;
    struct loop_timer *read_retry;
    uint64_t retry_ms; /* the next delay */
};

static void catch_up(struct feed *feed);
static void start_read(struct feed *feed);

/* --- messages that wait -------------------------------------------------- */

static void keep(struct list *list, struct span json)
{
    struct kept *kept = mem_alloc(sizeof(*kept) + json.len);

    kept->len = json.len;
    memcpy(kept->json, json.at, json.len);
    list_push(list, &kept->link);
}

/* The oldest, the caller's to mem_free; NULL when there is none. */
static struct kept *take_kept(struct list *list)
{
    struct list_node *node = list_pop(list);

    return node != NULL ? LIST_ITEM(node, struct kept, link) : NULL;
}

static void drop_kept(struct list *list)
{
    struct kept *kept;

    while ((kept = take_kept(list)) != NULL)
        mem_free(kept);
}

static struct kept *take_heard(struct feed *feed)
{
    struct kept *kept = take_kept(&feed->heard);

    if (kept != NULL)
        feed->heard_count--;
    return kept;
}

static void forget_heard(struct feed *feed)
{
    drop_kept(&feed->heard);
    feed->heard_count = 0;
}

/* --- into the tail ------------------------------------------------------- */

/* What Redis has in a feed's list, as it goes into its tail. */
struct parsed {
    struct cursor id;
    struct tail_entry entry; /* its json is the caller's */
    bool is_revision;        /* it changes an earlier entry */
};

static bool parse_message(struct span json, struct parsed *to,
                          struct buf *rendered)
{
    struct json_message parsed;

    if (!json_parse_message(&parsed, json))
        return false;
    to->id = parsed.msg.id;
    to->is_revision = parsed.msg.kind != MESSAGE_SAID;
    to->entry.prev_seq = parsed.msg.prev_seq;
    json_add_message(rendered, &parsed.msg, &to->entry.plain_len);
    json_free_message(&parsed);
    return true;
}

/* There is nothing to leave out of it but the brace. */
static bool parse_event(struct span json, struct parsed *to,
                        struct buf *rendered)
{
    if (!json_parse_event(json, &to->id, &to->entry.prev_seq, rendered))
        return false;
    to->entry.plain_len = rendered->len - 1;
    return true;
}

static bool parse_entry(const struct feed *feed, struct span json,
                        struct parsed *to)
{
    struct buf rendered = {0};
    bool ok;

    *to = (struct parsed){0};
    ok = feed_name_is_room(feed_room(feed)) ? parse_message(json, to, &rendered)
                                            : parse_event(json, to, &rendered);
    if (!ok) {
        log_warn("message_not_understood", "len=%zu", json.len);
        return false;
    }
    to->entry.seq = to->id.seq;
    to->entry.json = buf_take(&rendered, &to->entry.len);
    return true;
}

/* Puts what was published into the tail, or finds that something is missing.
 * What changes an earlier message does so before anybody is told anything. */
static void hear(struct feed *feed, struct span json)
{
    struct parsed parsed;

    if (!parse_entry(feed, json, &parsed))
        return;
    parsed.entry.heard_ms = loop_now_ms(feed->feeds->loop);
    switch (tail_push(&feed->tail, parsed.id.epoch, &parsed.entry)) {
    case TAIL_PUSHED:
        if (parsed.is_revision)
            revision_apply(&feed->tail, &parsed.entry);
        return;
    case TAIL_KNOWN:
        break;
    case TAIL_MISSED:
    case TAIL_ALIEN:
        catch_up(feed);
        break;
    }
    mem_free(parsed.entry.json);
}

/* A message that is missing among those heard begins another read, and what
 * was heard after it waits for that one. */
static void come_alive(struct feed *feed)
{
    struct kept *kept;

    feed->state = FEED_LIVE;
    while (feed->state == FEED_LIVE && (kept = take_heard(feed)) != NULL) {
        hear(feed, (struct span){kept->json, kept->len});
        mem_free(kept);
    }
}

/* --- reading ------------------------------------------------------------- */

static void finish_read(struct feed *feed)
{
    const bool again = feed->read_again;

    feed->is_reading = false;
    feed->read_again = false;
    feed->reads_done = feed->reads_begun;
    if (feed->state != FEED_SUBSCRIBING && feed->reads_done >= feed->live_after)
        come_alive(feed);
    if (again && !feed->is_reading)
        feed_verify(feed);
    feed->feeds->on_news(feed, feed->feeds->arg);
}

/* Whatever stands in the list, the tail stays in order. */
static void fill_one(struct feed *feed, struct span json)
{
    struct tail *tail = &feed->tail;
    struct parsed parsed;

    if (!parse_entry(feed, json, &parsed))
        return;
    if (parsed.id.epoch == tail->newest.epoch &&
        (tail->count == 0 ||
         parsed.id.seq > tail_at(tail, tail->count - 1)->seq))
        tail_fill(tail, parsed.id.epoch, &parsed.entry);
    else
        mem_free(parsed.entry.json);
}

/* One slice of what was read. */
static void on_fill(struct loop_task *task)
{
    struct feed *feed = LIST_ITEM(task, struct feed, fill);
    struct kept *kept;
    size_t len = 0;

    while (len < FILL_SLICE && (kept = take_kept(&feed->to_fill)) != NULL) {
        len += kept->len;
        fill_one(feed, (struct span){kept->json, kept->len});
        mem_free(kept);
    }
    if (list_is_empty(&feed->to_fill))
        finish_read(feed);
    else
        loop_task_start(feed->feeds->loop, &feed->fill, on_fill);
}

/* What the tail had is replaced. */
static void start_fill(struct feed *feed, const struct store_room *read)
{
    tail_restart(&feed->tail, read->newest);
    for (size_t i = 0; i < read->count; i++)
        keep(&feed->to_fill, store_room_message(read, i));
    on_fill(&feed->fill);
}

/* Later each time, for all feeds that could not be read. */
static void retry_later(struct feeds *feeds)
{
    loop_timer_start(feeds->read_retry, feeds->retry_ms, 0);
    feeds->retry_ms = feeds->retry_ms * 2 < READ_RETRY_MAX_MS
                          ? feeds->retry_ms * 2
                          : READ_RETRY_MAX_MS;
}

static void on_read(void *arg, const struct store_room *read)
{
    struct feed *feed = arg;
    const struct cursor *newest = &feed->tail.newest;

    feed->read = NULL;
    if (read == NULL) {
        /* Again when the connection is back, or a little later. */
        feed->is_reading = false;
        if (feed->state == FEED_VERIFYING)
            feed->state = FEED_READING;
        retry_later(feed->feeds);
    } else if (read->newest.epoch == newest->epoch &&
               read->newest.seq == newest->seq) {
        finish_read(feed); /* we had it all, and it came without messages */
    } else {
        /* While it fills, the tail is not the truth. */
        if (feed->state == FEED_VERIFYING)
            feed->state = FEED_READING;
        start_fill(feed, read);
    }
}

/* Reads the room, now or, if a read is under way, after it. */
static void start_read(struct feed *feed)
{
    feed->read_again = feed->is_reading;
    if (feed->is_reading)
        return;
    feed->is_reading = true;
    feed->reads_begun++;
    feed->read = store_read(feed->feeds->store, feed_room(feed),
                            feed->tail.newest, on_read, feed);
}

/* What we have is not the truth, and only a read that begins now is. */
static void catch_up(struct feed *feed)
{
    feed->state = FEED_READING;
    feed->live_after = feed->reads_begun + 1;
    start_read(feed);
}

uint32_t feed_verify(struct feed *feed)
{
    const uint32_t ticket = feed->reads_begun + 1;

    if (feed->state == FEED_LIVE)
        feed->state = FEED_VERIFYING;
    /* Before the confirmation a read says nothing; one follows it. */
    if (feed->state != FEED_SUBSCRIBING)
        start_read(feed);
    return ticket;
}

bool feed_is_verified(const struct feed *feed, uint32_t ticket)
{
    return feed->reads_done >= ticket && feed_is_known(feed);
}

/* --- what the subscriber says -------------------------------------------- */

static struct feed *feed_of_channel(struct feeds *feeds, struct span channel)
{
    struct span room = store_channel_room(channel);

    return room.at != NULL ? map_get(feeds->by_room, room) : NULL;
}

static void on_confirmed(void *arg, struct span channel)
{
    struct feed *feed = feed_of_channel(arg, channel);

    /* A read that began before the confirmation says nothing. */
    if (feed != NULL && feed->state == FEED_SUBSCRIBING)
        catch_up(feed);
}

static void on_message(void *arg, struct span channel, struct span payload)
{
    struct feed *feed = feed_of_channel(arg, channel);

    /* Before the confirmation nothing can be put in its place; the read after
     * it will bring it. */
    if (feed == NULL || feed->state == FEED_SUBSCRIBING)
        return;
    if (feed->state == FEED_LIVE) {
        hear(feed, payload);
        feed->feeds->on_news(feed, feed->feeds->arg);
    } else if (feed->heard_count < feed->feeds->replay) {
        keep(&feed->heard, payload);
        feed->heard_count++;
    } else {
        /* The list has moved on by its whole length meanwhile, and the next
         * read brings all of it: a flood is followed read by read. */
        forget_heard(feed);
        catch_up(feed);
    }
}

static void lose(struct feed *feed, void *arg)
{
    (void)arg;
    feed->state = FEED_SUBSCRIBING;
    forget_heard(feed);
}

static void on_lost(void *arg)
{
    feeds_each(arg, lose, NULL);
}

static const struct subscriber_events subscriber_events = {
    .on_confirmed = on_confirmed, .on_message = on_message, .on_lost = on_lost};

static void read_if_due(struct feed *feed, void *arg)
{
    (void)arg;
    if (feed->state == FEED_READING && !feed->is_reading)
        start_read(feed);
}

static void on_read_retry(void *arg)
{
    feeds_each(arg, read_if_due, NULL);
}

void feeds_on_redis_up(struct feeds *feeds)
{
    feeds->retry_ms = READ_RETRY_MS;
    on_read_retry(feeds);
}

/* --- a feed's life ------------------------------------------------------- */

static struct span channel_of(char channel[CHANNEL_SIZE],
                              const struct feed *feed)
{
    size_t len = store_channel(channel, CHANNEL_SIZE, feed_room(feed));

    return (struct span){channel, len};
}

static struct feed *feed_new(struct feeds *feeds, struct span room)
{
    struct feed *feed = mem_alloc(sizeof(*feed));
    char channel[CHANNEL_SIZE];

    feed->feeds = feeds;
    feed->room = mem_copy(room.at, room.len);
    feed->room_len = room.len;
    feed->serial = ++feeds->last_serial;
    feed->state = FEED_SUBSCRIBING;
    tail_init(&feed->tail, feeds->replay);
    list_init(&feed->heard);
    list_init(&feed->to_fill);
    map_set(feeds->by_room, room, feed);
    subscriber_add(feeds->subscriber, channel_of(channel, feed));
    return feed;
}

/* Everything but the entry in the map and the subscription. */
static void feed_free(struct feed *feed)
{
    MUST(feed->uses == 0 && feed->owner == NULL);
    if (feed->read != NULL)
        store_cancel(feed->read);
    loop_task_cancel(&feed->fill);
    drop_kept(&feed->to_fill);
    forget_heard(feed);
    list_remove(&feed->idle);
    tail_fini(&feed->tail);
    mem_free(feed->room);
    mem_free(feed);
}

struct feed *feeds_use(struct feeds *feeds, struct span room)
{
    struct feed *feed = map_get(feeds->by_room, room);

    if (feed == NULL)
        feed = feed_new(feeds, room);
    if (list_node_is_linked(&feed->idle)) {
        list_remove(&feed->idle);
        feeds->idle_count--;
    }
    feed->uses++;
    return feed;
}

void feed_unuse(struct feed *feed)
{
    if (--feed->uses > 0)
        return;
    feed->idle_since_ms = loop_now_ms(feed->feeds->loop);
    list_push(&feed->feeds->idle, &feed->idle);
    feed->feeds->idle_count++;
}

static bool is_to_drop(const struct feed *feed)
{
    const struct feeds *feeds = feed->feeds;

    return feeds->idle_count > IDLE_FEEDS ||
           loop_now_ms(feeds->loop) - feed->idle_since_ms >= LINGER_MS;
}

static void drop(struct feed *feed)
{
    struct feeds *feeds = feed->feeds;
    char channel[CHANNEL_SIZE];

    feeds->idle_count--;
    feeds->on_drop(feed, feeds->arg);
    subscriber_remove(feeds->subscriber, channel_of(channel, feed));
    map_remove(feeds->by_room, feed_room(feed));
    feed_free(feed);
}

/* One slice: tens of thousands may have become idle together. */
static void on_drop_task(struct loop_task *task)
{
    struct feeds *feeds = LIST_ITEM(task, struct feeds, drop);

    for (int i = 0; i < DROP_SLICE; i++) {
        struct list_node *node = list_first(&feeds->idle);

        if (node == NULL || !is_to_drop(LIST_ITEM(node, struct feed, idle)))
            return;
        drop(LIST_ITEM(node, struct feed, idle));
    }
    loop_task_start(feeds->loop, task, on_drop_task);
}

static void on_tick(void *arg)
{
    struct feeds *feeds = arg;

    loop_task_start(feeds->loop, &feeds->drop, on_drop_task);
}

void *feed_get_owner(const struct feed *feed)
{
    return feed->owner;
}

void feed_set_owner(struct feed *feed, void *owner)
{
    feed->owner = owner;
}

struct span feed_room(const struct feed *feed)
{
    return (struct span){feed->room, feed->room_len};
}

uint64_t feed_serial(const struct feed *feed)
{
    return feed->serial;
}

const struct tail *feed_tail(const struct feed *feed)
{
    return &feed->tail;
}

bool feed_is_known(const struct feed *feed)
{
    /* What was heard meanwhile is news that the tail does not have yet. */
    return feed->state == FEED_LIVE ||
           (feed->state == FEED_VERIFYING && feed->heard_count == 0);
}

bool feed_is_whole(const struct feed *feed)
{
    return list_is_empty(&feed->to_fill);
}

/* --- all of them --------------------------------------------------------- */

struct feeds *feeds_new(struct loop *loop, struct store *store,
                        struct redis *redis,
                        const struct redis_address *address, size_t replay)
{
    struct feeds *feeds = mem_alloc(sizeof(*feeds));

    feeds->loop = loop;
    feeds->store = store;
    feeds->replay = replay;
    feeds->retry_ms = READ_RETRY_MS;
    feeds->by_room = map_new();
    list_init(&feeds->idle);
    feeds->subscriber = subscriber_new(loop, address, "holdline-subscriber",
                                       redis, &subscriber_events, feeds);
    feeds->read_retry = loop_timer_new(loop, on_read_retry, feeds);
    feeds->tick = loop_timer_new(loop, on_tick, feeds);
    loop_timer_start(feeds->tick, TICK_MS, TICK_MS);
    return feeds;
}

void feeds_on_news(struct feeds *feeds, feed_fn *on_news, feed_fn *on_drop,
                   void *arg)
{
    feeds->on_drop = on_drop;
    feeds->on_news = on_news;
    feeds->arg = arg;
}

static void free_each(struct feed *feed, void *arg)
{
    (void)arg;
    feed_free(feed);
}

void feeds_free(struct feeds *feeds)
{
    if (feeds == NULL)
        return;
    subscriber_free(feeds->subscriber);
    feeds_each(feeds, free_each, NULL);
    map_free(feeds->by_room);
    loop_task_cancel(&feeds->drop);
    loop_timer_free(feeds->read_retry);
    loop_timer_free(feeds->tick);
    mem_free(feeds);
}

/* What map_each carries to each feed. */
struct each {
    feed_fn *fn;
    void *arg;
};

static void call_each(struct span room, void *value, void *arg)
{
    const struct each *each = arg;

    (void)room;
    each->fn(value, each->arg);
}

void feeds_each(struct feeds *feeds, feed_fn *each, void *arg)
{
    map_each(feeds->by_room, call_each, &(struct each){each, arg});
}

size_t feeds_count(const struct feeds *feeds)
{
    return map_count(feeds->by_room);
}

bool feeds_hear(const struct feeds *feeds)
{
    return subscriber_hears(feeds->subscriber);
}
