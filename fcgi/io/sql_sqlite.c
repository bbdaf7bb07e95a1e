/* sql_sqlite.c -- the embedded database (sqlite3).
 *
 * WAL, so that who reads never waits for who writes; writers wait for each
 * other, also those of other processes, up to the patience of the connection.
 * What is committed is on the disk (synchronous=FULL): with WAL, NORMAL could
 * lose the newest of it in a power cut. */
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fatal.h"
#include "base/mem.h"
#include "io/sql_private.h"

/* Instructions of SQLite's machine between two looks at the clock: some
 * microseconds. */
#define LOOK_AFTER 1000

struct sqlite {
    sqlite3 *db;
    sqlite3_stmt *prepared[SQL_PREPARED_MAX];
    size_t prepared_count;
    uint64_t give_up_ms; /* the statement that runs; 0: never */
};

static enum sql_result result_of(int extended)
{
    if (extended == SQLITE_CONSTRAINT_UNIQUE ||
        extended == SQLITE_CONSTRAINT_PRIMARYKEY ||
        extended == SQLITE_CONSTRAINT_ROWID)
        return SQL_NOT_UNIQUE;
    switch (extended & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return SQL_OK;
    case SQLITE_CONSTRAINT:
        return SQL_REFUSED;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_INTERRUPT:
        return SQL_BUSY;
    case SQLITE_FULL:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR:
    case SQLITE_PERM:
        return SQL_AWAY;
    default:
        return SQL_FAILED;
    }
}

static enum sql_result told(struct sql_conn *conn)
{
    const struct sqlite *sqlite = conn->handle;
    const enum sql_result result =
        result_of(sqlite3_extended_errcode(sqlite->db));

    return sql_fail(conn, result, sqlite3_errmsg(sqlite->db));
}

/* --- its life ------------------------------------------------------------ */

static void sqlite_close(struct sql_conn *conn)
{
    struct sqlite *sqlite = conn->handle;

    conn->handle = NULL;
    if (sqlite == NULL)
        return;
    for (size_t i = 0; i < sqlite->prepared_count; i++)
        sqlite3_finalize(sqlite->prepared[i]);
    sqlite3_close(sqlite->db);
    mem_free(sqlite);
}

/* Not 0: ends what is running. */
static int is_late(void *arg)
{
    const struct sqlite *sqlite = arg;

    return sqlite->give_up_ms != 0 && clock_mono_ms() >= sqlite->give_up_ms;
}

/* Made by us, as SQLite would make it for everybody to read; the files beside
 * it get their mode from it. */
static enum sql_result make_file(struct sql_conn *conn)
{
    const int fd = open(conn->address->place, O_RDWR | O_CREAT | O_CLOEXEC,
                        S_IRUSR | S_IWUSR);

    if (fd != -1)
        close(fd);
    else if (errno == ENOENT || errno == ENOTDIR)
        return sql_fail(conn, SQL_AWAY, "the folder of the file is not there");
    return SQL_OK; /* the rest is told by SQLite */
}

static enum sql_result sqlite_open(struct sql_conn *conn)
{
    struct sqlite *sqlite;
    enum sql_result result = conn->may_create ? make_file(conn) : SQL_OK;

    if (result != SQL_OK)
        return result;
    sqlite = mem_alloc(sizeof(*sqlite));
    conn->handle = sqlite;
    if (sqlite3_open_v2(conn->address->place, &sqlite->db,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
                            SQLITE_OPEN_EXRESCODE,
                        NULL) != SQLITE_OK) {
        result = told(conn);
    } else {
        sqlite3_busy_timeout(sqlite->db, conn->patience.lock_ms);
        sqlite3_progress_handler(sqlite->db, LOOK_AFTER, is_late, sqlite);
        /* WAL stays with the file, the others with the connection.  A file
         * that cannot be written to stays as it is. */
        if (sqlite3_exec(sqlite->db,
                         "PRAGMA foreign_keys = ON;"
                         "PRAGMA synchronous = FULL;"
                         "PRAGMA trusted_schema = OFF;"
                         "PRAGMA journal_mode = WAL;",
                         NULL, NULL, NULL) != SQLITE_OK &&
            (sqlite3_errcode(sqlite->db) & 0xff) != SQLITE_READONLY)
            result = told(conn);
    }
    if (result != SQL_OK)
        sqlite_close(conn);
    return result;
}

/* A file that was put in the place of ours, such as a backup, is another: what
 * we would write to the old one nobody would ever see.  And one that could only
 * be read when it was opened would stay so for this connection. */
static bool sqlite_is_alive(struct sql_conn *conn)
{
    const struct sqlite *sqlite = conn->handle;
    int has_moved = 0;

    return sqlite3_file_control(sqlite->db, "main", SQLITE_FCNTL_HAS_MOVED,
                                &has_moved) == SQLITE_OK &&
           has_moved == 0 && sqlite3_db_readonly(sqlite->db, "main") == 0;
}

/* --- statements ---------------------------------------------------------- */

static void start_clock(struct sql_conn *conn)
{
    struct sqlite *sqlite = conn->handle;

    sqlite->give_up_ms =
        clock_mono_ms() + (uint64_t)conn->patience.statement_ms;
}

/* NULL when the database does not take it. */
static sqlite3_stmt *prepare(struct sqlite *sqlite, const char *statement)
{
    sqlite3_stmt *prepared;

    for (size_t i = 0; i < sqlite->prepared_count; i++)
        if (strcmp(sqlite3_sql(sqlite->prepared[i]), statement) == 0)
            return sqlite->prepared[i];
    MUST(sqlite->prepared_count < SQL_PREPARED_MAX);
    if (sqlite3_prepare_v3(sqlite->db, statement, -1, SQLITE_PREPARE_PERSISTENT,
                           &prepared, NULL) != SQLITE_OK)
        return NULL;
    MUST(prepared != NULL);
    sqlite->prepared[sqlite->prepared_count++] = prepared;
    return prepared;
}

static int bind_value(sqlite3_stmt *prepared, int index,
                      const struct sql_value *v)
{
    /* Where it is NULL they would take it for null. */
    const char *bytes = v->bytes.at != NULL ? v->bytes.at : "";

    switch (v->kind) {
    case SQL_KIND_NULL:
        return sqlite3_bind_null(prepared, index);
    case SQL_KIND_INT:
        return sqlite3_bind_int64(prepared, index, v->number);
    case SQL_KIND_TEXT:
        return sqlite3_bind_text64(prepared, index, bytes, v->bytes.len,
                                   SQLITE_STATIC, SQLITE_UTF8);
    case SQL_KIND_BYTES:
        return sqlite3_bind_blob64(prepared, index, bytes, v->bytes.len,
                                   SQLITE_STATIC);
    }
    return SQLITE_MISUSE;
}

/* Here $2 is a name, and may be the first of all. */
static enum sql_result bind(struct sql_conn *conn, sqlite3_stmt *prepared,
                            struct sql_values values)
{
    char name[24];

    if (sqlite3_bind_parameter_count(prepared) != (int)values.count)
        return sql_fail(conn, SQL_FAILED, "another number of parameters");
    for (size_t i = 0; i < values.count; i++) {
        int index;

        snprintf(name, sizeof(name), "$%zu", i + 1);
        index = sqlite3_bind_parameter_index(prepared, name);
        if (index == 0)
            return sql_fail(conn, SQL_FAILED, "a parameter that is not $n");
        if (bind_value(prepared, index, &values.at[i]) != SQLITE_OK)
            return told(conn);
    }
    return SQL_OK;
}

static void add_cell(struct sql_rows *rows, sqlite3_stmt *prepared, int column)
{
    const int type = sqlite3_column_type(prepared, column);

    if (type == SQLITE_NULL)
        sql_rows_add_null(rows);
    else if (type == SQLITE_INTEGER)
        sql_rows_add_int(rows, sqlite3_column_int64(prepared, column));
    else if (type == SQLITE_BLOB)
        sql_rows_add_bytes(rows, SQL_KIND_BYTES,
                           sqlite3_column_blob(prepared, column),
                           (size_t)sqlite3_column_bytes(prepared, column));
    else
        sql_rows_add_bytes(rows, SQL_KIND_TEXT,
                           sqlite3_column_text(prepared, column),
                           (size_t)sqlite3_column_bytes(prepared, column));
}

/* All its rows, or none. */
static enum sql_result fetch(struct sql_conn *conn, sqlite3_stmt *prepared)
{
    struct sqlite *sqlite = conn->handle;
    const int columns = sqlite3_column_count(prepared);
    int code;

    conn->rows.column_count = (size_t)columns;
    while ((code = sqlite3_step(prepared)) == SQLITE_ROW) {
        for (int i = 0; i < columns; i++)
            add_cell(&conn->rows, prepared, i);
    }
    if (code != SQLITE_DONE)
        return told(conn);
    if (sqlite3_stmt_readonly(prepared) == 0)
        conn->rows.changed = sqlite3_changes64(sqlite->db);
    return SQL_OK;
}

static enum sql_result sqlite_query(struct sql_conn *conn,
                                    const char *statement,
                                    struct sql_values values)
{
    struct sqlite *sqlite = conn->handle;
    sqlite3_stmt *prepared;
    enum sql_result result;

    start_clock(conn);
    prepared = prepare(sqlite, statement);
    if (prepared == NULL)
        return told(conn);
    result = bind(conn, prepared, values);
    if (result == SQL_OK)
        result = fetch(conn, prepared);
    sqlite3_reset(prepared);
    sqlite3_clear_bindings(prepared);
    return result;
}

static enum sql_result sqlite_script(struct sql_conn *conn, const char *text)
{
    struct sqlite *sqlite = conn->handle;

    /* SQLite rolls back by itself when a disk is full. */
    if (strcmp(text, "ROLLBACK") == 0 && sqlite3_get_autocommit(sqlite->db))
        return SQL_OK;
    start_clock(conn);
    if (sqlite3_exec(sqlite->db, text, NULL, NULL, NULL) != SQLITE_OK)
        return told(conn);
    return SQL_OK;
}

const struct sql_backend sql_sqlite = {
    .open = sqlite_open,
    .close = sqlite_close,
    .is_alive = sqlite_is_alive,
    .query = sqlite_query,
    .script = sqlite_script,
};
