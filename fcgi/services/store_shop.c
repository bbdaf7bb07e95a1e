/* store_shop.c -- the one script of the shop, each of its verbs (store_shop.h). */
#include "services/store_shop.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/dice.h"
#include "base/fatal.h"
#include "base/mem.h"
#include "model/feed_name.h"
#include "services/store_private.h"
#include "shop.lua.h"

/* Lines that one sweep brings back, so that it takes a millisecond or two. */
#define SWEEP_MAX "200"
/* A worker that is alive is done with a parcel long before. */
#define PARCEL_OLD_MS "3000"
/* How long what was told last is remembered. */
#define REMEMBER_S "3600"

#define KEYS        7
#define FIXED_WORDS (KEYS + 5)

/* The words of a call, which grow; all but the fixed ones are the caller's. */
struct words {
    char key[KEYS][KEY_SIZE];
    char prefix[KEY_SIZE];
    char channel[KEY_SIZE];
    struct span *at; /* ours */
    size_t count;
    size_t cap;
};

static const char *const keys[KEYS] = {
    ":state", ":shelf", ":changed", ":leases", ":parcels", ":head", ":log"};

/* --- calling ------------------------------------------------------------- */

static void add(struct words *words, struct span word)
{
    MUST(words->count < words->cap);
    words->at[words->count++] = word;
}

/* 'own' is how many words the verb has. */
static void begin(struct words *words, struct store *store, const char *verb,
                  size_t own)
{
    const struct span feed = span_of(FEED_SHOP);

    words->count = 0;
    words->cap = FIXED_WORDS + own;
    words->at = mem_alloc(words->cap * sizeof(words->at[0]));
    for (size_t i = 0; i < KEYS; i++)
        add(words, store_room_key(words->key[i], feed, keys[i], span_of("")));
    add(words, span_of(redis_run_id(store->redis)));
    add(words, store_room_key(words->prefix, feed, ":", span_of("")));
    add(words, store_room_key(words->channel, feed, "", span_of("")));
    add(words, span_of(store->replay));
    add(words, span_of(verb));
}

static enum store_shop_result result_of(struct span what)
{
    static const struct {
        const char *word;
        enum store_shop_result result;
    } results[] = {{"ok", STORE_SHOP_OK},
                   {"build", STORE_SHOP_BUILD},
                   {"empty", STORE_SHOP_EMPTY},
                   {"reused", STORE_SHOP_REUSED}};

    for (size_t i = 0; i < sizeof(results) / sizeof(results[0]); i++) {
        if (span_is(what, results[i].word))
            return results[i].result;
    }
    return STORE_SHOP_UNAVAILABLE;
}

/* Of the digits that the script makes; 0 where there are none. */
static int64_t number_of(const struct redis_reply *reply)
{
    const struct span text = redis_reply_text(reply);
    int64_t number = 0;

    for (size_t i = 0; i < text.len && i < 16; i++) {
        if (text.at[i] < '0' || text.at[i] > '9')
            return 0;
        number = number * 10 + (text.at[i] - '0');
    }
    return number;
}

static bool is_list(const struct redis_reply *reply)
{
    return redis_reply_kind(reply) == REDIS_LIST;
}

static void on_reply(void *arg, const struct redis_reply *reply)
{
    struct store_call *call = arg;
    store_shop_fn *on_done = call->on_done.shop;
    void *done_arg = call->arg;
    struct store_shop_reply answer = {.result = STORE_SHOP_UNAVAILABLE,
                                      .reply = reply};

    mem_free(call);
    if (store_is_usable(reply) && is_list(reply) &&
        redis_reply_count(reply) > 0)
        answer.result = result_of(redis_reply_text(redis_reply_at(reply, 0)));
    if (answer.result != STORE_SHOP_UNAVAILABLE && redis_reply_count(reply) > 1)
        answer.generation = number_of(redis_reply_at(reply, 1));
    on_done(done_arg, &answer);
}

static struct store_call *run(struct store *store, struct words *words,
                              store_shop_fn *on_done, void *arg)
{
    struct store_call *call = mem_alloc(sizeof(*call));

    call->on_done.shop = on_done;
    call->arg = arg;
    call->command = redis_eval(store->redis, &shop_script, KEYS,
                               (struct redis_words){words->at, words->count},
                               on_reply, call);
    mem_free(words->at);
    return call;
}

/* --- asking -------------------------------------------------------------- */

struct store_call *store_shop_ask(struct store *store,
                                  const struct store_shop_asker *askers,
                                  size_t count, unsigned lease_ms,
                                  store_shop_fn *on_done, void *arg)
{
    static const char *const whats[] = {[STORE_SHOP_LOOK] = "look",
                                        [STORE_SHOP_TELL] = "tell",
                                        [STORE_SHOP_ADD] = "add",
                                        [STORE_SHOP_REMOVE] = "remove"};
    char quantity[STORE_SHOP_ASKERS_MAX][4];
    char lease[NUMBER_SIZE];
    struct words words;

    MUST(count <= STORE_SHOP_ASKERS_MAX);
    begin(&words, store, "ask", 2 + 4 * count);
    snprintf(lease, sizeof(lease), "%u", lease_ms);
    add(&words, span_of(lease));
    add(&words, span_of(REMEMBER_S));
    for (size_t i = 0; i < count; i++) {
        MUST(askers[i].quantity <= QUANTITY_MAX);
        snprintf(quantity[i], sizeof(quantity[i]), "%u",
                 askers[i].quantity % 1000);
        add(&words, span_of(whats[askers[i].what]));
        add(&words, askers[i].session);
        add(&words, askers[i].sku);
        add(&words, span_of(quantity[i]));
    }
    return run(store, &words, on_done, arg);
}

bool store_shop_cursor(const struct store_shop_reply *reply,
                       struct cursor *cursor)
{
    return redis_reply_count(reply->reply) > 2 &&
           cursor_parse(redis_reply_text(redis_reply_at(reply->reply, 1)),
                        cursor);
}

bool store_shop_count_at(const struct store_shop_reply *reply, size_t index,
                         struct store_shop_count *count)
{
    const struct redis_reply *list = redis_reply_at(reply->reply, 2);

    if (!is_list(list) || 3 * index + 2 >= redis_reply_count(list))
        return false;
    count->sku = redis_reply_text(redis_reply_at(list, 3 * index));
    count->left = number_of(redis_reply_at(list, 3 * index + 1));
    count->changed_seq =
        (uint64_t)number_of(redis_reply_at(list, 3 * index + 2));
    return true;
}

/* Of an asker; NULL when Redis said nothing of him. */
static const struct redis_reply *answer_at(const struct store_shop_reply *reply,
                                           size_t asker)
{
    const struct redis_reply *list =
        redis_reply_count(reply->reply) > asker + 3
            ? redis_reply_at(reply->reply, asker + 3)
            : NULL;

    return list != NULL && is_list(list) && redis_reply_count(list) > 0 ? list
                                                                        : NULL;
}

enum store_shop_outcome store_shop_outcome(const struct store_shop_reply *reply,
                                           size_t asker)
{
    const struct redis_reply *answer = answer_at(reply, asker);
    const struct span what = answer != NULL
                                 ? redis_reply_text(redis_reply_at(answer, 0))
                                 : SPAN_NONE;

    if (span_is(what, "old"))
        return STORE_SHOP_OLD;
    if (span_is(what, "sold-out"))
        return STORE_SHOP_SOLD_OUT;
    return span_is(what, "ok") ? STORE_SHOP_DONE : STORE_SHOP_UNKNOWN;
}

bool store_shop_line_at(const struct store_shop_reply *reply, size_t asker,
                        size_t index, struct store_shop_line *line)
{
    const struct redis_reply *answer = answer_at(reply, asker);

    if (answer == NULL || 3 * index + 3 >= redis_reply_count(answer))
        return false;
    line->sku = redis_reply_text(redis_reply_at(answer, 3 * index + 1));
    line->quantity = number_of(redis_reply_at(answer, 3 * index + 2));
    line->kept_ms = number_of(redis_reply_at(answer, 3 * index + 3));
    return true;
}

/* --- parcels ------------------------------------------------------------- */

/* What stands before the first 'mark', which goes too; all when there is none. */
static struct span cut(struct span *text, char mark)
{
    const char *at = text->len > 0 ? memchr(text->at, mark, text->len) : NULL;
    struct span before = *text;

    if (at == NULL) {
        *text = (struct span){text->at + text->len, 0};
        return before;
    }
    before.len = (size_t)(at - text->at);
    *text = (struct span){at + 1, text->len - before.len - 1};
    return before;
}

bool store_shop_parcel_line(struct span *lines, struct span *sku,
                            int64_t *quantity)
{
    struct span digits;

    if (lines->len == 0)
        return false;
    digits = cut(lines, ' ');
    *sku = cut(&digits, '=');
    *quantity = 0;
    for (size_t i = 0; i < digits.len && i < 9; i++)
        *quantity = *quantity * 10 + (digits.at[i] - '0');
    return *quantity > 0 && product_sku_is_valid(*sku);
}

/* "parcel session packed_at sku=quantity..." */
static bool read_parcel(struct span text, struct span client_key,
                        struct store_shop_parcel *parcel)
{
    parcel->client_key = client_key;
    parcel->name = cut(&text, ' ');
    parcel->session = cut(&text, ' ');
    cut(&text, ' ');
    parcel->lines = text;
    return parcel->name.len > 0 && parcel->name.len < STORE_SHOP_PARCEL_SIZE &&
           text.len > 0 && client_key.len <= CLIENT_ID_MAX &&
           parcel->session.len <= CLIENT_ID_MAX;
}

bool store_shop_packed(const struct store_shop_reply *reply,
                       struct span client_key, struct store_shop_parcel *parcel)
{
    return redis_reply_count(reply->reply) > 2 &&
           read_parcel(redis_reply_text(redis_reply_at(reply->reply, 2)),
                       client_key, parcel);
}

/* A sweep has the generation before them, parcels has not; an even count of words
 * says which it is. */
bool store_shop_parcel_at(const struct store_shop_reply *reply, size_t index,
                          struct store_shop_parcel *parcel)
{
    const size_t count = redis_reply_count(reply->reply);
    const size_t at = (count % 2 == 0 ? 2 : 1) + 2 * index;

    return at + 1 < count &&
           read_parcel(redis_reply_text(redis_reply_at(reply->reply, at + 1)),
                       redis_reply_text(redis_reply_at(reply->reply, at)),
                       parcel);
}

struct store_call *store_shop_pack(struct store *store, struct span client_key,
                                   struct span session, struct span name,
                                   store_shop_fn *on_done, void *arg)
{
    struct words words;

    begin(&words, store, "pack", 3);
    add(&words, client_key);
    add(&words, session);
    add(&words, name);
    return run(store, &words, on_done, arg);
}

struct store_call *store_shop_settle(struct store *store,
                                     const struct store_shop_parcel *parcels,
                                     size_t count, store_shop_fn *on_done,
                                     void *arg)
{
    struct words words;

    MUST(count <= STORE_SHOP_SETTLE_MAX);
    begin(&words, store, "settle", 2 * count);
    for (size_t i = 0; i < count; i++) {
        add(&words, parcels[i].client_key);
        add(&words, parcels[i].name);
    }
    return run(store, &words, on_done, arg);
}

struct store_call *store_shop_undo(struct store *store, struct span client_key,
                                   struct span name, store_shop_fn *on_done,
                                   void *arg)
{
    struct words words;

    begin(&words, store, "undo", 2);
    add(&words, client_key);
    add(&words, name);
    return run(store, &words, on_done, arg);
}

/* --- housekeeping -------------------------------------------------------- */

struct store_call *store_shop_sweep(struct store *store, store_shop_fn *on_done,
                                    void *arg)
{
    struct words words;

    begin(&words, store, "sweep", 2);
    add(&words, span_of(SWEEP_MAX));
    add(&words, span_of(PARCEL_OLD_MS));
    return run(store, &words, on_done, arg);
}

struct store_call *store_shop_parcels(struct store *store,
                                      store_shop_fn *on_done, void *arg)
{
    struct words words;

    begin(&words, store, "parcels", 0);
    return run(store, &words, on_done, arg);
}

struct store_call *store_shop_build(struct store *store,
                                    const struct store_shop_plan *plan,
                                    store_shop_fn *on_done, void *arg)
{
    char remaining[STORE_SHOP_PRODUCTS_MAX][NUMBER_SIZE];
    char generation[NUMBER_SIZE];
    char epoch[20];
    struct words words;

    MUST(plan->product_count <= STORE_SHOP_PRODUCTS_MAX);
    begin(&words, store, "build", 3 + 2 * plan->product_count);
    snprintf(epoch, sizeof(epoch), "%" PRIx64, (dice_roll() >> 16) | 1);
    add(&words, store_number(generation, plan->generation));
    add(&words, span_of(epoch));
    add(&words, span_of(TEXT(STORE_LEAP)));
    for (size_t i = 0; i < plan->product_count; i++) {
        add(&words, plan->products[i].sku);
        add(&words, store_number(remaining[i], plan->products[i].remaining));
    }
    return run(store, &words, on_done, arg);
}
