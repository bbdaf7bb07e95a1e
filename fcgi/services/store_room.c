/* store_room.c -- what Redis knows of rooms besides what is said: how much of
 * them is unread, and which are active (store.h). */
#include "services/store_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "active.lua.h"
#include "base/clock.h"
#include "base/mem.h"
#include "unread.lua.h"

#define ACTIVE_KEY "holdline:rooms:active"
/* Two keys and two numbers each. */
#define UNREAD_ROOMS  100
#define UNREAD_FIELDS 3

/* --- how much is unread -------------------------------------------------- */

/* Rooms are asked about some at a time, so that nobody waits for all of them. */
struct unread {
    struct store_call call; /* first: what store_cancel is given */
    struct store *store;
    struct store_unread *rooms; /* the caller's */
    size_t count;
    size_t done;
};

static void ask_unread(struct unread *unread);

static size_t batch_of(const struct unread *unread)
{
    const size_t left = unread->count - unread->done;

    return left < UNREAD_ROOMS ? left : UNREAD_ROOMS;
}

static void take(struct store_unread *room, const struct redis_reply *reply,
                 size_t at)
{
    const struct span sent_at = redis_reply_text(redis_reply_at(reply, at + 2));

    room->count = (uint64_t)redis_reply_number(redis_reply_at(reply, at));
    room->is_more = redis_reply_number(redis_reply_at(reply, at + 1)) != 0;
    snprintf(room->active_at, sizeof(room->active_at), "%.*s", (int)sent_at.len,
             sent_at.at);
}

static void finish_unread(struct unread *unread, enum store_result result)
{
    store_number_fn *on_done = unread->call.on_done.number;
    void *done_arg = unread->call.arg;
    const int64_t count = (int64_t)unread->done;

    mem_free(unread);
    on_done(done_arg, result, count);
}

static void on_unread(void *arg, const struct redis_reply *reply)
{
    struct unread *unread = arg;
    const size_t batch = batch_of(unread);

    unread->call.command = NULL;
    if (!store_is_usable(reply) ||
        redis_reply_count(reply) != UNREAD_FIELDS * batch) {
        finish_unread(unread, STORE_UNAVAILABLE);
        return;
    }
    for (size_t i = 0; i < batch; i++)
        take(&unread->rooms[unread->done + i], reply, UNREAD_FIELDS * i);
    unread->done += batch;
    if (unread->done < unread->count)
        ask_unread(unread);
    else
        finish_unread(unread, STORE_OK);
}

static void ask_unread(struct unread *unread)
{
    const size_t batch = batch_of(unread);
    char keys[2 * UNREAD_ROOMS][KEY_SIZE];
    char seqs[UNREAD_ROOMS][NUMBER_SIZE];
    char epochs[UNREAD_ROOMS][NUMBER_SIZE];
    struct span words[4 * UNREAD_ROOMS];

    for (size_t i = 0; i < batch; i++) {
        const struct store_unread *room = &unread->rooms[unread->done + i];

        words[2 * i] =
            store_room_key(keys[2 * i], room->room, ":head", span_of(""));
        words[2 * i + 1] =
            store_room_key(keys[2 * i + 1], room->room, ":log", span_of(""));
        snprintf(epochs[i], NUMBER_SIZE, "%" PRIx64, room->read.epoch);
        words[2 * batch + 2 * i] = span_of(epochs[i]);
        words[2 * batch + 2 * i + 1] =
            store_number(seqs[i], (int64_t)room->read.seq);
    }
    unread->call.command =
        redis_eval(unread->store->redis, &unread_script, 2 * batch,
                   (struct redis_words){words, 4 * batch}, on_unread, unread);
}

struct store_call *store_unread(struct store *store, struct store_unread *rooms,
                                size_t count, store_number_fn *on_done,
                                void *arg)
{
    struct unread *unread = mem_alloc(sizeof(*unread));

    unread->call.on_done.number = on_done;
    unread->call.arg = arg;
    unread->store = store;
    unread->rooms = rooms;
    unread->count = count;
    ask_unread(unread);
    return &unread->call;
}

/* --- which are active ---------------------------------------------------- */

static void on_noted(void *arg, const struct redis_reply *reply)
{
    (void)arg;
    store_is_usable(reply);
}

void store_rooms_active(struct store *store, const struct span *rooms,
                        size_t count)
{
    struct span words[3 + STORE_ACTIVE_MAX];
    char now[NUMBER_SIZE];
    char kept[NUMBER_SIZE];

    words[0] = span_of(ACTIVE_KEY);
    words[1] = store_number(now, (int64_t)clock_wall_ms());
    words[2] = store_number(kept, STORE_ACTIVE_KEPT);
    memcpy(&words[3], rooms, count * sizeof(*rooms));
    redis_eval(store->redis, &active_script, 1,
               (struct redis_words){words, 3 + count}, on_noted, NULL);
}

static void on_active(void *arg, const struct redis_reply *reply)
{
    struct store_call *call = arg;
    store_list_fn *on_done = call->on_done.list;
    void *done_arg = call->arg;

    mem_free(call);
    if (store_is_usable(reply))
        on_done(done_arg, reply, redis_reply_count(reply) / 2);
    else
        on_done(done_arg, NULL, 0);
}

struct store_call *store_rooms_list(struct store *store, size_t count,
                                    store_list_fn *on_done, void *arg)
{
    struct store_call *call = mem_alloc(sizeof(*call));
    char last[NUMBER_SIZE];

    call->on_done.list = on_done;
    call->arg = arg;
    call->command = redis_send(
        store->redis,
        REDIS_WORDS(span_of("ZREVRANGE"), span_of(ACTIVE_KEY), span_of("0"),
                    store_number(last, (int64_t)count - 1),
                    span_of("WITHSCORES")),
        on_active, call);
    return call;
}

struct store_active store_rooms_listed(const struct redis_reply *reply,
                                       size_t index)
{
    char text[NUMBER_SIZE];
    struct store_active active = {
        .room = redis_reply_text(redis_reply_at(reply, 2 * index))};
    const struct span score =
        redis_reply_text(redis_reply_at(reply, 2 * index + 1));

    snprintf(text, sizeof(text), "%.*s", (int)score.len, score.at);
    active.at_ms = strtoull(text, NULL, 10);
    return active;
}
