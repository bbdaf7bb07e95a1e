/* sql_postgres.c -- the database for more than one host (libpq).
 *
 * The connection does not block: we wait for its socket ourselves, as libpq
 * would wait for ever for a server that hangs.  The server gives up a statement
 * before we do (statement_timeout, lock_timeout), so that "somebody has it
 * locked" and "it does not answer" are two different things; after the latter
 * the connection is closed.  The server notices that we have gone, and undoes
 * what was not committed (client_connection_check_interval).
 *
 * Looking up a name is the one thing that libpq does not let us limit. */
#include <endian.h>
#include <errno.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/fatal.h"
#include "base/mem.h"
#include "io/sql_private.h"

/* We wait so much longer than the server for its own statement. */
#define GRACE_MS   500
#define VALUES_MAX 32

/* From PostgreSQL's pg_type.dat; they never change. */
enum {
    TYPE_ANY = 0,
    TYPE_BYTEA = 17,
    TYPE_INT8 = 20,
    TYPE_INT2 = 21,
    TYPE_INT4 = 23,
    TYPE_TEXT = 25,
};

struct postgres {
    PGconn *pg;
    char *prepared[SQL_PREPARED_MAX]; /* ours: texts; the n-th is named "n" */
    size_t prepared_count;
};

static void postgres_close(struct sql_conn *conn)
{
    struct postgres *postgres = conn->handle;

    conn->handle = NULL;
    if (postgres == NULL)
        return;
    for (size_t i = 0; i < postgres->prepared_count; i++)
        mem_free(postgres->prepared[i]);
    PQfinish(postgres->pg);
    mem_free(postgres);
}

/* The connection is of no use any more. */
static enum sql_result lost(struct sql_conn *conn, const char *reason)
{
    sql_fail(conn, SQL_AWAY,
             *reason != '\0' ? reason : "the server does not answer");
    postgres_close(conn);
    return SQL_AWAY;
}

/* By SQLSTATE: PostgreSQL's manual, appendix A. */
static enum sql_result result_of(const char *state)
{
    static const struct {
        const char *state; /* or how it begins */
        enum sql_result result;
    } table[] = {
        {"23505", SQL_NOT_UNIQUE}, /* unique_violation */
        {"23", SQL_REFUSED},       /* other constraints */
        {"22", SQL_REFUSED},       /* values that a column cannot have */
        {"40", SQL_BUSY},          /* deadlock, serialization */
        {"55P03", SQL_BUSY},       /* lock_timeout */
        {"57014", SQL_BUSY},       /* statement_timeout */
        {"08P01", SQL_FAILED},     /* protocol_violation: ours */
        {"08", SQL_AWAY},          /* connection */
        {"53", SQL_AWAY},          /* no room, memory, connections */
        {"57P", SQL_AWAY},         /* shutting down, starting up */
        {"25006", SQL_AWAY},       /* read-only: a standby */
        {"25P03", SQL_AWAY},       /* idle_in_transaction_session_timeout */
        {"58", SQL_AWAY},          /* its files */
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
        if (strncmp(state, table[i].state, strlen(table[i].state)) == 0)
            return table[i].result;
    return SQL_FAILED;
}

/* --- waiting ------------------------------------------------------------- */

/* For the socket to be ready, until 'give_up_ms'; false when it is not. */
static bool wait_socket(PGconn *pg, short events, uint64_t give_up_ms)
{
    struct pollfd fd = {.fd = PQsocket(pg), .events = events};

    for (;;) {
        const uint64_t now = clock_mono_ms();
        int n;

        if (now >= give_up_ms)
            return false;
        n = poll(&fd, 1, (int)(give_up_ms - now));
        if (n > 0)
            return true;
        if (n == -1 && errno != EINTR)
            return false;
    }
}

static uint64_t statement_end(const struct sql_conn *conn)
{
    return clock_mono_ms() + (uint64_t)conn->patience.statement_ms + GRACE_MS;
}

/* Sends what is still to be sent.  False: the connection is lost. */
static bool flush(PGconn *pg, uint64_t give_up_ms)
{
    int left;

    while ((left = PQflush(pg)) == 1) {
        if (!wait_socket(pg, POLLIN | POLLOUT, give_up_ms) ||
            PQconsumeInput(pg) == 0)
            return false;
    }
    return left == 0;
}

/* The next result of what was sent, which is the caller's to PQclear; NULL
 * after the last one, and when the connection is lost, which is closed then. */
static PGresult *next_result(struct sql_conn *conn, uint64_t give_up_ms)
{
    const struct postgres *postgres = conn->handle;

    while (PQisBusy(postgres->pg)) {
        if (!wait_socket(postgres->pg, POLLIN, give_up_ms)) {
            lost(conn, "the server does not answer");
            return NULL;
        }
        if (PQconsumeInput(postgres->pg) == 0) {
            lost(conn, PQerrorMessage(postgres->pg));
            return NULL;
        }
    }
    return PQgetResult(postgres->pg);
}

/* What one result says; the first that is not good counts. */
static enum sql_result judge(struct sql_conn *conn, const PGresult *answer)
{
    const ExecStatusType status = PQresultStatus(answer);
    const char *state;

    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
        return SQL_OK;
    state = PQresultErrorField(answer, PG_DIAG_SQLSTATE);
    return sql_fail(conn, state != NULL ? result_of(state) : SQL_AWAY,
                    PQresultErrorMessage(answer));
}

/* Waits for everything that 'is_sent' asked for, and gives each result to
 * 'take', which may be NULL. */
static enum sql_result collect(struct sql_conn *conn, int is_sent,
                               void (*take)(struct sql_conn *conn,
                                            PGresult *answer))
{
    const struct postgres *postgres = conn->handle;
    const uint64_t give_up_ms = statement_end(conn);
    enum sql_result result = SQL_OK;
    PGresult *answer;

    if (is_sent != 1 || !flush(postgres->pg, give_up_ms))
        return lost(conn, PQerrorMessage(postgres->pg));
    while ((answer = next_result(conn, give_up_ms)) != NULL) {
        if (result == SQL_OK)
            result = judge(conn, answer);
        if (result == SQL_OK && take != NULL)
            take(conn, answer);
        PQclear(answer);
    }
    if (conn->handle == NULL)
        return result == SQL_OK ? SQL_AWAY : result;
    if (PQstatus(postgres->pg) == CONNECTION_BAD)
        postgres_close(conn);
    return result;
}

/* --- its life ------------------------------------------------------------ */

static void ignore_notice(void *arg, const PGresult *notice)
{
    (void)arg;
    (void)notice;
}

/* True once it is connected. */
static bool wait_connected(PGconn *pg, int connect_ms)
{
    const uint64_t give_up_ms = clock_mono_ms() + (uint64_t)connect_ms;
    PostgresPollingStatusType wants = PGRES_POLLING_WRITING;

    while (wants != PGRES_POLLING_OK) {
        if (wants == PGRES_POLLING_FAILED)
            return false;
        if (!wait_socket(pg, wants == PGRES_POLLING_READING ? POLLIN : POLLOUT,
                         give_up_ms))
            return false;
        wants = PQconnectPoll(pg);
    }
    return true;
}

/* What the server does about us; see above. */
static enum sql_result introduce(struct sql_conn *conn)
{
    const struct postgres *postgres = conn->handle;
    char text[256];

    snprintf(text, sizeof(text),
             "SET statement_timeout = %d; SET lock_timeout = %d;"
             "SET idle_in_transaction_session_timeout = 60000;"
             "SET client_connection_check_interval = 1000",
             conn->patience.statement_ms, conn->patience.lock_ms);
    return collect(conn, PQsendQuery(postgres->pg, text), NULL);
}

static enum sql_result postgres_open(struct sql_conn *conn)
{
    /* What comes later goes before what is in the URL. */
    const char *const names[] = {"fallback_application_name", "dbname",
                                 "client_encoding", "password", NULL};
    const char *const values[] = {"holdline", conn->address->place, "UTF8",
                                  conn->address->password, NULL};
    struct postgres *postgres = mem_alloc(sizeof(*postgres));

    conn->handle = postgres;
    postgres->pg = PQconnectStartParams(names, values, 1);
    MUST(postgres->pg != NULL);
    if (PQstatus(postgres->pg) == CONNECTION_BAD)
        return lost(conn, PQerrorMessage(postgres->pg));
    PQsetNoticeReceiver(postgres->pg, ignore_notice, NULL);
    if (!wait_connected(postgres->pg, conn->patience.connect_ms))
        return lost(conn, PQstatus(postgres->pg) == CONNECTION_BAD
                              ? PQerrorMessage(postgres->pg)
                              : "the server does not answer");
    if (PQsetnonblocking(postgres->pg, 1) != 0)
        return lost(conn, PQerrorMessage(postgres->pg));
    if (introduce(conn) != SQL_OK) {
        postgres_close(conn);
        return SQL_AWAY;
    }
    return SQL_OK;
}

/* Between two jobs a server has little to say but that it goes: in one message,
 * behind which is the end. */
static bool postgres_is_alive(struct sql_conn *conn)
{
    const struct postgres *postgres = conn->handle;
    struct pollfd fd = {.fd = PQsocket(postgres->pg), .events = POLLIN};

    while (poll(&fd, 1, 0) > 0 && PQconsumeInput(postgres->pg) == 1)
        (void)PQisBusy(postgres->pg); /* takes it */
    return PQstatus(postgres->pg) == CONNECTION_OK &&
           PQtransactionStatus(postgres->pg) == PQTRANS_IDLE;
}

/* --- statements ---------------------------------------------------------- */

/* The values in PostgreSQL's binary form, in which they need no quoting. */
struct parameters {
    Oid types[VALUES_MAX];
    const char *at[VALUES_MAX];
    int lens[VALUES_MAX];
    int formats[VALUES_MAX];
    uint64_t numbers[VALUES_MAX]; /* big-endian */
};

static void set_parameter(struct parameters *p, size_t i,
                          const struct sql_value *v)
{
    p->formats[i] = 1;
    p->types[i] = TYPE_ANY;
    p->at[i] = NULL;
    p->lens[i] = 0;
    if (v->kind == SQL_KIND_NULL)
        return;
    if (v->kind == SQL_KIND_INT) {
        p->numbers[i] = htobe64((uint64_t)v->number);
        p->types[i] = TYPE_INT8;
        p->at[i] = (const char *)&p->numbers[i];
        p->lens[i] = (int)sizeof(p->numbers[i]);
    } else {
        p->types[i] = v->kind == SQL_KIND_TEXT ? TYPE_TEXT : TYPE_BYTEA;
        p->at[i] = v->bytes.at != NULL ? v->bytes.at : "";
        p->lens[i] = (int)v->bytes.len;
    }
}

/* 'stmt_name' is what the server knows the statement by. */
static enum sql_result prepare(struct sql_conn *conn, const char *statement,
                               const struct parameters *p, size_t count,
                               char stmt_name[24])
{
    struct postgres *postgres = conn->handle;
    enum sql_result result;
    size_t i = 0;

    while (i < postgres->prepared_count &&
           strcmp(postgres->prepared[i], statement) != 0)
        i++;
    snprintf(stmt_name, 24, "%zu", i);
    if (i < postgres->prepared_count)
        return SQL_OK;
    MUST(i < SQL_PREPARED_MAX);
    result = collect(
        conn,
        PQsendPrepare(postgres->pg, stmt_name, statement, (int)count, p->types),
        NULL);
    if (result == SQL_OK)
        postgres->prepared[postgres->prepared_count++] =
            mem_copy_str(statement);
    return result;
}

static void add_cell(struct sql_rows *rows, const PGresult *answer, int row,
                     int column)
{
    const char *text = PQgetvalue(answer, row, column);
    const size_t len = (size_t)PQgetlength(answer, row, column);
    const Oid type = PQftype(answer, column);

    if (PQgetisnull(answer, row, column)) {
        sql_rows_add_null(rows);
    } else if (type == TYPE_INT8 || type == TYPE_INT4 || type == TYPE_INT2) {
        sql_rows_add_int(rows, strtoll(text, NULL, 10));
    } else if (type == TYPE_BYTEA) {
        size_t bytes_len = 0;
        unsigned char *bytes =
            PQunescapeBytea((const unsigned char *)text, &bytes_len);

        MUST(bytes != NULL);
        sql_rows_add_bytes(rows, SQL_KIND_BYTES, bytes, bytes_len);
        PQfreemem(bytes);
    } else {
        sql_rows_add_bytes(rows, SQL_KIND_TEXT, text, len);
    }
}

static void take_rows(struct sql_conn *conn, PGresult *answer)
{
    const int columns = PQnfields(answer);

    conn->rows.column_count = (size_t)columns;
    for (int row = 0; row < PQntuples(answer); row++) {
        for (int i = 0; i < columns; i++)
            add_cell(&conn->rows, answer, row, i);
    }
    /* Of a SELECT it would be the rows that were read. */
    if (strncmp(PQcmdStatus(answer), "SELECT", 6) != 0)
        conn->rows.changed = strtoll(PQcmdTuples(answer), NULL, 10);
}

static enum sql_result postgres_query(struct sql_conn *conn,
                                      const char *statement,
                                      struct sql_values values)
{
    const struct postgres *postgres = conn->handle;
    struct parameters p;
    char name[24];
    enum sql_result result;

    MUST(values.count <= VALUES_MAX);
    for (size_t i = 0; i < values.count; i++)
        set_parameter(&p, i, &values.at[i]);
    result = prepare(conn, statement, &p, values.count, name);
    if (result != SQL_OK)
        return result;
    return collect(conn,
                   PQsendQueryPrepared(postgres->pg, name, (int)values.count,
                                       p.at, p.lens, p.formats, 0),
                   take_rows);
}

static enum sql_result postgres_script(struct sql_conn *conn, const char *text)
{
    const struct postgres *postgres = conn->handle;

    return collect(conn, PQsendQuery(postgres->pg, text), NULL);
}

bool sql_postgres_is_url(const char *url)
{
    PQconninfoOption *options = PQconninfoParse(url, NULL);

    PQconninfoFree(options);
    return options != NULL;
}

const struct sql_backend sql_postgres = {
    .open = postgres_open,
    .close = postgres_close,
    .is_alive = postgres_is_alive,
    .query = postgres_query,
    .script = postgres_script,
};
