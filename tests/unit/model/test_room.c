#include "model/room.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static bool is_valid(const char *name)
{
    return room_name_is_valid(span_of(name));
}

static void everyday_names_are_valid(void **state)
{
    (void)state;
    assert_true(is_valid(ROOM_DEFAULT));
    assert_true(is_valid("a"));
    assert_true(is_valid("7"));
    assert_true(is_valid("tea-room_2.old"));
    assert_true(is_valid("a..--__"));
}

static void a_room_needs_a_name(void **state)
{
    (void)state;
    assert_false(is_valid(""));
    assert_false(room_name_is_valid(SPAN_NONE));
}

static void a_name_begins_with_a_letter_or_a_digit(void **state)
{
    (void)state;
    assert_false(is_valid("."));
    assert_false(is_valid(".."));
    assert_false(is_valid("-tea"));
    assert_false(is_valid("_tea"));
    assert_false(is_valid(".tea"));
}

static void a_name_is_at_most_64_long(void **state)
{
    char name[ROOM_NAME_MAX + 1];

    (void)state;
    memset(name, 'a', sizeof name);
    assert_true(room_name_is_valid((struct span){name, ROOM_NAME_MAX}));
    assert_false(room_name_is_valid((struct span){name, ROOM_NAME_MAX + 1}));
}

static void no_other_byte_is_allowed_anywhere(void **state)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789._-";

    (void)state;
    for (int c = 0; c < 256; c++) {
        const char inside[] = {'a', (char)c, 'b'};
        const char last[] = {'a', (char)c};
        const bool expected = c != 0 && strchr(allowed, c) != NULL;

        assert_int_equal(room_name_is_valid((struct span){inside, 3}),
                         expected);
        assert_int_equal(room_name_is_valid((struct span){last, 2}), expected);
    }
}

static void a_closed_room_is_a_tilde_and_24_digits(void **state)
{
    (void)state;
    assert_true(is_valid("~0123456789abcdef01234567"));
    assert_true(room_is_closed(span_of("~0123456789abcdef01234567")));
    assert_false(room_is_closed(span_of(ROOM_DEFAULT)));
    assert_false(is_valid("~"));
    assert_false(is_valid("~0123456789abcdef0123456"));
    assert_false(is_valid("~0123456789abcdef012345678"));
    assert_false(is_valid("~0123456789abcdeg01234567"));
    assert_false(is_valid("~0123456789ABCDEF01234567"));
    assert_false(is_valid("~0123456789abcdef-1234567"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everyday_names_are_valid),
        cmocka_unit_test(a_room_needs_a_name),
        cmocka_unit_test(a_name_begins_with_a_letter_or_a_digit),
        cmocka_unit_test(a_name_is_at_most_64_long),
        cmocka_unit_test(no_other_byte_is_allowed_anywhere),
        cmocka_unit_test(a_closed_room_is_a_tilde_and_24_digits),
    };

    return cmocka_run_group_tests_name("room", tests, NULL, NULL);
}
