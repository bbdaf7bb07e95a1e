/* store_shop.h -- the shop's part of what is in Redis: the keys and the script.
 *
 *     holdline:{=shop}:state        hash        generation, run
 *     holdline:{=shop}:shelf        hash        sku -> how many are left
 *     holdline:{=shop}:changed      hash        sku -> seq of its last change
 *     holdline:{=shop}:leases       sorted set  "SESSION SKU" by when it goes
 *                                               back to the shelf
 *     holdline:{=shop}:cart:SESSION hash        sku -> "quantity until"
 *     holdline:{=shop}:told:SESSION hash        sku -> cursor; for an hour
 *     holdline:{=shop}:parcels      hash        client_key -> a cart on its way
 *                                               to become an order
 *     holdline:{=shop}:head, :log, and the channel holdline:{=shop}: a feed like
 *                                               a room's (store.h)
 *
 * What each step does stands in shop.lua, and how the steps make an order in
 * shop.h.  Nothing here is asked by anybody but the shop. */
#ifndef STORE_SHOP_H
#define STORE_SHOP_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "io/redis.h"
#include "model/cursor.h"
#include "model/product.h"

struct store;
struct store_call;

/* Askers of one call. */
#define STORE_SHOP_ASKERS_MAX 100
/* Products there may be. */
#define STORE_SHOP_PRODUCTS_MAX 32

enum store_shop_result {
    STORE_SHOP_OK,
    STORE_SHOP_BUILD,  /* the shelf has to be built first: store_shop_build */
    STORE_SHOP_EMPTY,  /* there is nothing in the cart */
    STORE_SHOP_REUSED, /* another session has a parcel under that key */
    STORE_SHOP_UNAVAILABLE,
};

/* Lent during the callback. */
struct store_shop_reply {
    enum store_shop_result result;
    const struct redis_reply *reply;
    int64_t generation; /* of BUILD, and of a sweep and a parcel that is packed;
                           0: none */
};

typedef void store_shop_fn(void *arg, const struct store_shop_reply *reply);

/* --- asking -------------------------------------------------------------- */

enum store_shop_what {
    STORE_SHOP_LOOK,
    STORE_SHOP_TELL, /* and remember that it was told, if it is new */
    STORE_SHOP_ADD,
    STORE_SHOP_REMOVE,
};

struct store_shop_asker {
    struct span session; /* "": nobody's; then it looks */
    struct span sku;     /* of all but LOOK */
    enum store_shop_what what;
    unsigned quantity; /* that is to be in the cart: of ADD and REMOVE */
};

/* All in one step. */
struct store_call *store_shop_ask(struct store *store,
                                  const struct store_shop_asker *askers,
                                  size_t count, unsigned lease_ms,
                                  store_shop_fn *on_done, void *arg);

enum store_shop_outcome {
    STORE_SHOP_DONE,
    STORE_SHOP_OLD, /* TELL: what there is to tell was told before */
    STORE_SHOP_SOLD_OUT,
    STORE_SHOP_UNKNOWN, /* there is no such product */
};

struct store_shop_count {
    struct span sku;
    int64_t left;
    uint64_t changed_seq;
};

struct store_shop_line {
    struct span sku;
    int64_t quantity;
    int64_t kept_ms; /* from now */
};

/* What is in an OK reply of store_shop_ask: the place in the feed, the shelf, and
 * for each asker what came of it and his cart.  False when it is not there. */
bool store_shop_cursor(const struct store_shop_reply *reply,
                       struct cursor *cursor);
bool store_shop_count_at(const struct store_shop_reply *reply, size_t index,
                         struct store_shop_count *count);
enum store_shop_outcome store_shop_outcome(const struct store_shop_reply *reply,
                                           size_t asker);
bool store_shop_line_at(const struct store_shop_reply *reply, size_t asker,
                        size_t index, struct store_shop_line *line);

/* --- orders -------------------------------------------------------------- */

#define STORE_SHOP_PARCEL_SIZE 17

/* A cart that left Redis's carts under a client_key; points into its text. */
struct store_shop_parcel {
    struct span client_key;
    struct span name; /* random: tells it from others under that key */
    struct span session;
    struct span lines; /* see store_shop_parcel_line */
};

/* The next "sku=quantity", which is taken off 'lines'. */
bool store_shop_parcel_line(struct span *lines, struct span *sku,
                            int64_t *quantity);

/* Has the cart become a parcel of this name; or finds the one of that key. */
struct store_call *store_shop_pack(struct store *store, struct span client_key,
                                   struct span session, struct span name,
                                   store_shop_fn *on_done, void *arg);

/* Parcels of one call. */
#define STORE_SHOP_SETTLE_MAX 100

/* They are in SQL, or it will not be: then what is in it is on the shelf again.
 * Either does nothing for a parcel that is gone.  Of 'parcels' the key and the name
 * are looked at. */
struct store_call *store_shop_settle(struct store *store,
                                     const struct store_shop_parcel *parcels,
                                     size_t count, store_shop_fn *on_done,
                                     void *arg);
struct store_call *store_shop_undo(struct store *store, struct span client_key,
                                   struct span name, store_shop_fn *on_done,
                                   void *arg);

/* What of an OK reply is a parcel: of pack (given its key) the only one, at 0. */
bool store_shop_packed(const struct store_shop_reply *reply,
                       struct span client_key,
                       struct store_shop_parcel *parcel);
bool store_shop_parcel_at(const struct store_shop_reply *reply, size_t index,
                          struct store_shop_parcel *parcel);

/* --- housekeeping -------------------------------------------------------- */

/* Brings back what nobody came for, and tells of parcels that were packed a while
 * ago: their worker may be gone. */
struct store_call *store_shop_sweep(struct store *store, store_shop_fn *on_done,
                                    void *arg);

/* All parcels. */
struct store_call *store_shop_parcels(struct store *store,
                                      store_shop_fn *on_done, void *arg);

struct store_shop_remaining {
    struct span sku;
    int64_t remaining;
};

/* What SQL says of a generation. */
struct store_shop_plan {
    int64_t generation;
    const struct store_shop_remaining *products;
    size_t product_count;
};

struct store_call *store_shop_build(struct store *store,
                                    const struct store_shop_plan *plan,
                                    store_shop_fn *on_done, void *arg);

#endif
