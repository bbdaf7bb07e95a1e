#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/dice.h"

#define ROLLS 10000

static void two_rolls_in_a_row_differ(void **state)
{
    (void)state;
    for (int i = 0; i < ROLLS; i++)
        assert_int_not_equal(dice_roll(), dice_roll());
}

static void every_side_comes_up_about_as_often(void **state)
{
    int count[6] = {0};

    (void)state;
    for (int i = 0; i < 6 * ROLLS; i++)
        count[dice_roll_below(6)]++;
    /* Ten standard deviations: once in a lifetime of universes. */
    for (int i = 0; i < 6; i++)
        assert_in_range(count[i], ROLLS - 913, ROLLS + 913);
}

static void every_bit_is_sometimes_set_and_sometimes_not(void **state)
{
    uint64_t any = 0;
    uint64_t all = UINT64_MAX;

    (void)state;
    for (int i = 0; i < ROLLS; i++) {
        uint64_t roll = dice_roll();

        any |= roll;
        all &= roll;
    }
    assert_true(any == UINT64_MAX);
    assert_true(all == 0);
}

static void a_time_is_shortened_by_up_to_a_tenth(void **state)
{
    bool is_short = false;
    bool is_long = false;

    (void)state;
    for (int i = 0; i < ROLLS; i++) {
        uint64_t ms = dice_shorten(1000);

        assert_in_range(ms, 900, 1000);
        is_short |= ms < 910;
        is_long |= ms > 990;
    }
    assert_true(is_short && is_long);
    assert_int_equal(dice_shorten(0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_rolls_in_a_row_differ),
        cmocka_unit_test(every_side_comes_up_about_as_often),
        cmocka_unit_test(every_bit_is_sometimes_set_and_sometimes_not),
        cmocka_unit_test(a_time_is_shortened_by_up_to_a_tenth),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
