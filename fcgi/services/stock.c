#include "services/stock.h"

/* The row of the generation first, as everybody does (shop_sql.c). */
static enum sql_result begin(struct sql_conn *conn)
{
    const enum sql_result result = sql_begin(conn);

    return result == SQL_OK
               ? sql_query(conn,
                           "UPDATE shop_generation SET generation = "
                           "generation + 1",
                           SQL_NO_VALUES)
               : result;
}

/* Within its transaction. */
static enum sql_result change_product(struct sql_conn *conn,
                                      struct stock_change *change)
{
    enum sql_result result =
        sql_query(conn, "SELECT remaining FROM product WHERE sku = $1",
                  SQL_VALUES(SQL_TEXT(change->sku)));

    if (result != SQL_OK)
        return result;
    change->outcome = STOCK_UNKNOWN;
    if (sql_row_count(conn) == 0)
        return SQL_OK;
    change->remaining = sql_int(conn, 0, 0) + change->change;
    change->outcome = change->remaining >= 0 ? STOCK_DONE : STOCK_TOO_FEW;
    if (change->outcome != STOCK_DONE)
        return SQL_OK;
    result = sql_query(
        conn, "UPDATE product SET remaining = $2 WHERE sku = $1",
        SQL_VALUES(SQL_TEXT(change->sku), SQL_INT(change->remaining)));
    return result == SQL_OK
               ? sql_query(conn,
                           "INSERT INTO stock_adjustment (sku, change, "
                           "adjusted_at) VALUES ($1, $2, $3)",
                           SQL_VALUES(SQL_TEXT(change->sku),
                                      SQL_INT(change->change),
                                      SQL_INT(change->now)))
               : result;
}

enum sql_result stock_adjust(struct sql_conn *conn, struct stock_change *change)
{
    enum sql_result result = begin(conn);

    if (result == SQL_OK)
        result = change_product(conn, change);
    if (result == SQL_OK && change->outcome == STOCK_DONE)
        return sql_commit(conn);
    sql_rollback(conn);
    return result;
}

enum sql_result stock_list(struct sql_conn *conn, stock_fn *on_product,
                           void *arg)
{
    const enum sql_result result = sql_query(
        conn,
        "SELECT product.sku, name_en, name_zh, remaining, "
        "CAST(COALESCE(SUM(quantity), 0) AS BIGINT) "
        "FROM product LEFT JOIN order_line ON order_line.sku = product.sku "
        "GROUP BY product.sku, name_en, name_zh, remaining, place "
        "ORDER BY place",
        SQL_NO_VALUES);

    for (size_t i = 0; result == SQL_OK && i < sql_row_count(conn); i++)
        on_product(arg, &(struct stock_product){
                            .sku = sql_bytes(conn, i, 0),
                            .name_en = sql_bytes(conn, i, 1),
                            .name_zh = sql_bytes(conn, i, 2),
                            .remaining = sql_int(conn, i, 3),
                            .ordered = sql_int(conn, i, 4),
                        });
    return result;
}
