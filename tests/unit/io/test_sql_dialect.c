#include "io/sql_dialect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "io/sql_address.h"

static void assert_becomes(const char *text, const char *sqlite,
                           const char *postgres)
{
    struct buf to = {0};

    assert_true(sql_dialect_add(&to, SQL_SQLITE, text));
    assert_string_equal(buf_span(&to).at, sqlite);
    buf_clear(&to);
    assert_true(sql_dialect_add(&to, SQL_POSTGRES, text));
    assert_string_equal(buf_span(&to).at, postgres);
    buf_fini(&to);
}

static void what_both_understand_stays_as_it_is(void **state)
{
    (void)state;
    assert_becomes("", "", "");
    assert_becomes("SELECT $1;", "SELECT $1;", "SELECT $1;");
    assert_becomes("}", "}", "}");
}

static void a_word_becomes_what_each_calls_it(void **state)
{
    (void)state;
    assert_becomes("{int64}", "INTEGER", "BIGINT");
    assert_becomes("a {bytes}, b {int64} c", "a BLOB, b INTEGER c",
                   "a BYTEA, b BIGINT c");
    assert_becomes("){strict};", ")STRICT;", ");");
}

static void a_word_that_is_not_known_is_an_error(void **state)
{
    static const char *const texts[] = {"{",     "{}",  "a {unknown} b",
                                        "{ id}", "{id", NULL};

    (void)state;
    for (size_t i = 0; texts[i] != NULL; i++) {
        struct buf to = {0};

        assert_false(sql_dialect_add(&to, SQL_SQLITE, texts[i]));
        buf_fini(&to);
    }
}

/* --- where the database is ----------------------------------------------- */

static void assert_address(const char *url, enum sql_dialect dialect,
                           const char *place)
{
    struct sql_address address = {0};

    assert_true(sql_address_parse(&address, url));
    assert_int_equal(address.dialect, dialect);
    assert_string_equal(address.place, place);
    sql_address_fini(&address);
    assert_null(address.place);
}

static void a_file_or_a_server(void **state)
{
    (void)state;
    assert_address("sqlite:/var/lib/holdline.db", SQL_SQLITE,
                   "/var/lib/holdline.db");
    assert_address("sqlite:here.db", SQL_SQLITE, "here.db");
    assert_address("postgres://h", SQL_POSTGRES, "postgres://h");
    assert_address("postgresql://u:p@h:1/d?sslmode=require", SQL_POSTGRES,
                   "postgresql://u:p@h:1/d?sslmode=require");
    assert_address("postgres:///d?host=/run/postgresql", SQL_POSTGRES,
                   "postgres:///d?host=/run/postgresql");
}

static void anything_else_is_refused(void **state)
{
    static const char *const urls[] = {
        "",
        "holdline.db",
        "/var/lib/holdline.db",
        "sqlite",
        "sqlite:",
        "sqlite::memory:",
        "mysql://h",
        "postgres:h",
        "postgres:/h",
        "POSTGRES://h",
        "host=h dbname=d",
        "postgres://h?nonsense=1",
        "postgres://[h",
        "postgres://h/%zz",
        NULL,
    };

    (void)state;
    for (size_t i = 0; urls[i] != NULL; i++) {
        struct sql_address address = {0};

        assert_false(sql_address_parse(&address, urls[i]));
        sql_address_fini(&address);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_both_understand_stays_as_it_is),
        cmocka_unit_test(a_word_becomes_what_each_calls_it),
        cmocka_unit_test(a_word_that_is_not_known_is_an_error),
        cmocka_unit_test(a_file_or_a_server),
        cmocka_unit_test(anything_else_is_refused),
    };

    return cmocka_run_group_tests_name("sql_dialect", tests, NULL, NULL);
}
