/* test_schema.c -- with lists of its own; the files of sql/ are applied by the
 * system tests. */
#include "services/schema.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../io/database.h"
#include "base/log.h"

#define LINES(...) ((const char *const[]){__VA_ARGS__, NULL})

static const struct schema_migration none[] = {{NULL, NULL}};
static const struct schema_migration one[] = {
    {"1-tea", LINES("CREATE TABLE tea (\n", "  n {int64}) {strict};\n")},
    {NULL, NULL},
};
static const struct schema_migration three[] = {
    {"1-tea", LINES("CREATE TABLE tea (\n", "  n {int64}) {strict};\n")},
    {"2-cup", LINES("CREATE TABLE cup (n {int64});\n",
                    "INSERT INTO tea (n) VALUES (2);\n")},
    {"3-pot", LINES("INSERT INTO tea (n) SELECT count(*) FROM tea;\n")},
    {NULL, NULL},
};
static const struct schema_migration changed[] = {
    {"1-tea", LINES("CREATE TABLE tea (\n", "  m {int64}) {strict};\n")},
    {"2-cup", LINES("CREATE TABLE cup (n {int64});\n")},
    {NULL, NULL},
};
/* The second fails when it has done something. */
static const struct schema_migration broken[] = {
    {"1-tea", LINES("CREATE TABLE tea (\n", "  n {int64}) {strict};\n")},
    {"2-cup", LINES("INSERT INTO tea (n) VALUES (1);\n",
                    "CREATE TABLE cup (n {int64});\n",
                    "INSERT INTO saucer (n) VALUES (1);\n")},
    {NULL, NULL},
};

static struct sql_conn *conn;

static int start_anew(void **state)
{
    (void)state;
    conn = sql_conn_new(&database, database_patience, true);
    return sql_conn_open(conn) == SQL_OK &&
                   sql_script(conn, "DROP TABLE IF EXISTS schema_migration;"
                                    "DROP TABLE IF EXISTS tea;"
                                    "DROP TABLE IF EXISTS cup") == SQL_OK
               ? 0
               : -1;
}

static int end(void **state)
{
    (void)state;
    sql_conn_free(conn);
    return 0;
}

static void assert_number(const char *statement, int64_t expected)
{
    assert_int_equal(sql_query(conn, statement, SQL_NO_VALUES), SQL_OK);
    assert_int_equal(sql_int(conn, 0, 0), expected);
}

static void assert_three(void)
{
    assert_number("SELECT count(*) FROM schema_migration", 3);
    assert_number("SELECT count(*) FROM tea", 2);
    assert_number("SELECT max(n) FROM tea", 2);
    assert_number("SELECT count(*) FROM cup", 0);
}

static void all_are_applied_in_their_order(void **state)
{
    (void)state;
    assert_true(schema_migrate(conn, three));
    assert_three();
}

static void twice_is_once(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++)
        assert_true(schema_migrate(conn, three));
    assert_three();
}

static void what_is_new_is_added(void **state)
{
    (void)state;
    assert_true(schema_migrate(conn, one));
    assert_number("SELECT count(*) FROM tea", 0);
    assert_true(schema_migrate(conn, three));
    assert_three();
}

static void where_nothing_is_missing_nothing_is_done(void **state)
{
    (void)state;
    assert_true(schema_migrate(conn, none));
    assert_int_not_equal(
        sql_query(conn, "SELECT 1 FROM schema_migration", SQL_NO_VALUES),
        SQL_OK);
}

/* In between, others may have it locked for ever. */
static void who_has_all_of_it_waits_for_nobody(void **state)
{
    struct sql_conn *other = sql_conn_new(&database, database_patience, true);

    (void)state;
    assert_true(schema_migrate(conn, three));
    assert_int_equal(sql_conn_open(other), SQL_OK);
    assert_int_equal(sql_begin_alone(other), SQL_OK);
    assert_true(schema_migrate(conn, three));
    assert_int_equal(sql_commit(other), SQL_OK);
    sql_conn_free(other);
}

static void who_waits_too_long_says_so(void **state)
{
    struct sql_conn *other = sql_conn_new(&database, database_patience, true);

    (void)state;
    assert_int_equal(sql_conn_open(other), SQL_OK);
    assert_int_equal(sql_begin_alone(other), SQL_OK);
    assert_false(schema_migrate(conn, three));
    assert_int_equal(sql_commit(other), SQL_OK);
    assert_true(schema_migrate(conn, three));
    assert_three();
    sql_conn_free(other);
}

static void one_that_was_changed_is_an_error(void **state)
{
    (void)state;
    assert_true(schema_migrate(conn, one));
    assert_false(schema_migrate(conn, changed));
    assert_number("SELECT count(*) FROM schema_migration", 1);
    assert_true(schema_migrate(conn, three));
}

static void one_that_is_not_known_is_an_error(void **state)
{
    (void)state;
    assert_true(schema_migrate(conn, three));
    assert_false(schema_migrate(conn, one));
    assert_false(schema_migrate(conn, none));
    assert_three();
}

static void one_that_fails_leaves_nothing(void **state)
{
    (void)state;
    assert_false(schema_migrate(conn, broken));
    assert_number("SELECT count(*) FROM schema_migration", 1);
    assert_number("SELECT count(*) FROM tea", 0);
    assert_true(schema_migrate(conn, three));
    assert_three();
}

/* --- several at once ----------------------------------------------------- */

static void *migrate(void *arg)
{
    static const struct sql_patience patience = {
        .connect_ms = 5000, .statement_ms = 20000, .lock_ms = 20000};
    struct sql_conn *own = sql_conn_new(&database, patience, true);
    bool *ok = arg;

    *ok = schema_migrate(own, three);
    sql_conn_free(own);
    return NULL;
}

/* (The log is not made for threads: it is told to say nothing here.) */
static void several_at_once_do_it_once(void **state)
{
    pthread_t threads[4];
    bool ok[4];

    (void)state;
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, migrate, &ok[i]), 0);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_true(ok[i]);
    }
    assert_three();
}

#define ANEW(test) cmocka_unit_test_setup_teardown(test, start_anew, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ANEW(all_are_applied_in_their_order),
        ANEW(twice_is_once),
        ANEW(what_is_new_is_added),
        ANEW(where_nothing_is_missing_nothing_is_done),
        ANEW(who_has_all_of_it_waits_for_nobody),
        ANEW(who_waits_too_long_says_so),
        ANEW(one_that_was_changed_is_an_error),
        ANEW(one_that_is_not_known_is_an_error),
        ANEW(one_that_fails_leaves_nothing),
        ANEW(several_at_once_do_it_once),
    };

    log_init(LOG_ERROR, NULL);
    return cmocka_run_group_tests_name("schema", tests, database_make,
                                       database_remove);
}
