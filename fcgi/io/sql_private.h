/* sql_private.h -- between sql_conn.c and the two databases. */
#ifndef SQL_PRIVATE_H
#define SQL_PRIVATE_H

#include "base/buf.h"
#include "io/sql_conn.h"

#define SQL_ERROR_SIZE 200

/* Statements of the program that one connection knows. */
#define SQL_PREPARED_MAX 128

/* Of a row; bytes are a place in the buffer of the rows. */
struct sql_cell {
    enum sql_kind kind;
    int64_t number;
    size_t at;
    size_t len;
};

/* What a statement answered. */
struct sql_rows {
    struct sql_cell *cells; /* ours, row after row */
    size_t cell_count;
    size_t cell_cap;
    size_t column_count;
    struct buf bytes;
    int64_t changed;
};

struct sql_backend {
    /* What they are asked with an open connection leaves it open, or closed
     * when it is of no use any more. */
    enum sql_result (*open)(struct sql_conn *conn);
    void (*close)(struct sql_conn *conn); /* also one that is not open */
    /* Whether it still is, as far as can be seen without asking. */
    bool (*is_alive)(struct sql_conn *conn);
    enum sql_result (*query)(struct sql_conn *conn, const char *statement,
                             struct sql_values values);
    /* Several statements, without rows. */
    enum sql_result (*script)(struct sql_conn *conn, const char *text);
};

extern const struct sql_backend sql_sqlite;
extern const struct sql_backend sql_postgres;

struct sql_conn {
    const struct sql_backend *backend;
    const struct sql_address *address; /* the caller's, outlives us */
    struct sql_patience patience;
    bool may_create;
    void *handle;         /* the backend's; NULL: not open */
    uint64_t deadline_ms; /* no statement begins after it; 0: none */
    bool is_in_transaction;
    enum sql_result failed; /* of the transaction; SQL_OK: it goes well */
    struct sql_rows rows;
    char error[SQL_ERROR_SIZE];
};

/* Whether libpq understands it. */
bool sql_postgres_is_url(const char *url);

/* Keeps the reason, in one line, and returns 'result'. */
enum sql_result sql_fail(struct sql_conn *conn, enum sql_result result,
                         const char *reason);

void sql_rows_add_null(struct sql_rows *rows);
void sql_rows_add_int(struct sql_rows *rows, int64_t number);
void sql_rows_add_bytes(struct sql_rows *rows, enum sql_kind kind,
                        const void *bytes, size_t len);

#endif
