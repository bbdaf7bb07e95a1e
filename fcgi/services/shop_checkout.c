/* shop_checkout.c -- a cart becomes an order (shop.h).
 *
 *     FINDING --> PACKING --> ORDERING --> SETTLING --> LOOKING --> told
 *        |           |  ^        |  '----> UNDOING ------^
 *        |           |  '--BUILDING        |
 *        '-----------'---------------------'--> told at once
 *
 * FINDING is for the key that was used before; once more where the cart is empty
 * then, as somebody may have asked with the same key at the same time.  BUILDING: the shelf is being
 * built, and then it is packed again, which finds the parcel where there is one.
 * A repair begins with ORDERING, and tells nobody. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/dice.h"
#include "base/fatal.h"
#include "base/log.h"
#include "base/mem.h"
#include "services/shop_private.h"

/* So often the shelf may have to be built in between. */
#define BUILDS_MAX 3

struct shop_checkout {
    struct list_node link; /* in shop->checkouts */
    struct shop *shop;
    shop_checkout_fn *on_done; /* NULL: nobody waits (any more) */
    void *arg;
    struct {
        struct store_call *asked;
        struct sql_job *job;
        struct shop_call *look;
    } step; /* one of them is set, or none while BUILDING */
    bool is_repair;
    bool is_building; /* waits for it */
    bool is_empty;    /* as Redis said; found to be no order after that */
    bool is_new;
    unsigned builds;
    enum shop_outcome outcome; /* if it is undone */
    char session[CLIENT_ID_MAX + 1];
    char session_hash[SECRET_HEX_SIZE];
    char parcel[STORE_SHOP_PARCEL_SIZE]; /* ours; in 'order' may be another's */
    struct shop_order order;
};

static void find(struct shop_checkout *checkout);

/* --- beginning and ending ------------------------------------------------ */

static void copy_text(char *to, size_t size, struct span from)
{
    MUST(from.len < size);
    memset(to, 0, size);
    memcpy(to, from.at, from.len);
}

static struct shop_checkout *checkout_new(struct shop *shop,
                                          struct span session,
                                          struct span client_key)
{
    struct shop_checkout *checkout = mem_alloc(sizeof(*checkout));

    checkout->shop = shop;
    copy_text(checkout->session, sizeof(checkout->session), session);
    secret_hash(checkout->session_hash, session);
    copy_text(checkout->order.client_key, sizeof(checkout->order.client_key),
              client_key);
    list_push(&shop->checkouts, &checkout->link);
    return checkout;
}

static void checkout_free(struct shop_checkout *checkout)
{
    if (checkout->step.asked != NULL)
        store_cancel(checkout->step.asked);
    if (checkout->step.job != NULL)
        sql_cancel(checkout->step.job);
    if (checkout->step.look != NULL)
        shop_cancel(checkout->step.look);
    list_remove(&checkout->link);
    mem_free(checkout);
}

static void end(struct shop_checkout *checkout, enum shop_outcome outcome,
                const struct shop_view *view)
{
    if (checkout->on_done != NULL)
        checkout->on_done(checkout->arg, outcome,
                          outcome == SHOP_OK ? &checkout->order : NULL,
                          checkout->is_new, view);
    checkout_free(checkout);
}

void shop_checkout_cancel(struct shop_checkout *checkout)
{
    checkout->on_done = NULL;
}

void shop_checkouts_free(struct shop *shop)
{
    struct list_node *node;

    while ((node = list_first(&shop->checkouts)) != NULL)
        checkout_free(LIST_ITEM(node, struct shop_checkout, link));
}

static struct span key_of(const struct shop_checkout *checkout)
{
    return span_of(checkout->order.client_key);
}

/* --- the last steps ------------------------------------------------------ */

static void on_looked(void *arg, enum shop_outcome outcome,
                      const struct shop_view *view)
{
    struct shop_checkout *checkout = arg;

    checkout->step.look = NULL;
    end(checkout, outcome == SHOP_OK ? SHOP_OK : SHOP_UNAVAILABLE, view);
}

/* The order is there, and is told with what the shop is like now. */
static void look(struct shop_checkout *checkout)
{
    const struct shop_wish wish = {.what = STORE_SHOP_LOOK,
                                   .session = span_of(checkout->session)};

    if (checkout->on_done == NULL)
        end(checkout, SHOP_OK, NULL);
    else
        checkout->step.look =
            shop_ask(checkout->shop, &wish, on_looked, checkout);
}

/* Where Redis did not answer, the sweep will do it. */
static void on_settled(void *arg, const struct store_shop_reply *reply)
{
    struct shop_checkout *checkout = arg;

    (void)reply;
    checkout->step.asked = NULL;
    look(checkout);
}

/* What is on the shelf and what SQL has agree again, whoever else was at work on
 * the parcel. */
static void on_undone(void *arg, const struct store_shop_reply *reply)
{
    struct shop_checkout *checkout = arg;

    (void)reply;
    checkout->step.asked = NULL;
    if (checkout->outcome == SHOP_SOLD_OUT)
        shop_build_start(checkout->shop, checkout->order.generation, true);
    if (checkout->outcome == SHOP_OK)
        look(checkout);
    else
        end(checkout, checkout->outcome, NULL);
}

static void settle(struct shop_checkout *checkout)
{
    const struct store_shop_parcel parcel = {.client_key = key_of(checkout),
                                             .name = span_of(checkout->parcel)};

    checkout->step.asked = store_shop_settle(checkout->shop->parts.store,
                                             &parcel, 1, on_settled, checkout);
}

static void undo(struct shop_checkout *checkout, enum shop_outcome outcome)
{
    log_info("parcel_undone", "outcome=%d", (int)outcome);
    checkout->outcome = outcome;
    checkout->step.asked =
        store_shop_undo(checkout->shop->parts.store, key_of(checkout),
                        span_of(checkout->parcel), on_undone, checkout);
}

/* --- writing it ---------------------------------------------------------- */

/* A repair leaves it to the next sweep. */
static void wait_for_build(struct shop_checkout *checkout)
{
    if (checkout->is_repair || checkout->builds++ == BUILDS_MAX) {
        end(checkout, SHOP_UNAVAILABLE, NULL);
        return;
    }
    checkout->is_building = true;
}

static bool is_ours(const struct shop_checkout *checkout)
{
    return strcmp(checkout->order.session_hash, checkout->session_hash) == 0;
}

static void on_ordered(void *arg, enum sql_result result, void *data)
{
    struct shop_checkout *checkout = arg;
    const int64_t generation = checkout->order.generation;

    checkout->step.job = NULL;
    if (result != SQL_OK) {
        end(checkout, SHOP_UNAVAILABLE, NULL); /* the sweep goes on with it */
        return;
    }
    checkout->order = *(const struct shop_order *)data;
    switch (checkout->order.outcome) {
    case SHOP_ORDER_THERE:
        if (strcmp(checkout->order.parcel, checkout->parcel) == 0)
            settle(checkout);
        else
            undo(checkout, is_ours(checkout) ? SHOP_OK : SHOP_REUSED);
        break;
    case SHOP_ORDER_STALE:
        shop_build_start(checkout->shop, generation, false);
        wait_for_build(checkout);
        break;
    case SHOP_ORDER_TOO_FEW:
        undo(checkout, SHOP_SOLD_OUT);
        break;
    case SHOP_ORDER_NONE:
        end(checkout, SHOP_UNAVAILABLE, NULL); /* cannot be */
        break;
    }
}

static bool take_parcel(struct shop_checkout *checkout,
                        const struct store_shop_parcel *parcel)
{
    struct shop_order *order = &checkout->order;
    struct span lines = parcel->lines;
    struct span sku;
    int64_t quantity;

    copy_text(checkout->parcel, sizeof(checkout->parcel), parcel->name);
    order->count = 0;
    while (order->count < STORE_SHOP_PRODUCTS_MAX &&
           store_shop_parcel_line(&lines, &sku, &quantity)) {
        struct shop_item *item = &order->items[order->count++];

        copy_text(item->sku, sizeof(item->sku), sku);
        item->quantity = quantity;
    }
    return order->count > 0 && lines.len == 0;
}

static void write_order(struct shop_checkout *checkout, int64_t generation)
{
    struct shop_order *order = &checkout->order;
    struct shop_order *job = mem_alloc(sizeof(*job));

    order->generation = generation;
    order->now = (int64_t)clock_wall_ms();
    memcpy(order->session_hash, checkout->session_hash,
           sizeof(order->session_hash));
    memcpy(order->parcel, checkout->parcel, sizeof(order->parcel));
    checkout->is_new = true;
    *job = *order;
    checkout->step.job = sql_start(checkout->shop->parts.sql, &shop_sql_order,
                                   job, on_ordered, checkout);
}

/* --- from the cart ------------------------------------------------------- */

static void on_packed(void *arg, const struct store_shop_reply *reply)
{
    struct shop_checkout *checkout = arg;
    struct store_shop_parcel parcel;

    checkout->step.asked = NULL;
    switch (reply->result) {
    case STORE_SHOP_OK:
        if (store_shop_packed(reply, key_of(checkout), &parcel) &&
            take_parcel(checkout, &parcel))
            write_order(checkout, reply->generation);
        else
            end(checkout, SHOP_UNAVAILABLE, NULL);
        break;
    case STORE_SHOP_BUILD:
        shop_build_start(checkout->shop, reply->generation, true);
        wait_for_build(checkout);
        break;
    case STORE_SHOP_EMPTY:
        checkout->is_empty = true;
        find(checkout);
        break;
    case STORE_SHOP_REUSED:
        end(checkout, SHOP_REUSED, NULL);
        break;
    case STORE_SHOP_UNAVAILABLE:
        end(checkout, SHOP_UNAVAILABLE, NULL);
        break;
    }
}

static void pack(struct shop_checkout *checkout)
{
    char name[STORE_SHOP_PARCEL_SIZE];

    snprintf(name, sizeof(name), "%016" PRIx64, dice_roll());
    checkout->step.asked = store_shop_pack(
        checkout->shop->parts.store, key_of(checkout),
        span_of(checkout->session), span_of(name), on_packed, checkout);
}

static void on_found(void *arg, enum sql_result result, void *data)
{
    struct shop_checkout *checkout = arg;

    checkout->step.job = NULL;
    if (result != SQL_OK) {
        end(checkout, SHOP_UNAVAILABLE, NULL);
        return;
    }
    checkout->order = *(const struct shop_order *)data;
    if (checkout->order.outcome == SHOP_ORDER_NONE && checkout->is_empty)
        end(checkout, SHOP_EMPTY, NULL);
    else if (checkout->order.outcome == SHOP_ORDER_NONE)
        pack(checkout);
    else if (is_ours(checkout))
        look(checkout);
    else
        end(checkout, SHOP_REUSED, NULL);
}

static void find(struct shop_checkout *checkout)
{
    struct shop_order *job = mem_alloc(sizeof(*job));

    *job = checkout->order;
    checkout->step.job = sql_start(checkout->shop->parts.sql, &shop_sql_find,
                                   job, on_found, checkout);
}

/* From the beginning: meanwhile somebody may have made the order. */
void shop_checkouts_on_built(struct shop *shop, bool is_built)
{
    LIST_FOREACH(node, &shop->checkouts) {
        struct shop_checkout *checkout =
            LIST_ITEM(node, struct shop_checkout, link);

        if (!checkout->is_building)
            continue;
        checkout->is_building = false;
        if (is_built)
            find(checkout);
        else
            end(checkout, SHOP_UNAVAILABLE, NULL);
    }
}

struct shop_checkout *shop_checkout(struct shop *shop, struct span session,
                                    struct span client_key,
                                    shop_checkout_fn *on_done, void *arg)
{
    struct shop_checkout *checkout = checkout_new(shop, session, client_key);

    checkout->on_done = on_done;
    checkout->arg = arg;
    find(checkout);
    return checkout;
}

/* --- what was left alone ------------------------------------------------- */

static bool is_under_way(const struct shop *shop, struct span client_key)
{
    LIST_FOREACH(node, &shop->checkouts) {
        const struct shop_checkout *checkout =
            LIST_ITEM(node, struct shop_checkout, link);

        if (span_equal(key_of(checkout), client_key))
            return true;
    }
    return false;
}

void shop_checkout_repair(struct shop *shop,
                          const struct store_shop_parcel *parcel,
                          int64_t generation)
{
    struct shop_checkout *checkout;

    if (is_under_way(shop, parcel->client_key) || sql_is_down(shop->parts.sql))
        return;
    checkout = checkout_new(shop, parcel->session, parcel->client_key);
    checkout->is_repair = true;
    if (take_parcel(checkout, parcel))
        write_order(checkout, generation);
    else
        end(checkout, SHOP_UNAVAILABLE, NULL);
}
