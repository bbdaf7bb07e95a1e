#include "services/store_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/fatal.h"
#include "base/log.h"
#include "base/mem.h"
#include "read.lua.h"

struct store *store_new(struct redis *redis, struct store_rules rules)
{
    struct store *store = mem_alloc(sizeof(*store));

    store->redis = redis;
    store->lines = map_new();
    store->rules = rules;
    snprintf(store->replay, sizeof(store->replay), "%zu", rules.replay);
    return store;
}

void store_free(struct store *store)
{
    if (store == NULL)
        return;
    store_drop_lines(store);
    map_free(store->lines);
    mem_free(store);
}

void store_on_said(struct store *store, store_said_fn *on_said, void *arg)
{
    store->on_said = on_said;
    store->on_said_arg = arg;
}

void store_cancel(struct store_call *call)
{
    if (call->post != NULL)
        store_post_cancel(call->post);
    else
        redis_cancel(call->command);
    mem_free(call);
}

static char *put(char *to, struct span text)
{
    memcpy(to, text.at, text.len);
    return to + text.len;
}

struct span store_room_key(char key[KEY_SIZE], struct span room,
                           const char *suffix, struct span name)
{
    char *end = put(key, span_of(PREFIX "{"));

    MUST(room.len <= ROOM_NAME_MAX && name.len <= CLIENT_ID_MAX);
    end = put(end, room);
    *end++ = '}';
    end = put(end, span_of(suffix));
    end = put(end, name);
    return (struct span){key, (size_t)(end - key)};
}

bool store_is_usable(const struct redis_reply *reply)
{
    if (reply == NULL)
        return false;
    if (redis_reply_kind(reply) != REDIS_ERROR)
        return true;
    log_warn("redis_refused", "error=%s", log_quote(redis_reply_text(reply)));
    return false;
}

/* --- numbers ------------------------------------------------------------- */

struct span store_number(char text[NUMBER_SIZE], int64_t value)
{
    snprintf(text, NUMBER_SIZE, "%" PRId64, value);
    return span_of(text);
}

struct store_call *store_number_call(store_number_fn *on_done, void *arg)
{
    struct store_call *call = mem_alloc(sizeof(*call));

    call->on_done.number = on_done;
    call->arg = arg;
    return call;
}

void store_on_number(void *arg, const struct redis_reply *reply)
{
    struct store_call *call = arg;
    store_number_fn *on_done = call->on_done.number;
    void *done_arg = call->arg;

    mem_free(call);
    if (store_is_usable(reply) && redis_reply_kind(reply) == REDIS_NUMBER)
        on_done(done_arg, STORE_OK, redis_reply_number(reply));
    else
        on_done(done_arg, STORE_UNAVAILABLE, 0);
}

/* --- rooms --------------------------------------------------------------- */

/* "{epoch, seq, ...}" of read.lua. */
static bool read_head(const struct redis_reply *reply, struct store_room *room)
{
    char text[CURSOR_TEXT_SIZE];
    struct span epoch;
    struct span seq;

    if (redis_reply_count(reply) < 2)
        return false;
    epoch = redis_reply_text(redis_reply_at(reply, 0));
    seq = redis_reply_text(redis_reply_at(reply, 1));
    snprintf(text, sizeof(text), "%.*s-%.*s", (int)epoch.len, epoch.at,
             (int)seq.len, seq.at);
    room->reply = reply;
    room->count = redis_reply_count(reply) - 2;
    return cursor_parse(span_of(text), &room->newest);
}

static void on_read_reply(void *arg, const struct redis_reply *reply)
{
    struct store_call *call = arg;
    store_read_fn *on_done = call->on_done.read;
    void *done_arg = call->arg;
    struct store_room room;

    mem_free(call);
    if (store_is_usable(reply) && read_head(reply, &room))
        on_done(done_arg, &room);
    else
        on_done(done_arg, NULL);
}

struct span store_room_message(const struct store_room *room, size_t index)
{
    return redis_reply_text(redis_reply_at(room->reply, index + 2));
}

struct store_call *store_read(struct store *store, struct span room,
                              struct cursor known, store_read_fn *on_done,
                              void *arg)
{
    struct store_call *call = mem_alloc(sizeof(*call));
    char head[KEY_SIZE];
    char log[KEY_SIZE];
    char epoch[20];
    char seq[24];

    snprintf(epoch, sizeof(epoch), "%" PRIx64, known.epoch);
    snprintf(seq, sizeof(seq), "%" PRIu64, known.seq);

    const struct span argv[] = {
        store_room_key(head, room, ":head", span_of("")),
        store_room_key(log, room, ":log", span_of("")),
        span_of(epoch),
        span_of(seq),
    };

    call->on_done.read = on_done;
    call->arg = arg;
    call->command =
        redis_eval(store->redis, &read_script, 2,
                   (struct redis_words){argv, sizeof(argv) / sizeof(argv[0])},
                   on_read_reply, call);
    return call;
}

size_t store_channel(char *to, size_t size, struct span room)
{
    return (size_t)snprintf(to, size, PREFIX "{%.*s}", (int)room.len, room.at);
}

size_t store_live_channel(char *to, size_t size, struct span room)
{
    return (size_t)snprintf(to, size, PREFIX "{%.*s}:live", (int)room.len,
                            room.at);
}

struct span store_channel_room(struct span channel)
{
    const size_t prefix_len = sizeof(PREFIX "{") - 1;

    if (channel.len <= prefix_len + 1 ||
        memcmp(channel.at, PREFIX "{", prefix_len) != 0 ||
        channel.at[channel.len - 1] != '}')
        return SPAN_NONE;
    return (struct span){channel.at + prefix_len, channel.len - prefix_len - 1};
}
