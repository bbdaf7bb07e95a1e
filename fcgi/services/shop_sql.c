#include "services/shop_sql.h"

/* Whoever writes about the shop takes this row first, one after the other: so an
 * order is of one generation or of the next, and nobody waits in a circle. */
#define LOCK_GENERATION \
    "UPDATE shop_generation SET generation = generation WHERE generation = $1"

/* --- the shelf ----------------------------------------------------------- */

static bool take_product(const struct sql_conn *conn, size_t row,
                         struct shop_product *product)
{
    product->remaining = sql_int(conn, row, 5);
    return sql_copy(product->sku, sizeof(product->sku),
                    sql_bytes(conn, row, 1)) &&
           sql_copy(product->name_en, sizeof(product->name_en),
                    sql_bytes(conn, row, 2)) &&
           sql_copy(product->name_zh, sizeof(product->name_zh),
                    sql_bytes(conn, row, 3)) &&
           sql_copy(product->picture, sizeof(product->picture),
                    sql_bytes(conn, row, 4));
}

static enum sql_result read_shelf(struct sql_conn *conn, void *data)
{
    struct shop_shelf *shelf = data;
    const enum sql_result result = sql_query(
        conn,
        "SELECT generation, sku, name_en, name_zh, picture, remaining "
        "FROM product, shop_generation ORDER BY place LIMIT $1",
        SQL_VALUES(SQL_INT(STORE_SHOP_PRODUCTS_MAX)));

    if (result != SQL_OK)
        return result;
    shelf->count = sql_row_count(conn);
    if (shelf->count > 0)
        shelf->generation = sql_int(conn, 0, 0);
    for (size_t i = 0; i < shelf->count; i++) {
        if (!take_product(conn, i, &shelf->products[i]))
            return SQL_FAILED;
    }
    return SQL_OK;
}

static enum sql_result begin_generation(struct sql_conn *conn, void *data)
{
    struct shop_shelf *shelf = data;
    enum sql_result result = sql_begin(conn);

    if (result == SQL_OK)
        result = sql_query(
            conn,
            "UPDATE shop_generation SET generation = CASE "
            "WHEN generation <= $1 THEN $1 + 1 "
            "ELSE generation + $2 END",
            SQL_VALUES(SQL_INT(shelf->generation), SQL_INT(shelf->is_forced)));
    if (result == SQL_OK)
        result = read_shelf(conn, shelf);
    return result == SQL_OK ? sql_commit(conn) : result;
}

/* --- orders -------------------------------------------------------------- */

static enum sql_result load_items(struct sql_conn *conn,
                                  struct shop_order *order)
{
    const enum sql_result result = sql_query(
        conn,
        "SELECT order_line.sku, quantity FROM order_line JOIN product "
        "ON product.sku = order_line.sku WHERE order_id = $1 "
        "ORDER BY place LIMIT $2",
        SQL_VALUES(SQL_INT(order->number), SQL_INT(STORE_SHOP_PRODUCTS_MAX)));

    if (result != SQL_OK)
        return result;
    order->count = sql_row_count(conn);
    for (size_t i = 0; i < order->count; i++) {
        struct shop_item *item = &order->items[i];

        if (!sql_copy(item->sku, sizeof(item->sku), sql_bytes(conn, i, 0)))
            return SQL_FAILED;
        item->quantity = sql_int(conn, i, 1);
    }
    return SQL_OK;
}

static enum sql_result find(struct sql_conn *conn, void *data)
{
    struct shop_order *order = data;
    const enum sql_result result = sql_query(
        conn,
        "SELECT id, session_hash, parcel FROM order_ WHERE client_key = $1",
        SQL_VALUES(SQL_STRING(order->client_key)));

    order->outcome = SHOP_ORDER_NONE;
    if (result != SQL_OK || sql_row_count(conn) == 0)
        return result;
    order->outcome = SHOP_ORDER_THERE;
    order->number = sql_int(conn, 0, 0);
    if (!sql_copy(order->session_hash, sizeof(order->session_hash),
                  sql_bytes(conn, 0, 1)) ||
        !sql_copy(order->parcel, sizeof(order->parcel), sql_bytes(conn, 0, 2)))
        return SQL_FAILED;
    return load_items(conn, order);
}

static enum sql_result write_item(struct sql_conn *conn,
                                  struct shop_order *order,
                                  const struct shop_item *item)
{
    enum sql_result result =
        sql_query(conn,
                  "UPDATE product SET remaining = remaining - $2 "
                  "WHERE sku = $1 AND remaining >= $2",
                  SQL_VALUES(SQL_STRING(item->sku), SQL_INT(item->quantity)));

    if (result != SQL_OK)
        return result;
    if (sql_changed(conn) == 0) {
        order->outcome = SHOP_ORDER_TOO_FEW;
        return SQL_OK;
    }
    return sql_query(conn,
                     "INSERT INTO order_line (order_id, sku, quantity) "
                     "VALUES ($1, $2, $3)",
                     SQL_VALUES(SQL_INT(order->number), SQL_STRING(item->sku),
                                SQL_INT(item->quantity)));
}

/* Within its transaction; THERE, unless something is in the way. */
static enum sql_result write_order(struct sql_conn *conn,
                                   struct shop_order *order)
{
    enum sql_result result = sql_query(conn, LOCK_GENERATION,
                                       SQL_VALUES(SQL_INT(order->generation)));

    if (result != SQL_OK)
        return result;
    order->outcome =
        sql_changed(conn) == 1 ? SHOP_ORDER_THERE : SHOP_ORDER_STALE;
    if (order->outcome == SHOP_ORDER_STALE)
        return SQL_OK;
    result =
        sql_query(conn,
                  "INSERT INTO order_ (client_key, session_hash, parcel, "
                  "ordered_at) VALUES ($1, $2, $3, $4) RETURNING id",
                  SQL_VALUES(SQL_STRING(order->client_key),
                             SQL_STRING(order->session_hash),
                             SQL_STRING(order->parcel), SQL_INT(order->now)));
    if (result != SQL_OK)
        return result;
    order->number = sql_int(conn, 0, 0);
    for (size_t i = 0; i < order->count; i++) {
        result = write_item(conn, order, &order->items[i]);
        if (result != SQL_OK || order->outcome != SHOP_ORDER_THERE)
            return result;
    }
    return SQL_OK;
}

static enum sql_result place(struct sql_conn *conn, void *data)
{
    struct shop_order *order = data;
    enum sql_result result = sql_begin(conn);

    if (result == SQL_OK)
        result = write_order(conn, order);
    if (result == SQL_OK && order->outcome != SHOP_ORDER_THERE)
        return SQL_OK; /* and is rolled back */
    if (result == SQL_OK)
        result = sql_commit(conn);
    if (result == SQL_NOT_UNIQUE) {
        sql_rollback(conn);
        result = SQL_OK;
    }
    return result == SQL_OK ? find(conn, order) : result;
}

/* --- parcels ------------------------------------------------------------- */

static enum sql_result which(struct sql_conn *conn, void *data)
{
    struct shop_parcels *parcels = data;

    for (size_t i = 0; i < parcels->count; i++) {
        struct shop_parcel *parcel = &parcels->at[i];
        const enum sql_result result = sql_query(
            conn, "SELECT 1 FROM order_ WHERE client_key = $1 AND parcel = $2",
            SQL_VALUES(SQL_STRING(parcel->client_key),
                       SQL_STRING(parcel->name)));

        if (result != SQL_OK)
            return result;
        parcel->is_order = sql_row_count(conn) == 1;
    }
    return SQL_OK;
}

const struct sql_work shop_sql_read = {"shop_read", read_shelf, NULL};
const struct sql_work shop_sql_begin = {"shop_begin", begin_generation, NULL};
const struct sql_work shop_sql_find = {"shop_find", find, NULL};
const struct sql_work shop_sql_order = {"shop_order", place, NULL};
const struct sql_work shop_sql_which = {"shop_which", which, NULL};
