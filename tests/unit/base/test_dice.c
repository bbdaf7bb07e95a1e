#include <setjmp.h>
#include <stdarg.h>
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_rolls_in_a_row_differ),
        cmocka_unit_test(every_side_comes_up_about_as_often),
        cmocka_unit_test(every_bit_is_sometimes_set_and_sometimes_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
