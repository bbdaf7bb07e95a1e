/* shop.h -- a few products, of which nobody gets what is not there.
 *
 * On the shelf and in carts is what Redis knows (shop.lua), and what changes there
 * is told in the feed "=shop" (feed_name.h), which is held and followed like a
 * room.  What was ordered is in SQL (shop_sql.h), which also knows how many of each
 * product are not ordered yet.  At any time, and whoever dies at whichever point,
 * of each product
 *
 *     on the shelf + in carts + in parcels that are no order yet = remaining
 *
 * An order is made in these steps:
 *
 *     1  Redis  the cart becomes a parcel, under the client's key
 *     2  SQL    the parcel becomes an order: the key is unique, so once; it takes
 *               what it has off 'remaining', so never below nothing
 *     3  Redis  the parcel goes
 *
 *     after 1   the parcel stays, and is no longer than a few seconds alone: a
 *               sweep by any worker goes on with 2
 *     after 2   the same; the sweep finds the order there, and goes on with 3
 *     in 2      nobody knows whether it was written: the same again
 *
 * The client who was not answered asks again with his key, and gets the order.
 * Where the key has an order already that was made of another parcel, the new
 * parcel goes back to the shelf.
 *
 * When Redis was started anew it may have forgotten what was written last
 * (appendfsync), or all (FLUSHALL).  Each worker finds out by the run id, and
 * nobody gets anything until the shelf has been built: remaining, less carts and
 * parcels as far as Redis still has them.  Before that a new generation begins in
 * SQL, and an order is only written for a parcel of the present one: so what was on
 * its way to SQL is either in 'remaining' or refused.  A forgotten reservation is
 * lost to its cart.  A forgotten parcel that is an order may be in a cart again:
 * then the shelf is below nothing until that cart is given up, and its order is
 * refused if there is nothing left.  With appendfsync always nothing is forgotten.
 *
 * What an operator changes is written in SQL with a new generation, and the sweep
 * builds the shelf. */
#ifndef SHOP_H
#define SHOP_H

#include <stdbool.h>

#include "io/loop.h"
#include "services/shop_sql.h"
#include "services/store.h"

struct shop;
struct shop_call;

/* All of it is the caller's and outlives the shop. */
struct shop_parts {
    struct loop *loop;
    struct store *store;
    struct sql *sql;
    unsigned lease_ms; /* how long something is kept in a cart */
};

struct shop *shop_new(const struct shop_parts *parts);

/* Calls under way end without a callback.  NULL is fine. */
void shop_free(struct shop *shop);

/* --- what is seen -------------------------------------------------------- */

struct shop_stand {
    const struct shop_product *product;
    int64_t available;  /* for anybody */
    int64_t yours;      /* in the cart of who asks */
    int64_t ends_in_ms; /* so long; meaningful when yours is not 0 */
    uint64_t changed_seq;
};

/* The shop at one moment; lent during the callback. */
struct shop_view {
    struct cursor cursor;
    size_t count;
    size_t asked; /* index of the product that was asked about */
    struct shop_stand stands[STORE_SHOP_PRODUCTS_MAX];
};

enum shop_outcome {
    SHOP_OK,
    SHOP_OLD,         /* TELL: what there is to tell was told before */
    SHOP_SOLD_OUT,    /* there are not so many; nothing was changed */
    SHOP_NO_PRODUCT,  /* there is no such product */
    SHOP_EMPTY,       /* nothing is in the cart that could be ordered */
    SHOP_REUSED,      /* another session has ordered under that key */
    SHOP_UNAVAILABLE, /* Redis or SQL is away; it may have been done or not, and
                          asking again is harmless */
};

/* --- asking -------------------------------------------------------------- */

/* What shop_ask is to do; STORE_SHOP_LOOK without a session is a look round. */
struct shop_wish {
    enum store_shop_what what;
    struct span session; /* "": nobody's */
    struct span sku;     /* SPAN_NONE: the first product */
    unsigned quantity;   /* that is to be in the cart, for ADD and REMOVE */
};

/* Whether there is that product (SPAN_NONE: any), as far as is known here. */
bool shop_knows(const struct shop *shop, struct span sku);

/* 'view' is NULL with UNAVAILABLE and NO_PRODUCT.  Runs once, later, unless
 * cancelled. */
typedef void shop_fn(void *arg, enum shop_outcome outcome,
                     const struct shop_view *view);

/* Those who ask while others are being answered are asked for together, in one
 * step of Redis's. */
struct shop_call *shop_ask(struct shop *shop, const struct shop_wish *wish,
                           shop_fn *on_done, void *arg);
void shop_cancel(struct shop_call *call);

/* --- orders -------------------------------------------------------------- */

struct shop_checkout;

/* With SHOP_OK 'order' is there, new or made before under that key, and lent like
 * 'view'; else both are NULL. */
typedef void shop_checkout_fn(void *arg, enum shop_outcome outcome,
                              const struct shop_order *order, bool is_new,
                              const struct shop_view *view);

struct shop_checkout *shop_checkout(struct shop *shop, struct span session,
                                    struct span client_key,
                                    shop_checkout_fn *on_done, void *arg);

/* on_done will not run.  What was begun is brought to its end. */
void shop_checkout_cancel(struct shop_checkout *checkout);

#endif
