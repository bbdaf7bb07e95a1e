/* store_presence.c -- the keys and scripts of who is in a room (store.h). */
#include "services/store_private.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/fatal.h"
#include "base/mem.h"
#include "io/json.h"
#include "presence.lua.h"
#include "present.lua.h"
#include "typing.lua.h"

/* The words of a batch: those of the room, and those of each change. */
#define ROOM_KEYS    3
#define ROOM_WORDS   5
#define CHANGE_WORDS 3
/* In place of each event, where many are there or much happens. */
#define SAMPLE 20

static struct span present_key(char key[KEY_SIZE], struct span room)
{
    return store_room_key(key, room, ":present", span_of(""));
}

static struct span who_key(char key[KEY_SIZE], struct span room)
{
    return store_room_key(key, room, ":who", span_of(""));
}

static struct span pace_key(char key[KEY_SIZE], struct span room)
{
    return store_room_key(key, room, ":pace", span_of(""));
}

static struct span live_key(char key[KEY_SIZE], struct span room)
{
    return store_room_key(key, room, ":live", span_of(""));
}

/* --- coming and going ---------------------------------------------------- */

static const char *const change_words[] = {
    [STORE_ENTER] = "enter",
    [STORE_RENEW] = "renew",
    [STORE_RENAME] = "rename",
    [STORE_LEAVE] = "leave",
};

struct store_call *store_presence_change(struct store *store, struct span room,
                                         struct span holder,
                                         const struct store_changes *changes,
                                         store_number_fn *on_done, void *arg)
{
    struct store_call *call = store_number_call(on_done, arg);
    char at[STORE_CHANGES_MAX][KEY_SIZE];
    char key[ROOM_KEYS + 1][KEY_SIZE];
    char text[ROOM_WORDS][NUMBER_SIZE];
    struct span
        words[ROOM_KEYS + ROOM_WORDS + (1 + CHANGE_WORDS) * STORE_CHANGES_MAX];
    struct span *keys = words;
    struct span *args = words + ROOM_KEYS + changes->count;

    MUST(changes->count <= STORE_CHANGES_MAX);
    *keys++ = present_key(key[0], room);
    *keys++ = who_key(key[1], room);
    *keys++ = pace_key(key[2], room);
    *args++ = live_key(key[3], room);
    *args++ = holder;
    *args++ = store_number(text[0], (int64_t)store->rules.presence_lease_ms);
    *args++ = store_number(text[1], STORE_CROWD);
    *args++ = store_number(text[2], SAMPLE);
    for (size_t i = 0; i < changes->count; i++) {
        const struct store_change *change = &changes->at[i];

        *keys++ = store_room_key(at[i], room, ":at:", change->person);
        *args++ = span_of(change_words[change->kind]);
        *args++ = change->person;
        *args++ = change->name;
    }
    call->command =
        redis_eval(store->redis, &presence_script, ROOM_KEYS + changes->count,
                   (struct redis_words){words, (size_t)(args - words)},
                   store_on_number, call);
    return call;
}

/* --- who is there -------------------------------------------------------- */

static void on_present(void *arg, const struct redis_reply *reply)
{
    struct store_call *call = arg;
    store_present_fn *on_done = call->on_done.present;
    void *done_arg = call->arg;
    struct store_present present = {.reply = reply};

    mem_free(call);
    if (!store_is_usable(reply) || redis_reply_count(reply) < 1) {
        on_done(done_arg, NULL);
        return;
    }
    present.count = (size_t)redis_reply_number(redis_reply_at(reply, 0));
    present.listed = (redis_reply_count(reply) - 1) / 2;
    on_done(done_arg, &present);
}

void store_add_present(struct buf *json, const struct store_present *present)
{
    for (size_t i = 0; i < present->listed; i++) {
        const struct redis_reply *person =
            redis_reply_at(present->reply, 1 + 2 * i);
        const struct redis_reply *name =
            redis_reply_at(present->reply, 2 + 2 * i);

        buf_add_str(json, i == 0 ? "{\"person\":" : ",{\"person\":");
        json_add_string(json, redis_reply_text(person));
        buf_add_str(json, ",\"name\":");
        json_add_string(json, redis_reply_text(name));
        buf_add_char(json, '}');
    }
}

static struct store_call *read_present(struct store *store, struct span room,
                                       unsigned limit,
                                       store_present_fn *on_done, void *arg)
{
    struct store_call *call = mem_alloc(sizeof(*call));
    char key[3][KEY_SIZE];
    char text[NUMBER_SIZE];

    call->on_done.present = on_done;
    call->arg = arg;
    call->command = redis_eval(
        store->redis, &present_script, 3,
        REDIS_WORDS(present_key(key[0], room), who_key(key[1], room),
                    pace_key(key[2], room), store_number(text, limit)),
        on_present, call);
    return call;
}

struct store_call *store_presence_list(struct store *store, struct span room,
                                       store_present_fn *on_done, void *arg)
{
    return read_present(store, room, STORE_CROWD, on_done, arg);
}

struct store_call *store_presence_sample(struct store *store, struct span room,
                                         store_present_fn *on_done, void *arg)
{
    return read_present(store, room, SAMPLE, on_done, arg);
}

/* --- typing -------------------------------------------------------------- */

struct store_call *store_presence_typing(struct store *store, struct span room,
                                         struct span person, struct span name,
                                         store_number_fn *on_done, void *arg)
{
    struct store_call *call = store_number_call(on_done, arg);
    struct buf event = {0};
    char key[3][KEY_SIZE];
    char every[NUMBER_SIZE];
    char crowd[NUMBER_SIZE];

    buf_add_str(&event, "{\"event\":\"typing\",\"person\":");
    json_add_string(&event, person);
    buf_add_str(&event, ",\"name\":");
    json_add_string(&event, name);
    buf_add_char(&event, '}');
    call->command = redis_eval(
        store->redis, &typing_script, 2,
        REDIS_WORDS(store_room_key(key[0], room, ":typing:", person),
                    present_key(key[1], room), live_key(key[2], room),
                    buf_span(&event), store_number(every, STORE_TYPING_MS),
                    store_number(crowd, STORE_CROWD)),
        store_on_number, call);
    buf_fini(&event);
    return call;
}
