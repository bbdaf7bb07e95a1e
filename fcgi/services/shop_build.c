/* shop_build.c -- the shelf is built from what SQL says (shop.h).
 *
 * The parcels are asked for after the generation has begun.  One that is an order
 * then was one before that, and is not in 'remaining'; one that comes later is
 * refused by SQL, and tried again under the new generation. */
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "services/shop_private.h"

static void finish(struct shop *shop, bool is_built)
{
    mem_free(shop->build.parcels);
    shop->build.parcels = NULL;
    shop_on_built(shop, is_built);
}

static void on_built(void *arg, const struct store_shop_reply *reply)
{
    struct shop *shop = arg;

    shop->build.asked = NULL;
    if (reply->result == STORE_SHOP_OK)
        log_info("shop_built", "generation=%lld",
                 (long long)shop->shelf.generation);
    finish(shop, reply->result == STORE_SHOP_OK);
}

static void build(struct shop *shop)
{
    const struct shop_shelf *shelf = &shop->shelf;
    struct store_shop_remaining products[STORE_SHOP_PRODUCTS_MAX];
    struct store_shop_plan plan = {.generation = shelf->generation};

    for (size_t i = 0; i < shelf->count; i++) {
        products[i].sku = span_of(shelf->products[i].sku);
        products[i].remaining = shelf->products[i].remaining;
    }
    plan.products = products;
    plan.product_count = shelf->count;
    shop->build.asked =
        store_shop_build(shop->parts.store, &plan, on_built, shop);
}

static void settle(struct shop *shop);

static void on_settled(void *arg, const struct store_shop_reply *reply)
{
    struct shop *shop = arg;

    shop->build.asked = NULL;
    if (reply->result == STORE_SHOP_OK)
        settle(shop);
    else
        finish(shop, false);
}

/* Some of the parcels that are orders at a time, and when none is left it is
 * built. */
static void settle(struct shop *shop)
{
    struct shop_parcels *parcels = shop->build.parcels;
    struct store_shop_parcel settled[STORE_SHOP_SETTLE_MAX];
    size_t count = 0;

    while (parcels->count > 0 && count < STORE_SHOP_SETTLE_MAX) {
        const struct shop_parcel *parcel = &parcels->at[--parcels->count];

        if (parcel->is_order)
            settled[count++] = (struct store_shop_parcel){
                .client_key = span_of(parcel->client_key),
                .name = span_of(parcel->name)};
    }
    if (count > 0)
        shop->build.asked = store_shop_settle(shop->parts.store, settled, count,
                                              on_settled, shop);
    else
        build(shop);
}

static void on_which(void *arg, enum sql_result result, void *data)
{
    struct shop *shop = arg;
    const struct shop_parcels *found = data;

    shop->build.job = NULL;
    if (result != SQL_OK) {
        finish(shop, false);
        return;
    }
    memcpy(shop->build.parcels->at, found->at,
           found->count * sizeof(found->at[0]));
    settle(shop);
}

static struct shop_parcels *parcels_new(size_t count)
{
    struct shop_parcels *parcels =
        mem_alloc(sizeof(*parcels) + count * sizeof(parcels->at[0]));

    parcels->count = count;
    return parcels;
}

static struct shop_parcels *read_parcels(const struct store_shop_reply *reply)
{
    struct store_shop_parcel parcel;
    struct shop_parcels *parcels;
    size_t count = 0;

    while (store_shop_parcel_at(reply, count, &parcel))
        count++;
    parcels = parcels_new(count);
    for (size_t i = 0; i < count; i++) {
        store_shop_parcel_at(reply, i, &parcel);
        memcpy(parcels->at[i].client_key, parcel.client_key.at,
               parcel.client_key.len);
        memcpy(parcels->at[i].name, parcel.name.at, parcel.name.len);
    }
    return parcels;
}

static void on_parcels(void *arg, const struct store_shop_reply *reply)
{
    struct shop *shop = arg;
    struct shop_parcels *job;

    shop->build.asked = NULL;
    if (reply->result != STORE_SHOP_OK) {
        finish(shop, false);
        return;
    }
    shop->build.parcels = read_parcels(reply);
    job = parcels_new(shop->build.parcels->count);
    memcpy(job->at, shop->build.parcels->at, job->count * sizeof(job->at[0]));
    shop->build.job =
        sql_start(shop->parts.sql, &shop_sql_which, job, on_which, shop);
}

static void on_generation(void *arg, enum sql_result result, void *data)
{
    struct shop *shop = arg;

    shop->build.job = NULL;
    if (result != SQL_OK) {
        finish(shop, false);
        return;
    }
    shop_take_shelf(shop, data);
    shop->build.asked = store_shop_parcels(shop->parts.store, on_parcels, shop);
}

bool shop_build_is_under_way(const struct shop *shop)
{
    return shop->build.job != NULL || shop->build.asked != NULL;
}

void shop_build_start(struct shop *shop, int64_t over, bool is_forced)
{
    struct shop_shelf *job;

    if (shop_build_is_under_way(shop))
        return;
    job = mem_alloc(sizeof(*job));
    job->generation = over;
    job->is_forced = is_forced;
    shop->build.job =
        sql_start(shop->parts.sql, &shop_sql_begin, job, on_generation, shop);
}

void shop_build_cancel(struct shop *shop)
{
    if (shop->build.job != NULL)
        sql_cancel(shop->build.job);
    if (shop->build.asked != NULL)
        store_cancel(shop->build.asked);
    mem_free(shop->build.parcels);
    shop->build = (struct shop_build){0};
}
