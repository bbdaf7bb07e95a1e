/* stock.h -- what the operator of the shop sees and changes in SQL.
 *
 * For programs without a loop.  A change begins a generation (shop.h), so the
 * workers build the shelf from it within a second, and all pages are told. */
#ifndef STOCK_H
#define STOCK_H

#include <stdint.h>

#include "io/sql_conn.h"

enum stock_outcome {
    STOCK_DONE,
    STOCK_UNKNOWN, /* there is no such product */
    STOCK_TOO_FEW, /* not so many are left that are not ordered */
};

struct stock_change {
    struct span sku;
    int64_t change; /* how many come, or below nothing: go; not 0 */
    int64_t now;    /* wall clock, ms */
    enum stock_outcome outcome;
    int64_t remaining; /* afterwards, with DONE */
};

/* Leaves 'outcome' and 'remaining'. */
enum sql_result stock_adjust(struct sql_conn *conn,
                             struct stock_change *change);

struct stock_product {
    struct span sku; /* lent during the callback, like the others */
    struct span name_en;
    struct span name_zh;
    int64_t remaining; /* on the shelf and in carts */
    int64_t ordered;
};

typedef void stock_fn(void *arg, const struct stock_product *product);

/* Tells all products, in the order of the shelf, within this call. */
enum sql_result stock_list(struct sql_conn *conn, stock_fn *on_product,
                           void *arg);

#endif
