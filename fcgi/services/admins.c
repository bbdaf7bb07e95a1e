#include "services/admins.h"

/* Read at once: there may be very many. */
#define PART 1000

enum sql_result admins_set(struct sql_conn *conn, const struct name *name,
                           bool is_admin, int64_t *account)
{
    const enum sql_result result =
        sql_query(conn,
                  "UPDATE account SET is_admin = $2 WHERE name_key = $1 "
                  "RETURNING id",
                  SQL_VALUES(SQL_TEXT(span_of(name->key)), SQL_INT(is_admin)));

    *account = 0;
    if (result == SQL_OK && sql_row_count(conn) == 1)
        *account = sql_int(conn, 0, 0);
    return result;
}

static int64_t tell(const struct sql_conn *conn, size_t row,
                    admins_fn *on_account, void *arg)
{
    const struct admins_account account = {
        .id = sql_int(conn, row, 0),
        .is_admin = sql_int(conn, row, 1) != 0,
        .created_at = sql_int(conn, row, 2),
        .name = sql_bytes(conn, row, 3),
    };

    on_account(arg, &account);
    return account.id;
}

enum sql_result admins_list(struct sql_conn *conn, admins_fn *on_account,
                            void *arg)
{
    enum sql_result result;
    int64_t last = 0;
    size_t count;

    do {
        result = sql_query(
            conn,
            "SELECT id, is_admin, created_at, name FROM account "
            "WHERE id > $1 AND deleted_at IS NULL ORDER BY id LIMIT $2",
            SQL_VALUES(SQL_INT(last), SQL_INT(PART)));
        count = result == SQL_OK ? sql_row_count(conn) : 0;
        for (size_t row = 0; row < count; row++)
            last = tell(conn, row, on_account, arg);
    } while (count == PART);
    return result;
}
