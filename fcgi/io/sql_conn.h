/* sql_conn.h -- a connection to the database, as a job sees it.
 *
 * All of it waits, so it is for threads of the pool and for programs that have
 * no loop.
 *
 * A statement is a transaction of its own unless sql_begin came before.  After
 * one that failed within a transaction nothing more of it is done, and
 * sql_commit says so: the job returns what it heard, and all is undone.
 *
 * Statements are constants of the program with $1, $2, ... for parameters.
 * They are prepared once for a connection. */
#ifndef SQL_CONN_H
#define SQL_CONN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "io/sql_address.h"

struct sql_conn;

enum sql_result {
    SQL_OK,
    SQL_NOT_UNIQUE, /* somebody else has it already */
    SQL_REFUSED,    /* another constraint, or text that is none */
    SQL_BUSY,       /* too much to do, or others have it locked: later */
    SQL_AWAY,       /* it cannot be reached, or cannot write: later */
    SQL_FAILED,     /* we are wrong: the statement, the schema, the file */
};

/* Its name, for the log. */
const char *sql_result_name(enum sql_result result);

/* --- statements ---------------------------------------------------------- */

enum sql_kind { SQL_KIND_NULL, SQL_KIND_INT, SQL_KIND_TEXT, SQL_KIND_BYTES };

/* A parameter. */
struct sql_value {
    enum sql_kind kind;
    int64_t number;
    struct span bytes; /* the caller's; of text, UTF-8 without NUL */
};

/* A name for each, so that a statement and its values read as one line. */
#define SQL_NULL   ((struct sql_value){.kind = SQL_KIND_NULL})
#define SQL_INT(n) ((struct sql_value){.kind = SQL_KIND_INT, .number = (n)})
#define SQL_TEXT(span) \
    ((struct sql_value){.kind = SQL_KIND_TEXT, .bytes = (span)})
/* The same of a string. */
#define SQL_STRING(str) SQL_TEXT(span_of(str))
#define SQL_BYTES(span) \
    ((struct sql_value){.kind = SQL_KIND_BYTES, .bytes = (span)})

struct sql_values {
    const struct sql_value *at;
    size_t count;
};

/* {VALUE, ...} for $1, $2, ... */
#define SQL_VALUES(...)                                                    \
    ((struct sql_values){(const struct sql_value[]){__VA_ARGS__},          \
                         sizeof((const struct sql_value[]){__VA_ARGS__}) / \
                             sizeof(struct sql_value)})
#define SQL_NO_VALUES ((struct sql_values){NULL, 0})

/* Carries it out; its rows are there until the next statement. */
enum sql_result sql_query(struct sql_conn *conn, const char *statement,
                          struct sql_values values);

/* For what is going to write. */
enum sql_result sql_begin(struct sql_conn *conn);
/* SQL_AWAY: it may or may not have been carried out. */
enum sql_result sql_commit(struct sql_conn *conn);
void sql_rollback(struct sql_conn *conn);

/* How many rows the last statement inserted, updated or deleted. */
int64_t sql_changed(const struct sql_conn *conn);

/* --- rows ---------------------------------------------------------------- */

size_t sql_row_count(const struct sql_conn *conn);

/* Columns count from 0.  One that is read as what it is not is a bug. */
bool sql_is_null(const struct sql_conn *conn, size_t row, size_t column);
int64_t sql_int(const struct sql_conn *conn, size_t row, size_t column);
/* Text and bytes; SPAN_NONE for null.  Lent until the next statement. */
struct span sql_bytes(const struct sql_conn *conn, size_t row, size_t column);

/* Copies a text, with a NUL behind it.  False for null, and when it does not fit:
 * then the schema is not what we think. */
bool sql_copy(char *to, size_t size, struct span from);

/* --- for programs without a loop ----------------------------------------- */

/* How long one waits for what. */
struct sql_patience {
    int connect_ms;
    int statement_ms;
    int lock_ms; /* for others who have it locked */
};

/* Not connected yet.  'address' outlives it; SQLite's file is made where there
 * is none if 'may_create'. */
struct sql_conn *sql_conn_new(const struct sql_address *address,
                              struct sql_patience patience, bool may_create);
void sql_conn_free(struct sql_conn *conn); /* NULL is fine */

/* Has it connected: also one that was and is not any more. */
enum sql_result sql_conn_open(struct sql_conn *conn);

/* Whether it is, as far as anybody knows. */
bool sql_conn_is_open(const struct sql_conn *conn);

/* What the database said when it last failed; "" when it never did. */
const char *sql_conn_error(const struct sql_conn *conn);

enum sql_dialect sql_conn_dialect(const struct sql_conn *conn);

/* Begins a transaction beside which no other of its kind runs; waits for its
 * turn. */
enum sql_result sql_begin_alone(struct sql_conn *conn);

/* Carries out statements with {words} of sql_dialect.h, separated by
 * semicolons. */
enum sql_result sql_script(struct sql_conn *conn, const char *text);

#endif
