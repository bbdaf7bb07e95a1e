#include "services/hold_sql.h"

enum sql_result hold_sql_account(struct sql_conn *conn, int64_t *account)
{
    const enum sql_result result =
        sql_query(conn,
                  "UPDATE account SET is_admin = is_admin "
                  "WHERE id = $1 AND deleted_at IS NULL",
                  SQL_VALUES(SQL_INT(*account)));

    if (result == SQL_OK && sql_changed(conn) == 0)
        *account = 0;
    return result;
}

enum sql_result hold_sql_accounts(struct sql_conn *conn, int64_t *one,
                                  int64_t *other)
{
    const bool is_first = *one < *other;
    const enum sql_result result =
        hold_sql_account(conn, is_first ? one : other);

    return result == SQL_OK ? hold_sql_account(conn, is_first ? other : one)
                            : result;
}

enum sql_result hold_sql_room(struct sql_conn *conn, struct span name,
                              int64_t now, bool *is_there)
{
    const enum sql_result result = sql_query(
        conn,
        "INSERT INTO room_change (room_id, number) "
        "SELECT id, $2 FROM room WHERE name = $1 ON CONFLICT (room_id) "
        "DO UPDATE SET number = room_change.number + 1",
        SQL_VALUES(SQL_TEXT(name), SQL_INT(now)));

    *is_there = result == SQL_OK && sql_changed(conn) > 0;
    return result;
}
