#include "services/person.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "io/secret.h"

static int start(void **state)
{
    (void)state;
    return secret_init() ? 0 : -1;
}

static void an_account_is_its_number(void **state)
{
    const struct session session = {.account = 17};
    char id[PERSON_SIZE];

    (void)state;
    person_of(id, &session);
    assert_string_equal(id, "a17");
    assert_true(person_is_valid(span_of(id)));
    assert_int_equal(person_account(span_of(id)), 17);
}

static void the_largest_account_fits(void **state)
{
    const struct session session = {.account = INT64_MAX};
    char id[PERSON_SIZE];

    (void)state;
    person_of(id, &session);
    assert_int_equal(person_account(span_of(id)), INT64_MAX);
    assert_int_equal(person_account(span_of("a9223372036854775808")), 0);
}

static void a_guest_is_the_same_as_long_as_his_session(void **state)
{
    struct session one = {0};
    struct session other = {0};
    char id[PERSON_SIZE];
    char again[PERSON_SIZE];
    char others[PERSON_SIZE];
    char hash[SECRET_HEX_SIZE];

    (void)state;
    secret_token(one.token);
    secret_token(other.token);
    person_of(id, &one);
    snprintf(one.name, sizeof(one.name), "Heron-4821");
    person_of(again, &one);
    person_of(others, &other);
    assert_string_equal(id, again);
    secret_hash(hash, span_of(one.token));
    person_of_guest(again, span_of(hash));
    assert_string_equal(id, again);
    assert_string_not_equal(id, others);
    assert_true(person_is_valid(span_of(id)));
    assert_int_equal(person_account(span_of(id)), 0);
}

static void a_guest_does_not_show_the_hash_of_his_token(void **state)
{
    struct session session = {0};
    char hash[SECRET_HEX_SIZE];
    char id[PERSON_SIZE];

    (void)state;
    secret_token(session.token);
    person_of(id, &session);
    secret_hash(hash, span_of(session.token));
    assert_memory_not_equal(id + 1, hash, 16);
}

static void a_visitor_is_somebody_else_each_time(void **state)
{
    char id[PERSON_SIZE];
    char another[PERSON_SIZE];

    (void)state;
    person_make(id);
    person_make(another);
    assert_string_not_equal(id, another);
    assert_true(person_is_valid(span_of(id)));
    assert_int_equal(id[0], 'v');
}

static void what_has_another_form_is_nobody(void **state)
{
    static const char *const wrong[] = {"",
                                        "a",
                                        "a0",
                                        "a01",
                                        "a-1",
                                        "a1x",
                                        "17",
                                        "g1",
                                        "A17",
                                        "a 1",
                                        "g5F0c6a1be02d9e77",
                                        "g5f0c6a1be02d9e777",
                                        "x5f0c6a1be02d9e77",
                                        "a12345678901234567890"};

    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_false(person_is_valid(span_of(wrong[i])));
    assert_false(person_is_valid(SPAN_NONE));
    assert_true(person_is_valid(span_of("g5f0c6a1be02d9e77")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_account_is_its_number),
        cmocka_unit_test(the_largest_account_fits),
        cmocka_unit_test(a_guest_is_the_same_as_long_as_his_session),
        cmocka_unit_test(a_guest_does_not_show_the_hash_of_his_token),
        cmocka_unit_test(a_visitor_is_somebody_else_each_time),
        cmocka_unit_test(what_has_another_form_is_nobody),
    };

    return cmocka_run_group_tests_name("person", tests, start, NULL);
}
