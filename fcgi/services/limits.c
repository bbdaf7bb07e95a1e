#include "services/limits.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "base/list.h"
#include "base/mem.h"

/* How long an address is known to an account. */
#define KNOWN_S (90 * 24 * 3600)

#define MINUTE_MS 60000

/* 'burst' is for those who have to think which password it was, 'every_ms' for
 * those who guess.
 *
 * Signing in, a stranger: 20 times from one address and then 10 a minute, as a
 * school has one address, too; 5 times for one account and then once a minute;
 * and all strangers together 20 times for one account and then twice a minute,
 * 2 900 in a day, where no common password is among the right ones.
 *
 * The secret of a link is not to be guessed in any number of attempts, so this
 * only bounds what they cost: a school may come at once. */
static const struct store_limit rules[] = {
    [LIMITS_SIGN_IN] = {.what = "sign-in",
                        .by_address = {20, MINUTE_MS / 10},
                        .by_account = {20, MINUTE_MS / 2},
                        .by_pair = {5, MINUTE_MS},
                        .by_known = {10, MINUTE_MS / 2}},
    [LIMITS_CREATE_ACCOUNT] = {.what = "create-account",
                               .by_address = {10, 6 * MINUTE_MS}},
    [LIMITS_JOIN_ROOM] = {.what = "join-room",
                          .by_address = {60, MINUTE_MS / 60},
                          .by_account = {20, MINUTE_MS / 10},
                          .by_pair = {20, MINUTE_MS / 10},
                          .by_known = {20, MINUTE_MS / 10}},
};

struct limits {
    struct store *store; /* the caller's, outlives us */
    struct list told;    /* calls that nobody waits for */
};

struct limits_call {
    struct list_node link;    /* in limits->told; or in none: limits_try */
    struct store_call *asked; /* store's, until its callback */
    limits_fn *on_done;       /* NULL: nobody waits */
    void *arg;
};

/* IPv4 within IPv6, or the first half of it. */
static void place_of_6(char place[LIMITS_PLACE_SIZE], struct in6_addr *address)
{
    char text[INET6_ADDRSTRLEN];

    if (IN6_IS_ADDR_V4MAPPED(address)) {
        inet_ntop(AF_INET, &address->s6_addr[12], place, LIMITS_PLACE_SIZE);
        return;
    }
    memset(&address->s6_addr[8], 0, 8);
    inet_ntop(AF_INET6, address, text, sizeof(text));
    snprintf(place, LIMITS_PLACE_SIZE, "%s/64", text);
}

void limits_place(char place[LIMITS_PLACE_SIZE], struct span address)
{
    struct in6_addr six;
    struct in_addr four;

    snprintf(place, LIMITS_PLACE_SIZE, "%.*s", (int)address.len, address.at);
    if (inet_pton(AF_INET6, place, &six) == 1)
        place_of_6(place, &six);
    else if (inet_pton(AF_INET, place, &four) == 1)
        inet_ntop(AF_INET, &four, place, LIMITS_PLACE_SIZE);
}

/* 'place' is lent to the result. */
static struct store_limit limit_of(enum limits_what what, struct limits_who who,
                                   char place[LIMITS_PLACE_SIZE])
{
    struct store_limit limit = rules[what];

    limits_place(place, who.address);
    limit.place = span_of(place);
    limit.name = who.account;
    return limit;
}

/* --- one attempt --------------------------------------------------------- */

static void on_tried(void *arg, enum store_result result, int64_t wait_ms)
{
    struct limits_call *call = arg;
    limits_fn *on_done = call->on_done;
    void *done_arg = call->arg;

    mem_free(call);
    if (result != STORE_OK)
        on_done(done_arg, LIMITS_UNAVAILABLE, 0);
    else if (wait_ms == 0)
        on_done(done_arg, LIMITS_ALLOWED, 0);
    else
        on_done(done_arg, LIMITS_REFUSED, (unsigned)((wait_ms + 999) / 1000));
}

struct limits_call *limits_try(struct limits *limits, enum limits_what what,
                               struct limits_who who, limits_fn *on_done,
                               void *arg)
{
    struct limits_call *call = mem_alloc(sizeof(*call));
    char place[LIMITS_PLACE_SIZE];
    const struct store_limit limit = limit_of(what, who, place);

    call->on_done = on_done;
    call->arg = arg;
    call->asked = store_limit_try(limits->store, &limit, on_tried, call);
    return call;
}

void limits_cancel(struct limits_call *call)
{
    store_cancel(call->asked);
    list_remove(&call->link);
    mem_free(call);
}

/* --- it was right -------------------------------------------------------- */

static void on_told(void *arg, enum store_result result, int64_t wait_ms)
{
    struct limits_call *call = arg;

    (void)result; /* store.c has said it in the log */
    (void)wait_ms;
    list_remove(&call->link);
    mem_free(call);
}

void limits_tell_right(struct limits *limits, enum limits_what what,
                       struct limits_who who)
{
    struct limits_call *call = mem_alloc(sizeof(*call));
    char place[LIMITS_PLACE_SIZE];
    const struct store_limit limit = limit_of(what, who, place);

    list_push(&limits->told, &call->link);
    call->asked =
        store_limit_done(limits->store, &limit, KNOWN_S, on_told, call);
}

struct limits *limits_new(struct store *store)
{
    struct limits *limits = mem_alloc(sizeof(*limits));

    limits->store = store;
    list_init(&limits->told);
    return limits;
}

void limits_free(struct limits *limits)
{
    struct list_node *node;

    if (limits == NULL)
        return;
    while ((node = list_first(&limits->told)) != NULL)
        limits_cancel(LIST_ITEM(node, struct limits_call, link));
    mem_free(limits);
}
