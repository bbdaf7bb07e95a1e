/* sql.h -- one interface to both databases: SQLite and PostgreSQL.
 *
 * A job is a function that runs on a thread of libuv's pool, where it may wait,
 * with a connection of its own for as long as it runs:
 *
 *     sql_start --> waiting --> running on a thread --> on_done on the loop
 *                      |               |
 *                      +-- deadline ---+--> on_done all the same
 *
 * There are CONNECTIONS of them (sql.c), fewer than the pool has threads, so
 * that a database that hangs leaves some to others.  The queue is short: who
 * comes when it is full hears SQL_BUSY.  Jobs begin in their order, and end in
 * any.
 *
 * UP and DOWN: what is away is tried again by a timer, ever more slowly, and a
 * job meanwhile hears SQL_AWAY at once.
 *
 * A job is data with a function.  The data is the job's from sql_start to the
 * end of on_done; the thread, and nobody else, touches it meanwhile.
 *
 *     sql_address.h   where the database is
 *     sql_dialect.h   what differs between the two
 *     sql_conn.h      what a job does with its connection */
#ifndef SQL_H
#define SQL_H

#include <stdbool.h>

#include "io/loop.h"
#include "io/sql_address.h"
#include "io/sql_conn.h"

struct sql;
struct sql_job;

/* A kind of job; a constant of the program. */
struct sql_work {
    const char *name; /* for the log */
    /* On a thread: nothing but 'data' and 'conn' may be touched, and nothing
     * logged.  What it began and did not commit is rolled back. */
    enum sql_result (*run)(struct sql_conn *conn, void *data);
    /* On the loop; NULL: mem_free. */
    void (*free)(void *data);
};

/* Starts connecting.  'address' outlives it. */
struct sql *sql_new(struct loop *loop, const struct sql_address *address);

/* Jobs end without a callback.  One that is running is waited for by
 * loop_free. */
void sql_free(struct sql *sql); /* NULL is fine */

/* Whether the database could be reached when it was last tried. */
bool sql_is_up(const struct sql *sql);

/* Whether it could not: then a job hears SQL_AWAY at once.  Neither is so before
 * the first try has ended; jobs wait for that. */
bool sql_is_down(const struct sql *sql);

/* 'data' is lent during the callback, with what the job left in it; NULL with
 * SQL_AWAY when its time is over and the thread still has it: it may or may not
 * be carried out. */
typedef void sql_done_fn(void *arg, enum sql_result result, void *data);

/* Takes 'data' over.  on_done runs once, later, unless cancelled. */
struct sql_job *sql_start(struct sql *sql, const struct sql_work *work,
                          void *data, sql_done_fn *on_done, void *arg);

/* on_done will not run.  What has begun may be carried out all the same. */
void sql_cancel(struct sql_job *job);

#endif
