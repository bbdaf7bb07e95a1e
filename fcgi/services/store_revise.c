/* store_revise.c -- edits and deletions on their way into Redis (store.h).
 *
 * There are few of them beside the posts, so each goes by itself. */
#include "services/store_private.h"

#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "io/json.h"
#include "revise.lua.h"

/* A post by its text, as ever; any other with what it changes. */
void store_fingerprint(char fingerprint[FINGERPRINT_LEN],
                       const struct message *msg)
{
    char hash[SECRET_HEX_SIZE];
    struct buf text = {0};

    if (msg->kind == MESSAGE_SAID) {
        secret_hash(hash, msg->body);
    } else {
        char of[CURSOR_TEXT_SIZE];

        cursor_format(of, msg->of);
        buf_addf(&text, "%s %s ", msg->kind == MESSAGE_EDIT ? "edit" : "delete",
                 of);
        buf_add_span(&text, msg->body);
        secret_hash(hash, buf_span(&text));
        buf_fini(&text);
    }
    memcpy(fingerprint, hash, FINGERPRINT_LEN);
}

static enum store_revised result_of(struct span what)
{
    static const struct {
        const char *what;
        enum store_revised result;
    } results[] = {
        {"new", STORE_REVISED},
        {"repeated", STORE_REVISED},
        {"reused", STORE_REVISED_REUSED},
        {"missing", STORE_REVISED_MISSING},
        {"not-yours", STORE_REVISED_NOT_YOURS},
        {"deleted", STORE_REVISED_DELETED},
        {"too-late", STORE_REVISED_TOO_LATE},
    };

    for (size_t i = 0; i < sizeof(results) / sizeof(results[0]); i++) {
        if (span_is(what, results[i].what))
            return results[i].result;
    }
    return STORE_REVISED_UNAVAILABLE;
}

static void on_reply(void *arg, const struct redis_reply *reply)
{
    struct store_call *call = arg;
    store_revise_fn *on_done = call->on_done.revise;
    void *done_arg = call->arg;
    enum store_revised result = STORE_REVISED_UNAVAILABLE;
    struct cursor id = CURSOR_START;
    struct span what = SPAN_NONE;
    struct span value = SPAN_NONE;

    mem_free(call);
    if (store_is_usable(reply) && redis_reply_count(reply) > 0)
        what = redis_reply_text(redis_reply_at(reply, 0));
    if (what.at != NULL && redis_reply_count(reply) > 1)
        value = redis_reply_text(redis_reply_at(reply, 1));
    if (what.at != NULL)
        result = result_of(what);
    if (result == STORE_REVISED && cursor_parse(value, &id))
        value = SPAN_NONE;
    on_done(done_arg, result, id, value);
}

struct store_call *store_revise(struct store *store, const struct message *msg,
                                struct span once, bool moderates,
                                store_revise_fn *on_done, void *arg)
{
    struct store_call *call = mem_alloc(sizeof(*call));
    struct buf members = {0};
    char head[KEY_SIZE];
    char log[KEY_SIZE];
    char sent[KEY_SIZE];
    char sent_prefix[KEY_SIZE];
    char channel[KEY_SIZE];
    char fingerprint[FINGERPRINT_LEN];
    char cutoff[CLOCK_TEXT_SIZE] = "";

    if (msg->kind == MESSAGE_EDIT)
        clock_format(cutoff, clock_wall_ms() - STORE_EDIT_MS);
    store_fingerprint(fingerprint, msg);
    json_add_members(&members, msg);
    call->on_done.revise = on_done;
    call->arg = arg;
    call->command = redis_eval(
        store->redis, &revise_script, 3,
        REDIS_WORDS(
            store_room_key(head, msg->room, ":head", span_of("")),
            store_room_key(log, msg->room, ":log", span_of("")),
            store_room_key(sent, msg->room, ":sent:", once),
            span_of(TEXT(STORE_REMEMBER_S)), span_of(store->replay),
            store_room_key(channel, msg->room, "", span_of("")),
            span_of(redis_run_id(store->redis)), span_of(TEXT(STORE_LEAP)),
            buf_span(&members), (struct span){fingerprint, FINGERPRINT_LEN},
            span_of(cutoff), span_of(moderates ? "1" : ""),
            store_room_key(sent_prefix, msg->room, ":sent:", span_of(""))),
        on_reply, call);
    buf_fini(&members);
    return call;
}
