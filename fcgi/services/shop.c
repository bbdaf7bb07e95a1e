#include "services/shop.h"

#include <string.h>

#include "base/dice.h"
#include "base/fatal.h"
#include "base/log.h"
#include "base/mem.h"
#include "services/shop_private.h"

/* What nobody came for is back on the shelf, what an operator changed is seen,
 * and a parcel that was left alone is found, this much later at most. */
#define TICK_MS 500
/* Who waits for the shelf to be built, or for SQL to be there. */
#define WAIT_MS 3000

/* Batches under way: whoever asks in one turn of the loop goes in one, and a herd
 * does not wait for the answer to those before it. */
#define BATCHES_MAX 32

/* Calls that are asked for in one step. */
struct batch {
    struct list_node link; /* in shop->batches */
    struct shop *shop;
    struct store_call *asking; /* store's, until its callback */
    struct list sent;          /* in the order of the script's answers */
};

struct shop_call {
    struct list_node link; /* in shop->waiting or batch->sent */
    struct shop *shop;
    shop_fn *on_done; /* NULL: cancelled; it is asked all the same */
    void *arg;
    enum store_shop_what what;
    unsigned quantity;
    uint64_t deadline_ms;
    bool is_first; /* the product is the first one, whichever that is */
    char sku[SKU_MAX + 1];
    char session[CLIENT_ID_MAX + 1];
};

static void send_batches(struct shop *shop);

/* --- telling ------------------------------------------------------------- */

static void tell(struct shop_call *call, enum shop_outcome outcome,
                 const struct shop_view *view)
{
    if (call->on_done != NULL)
        call->on_done(call->arg, outcome, view);
    mem_free(call);
}

static void tell_all(struct list *calls, enum shop_outcome outcome)
{
    struct list_node *node;

    while ((node = list_pop(calls)) != NULL)
        tell(LIST_ITEM(node, struct shop_call, link), outcome, NULL);
}

static bool find_stand(struct shop_view *view, struct span sku, size_t *index)
{
    for (*index = 0; *index < view->count; ++*index) {
        if (span_is(sku, view->stands[*index].product->sku))
            return true;
    }
    return false;
}

/* The shelf, as all askers of a batch see it. */
static bool view_shelf(struct shop *shop, const struct store_shop_reply *reply,
                       struct shop_view *view)
{
    struct store_shop_count count;
    size_t index;

    memset(view, 0, sizeof(*view));
    view->count = shop->shelf.count;
    for (size_t i = 0; i < view->count; i++)
        view->stands[i].product = &shop->shelf.products[i];
    for (size_t i = 0; store_shop_count_at(reply, i, &count); i++) {
        if (!find_stand(view, count.sku, &index))
            continue; /* one that we will know with the next tick */
        view->stands[index].available = count.left;
        view->stands[index].changed_seq = count.changed_seq;
    }
    return store_shop_cursor(reply, &view->cursor);
}

static void view_cart(const struct store_shop_reply *reply, size_t asker,
                      struct shop_view *view)
{
    struct store_shop_line line;
    size_t index;

    for (size_t i = 0; i < view->count; i++)
        view->stands[i].yours = view->stands[i].ends_in_ms = 0;
    for (size_t i = 0; store_shop_line_at(reply, asker, i, &line); i++) {
        if (!find_stand(view, line.sku, &index))
            continue;
        view->stands[index].yours = line.quantity;
        view->stands[index].ends_in_ms = line.kept_ms;
    }
}

static enum shop_outcome outcome_of(const struct store_shop_reply *reply,
                                    size_t asker)
{
    switch (store_shop_outcome(reply, asker)) {
    case STORE_SHOP_DONE:
        return SHOP_OK;
    case STORE_SHOP_OLD:
        return SHOP_OLD;
    case STORE_SHOP_SOLD_OUT:
        return SHOP_SOLD_OUT;
    case STORE_SHOP_UNKNOWN:
        break;
    }
    return SHOP_NO_PRODUCT;
}

static void answer(struct shop *shop, struct list *calls,
                   const struct store_shop_reply *reply)
{
    struct shop_view view;
    struct list_node *node;

    if (!view_shelf(shop, reply, &view)) {
        tell_all(calls, SHOP_UNAVAILABLE);
        return;
    }
    for (size_t i = 0; (node = list_pop(calls)) != NULL; i++) {
        struct shop_call *call = LIST_ITEM(node, struct shop_call, link);
        const enum shop_outcome outcome = outcome_of(reply, i);

        if (outcome == SHOP_NO_PRODUCT ||
            !find_stand(&view, span_of(call->sku), &view.asked)) {
            tell(call, SHOP_NO_PRODUCT, NULL);
            continue;
        }
        view_cart(reply, i, &view);
        tell(call, outcome, &view);
    }
}

/* --- asking -------------------------------------------------------------- */

static void batch_free(struct batch *batch)
{
    list_remove(&batch->link);
    batch->shop->batch_count--;
    mem_free(batch);
}

static void on_asked(void *arg, const struct store_shop_reply *reply)
{
    struct batch *batch = arg;
    struct shop *shop = batch->shop;
    struct list asked;

    list_init(&asked);
    list_move_all(&asked, &batch->sent);
    batch_free(batch);
    if (reply->result == STORE_SHOP_BUILD) {
        /* They go on when it is built, before those who came meanwhile. */
        list_move_all(&asked, &shop->waiting);
        list_move_all(&shop->waiting, &asked);
        shop_build_start(shop, reply->generation, true);
        return;
    }
    if (reply->result != STORE_SHOP_OK) {
        /* Those who wait would not fare better, and later. */
        list_move_all(&asked, &shop->waiting);
        tell_all(&asked, SHOP_UNAVAILABLE);
        return;
    }
    send_batches(shop);
    answer(shop, &asked, reply);
}

/* Whether the product is one that we know; else the call is answered. */
static bool resolve(struct shop_call *call)
{
    const struct shop_shelf *shelf = &call->shop->shelf;

    for (size_t i = 0; i < shelf->count; i++) {
        if (call->is_first)
            memcpy(call->sku, shelf->products[i].sku, sizeof(call->sku));
        if (strcmp(call->sku, shelf->products[i].sku) == 0)
            return true;
    }
    tell(call, SHOP_NO_PRODUCT, NULL);
    return false;
}

static size_t take_batch(struct shop *shop, struct list *sent,
                         struct store_shop_asker *askers)
{
    struct list_node *node;
    size_t count = 0;

    while (count < STORE_SHOP_ASKERS_MAX &&
           (node = list_pop(&shop->waiting)) != NULL) {
        struct shop_call *call = LIST_ITEM(node, struct shop_call, link);

        if (!resolve(call))
            continue;
        list_push(sent, &call->link);
        askers[count++] =
            (struct store_shop_asker){.what = call->what,
                                      .session = span_of(call->session),
                                      .sku = span_of(call->sku),
                                      .quantity = call->quantity};
    }
    return count;
}

static void send_batch(struct shop *shop)
{
    struct store_shop_asker askers[STORE_SHOP_ASKERS_MAX];
    struct batch *batch = mem_alloc(sizeof(*batch));
    size_t count;

    batch->shop = shop;
    list_init(&batch->sent);
    list_push(&shop->batches, &batch->link);
    shop->batch_count++;
    count = take_batch(shop, &batch->sent, askers);
    if (count > 0)
        batch->asking = store_shop_ask(shop->parts.store, askers, count,
                                       shop->parts.lease_ms, on_asked, batch);
    else
        batch_free(batch);
}

static void send_batches(struct shop *shop)
{
    while (shop->is_known && !shop_build_is_under_way(shop) &&
           shop->batch_count < BATCHES_MAX && !list_is_empty(&shop->waiting))
        send_batch(shop);
}

static void on_send(struct loop_task *task)
{
    send_batches(LIST_ITEM(task, struct shop, send));
}

static void copy_text(char *to, size_t size, struct span from)
{
    MUST(from.len < size);
    if (from.at != NULL)
        memcpy(to, from.at, from.len);
}

bool shop_knows(const struct shop *shop, struct span sku)
{
    for (size_t i = 0; shop->is_known && i < shop->shelf.count; i++) {
        if (span_is(sku, shop->shelf.products[i].sku))
            return true;
    }
    return shop->is_known && shop->shelf.count > 0 && sku.at == NULL;
}

struct shop_call *shop_ask(struct shop *shop, const struct shop_wish *wish,
                           shop_fn *on_done, void *arg)
{
    struct shop_call *call = mem_alloc(sizeof(*call));

    call->shop = shop;
    call->on_done = on_done;
    call->arg = arg;
    call->what = wish->what;
    call->quantity = wish->quantity;
    call->deadline_ms = loop_now_ms(shop->parts.loop) + WAIT_MS;
    call->is_first = wish->sku.at == NULL;
    copy_text(call->sku, sizeof(call->sku), wish->sku);
    copy_text(call->session, sizeof(call->session), wish->session);
    list_push(&shop->waiting, &call->link);
    loop_task_start(shop->parts.loop, &shop->send, on_send);
    return call;
}

void shop_cancel(struct shop_call *call)
{
    call->on_done = NULL;
}

/* --- the shelf ----------------------------------------------------------- */

void shop_take_shelf(struct shop *shop, const struct shop_shelf *shelf)
{
    shop->shelf = *shelf;
    shop->is_known = true;
}

void shop_on_built(struct shop *shop, bool is_built)
{
    if (is_built)
        send_batches(shop);
    else
        tell_all(&shop->waiting, SHOP_UNAVAILABLE);
    shop_checkouts_on_built(shop, is_built);
}

/* Those who wait for SQL, or for the shelf. */
static void expire(struct shop *shop)
{
    const uint64_t now_ms = loop_now_ms(shop->parts.loop);

    LIST_FOREACH(node, &shop->waiting) {
        struct shop_call *call = LIST_ITEM(node, struct shop_call, link);

        if (now_ms < call->deadline_ms)
            return;
        list_remove(node);
        tell(call, SHOP_UNAVAILABLE, NULL);
    }
}

static void on_read(void *arg, enum sql_result result, void *data)
{
    struct shop *shop = arg;

    shop->reading = NULL;
    if (result != SQL_OK)
        return;
    shop_take_shelf(shop, data);
    send_batches(shop);
}

static void read_shelf(struct shop *shop)
{
    if (shop->reading == NULL && !sql_is_down(shop->parts.sql))
        shop->reading =
            sql_start(shop->parts.sql, &shop_sql_read,
                      mem_alloc(sizeof(struct shop_shelf)), on_read, shop);
}

/* A generation that SQL has and Redis has not is an operator's, or of a build that
 * was not brought to its end.  The other way round SQL was put back to an older
 * state; or we have read the two at different times, so it is looked at twice. */
static void compare(struct shop *shop, int64_t built)
{
    if (!shop->is_known)
        return;
    shop->ahead_ticks =
        built > shop->shelf.generation ? shop->ahead_ticks + 1 : 0;
    if (built < shop->shelf.generation || shop->ahead_ticks > 2)
        shop_build_start(shop, built, false);
}

static void on_swept(void *arg, const struct store_shop_reply *reply)
{
    struct shop *shop = arg;
    struct store_shop_parcel parcel;

    shop->sweeping = NULL;
    if (reply->result == STORE_SHOP_BUILD && shop->is_known)
        shop_build_start(shop, reply->generation, true);
    if (reply->result != STORE_SHOP_OK)
        return;
    compare(shop, reply->generation);
    for (size_t i = 0; store_shop_parcel_at(reply, i, &parcel); i++)
        shop_checkout_repair(shop, &parcel, reply->generation);
}

static void on_tick(void *arg)
{
    struct shop *shop = arg;

    loop_timer_start(shop->tick, dice_shorten(TICK_MS), 0);
    expire(shop);
    read_shelf(shop);
    if (shop->sweeping == NULL)
        shop->sweeping = store_shop_sweep(shop->parts.store, on_swept, shop);
}

/* --- its life ------------------------------------------------------------ */

struct shop *shop_new(const struct shop_parts *parts)
{
    struct shop *shop = mem_alloc(sizeof(*shop));

    shop->parts = *parts;
    list_init(&shop->waiting);
    list_init(&shop->batches);
    list_init(&shop->checkouts);
    shop->tick = loop_timer_new(parts->loop, on_tick, shop);
    loop_timer_start(shop->tick, 1, 0);
    return shop;
}

static void drop_all(struct list *calls)
{
    struct list_node *node;

    while ((node = list_pop(calls)) != NULL)
        mem_free(LIST_ITEM(node, struct shop_call, link));
}

static void drop_batches(struct shop *shop)
{
    struct list_node *node;

    while ((node = list_first(&shop->batches)) != NULL) {
        struct batch *batch = LIST_ITEM(node, struct batch, link);

        store_cancel(batch->asking);
        drop_all(&batch->sent);
        batch_free(batch);
    }
}

void shop_free(struct shop *shop)
{
    if (shop == NULL)
        return;
    shop_checkouts_free(shop);
    shop_build_cancel(shop);
    if (shop->sweeping != NULL)
        store_cancel(shop->sweeping);
    if (shop->reading != NULL)
        sql_cancel(shop->reading);
    drop_batches(shop);
    drop_all(&shop->waiting);
    loop_task_cancel(&shop->send);
    loop_timer_free(shop->tick);
    mem_free(shop);
}
