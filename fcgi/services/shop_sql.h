/* shop_sql.h -- the statements about the shop, as jobs for sql.h.
 *
 * Of a job's fields each kind says which it reads and which it leaves; the rest
 * is not touched. */
#ifndef SHOP_SQL_H
#define SHOP_SQL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/secret.h"
#include "io/sql.h"
#include "model/message.h"
#include "services/store_shop.h"

/* UTF-8, and a NUL. */
#define SHOP_NAME_SIZE 321

/* --- the shelf ----------------------------------------------------------- */

struct shop_product {
    char sku[SKU_MAX + 1];
    char name_en[SHOP_NAME_SIZE];
    char name_zh[SHOP_NAME_SIZE];
    char picture[SHOP_NAME_SIZE];
    int64_t remaining;
};

struct shop_shelf {
    int64_t generation;
    bool is_forced; /* see shop_sql_begin */
    size_t count;   /* in the order of their places */
    struct shop_product products[STORE_SHOP_PRODUCTS_MAX];
};

/* Leaves all of a struct shop_shelf. */
extern const struct sql_work shop_sql_read;

/* 'generation' is one that is over, and there is a later one afterwards, of which
 * the rest is read before any order can be written under it; 'is_forced': also the
 * one that SQL has is over, whichever that is. */
extern const struct sql_work shop_sql_begin;

/* --- orders -------------------------------------------------------------- */

struct shop_item {
    char sku[SKU_MAX + 1];
    int64_t quantity;
};

enum shop_order_outcome {
    SHOP_ORDER_NONE,    /* it is not there */
    SHOP_ORDER_THERE,   /* and all fields say what it is */
    SHOP_ORDER_STALE,   /* the generation is over; nothing was written */
    SHOP_ORDER_TOO_FEW, /* there are not so many; nothing was written */
};

struct shop_order {
    char client_key[CLIENT_ID_MAX + 1];
    char session_hash[SECRET_HEX_SIZE];
    char parcel[STORE_SHOP_PARCEL_SIZE];
    int64_t generation;
    int64_t now; /* ms since 1970 */
    int64_t number;
    size_t count;
    struct shop_item items[STORE_SHOP_PRODUCTS_MAX];
    enum shop_order_outcome outcome;
};

/* By 'client_key'; NONE or THERE. */
extern const struct sql_work shop_sql_find;

/* Writes it as it is, unless there is one under that key, which is left in it
 * then: its parcel may be another.  Never NONE. */
extern const struct sql_work shop_sql_order;

/* --- parcels ------------------------------------------------------------- */

struct shop_parcel {
    char client_key[CLIENT_ID_MAX + 1];
    char name[STORE_SHOP_PARCEL_SIZE];
    bool is_order; /* left */
};

struct shop_parcels {
    size_t count;
    struct shop_parcel at[];
};

/* Which of them are orders. */
extern const struct sql_work shop_sql_which;

#endif
