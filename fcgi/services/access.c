#include "services/access.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/dice.h"
#include "base/fatal.h"
#include "base/map.h"
#include "base/mem.h"
#include "services/access_sql.h"

#define CHANNEL "holdline:rooms"
/* Rooms that are remembered though nothing waits for them or watches them. */
#define ROOMS_MAX 10000
/* Looked at in one go to find one that may be forgotten. */
#define FORGET_TRIES 8
/* How often what others did not tell any more is looked for, and SQL is tried
 * again. */
#define SWEEP_MS 500
/* So long what was read is believed while nobody would tell us. */
#define DEAF_MS 1000

/* What is known of a room.
 *
 *     (asked for) --> queued --> loading --> known --told--> stale --.
 *                        ^                                           |
 *                        '------------- when it is used or watched --'
 *
 * Told while it is loading: what comes may be from before that, and it is queued
 * once more. */
struct access_room {
    struct access *access;
    struct list_node link;     /* in access->by_use */
    struct list_node load;     /* in access->queued */
    struct list watches;       /* struct access_watch, their owners' */
    struct access_rules rules; /* ours; all zeros until it is known */
    uint64_t read_at_ms;       /* when that was asked for */
    bool is_closed;
    bool is_known;
    bool is_stale;
    bool is_changed; /* and for sure: somebody said so */
    bool is_loading;
    bool is_told;    /* while loading */
    bool is_telling; /* its watches are being told */
    size_t name_len;
    char name[];
};

struct access {
    struct loop *loop; /* the caller's, like the next two, and outlive us */
    struct sql *sql;
    struct redis *redis;
    struct map *rooms;  /* struct access_room, ours */
    struct list by_use; /* all of them, the longest unused first */
    struct list queued; /* to be loaded */
    struct loop_timer *sweep;
    struct sql_job *loading; /* sql's, until its callback */
    struct access_room
        *under_way[ACCESS_LOAD_MAX]; /* that it loads, in order */
    size_t under_way_count;
    bool is_failing; /* the last load did not succeed */
    bool hears;      /* what is told */

    /* One sweep: changes are found, told, and when all are told forgotten. */
    struct sql_job *sweeping;       /* sql's, until its callback */
    struct access_changes *changes; /* ours, while they are being told */
    size_t untold;
    bool is_untellable; /* Redis did not take one */
    bool sweep_again;
};

/* --- rooms --------------------------------------------------------------- */

static struct span name_of(const struct access_room *room)
{
    return (struct span){room->name, room->name_len};
}

static bool is_in_use(const struct access_room *room)
{
    return room->is_loading || room->is_telling ||
           list_node_is_linked(&room->load) || !list_is_empty(&room->watches);
}

static void forget(struct access_room *room)
{
    MUST(!is_in_use(room));
    map_remove(room->access->rooms, name_of(room));
    list_remove(&room->link);
    access_rules_fini(&room->rules);
    mem_free(room);
}

static void forget_unused(struct access_room *room)
{
    if (!is_in_use(room))
        forget(room);
}

static void forget_old(struct access *access)
{
    for (int i = 0; i < FORGET_TRIES && map_count(access->rooms) >= ROOMS_MAX;
         i++) {
        struct list_node *node = list_pop(&access->by_use);

        MUST(node != NULL);
        list_push(&access->by_use, node);
        forget_unused(LIST_ITEM(node, struct access_room, link));
    }
}

static struct access_room *use(struct access *access, struct span name)
{
    struct access_room *room = map_get(access->rooms, name);

    if (room == NULL) {
        MUST(name.len <= ROOM_NAME_MAX);
        forget_old(access);
        room = mem_alloc(sizeof(*room) + name.len + 1);
        room->access = access;
        room->is_closed = room_is_closed(name);
        room->name_len = name.len;
        memcpy(room->name, name.at, name.len);
        list_init(&room->watches);
        map_set(access->rooms, name, room);
    }
    list_remove(&room->link);
    list_push(&access->by_use, &room->link);
    return room;
}

/* Tells those who watch it now, each of whom may do anything. */
static void announce(struct access_room *room)
{
    struct list untold;
    struct list_node *node;

    list_init(&untold);
    list_move_all(&untold, &room->watches);
    room->is_telling = true;
    while ((node = list_pop(&untold)) != NULL) {
        struct access_watch *watch = LIST_ITEM(node, struct access_watch, link);

        list_push(&room->watches, node);
        watch->on_change(watch);
    }
    room->is_telling = false;
}

/* --- loading ------------------------------------------------------------- */

static void on_loaded(void *arg, enum sql_result result, void *data);

/* One job at a time, of as many rooms as it takes: who comes meanwhile waits for
 * the next, and a herd that asks for thousands of rooms does not fill the queue
 * that others use. */
static void load_some(struct access *access)
{
    struct access_load *load;
    struct list_node *node;

    if (access->loading != NULL || list_is_empty(&access->queued))
        return;
    load = mem_alloc(sizeof(*load));
    load->now = (int64_t)clock_wall_ms();
    while (load->count < ACCESS_LOAD_MAX &&
           (node = list_pop(&access->queued)) != NULL) {
        struct access_room *room = LIST_ITEM(node, struct access_room, load);

        room->is_loading = true;
        room->is_told = false;
        room->read_at_ms = loop_now_ms(access->loop);
        access->under_way[load->count] = room;
        memcpy(load->rooms[load->count].name, room->name, room->name_len);
        load->count++;
    }
    access->under_way_count = load->count;
    access->loading =
        sql_start(access->sql, &access_sql_load, load, on_loaded, access);
}

/* While SQL fails, it is tried by the sweep only. */
static void queue(struct access_room *room)
{
    struct access *access = room->access;

    if (room->is_loading || list_node_is_linked(&room->load))
        return;
    list_push(&access->queued, &room->load);
    if (!access->is_failing)
        load_some(access);
}

static void take(struct access_room *room, struct access_rules *rules)
{
    room->is_loading = false;
    access_rules_fini(&room->rules);
    room->rules = *rules;
    *rules = (struct access_rules){0};
    room->is_known = true;
    room->is_stale = room->is_told;
    if (room->is_told) {
        queue(room);
        return;
    }
    room->is_changed = false;
    announce(room);
}

static void put_back(struct access_room *room)
{
    room->is_loading = false;
    list_push_front(&room->access->queued, &room->load);
}

/* Those who wait are told, and tried for again as long as they do. */
static void fail(struct access *access)
{
    LIST_FOREACH(node, &access->queued) {
        struct access_room *room = LIST_ITEM(node, struct access_room, load);

        announce(room);
        if (list_is_empty(&room->watches))
            list_remove(&room->load);
    }
}

static void on_loaded(void *arg, enum sql_result result, void *data)
{
    struct access *access = arg;
    struct access_load *load = data;
    struct access_room *rooms[ACCESS_LOAD_MAX];
    const size_t count = access->under_way_count;

    for (size_t i = 0; i < count; i++)
        rooms[i] = access->under_way[i];
    access->loading = NULL;
    access->under_way_count = 0;
    access->is_failing = result != SQL_OK;
    for (size_t i = 0; i < count; i++) {
        if (access->is_failing)
            put_back(rooms[i]);
        else
            take(rooms[i], &load->rooms[i].rules);
    }
    if (access->is_failing)
        fail(access);
    else
        load_some(access);
}

/* --- what has changed ---------------------------------------------------- */

static void doubt(struct access_room *room)
{
    room->is_stale = true;
    if (room->is_loading)
        room->is_told = true;
    else if (!list_is_empty(&room->watches))
        queue(room);
}

static void hear(struct access *access, struct span name)
{
    struct access_room *room = map_get(access->rooms, name);

    if (room == NULL)
        return;
    room->is_changed = true;
    doubt(room);
}

static void doubt_all(struct access *access)
{
    LIST_FOREACH(node, &access->by_use)
        doubt(LIST_ITEM(node, struct access_room, link));
}

static void on_heard(void *arg)
{
    struct access *access = arg;

    access->hears = true;
    doubt_all(access);
}

static void on_notice(void *arg, struct span payload)
{
    hear(arg, payload);
}

/* What is watched is read again when we hear again; nothing is told in the
 * rooms until then. */
static void on_lost(void *arg)
{
    struct access *access = arg;

    access->hears = false;
    LIST_FOREACH(node, &access->by_use)
        LIST_ITEM(node, struct access_room, link)->is_stale = true;
}

static const struct notices_events notices_events = {
    .on_heard = on_heard, .on_notice = on_notice, .on_lost = on_lost};

/* --- telling ------------------------------------------------------------- */

static void sweep(struct access *access);

static void on_forgotten(void *arg, enum sql_result result, void *data)
{
    struct access *access = arg;

    (void)result; /* they are told once more */
    (void)data;
    access->sweeping = NULL;
    if (access->sweep_again)
        sweep(access);
}

static void on_published(void *arg, const struct redis_reply *reply)
{
    struct access *access = arg;
    struct access_changes *changes = access->changes;

    if (reply == NULL || redis_reply_kind(reply) != REDIS_NUMBER)
        access->is_untellable = true;
    if (--access->untold > 0)
        return;
    access->changes = NULL;
    if (access->is_untellable)
        mem_free(changes);
    else
        access->sweeping = sql_start(access->sql, &access_sql_told, changes,
                                     on_forgotten, access);
}

static void publish(struct access *access, struct span room,
                    redis_reply_fn *on_reply)
{
    redis_send(access->redis,
               REDIS_WORDS(span_of("PUBLISH"), span_of(CHANNEL), room),
               on_reply, access);
}

static void on_changes(void *arg, enum sql_result result, void *data)
{
    struct access *access = arg;
    const struct access_changes *changes = data;

    access->sweeping = NULL;
    if (result != SQL_OK || changes->count == 0) {
        if (result == SQL_OK && access->sweep_again)
            sweep(access);
        return;
    }
    access->changes = mem_alloc(sizeof(*access->changes));
    *access->changes = *changes;
    access->untold = changes->count;
    access->is_untellable = false;
    if (changes->count == ACCESS_LOAD_MAX)
        access->sweep_again = true;
    for (size_t i = 0; i < changes->count; i++)
        publish(access, span_of(changes->at[i].name), on_published);
}

static void sweep(struct access *access)
{
    access->sweep_again = access->sweeping != NULL || access->changes != NULL;
    if (!access->sweep_again)
        access->sweeping = sql_start(access->sql, &access_sql_changes,
                                     mem_alloc(sizeof(struct access_changes)),
                                     on_changes, access);
}

static void on_told(void *arg, const struct redis_reply *reply)
{
    (void)arg; /* if Redis did not take it, a sweep tells it later */
    (void)reply;
}

void access_tell(struct access *access, struct span room)
{
    hear(access, room);
    publish(access, room, on_told);
    sweep(access);
}

static void on_sweep(void *arg)
{
    struct access *access = arg;

    load_some(access);
    sweep(access);
}

/* --- judging ------------------------------------------------------------- */

static bool is_believed(const struct access_room *room)
{
    const struct access *access = room->access;

    return room->is_known && !room->is_stale &&
           (access->hears ||
            loop_now_ms(access->loop) < room->read_at_ms + DEAF_MS);
}

/* Somebody without an account is in no closed room. */
static bool is_stranger(struct span person)
{
    return person.at != NULL && person_account(person) == 0;
}

/* Who reads a public room need not wait when it is only not known for sure
 * whether it has changed. */
static bool has_to_wait(const struct access_room *room, enum access_wish wish)
{
    return room->is_closed || !room->is_known || room->is_changed ||
           wish == ACCESS_POST;
}

static enum access_verdict judge(struct access_room *room, struct span person,
                                 enum access_wish wish, int64_t *until)
{
    const bool is_sure = is_believed(room);
    const bool is_failing = room->access->is_failing;

    if (room->is_closed && is_stranger(person))
        return ACCESS_NOT_FOUND;
    if (!is_sure)
        queue(room);
    if (!is_sure && !is_failing && has_to_wait(room, wish))
        return ACCESS_LOADING;
    if (!is_sure && room->is_closed)
        return ACCESS_UNAVAILABLE;
    return access_rules_judge(
        &room->rules, person, wish,
        room->rules.sanction_count > 0 ? (int64_t)clock_wall_ms() : 0, until);
}

enum access_verdict access_judge(struct access *access, struct span room,
                                 struct span person, enum access_wish wish)
{
    int64_t until;

    return judge(use(access, room), person, wish, &until);
}

unsigned access_wait_s(struct access *access, struct span room,
                       struct span person)
{
    const int64_t now = (int64_t)clock_wall_ms();
    int64_t until = now;

    judge(use(access, room), person, ACCESS_POST, &until);
    return until > now ? (unsigned)((until - now + 999) / 1000) : 0;
}

void access_watch(struct access *access, struct access_watch *watch,
                  struct span room, access_watch_fn *on_change)
{
    MUST(watch->room == NULL);
    watch->room = use(access, room);
    watch->on_change = on_change;
    list_push(&watch->room->watches, &watch->link);
}

void access_unwatch(struct access_watch *watch)
{
    list_remove(&watch->link);
    watch->room = NULL;
}

enum access_verdict access_watch_judge(const struct access_watch *watch,
                                       struct span person,
                                       enum access_wish wish)
{
    int64_t until;

    return judge(watch->room, person, wish, &until);
}

struct span access_watch_room(const struct access_watch *watch)
{
    return name_of(watch->room);
}

/* --- asking once --------------------------------------------------------- */

struct access_call {
    struct access_watch watch;
    struct loop_task later;
    enum access_wish wish;
    access_fn *on_judged;
    void *arg;
    char person[PERSON_SIZE];
};

static void answer_if_known(struct access_call *call)
{
    const enum access_verdict verdict =
        access_watch_judge(&call->watch, span_of(call->person), call->wish);
    access_fn *on_judged = call->on_judged;
    void *arg = call->arg;

    if (verdict == ACCESS_LOADING)
        return;
    access_cancel(call);
    on_judged(arg, verdict);
}

static void on_change(struct access_watch *watch)
{
    answer_if_known(LIST_ITEM(watch, struct access_call, watch));
}

static void on_later(struct loop_task *task)
{
    answer_if_known(LIST_ITEM(task, struct access_call, later));
}

struct access_call *access_open(struct access *access, struct span room,
                                struct span person, enum access_wish wish,
                                access_fn *on_judged, void *arg)
{
    struct access_call *call = mem_alloc(sizeof(*call));

    call->wish = wish;
    call->on_judged = on_judged;
    call->arg = arg;
    snprintf(call->person, sizeof(call->person), "%.*s", (int)person.len,
             person.at);
    access_watch(access, &call->watch, room, on_change);
    loop_task_start(access->loop, &call->later, on_later);
    return call;
}

void access_cancel(struct access_call *call)
{
    loop_task_cancel(&call->later);
    access_unwatch(&call->watch);
    mem_free(call);
}

/* --- its life ------------------------------------------------------------ */

struct access *access_new(struct loop *loop, struct sql *sql,
                          struct redis *redis, struct notices *notices)
{
    struct access *access = mem_alloc(sizeof(*access));

    access->loop = loop;
    access->sql = sql;
    access->redis = redis;
    access->rooms = map_new();
    list_init(&access->by_use);
    list_init(&access->queued);
    access->sweep = loop_timer_new(loop, on_sweep, access);
    loop_timer_start(access->sweep, dice_shorten(SWEEP_MS), SWEEP_MS);
    notices_listen(notices, span_of(CHANNEL), &notices_events, access);
    return access;
}

void access_free(struct access *access)
{
    struct list_node *node;

    if (access == NULL)
        return;
    if (access->loading != NULL)
        sql_cancel(access->loading);
    if (access->sweeping != NULL)
        sql_cancel(access->sweeping);
    for (size_t i = 0; i < access->under_way_count; i++)
        access->under_way[i]->is_loading = false;
    LIST_FOREACH(queued, &access->queued)
        list_remove(queued);
    while ((node = list_first(&access->by_use)) != NULL)
        forget(LIST_ITEM(node, struct access_room, link));
    loop_timer_free(access->sweep);
    map_free(access->rooms);
    mem_free(access->changes);
    mem_free(access);
}
