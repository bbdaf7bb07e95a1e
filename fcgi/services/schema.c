#include "services/schema.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "io/secret.h"

#include "migrations.sql.h" /* made of sql/ by the Makefile */

static const char create_table[] =
    "CREATE TABLE schema_migration (name TEXT PRIMARY KEY NOT NULL,"
    " checksum TEXT NOT NULL, applied_at {int64} NOT NULL) {strict}";
static const char select_all[] =
    "SELECT name, checksum FROM schema_migration ORDER BY name";
static const char insert[] =
    "INSERT INTO schema_migration (name, checksum, applied_at)"
    " VALUES ($1, $2, $3)";

/* What the database has had. */
struct found {
    bool has_table;
    size_t count;
    const struct schema_migration *missing; /* the first; NULL: none */
};

static void add_text(struct buf *text, const struct schema_migration *m)
{
    for (size_t i = 0; m->lines[i] != NULL; i++)
        buf_add_str(text, m->lines[i]);
}

static void get_checksum(char hex[SECRET_HEX_SIZE],
                         const struct schema_migration *m)
{
    struct buf text = {0};

    add_text(&text, m);
    secret_hash(hex, buf_span(&text));
    buf_fini(&text);
}

static bool fail(const struct sql_conn *conn, const char *doing,
                 enum sql_result result)
{
    log_error("migration_failed", "doing=%s result=%s why=%s",
              log_quote(span_of(doing)), sql_result_name(result),
              log_quote(span_of(sql_conn_error(conn))));
    return false;
}

/* --- what is missing ----------------------------------------------------- */

/* Whether the program knows the one in 'row', and in the same form. */
static bool is_ours(const struct sql_conn *conn, size_t row,
                    const struct schema_migration *migrations)
{
    const struct span name = sql_bytes(conn, row, 0);
    char hex[SECRET_HEX_SIZE];

    for (const struct schema_migration *m = migrations; m->name != NULL; m++) {
        if (!span_is(name, m->name))
            continue;
        get_checksum(hex, m);
        if (span_is(sql_bytes(conn, row, 1), hex))
            return true;
        log_error("migration_changed",
                  "name=%s why=\"the file was changed after it had been "
                  "applied to this database\"",
                  log_quote(name));
        return false;
    }
    log_error("migration_unknown",
              "name=%s why=\"the database belongs to a newer version of the "
              "program\"",
              log_quote(name));
    return false;
}

static bool was_applied(const struct sql_conn *conn,
                        const struct schema_migration *m)
{
    for (size_t row = 0; row < sql_row_count(conn); row++)
        if (span_is(sql_bytes(conn, row, 0), m->name))
            return true;
    return false;
}

/* False after a line in the log. */
static bool look(struct sql_conn *conn,
                 const struct schema_migration *migrations, struct found *found)
{
    const struct schema_migration *m = migrations;
    enum sql_result result = sql_query(
        conn, sql_phrase(sql_conn_dialect(conn), SQL_PHRASE_HAS_TABLE),
        SQL_VALUES(SQL_TEXT(span_of("schema_migration"))));

    *found = (struct found){0};
    if (result == SQL_OK && sql_row_count(conn) == 1) {
        found->has_table = true;
        result = sql_query(conn, select_all, SQL_NO_VALUES);
    }
    if (result != SQL_OK)
        return fail(conn, "look", result);
    if (found->has_table)
        found->count = sql_row_count(conn);
    for (size_t row = 0; row < found->count; row++)
        if (!is_ours(conn, row, migrations))
            return false;
    while (m->name != NULL && found->has_table && was_applied(conn, m))
        m++;
    found->missing = m->name != NULL ? m : NULL;
    return true;
}

/* --- applying it --------------------------------------------------------- */

static enum sql_result apply(struct sql_conn *conn,
                             const struct schema_migration *m, bool has_table)
{
    enum sql_result result = SQL_OK;
    char hex[SECRET_HEX_SIZE];
    struct buf text = {0};

    add_text(&text, m);
    get_checksum(hex, m);
    if (!has_table)
        result = sql_script(conn, create_table);
    if (result == SQL_OK)
        result = sql_script(conn, buf_span(&text).at);
    if (result == SQL_OK)
        result = sql_query(conn, insert,
                           SQL_VALUES(SQL_TEXT(span_of(m->name)),
                                      SQL_TEXT(span_of(hex)),
                                      SQL_INT((int64_t)clock_wall_ms())));
    if (result == SQL_OK)
        result = sql_commit(conn);
    buf_fini(&text);
    return result;
}

/* The first that is missing, if that is so when it is our turn. */
static bool apply_next(struct sql_conn *conn,
                       const struct schema_migration *migrations)
{
    struct found found;
    enum sql_result result = sql_begin_alone(conn);

    if (result != SQL_OK)
        return fail(conn, "wait for others", result);
    if (!look(conn, migrations, &found))
        return false;
    if (found.missing == NULL) {
        sql_rollback(conn);
        return true;
    }
    result = apply(conn, found.missing, found.has_table);
    if (result != SQL_OK)
        return fail(conn, found.missing->name, result);
    log_info("schema_migrated", "name=%s",
             log_quote(span_of(found.missing->name)));
    return true;
}

bool schema_migrate(struct sql_conn *conn,
                    const struct schema_migration *migrations)
{
    struct found found;
    enum sql_result result = sql_conn_open(conn);

    if (result != SQL_OK)
        return fail(conn, "connect", result);
    while (look(conn, migrations, &found)) {
        if (found.missing == NULL) {
            log_info("schema_ready", "migrations=%zu", found.count);
            return true;
        }
        if (!apply_next(conn, migrations))
            break;
    }
    sql_rollback(conn);
    return false;
}
