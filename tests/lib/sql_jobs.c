/* sql_jobs.c -- fcgi/io/sql.h for tests that do something to the database.
 *
 * Is given the database's address; creates the table 'note'.  Reads commands,
 * one a line, and says a line for each when it is done:
 *
 *     put WORD     put WORD ok        (or not_unique, busy, away ...)
 *     count        count ok 1
 *     state        state up           (or down)
 *
 * The end of the input is its end. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/list.h"
#include "base/log.h"
#include "base/mem.h"
#include "io/sql.h"

static struct loop *loop;
static struct sql *sql;
static char input[4096];
static size_t input_len;

struct order {
    char line[sizeof(input)];
    int64_t count;
};

static enum sql_result run_put(struct sql_conn *conn, void *data)
{
    struct order *order = data;
    enum sql_result result = sql_begin(conn);

    if (result == SQL_OK)
        result = sql_query(conn, "INSERT INTO note (word) VALUES ($1)",
                           SQL_VALUES(SQL_TEXT(span_of(order->line + 4))));
    if (result == SQL_OK)
        result = sql_commit(conn);
    return result;
}

static enum sql_result run_count(struct sql_conn *conn, void *data)
{
    struct order *order = data;
    enum sql_result result =
        sql_query(conn, "SELECT count(*) FROM note", SQL_NO_VALUES);

    if (result == SQL_OK)
        order->count = sql_int(conn, 0, 0);
    return result;
}

static const struct sql_work put = {.name = "put", .run = run_put};
static const struct sql_work count = {.name = "count", .run = run_count};

static void on_put(void *arg, enum sql_result result, void *data)
{
    (void)data;
    printf("%s %s\n", (char *)arg, sql_result_name(result));
    mem_free(arg);
}

static void on_count(void *arg, enum sql_result result, void *data)
{
    const struct order *order = data;

    (void)arg;
    printf("count %s %lld\n", sql_result_name(result),
           order != NULL ? (long long)order->count : -1);
}

static void obey(const char *line)
{
    struct order *order;

    if (strcmp(line, "state") == 0) {
        printf("state %s\n", sql_is_up(sql) ? "up" : "down");
        return;
    }
    order = mem_alloc(sizeof(*order));
    strcpy(order->line, line);
    if (strcmp(line, "count") == 0)
        sql_start(sql, &count, order, on_count, NULL);
    else
        sql_start(sql, &put, order, on_put, mem_copy_str(line));
}

static void on_input(struct loop_watch *watch, unsigned ready)
{
    const ssize_t len =
        read(watch->fd, input + input_len, sizeof(input) - input_len);
    char *end;

    (void)ready;
    if (len <= 0) {
        loop_watch_stop(loop, watch);
        loop_stop(loop);
        return;
    }
    input_len += (size_t)len;
    while ((end = memchr(input, '\n', input_len)) != NULL) {
        *end = '\0';
        obey(input);
        input_len -= (size_t)(end + 1 - input);
        memmove(input, end + 1, input_len);
    }
}

/* Without the pool: it knows only files that are there. */
static bool create_table(const struct sql_address *address)
{
    const struct sql_patience patience = {
        .connect_ms = 5000, .statement_ms = 5000, .lock_ms = 5000};
    struct sql_conn *conn = sql_conn_new(address, patience, true);
    const bool ok = sql_conn_open(conn) == SQL_OK &&
                    sql_script(conn, "CREATE TABLE IF NOT EXISTS note"
                                     " (word TEXT PRIMARY KEY NOT NULL)"
                                     "{strict}") == SQL_OK;

    if (!ok)
        fprintf(stderr, "%s\n", sql_conn_error(conn));
    sql_conn_free(conn);
    return ok;
}

int main(int argc, char **argv)
{
    struct sql_address address = {0};
    struct loop_watch watch;
    int status = 1;

    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc == 2 && sql_address_parse(&address, argv[1]) &&
        create_table(&address)) {
        loop = loop_new();
        sql = sql_new(loop, &address);
        if (loop_watch_start(loop, &watch, STDIN_FILENO, LOOP_READ, on_input) ==
            0)
            loop_run(loop);
        sql_free(sql);
        loop_free(loop);
        status = 0;
    }
    sql_address_fini(&address);
    log_flush();
    return status;
}
