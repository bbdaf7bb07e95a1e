/* shop_private.h -- what the files of the shop share, and nobody else sees.
 *
 *     shop.c           asking, in batches; what is there to be seen
 *     shop_build.c     the shelf is built from what SQL says
 *     shop_checkout.c  a cart becomes an order */
#ifndef SHOP_PRIVATE_H
#define SHOP_PRIVATE_H

#include "base/list.h"
#include "services/shop.h"

/* The shelf being built:
 *
 *     generation --> parcels --> which are orders --> settle --> build
 *
 * One of the two is set while it is under way. */
struct shop_build {
    struct sql_job *job;
    struct store_call *asked;
    struct shop_parcels *parcels; /* ours, between the two last steps */
};

struct shop {
    struct shop_parts parts;
    bool is_known;           /* 'shelf' is */
    struct shop_shelf shelf; /* as SQL had it when it was last read */
    struct list waiting;     /* calls that are not sent yet */
    struct list batches;     /* of those that are */
    unsigned batch_count;
    struct loop_task send; /* those who ask in one turn go together */
    struct list checkouts;
    struct shop_build build;
    struct loop_timer *tick;
    struct store_call *sweeping;
    struct sql_job *reading;
    unsigned ahead_ticks; /* for so long Redis was seen with a generation that
                             SQL was not seen with */
};

/* Begins to build the shelf, unless that is under way: of a generation after
 * 'over', and if it 'is_forced' of one that SQL did not have before. */
void shop_build_start(struct shop *shop, int64_t over, bool is_forced);
bool shop_build_is_under_way(const struct shop *shop);
void shop_build_cancel(struct shop *shop);

/* It is built, or not to be had: those who waited for it go on, or are told so. */
void shop_on_built(struct shop *shop, bool is_built);
void shop_checkouts_on_built(struct shop *shop, bool is_built);

/* Takes what SQL says of the shelf. */
void shop_take_shelf(struct shop *shop, const struct shop_shelf *shelf);

/* A parcel that was left alone: brought to its end, under Redis's generation. */
void shop_checkout_repair(struct shop *shop,
                          const struct store_shop_parcel *parcel,
                          int64_t generation);
void shop_checkouts_free(struct shop *shop);

#endif
