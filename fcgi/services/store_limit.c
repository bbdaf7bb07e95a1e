/* store_limit.c -- the keys and scripts that limits.h is made of (store.h).
 *
 * Both scripts take the same keys: the address alone, or with an account all
 * four. */
#include "services/store_private.h"

#include <stdio.h>

#include "base/fatal.h"
#include "base/mem.h"
#include "limit_done.lua.h"
#include "limit_try.lua.h"
#include "services/names.h"

/* The longest: what, a name's key, and an address. */
#define LIMIT_KEY_SIZE \
    (sizeof(PREFIX "limit:{}:account::") + 32 + NAME_KEY_SIZE + STORE_PLACE_MAX)

#define KEYS        4
#define NUMBERS_MAX 8

/* The words of a script; its arguments are all numbers. */
struct limit_words {
    char key[KEYS][LIMIT_KEY_SIZE];
    char number[NUMBERS_MAX][16];
    struct span at[KEYS + NUMBERS_MAX];
    size_t key_count;
    size_t count;
    size_t number_count;
};

static void add_key(struct limit_words *words, const struct store_limit *limit,
                    const char *kind, struct span name, struct span place)
{
    char *key = words->key[words->key_count++];
    const char *colon = name.at != NULL && place.at != NULL ? ":" : "";
    const int len = snprintf(
        key, LIMIT_KEY_SIZE, PREFIX "limit:{%s}:%s:%.*s%s%.*s", limit->what,
        kind, (int)name.len, name.at, colon, (int)place.len, place.at);

    MUST(len > 0 && (size_t)len < LIMIT_KEY_SIZE);
    words->at[words->count++] = span_of(key);
}

static void add_number(struct limit_words *words, unsigned number)
{
    char *text = words->number[words->number_count++];

    snprintf(text, sizeof(words->number[0]), "%u", number);
    words->at[words->count++] = span_of(text);
}

static void add_budget(struct limit_words *words, struct store_budget budget)
{
    add_number(words, budget.burst);
    add_number(words, budget.every_ms);
}

/* In a name there is no colon (model/name.h), so no two pairs have one key. */
static void add_keys(struct limit_words *words, const struct store_limit *limit)
{
    add_key(words, limit, "address", SPAN_NONE, limit->place);
    if (limit->name.at == NULL)
        return;
    add_key(words, limit, "account", limit->name, SPAN_NONE);
    add_key(words, limit, "pair", limit->name, limit->place);
    add_key(words, limit, "known", limit->name, limit->place);
}

static struct store_call *limit_eval(struct store *store,
                                     const struct redis_script *script,
                                     const struct limit_words *words,
                                     store_number_fn *on_done, void *arg)
{
    struct store_call *call = store_number_call(on_done, arg);

    call->command = redis_eval(store->redis, script, words->key_count,
                               (struct redis_words){words->at, words->count},
                               store_on_number, call);
    return call;
}

struct store_call *store_limit_try(struct store *store,
                                   const struct store_limit *limit,
                                   store_number_fn *on_done, void *arg)
{
    struct limit_words words = {0};

    add_keys(&words, limit);
    add_budget(&words, limit->by_address);
    if (limit->name.at != NULL) {
        add_budget(&words, limit->by_account);
        add_budget(&words, limit->by_pair);
        add_budget(&words, limit->by_known);
    }
    return limit_eval(store, &limit_try_script, &words, on_done, arg);
}

struct store_call *store_limit_done(struct store *store,
                                    const struct store_limit *limit,
                                    unsigned known_s, store_number_fn *on_done,
                                    void *arg)
{
    struct limit_words words = {0};

    MUST(limit->name.at != NULL);
    add_keys(&words, limit);
    add_number(&words, limit->by_address.every_ms);
    add_number(&words, limit->by_account.every_ms);
    add_number(&words, known_s);
    return limit_eval(store, &limit_done_script, &words, on_done, arg);
}
