#include "model/cursor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void assert_cursor(const char *text, uint64_t epoch, uint64_t seq)
{
    struct cursor cursor = {99, 99};
    char again[CURSOR_TEXT_SIZE];

    assert_true(cursor_parse(span_of(text), &cursor));
    assert_int_equal(cursor.epoch, epoch);
    assert_int_equal(cursor.seq, seq);
    assert_int_equal(cursor_format(again, cursor), strlen(text));
    assert_string_equal(again, text);
}

static void assert_no_cursor(struct span text)
{
    struct cursor cursor = {7, 8};

    assert_false(cursor_parse(text, &cursor));
    assert_int_equal(cursor.epoch, 7);
    assert_int_equal(cursor.seq, 8);
}

static void assert_none_is_a_cursor(const char *const *texts)
{
    for (; *texts != NULL; texts++)
        assert_no_cursor(span_of(*texts));
}

static void a_cursor_is_read_and_written_alike(void **state)
{
    (void)state;
    assert_cursor("5f0c9a1e-42", 0x5f0c9a1e, 42);
    assert_cursor("1-1", 1, 1);
    assert_cursor("abcdef0123456789-9", UINT64_C(0xabcdef0123456789), 9);
    assert_cursor("10-100", 0x10, 100);
}

static void the_start_of_all_rooms_is_zero(void **state)
{
    (void)state;
    assert_cursor("0-0", CURSOR_START.epoch, CURSOR_START.seq);
}

static void an_epoch_may_have_no_message_yet(void **state)
{
    (void)state;
    assert_cursor("1-0", 1, 0);
}

static void no_epoch_has_no_message(void **state)
{
    (void)state;
    assert_no_cursor(span_of("0-1"));
    assert_no_cursor(span_of("0-9007199254740991"));
}

static void the_largest_numbers_are_read(void **state)
{
    (void)state;
    assert_cursor("ffffffffffffffff-9007199254740991", UINT64_MAX,
                  CURSOR_SEQ_MAX);
}

static void larger_numbers_are_refused(void **state)
{
    static const char *const texts[] = {
        "1-9007199254740992",     "1-9999999999999999",  "1-10000000000000000",
        "1-18446744073709551617", "10000000000000000-1", NULL,
    };

    (void)state;
    assert_none_is_a_cursor(texts);
}

static void leading_zeros_are_refused(void **state)
{
    static const char *const texts[] = {
        "01-1", "1-01", "00-0", "0-00", "1-00", "0000000000000001-1", NULL,
    };

    (void)state;
    assert_none_is_a_cursor(texts);
}

static void signs_and_blanks_are_refused(void **state)
{
    static const char *const texts[] = {
        "-1-1", "1--1", "+1-1",  "1-+1",  " 1-1",  "1 -1",
        "1- 1", "1-1 ", "1-1\n", "0x1-1", "1-0x1", NULL,
    };

    (void)state;
    assert_none_is_a_cursor(texts);
}

static void upper_case_and_other_letters_are_refused(void **state)
{
    static const char *const texts[] = {
        "A-1", "5F0C-1", "g-1", "1-a", "1-1a", "1-1e3", "\xc2\xb9-1", NULL,
    };

    (void)state;
    assert_none_is_a_cursor(texts);
}

static void both_numbers_and_one_hyphen_are_needed(void **state)
{
    static const char *const texts[] = {
        "", "-", "1-", "-1", "1", "12", "1-1-1", "1-1-", "1_1", NULL,
    };

    (void)state;
    assert_none_is_a_cursor(texts);
    assert_no_cursor(SPAN_NONE);
}

static void a_nul_does_not_end_a_cursor(void **state)
{
    (void)state;
    assert_no_cursor((struct span){"1-1\0", 4});
    assert_no_cursor((struct span){"1\0-1", 4});
    assert_no_cursor((struct span){"\0001-1", 4});
}

static void only_the_bytes_of_the_span_are_read(void **state)
{
    struct cursor cursor;

    (void)state;
    assert_true(cursor_parse((struct span){"1-123", 3}, &cursor));
    assert_int_equal(cursor.seq, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cursor_is_read_and_written_alike),
        cmocka_unit_test(the_start_of_all_rooms_is_zero),
        cmocka_unit_test(an_epoch_may_have_no_message_yet),
        cmocka_unit_test(no_epoch_has_no_message),
        cmocka_unit_test(the_largest_numbers_are_read),
        cmocka_unit_test(larger_numbers_are_refused),
        cmocka_unit_test(leading_zeros_are_refused),
        cmocka_unit_test(signs_and_blanks_are_refused),
        cmocka_unit_test(upper_case_and_other_letters_are_refused),
        cmocka_unit_test(both_numbers_and_one_hyphen_are_needed),
        cmocka_unit_test(a_nul_does_not_end_a_cursor),
        cmocka_unit_test(only_the_bytes_of_the_span_are_read),
    };

    return cmocka_run_group_tests_name("cursor", tests, NULL, NULL);
}
