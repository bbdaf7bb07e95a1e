#include "io/sql_conn.h"

#include <string.h>

#include "base/clock.h"
#include "base/fatal.h"
#include "base/mem.h"
#include "base/text.h"
#include "io/sql_private.h"

static const char *const result_names[] = {
    [SQL_OK] = "ok",           [SQL_NOT_UNIQUE] = "not_unique",
    [SQL_REFUSED] = "refused", [SQL_BUSY] = "busy",
    [SQL_AWAY] = "away",       [SQL_FAILED] = "failed",
};

const char *sql_result_name(enum sql_result result)
{
    return result_names[result];
}

enum sql_result sql_fail(struct sql_conn *conn, enum sql_result result,
                         const char *reason)
{
    /* The first line: behind it PostgreSQL adds details. */
    const size_t len = strcspn(reason, "\n");
    const size_t kept = len < SQL_ERROR_SIZE ? len : SQL_ERROR_SIZE - 1;

    memcpy(conn->error, reason, kept);
    conn->error[kept] = '\0';
    return result;
}

/* --- its life ------------------------------------------------------------ */

struct sql_conn *sql_conn_new(const struct sql_address *address,
                              struct sql_patience patience, bool may_create)
{
    struct sql_conn *conn = mem_alloc(sizeof(*conn));

    conn->backend =
        address->dialect == SQL_SQLITE ? &sql_sqlite : &sql_postgres;
    conn->address = address;
    conn->patience = patience;
    conn->may_create = may_create;
    return conn;
}

void sql_conn_free(struct sql_conn *conn)
{
    if (conn == NULL)
        return;
    conn->backend->close(conn);
    mem_free(conn->rows.cells);
    buf_fini(&conn->rows.bytes);
    mem_free(conn);
}

/* A server that was restarted, and a file that somebody has replaced, are
 * noticed here, and not by the job. */
enum sql_result sql_conn_open(struct sql_conn *conn)
{
    conn->is_in_transaction = false;
    conn->failed = SQL_OK;
    if (conn->handle != NULL && conn->backend->is_alive(conn))
        return SQL_OK;
    conn->backend->close(conn);
    return conn->backend->open(conn);
}

bool sql_conn_is_open(const struct sql_conn *conn)
{
    return conn->handle != NULL;
}

const char *sql_conn_error(const struct sql_conn *conn)
{
    return conn->error;
}

enum sql_dialect sql_conn_dialect(const struct sql_conn *conn)
{
    return conn->address->dialect;
}

/* --- statements ---------------------------------------------------------- */

static void forget_rows(struct sql_conn *conn)
{
    conn->rows.cell_count = 0;
    conn->rows.column_count = 0;
    conn->rows.changed = 0;
    buf_clear(&conn->rows.bytes);
}

/* Whether the connection can be asked anything now. */
static enum sql_result look(struct sql_conn *conn)
{
    if (conn->failed != SQL_OK)
        return conn->failed;
    if (conn->handle == NULL)
        return sql_fail(conn, SQL_AWAY, "the connection is lost");
    if (conn->deadline_ms != 0 && clock_mono_ms() >= conn->deadline_ms)
        return sql_fail(conn, SQL_BUSY, "the time of the job is over");
    return SQL_OK;
}

static enum sql_result note(struct sql_conn *conn, enum sql_result result)
{
    if (result != SQL_OK && conn->is_in_transaction)
        conn->failed = result;
    return result;
}

/* SQLite would keep what PostgreSQL refuses. */
static bool are_texts(struct sql_values values)
{
    for (size_t i = 0; i < values.count; i++) {
        const struct sql_value *v = &values.at[i];

        if (v->kind == SQL_KIND_TEXT && v->bytes.len > 0 &&
            (memchr(v->bytes.at, '\0', v->bytes.len) != NULL ||
             !text_is_utf8(v->bytes)))
            return false;
    }
    return true;
}

enum sql_result sql_query(struct sql_conn *conn, const char *statement,
                          struct sql_values values)
{
    enum sql_result result = look(conn);

    forget_rows(conn);
    if (result == SQL_OK && !are_texts(values))
        result = sql_fail(conn, SQL_REFUSED, "text that is none");
    if (result == SQL_OK)
        result = conn->backend->query(conn, statement, values);
    if (result != SQL_OK)
        forget_rows(conn);
    return note(conn, result);
}

enum sql_result sql_script(struct sql_conn *conn, const char *text)
{
    struct buf translated = {0};
    enum sql_result result = look(conn);

    forget_rows(conn);
    if (result == SQL_OK &&
        !sql_dialect_add(&translated, conn->address->dialect, text))
        result = sql_fail(conn, SQL_FAILED, "a {word} that is not known");
    if (result == SQL_OK)
        result = conn->backend->script(conn, buf_span(&translated).at);
    buf_fini(&translated);
    return note(conn, result);
}

static enum sql_result begin(struct sql_conn *conn, enum sql_phrase phrase)
{
    enum sql_result result = look(conn);

    MUST(!conn->is_in_transaction);
    if (result == SQL_OK)
        result = conn->backend->script(
            conn, sql_phrase(conn->address->dialect, phrase));
    /* Also when only half of it was done. */
    conn->is_in_transaction = true;
    return note(conn, result);
}

enum sql_result sql_begin(struct sql_conn *conn)
{
    return begin(conn, SQL_PHRASE_BEGIN);
}

enum sql_result sql_begin_alone(struct sql_conn *conn)
{
    return begin(conn, SQL_PHRASE_BEGIN_ALONE);
}

enum sql_result sql_commit(struct sql_conn *conn)
{
    enum sql_result result = look(conn);

    MUST(conn->is_in_transaction);
    if (result == SQL_OK)
        result = conn->backend->script(conn, "COMMIT");
    if (result == SQL_OK)
        conn->is_in_transaction = false;
    return note(conn, result);
}

/* A connection that cannot even do that is closed, which does it too.  The
 * reason that was there before is the one to tell. */
void sql_rollback(struct sql_conn *conn)
{
    char error[SQL_ERROR_SIZE];

    if (!conn->is_in_transaction)
        return;
    memcpy(error, conn->error, sizeof(error));
    conn->is_in_transaction = false;
    conn->failed = SQL_OK;
    if (conn->handle != NULL &&
        conn->backend->script(conn, "ROLLBACK") != SQL_OK)
        conn->backend->close(conn);
    memcpy(conn->error, error, sizeof(error));
}

/* --- rows ---------------------------------------------------------------- */

static struct sql_cell *add_cell(struct sql_rows *rows, enum sql_kind kind)
{
    struct sql_cell *cell;

    if (rows->cell_count == rows->cell_cap) {
        rows->cell_cap = rows->cell_cap > 0 ? rows->cell_cap * 2 : 16;
        rows->cells =
            mem_resize(rows->cells, rows->cell_cap * sizeof(*rows->cells));
    }
    cell = &rows->cells[rows->cell_count++];
    *cell = (struct sql_cell){.kind = kind};
    return cell;
}

void sql_rows_add_null(struct sql_rows *rows)
{
    add_cell(rows, SQL_KIND_NULL);
}

void sql_rows_add_int(struct sql_rows *rows, int64_t number)
{
    add_cell(rows, SQL_KIND_INT)->number = number;
}

void sql_rows_add_bytes(struct sql_rows *rows, enum sql_kind kind,
                        const void *bytes, size_t len)
{
    struct sql_cell *cell = add_cell(rows, kind);

    cell->at = rows->bytes.len;
    cell->len = len;
    buf_add(&rows->bytes, bytes, len);
}

static const struct sql_cell *cell_at(const struct sql_conn *conn, size_t row,
                                      size_t column)
{
    MUST(row < sql_row_count(conn) && column < conn->rows.column_count);
    return &conn->rows.cells[row * conn->rows.column_count + column];
}

int64_t sql_changed(const struct sql_conn *conn)
{
    return conn->rows.changed;
}

size_t sql_row_count(const struct sql_conn *conn)
{
    return conn->rows.column_count > 0
               ? conn->rows.cell_count / conn->rows.column_count
               : 0;
}

bool sql_is_null(const struct sql_conn *conn, size_t row, size_t column)
{
    return cell_at(conn, row, column)->kind == SQL_KIND_NULL;
}

int64_t sql_int(const struct sql_conn *conn, size_t row, size_t column)
{
    const struct sql_cell *cell = cell_at(conn, row, column);

    MUST(cell->kind == SQL_KIND_INT);
    return cell->number;
}

struct span sql_bytes(const struct sql_conn *conn, size_t row, size_t column)
{
    const struct sql_cell *cell = cell_at(conn, row, column);

    if (cell->kind == SQL_KIND_NULL)
        return SPAN_NONE;
    MUST(cell->kind == SQL_KIND_TEXT || cell->kind == SQL_KIND_BYTES);
    return (struct span){buf_span(&conn->rows.bytes).at + cell->at, cell->len};
}

bool sql_copy(char *to, size_t size, struct span from)
{
    if (from.at == NULL || from.len >= size)
        return false;
    memcpy(to, from.at, from.len);
    to[from.len] = '\0';
    return true;
}
