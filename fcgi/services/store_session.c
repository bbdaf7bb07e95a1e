/* store_session.c -- the keys and scripts of sessions (store.h). */
#include "services/store_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/fatal.h"
#include "base/mem.h"
#include "guest_evict.lua.h"
#include "guest_name.lua.h"
#include "session_create.lua.h"
#include "session_end.lua.h"
#include "session_find.lua.h"
#include "session_list.lua.h"

#define SESSION_PREFIX PREFIX "session:"
#define CHANNEL        PREFIX "sessions"
/* What stands in a list for each session. */
#define LISTED_FIELDS 4

#define SESSION_KEY_SIZE (sizeof(SESSION_PREFIX) + SECRET_HEX_SIZE)
#define ACCOUNT_KEY_SIZE (sizeof(PREFIX "account:{}:sessions") + NUMBER_SIZE)
#define GUEST_KEY_SIZE   (sizeof(PREFIX "guest-key:") + NAME_KEY_SIZE)

/* --- words --------------------------------------------------------------- */

static struct span session_key(char key[SESSION_KEY_SIZE],
                               const char hash[SECRET_HEX_SIZE])
{
    snprintf(key, SESSION_KEY_SIZE, SESSION_PREFIX "%s", hash);
    return span_of(key);
}

static struct span account_key(char key[ACCOUNT_KEY_SIZE], int64_t account,
                               const char *what)
{
    snprintf(key, ACCOUNT_KEY_SIZE, PREFIX "account:{%" PRId64 "}:%s", account,
             what);
    return span_of(key);
}

static struct span guest_key(char key[GUEST_KEY_SIZE], const char *what,
                             const char *text)
{
    const int len = snprintf(key, GUEST_KEY_SIZE, PREFIX "%s:%s", what, text);

    MUST(len > 0 && (size_t)len < GUEST_KEY_SIZE);
    return span_of(key);
}

/* Empty and missing are the same to a script. */
static struct span or_empty(struct span text)
{
    return text.at != NULL ? text : span_of("");
}

static struct store_call *eval(struct store *store,
                               const struct redis_script *script, size_t keys,
                               struct redis_words words,
                               redis_reply_fn *on_reply,
                               struct store_call *call)
{
    call->command =
        redis_eval(store->redis, script, keys, words, on_reply, call);
    return call;
}

/* --- one session --------------------------------------------------------- */

static void on_session_reply(void *arg, const struct redis_reply *reply)
{
    struct store_call *call = arg;
    store_session_fn *on_done = call->on_done.session;
    void *done_arg = call->arg;
    struct store_session session = {0};

    mem_free(call);
    if (!store_is_usable(reply)) {
        on_done(done_arg, STORE_UNAVAILABLE, NULL);
    } else if (redis_reply_kind(reply) == REDIS_LIST &&
               redis_reply_count(reply) == 2) {
        session.name = redis_reply_text(redis_reply_at(reply, 0));
        /* A reply's text has a NUL behind it. */
        session.account =
            strtoll(redis_reply_text(redis_reply_at(reply, 1)).at, NULL, 10);
        on_done(done_arg, STORE_OK, &session);
    } else {
        on_done(done_arg, STORE_OK, NULL);
    }
}

static struct store_call *session_call(store_session_fn *on_done, void *arg)
{
    struct store_call *call = mem_alloc(sizeof(*call));

    call->on_done.session = on_done;
    call->arg = arg;
    return call;
}

struct store_call *store_session_find(struct store *store, struct span token,
                                      store_session_fn *on_done, void *arg)
{
    char key[SESSION_KEY_SIZE];
    char hash[SECRET_HEX_SIZE];
    char idle[NUMBER_SIZE];
    char absolute[NUMBER_SIZE];

    secret_hash(hash, token);
    return eval(
        store, &session_find_script, 1,
        REDIS_WORDS(session_key(key, hash),
                    store_number(idle, store->rules.session_idle_s),
                    store_number(absolute, store->rules.session_absolute_s)),
        on_session_reply, session_call(on_done, arg));
}

struct store_call *store_session_create(struct store *store, struct span token,
                                        struct span name,
                                        const struct store_account *account,
                                        store_session_fn *on_done, void *arg)
{
    const bool is_guest = account->id == 0;
    char key[SESSION_KEY_SIZE];
    char sessions_key[ACCOUNT_KEY_SIZE];
    char since_key[ACCOUNT_KEY_SIZE];
    char hash[SECRET_HEX_SIZE];
    char created_at[CLOCK_TEXT_SIZE];
    char idle[NUMBER_SIZE];
    char absolute[NUMBER_SIZE];
    char id[NUMBER_SIZE];
    char since[NUMBER_SIZE];
    struct span device = or_empty(account->device);
    const unsigned first_s =
        store->rules.session_idle_s < store->rules.session_absolute_s
            ? store->rules.session_idle_s
            : store->rules.session_absolute_s;

    secret_hash(hash, token);
    clock_format(created_at, clock_wall_ms());
    if (device.len > STORE_DEVICE_MAX)
        device.len = STORE_DEVICE_MAX;

    const struct span all[] = {
        session_key(key, hash),
        account_key(sessions_key, account->id, "sessions"),
        account_key(since_key, account->id, "since"),
        store_number(idle, first_s),
        name,
        span_of(created_at),
        span_of(hash),
        store_number(id, account->id),
        store_number(since, account->since),
        device,
        store_number(absolute, store->rules.session_absolute_s),
    };
    const struct span of_guest[] = {all[0], all[3], all[4], all[5]};

    if (is_guest)
        return eval(store, &session_create_script, 1,
                    (struct redis_words){of_guest, sizeof(of_guest) /
                                                       sizeof(of_guest[0])},
                    on_session_reply, session_call(on_done, arg));
    return eval(store, &session_create_script, 3,
                (struct redis_words){all, sizeof(all) / sizeof(all[0])},
                on_session_reply, session_call(on_done, arg));
}

static void on_name_reply(void *arg, const struct redis_reply *reply)
{
    struct store_call *call = arg;
    store_session_fn *on_done = call->on_done.session;
    void *done_arg = call->arg;
    struct store_session session = {0};

    mem_free(call);
    if (!store_is_usable(reply)) {
        on_done(done_arg, STORE_UNAVAILABLE, NULL);
    } else if (redis_reply_kind(reply) == REDIS_TEXT) {
        session.name = redis_reply_text(reply);
        on_done(done_arg, STORE_OK, &session);
    } else {
        on_done(done_arg, STORE_OK, NULL);
    }
}

struct store_call *store_session_name(struct store *store, struct span hash,
                                      store_session_fn *on_done, void *arg)
{
    struct store_call *call = session_call(on_done, arg);
    char text[SECRET_HEX_SIZE] = "";
    char key[SESSION_KEY_SIZE];

    snprintf(text, sizeof(text), "%.*s", (int)hash.len, hash.at);
    call->command = redis_send(
        store->redis,
        REDIS_WORDS(span_of("HGET"), session_key(key, text), span_of("name")),
        on_name_reply, call);
    return call;
}

/* --- what is answered with a number -------------------------------------- */

struct store_call *store_session_end(struct store *store,
                                     const struct store_ending *ending,
                                     store_number_fn *on_done, void *arg)
{
    char sessions_key[ACCOUNT_KEY_SIZE];
    char since_key[ACCOUNT_KEY_SIZE];
    char since[NUMBER_SIZE];

    return eval(
        store, &session_end_script, 2,
        REDIS_WORDS(account_key(sessions_key, ending->account, "sessions"),
                    account_key(since_key, ending->account, "since"),
                    or_empty(ending->only), or_empty(ending->keep),
                    ending->since != 0 ? store_number(since, ending->since)
                                       : span_of(""),
                    span_of(CHANNEL), span_of(SESSION_PREFIX)),
        store_on_number, store_number_call(on_done, arg));
}

struct store_call *store_guest_rename(struct store *store, struct span token,
                                      const struct name *name,
                                      store_number_fn *on_done, void *arg)
{
    char key[SESSION_KEY_SIZE];
    char by_look[GUEST_KEY_SIZE];
    char by_key[GUEST_KEY_SIZE];
    char hash[SECRET_HEX_SIZE];
    char idle[NUMBER_SIZE];

    secret_hash(hash, token);
    return eval(store, &guest_name_script, 3,
                REDIS_WORDS(session_key(key, hash),
                            guest_key(by_look, "guest", name->look),
                            guest_key(by_key, "guest-key", name->key),
                            span_of(hash), span_of(name->shown),
                            span_of(name->look), span_of(name->key),
                            store_number(idle, store->rules.session_absolute_s),
                            span_of(CHANNEL), span_of(SESSION_PREFIX)),
                store_on_number, store_number_call(on_done, arg));
}

struct store_call *store_guest_evict(
    struct store *store, const struct name *name,
    const struct span others[STORE_GUESTS_EVICTED], store_number_fn *on_done,
    void *arg)
{
    char by_look[GUEST_KEY_SIZE];
    char by_key[GUEST_KEY_SIZE];

    return eval(store, &guest_evict_script, 2,
                REDIS_WORDS(guest_key(by_look, "guest", name->look),
                            guest_key(by_key, "guest-key", name->key),
                            span_of(name->look), span_of(name->key), others[0],
                            others[1], span_of(CHANNEL),
                            span_of(SESSION_PREFIX)),
                store_on_number, store_number_call(on_done, arg));
}

/* --- all of an account --------------------------------------------------- */

static void on_list_reply(void *arg, const struct redis_reply *reply)
{
    struct store_call *call = arg;
    store_list_fn *on_done = call->on_done.list;
    void *done_arg = call->arg;

    mem_free(call);
    if (store_is_usable(reply) && redis_reply_kind(reply) == REDIS_LIST)
        on_done(done_arg, reply, redis_reply_count(reply) / LISTED_FIELDS);
    else
        on_done(done_arg, NULL, 0);
}

struct store_listed store_session_listed(const struct redis_reply *reply,
                                         size_t index)
{
    const size_t first = index * LISTED_FIELDS;
    const struct span began =
        redis_reply_text(redis_reply_at(reply, first + 1));
    const struct span seen = redis_reply_text(redis_reply_at(reply, first + 2));

    return (struct store_listed){
        .hash = redis_reply_text(redis_reply_at(reply, first)),
        .began_ms = strtoull(began.at, NULL, 10),
        .seen_ms = strtoull(seen.at, NULL, 10),
        .device = redis_reply_text(redis_reply_at(reply, first + 3)),
    };
}

struct store_call *store_session_list(struct store *store, int64_t account,
                                      store_list_fn *on_done, void *arg)
{
    struct store_call *call = mem_alloc(sizeof(*call));
    char key[ACCOUNT_KEY_SIZE];

    call->on_done.list = on_done;
    call->arg = arg;
    return eval(store, &session_list_script, 1,
                REDIS_WORDS(account_key(key, account, "sessions"),
                            span_of(SESSION_PREFIX)),
                on_list_reply, call);
}

/* --- what is told -------------------------------------------------------- */

struct span store_sessions_channel(void)
{
    return span_of(CHANNEL);
}

static bool begins_with(struct span text, const char *str, struct span *rest)
{
    const size_t len = strlen(str);

    if (text.len < len || memcmp(text.at, str, len) != 0)
        return false;
    *rest = (struct span){text.at + len, text.len - len};
    return true;
}

enum store_session_event store_session_event(struct span payload,
                                             struct span *hash)
{
    if (begins_with(payload, "ended:", hash))
        return STORE_SESSION_ENDED;
    if (begins_with(payload, "changed:", hash))
        return STORE_SESSION_CHANGED;
    return STORE_SESSION_NEITHER;
}
