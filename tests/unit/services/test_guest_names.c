#include "services/guest_names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static bool is_made(const char *text)
{
    struct name name;

    assert_int_equal(names_read(span_of(text), &name), NAME_OK);
    return guest_names_is_made(&name);
}

static void a_made_name_is_a_name_and_known_as_made(void **state)
{
    char text[NAME_SIZE];

    (void)state;
    for (int i = 0; i < 300; i++) {
        guest_names_make(text);
        if (!is_made(text))
            fail_msg("%s", text);
    }
}

static void so_is_what_looks_like_one(void **state)
{
    (void)state;
    assert_true(is_made("heron-4821"));
    assert_true(is_made("HERON-4821"));
    assert_true(is_made("Her0n-4821"));
    assert_true(is_made("Heron-482l"));
    assert_true(is_made("Heron-O821"));
}

static void other_names_are_free(void **state)
{
    (void)state;
    assert_false(is_made("Heron"));
    assert_false(is_made("Heron-48"));
    assert_false(is_made("Heron-48211"));
    assert_false(is_made("Heron 4821"));
    assert_false(is_made("Heron-abcd"));
    assert_false(is_made("Ada-4821"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_made_name_is_a_name_and_known_as_made),
        cmocka_unit_test(so_is_what_looks_like_one),
        cmocka_unit_test(other_names_are_free),
    };

    return cmocka_run_group_tests_name("guest_names", tests, NULL, NULL);
}
