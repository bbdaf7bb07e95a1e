#include "load/histogram.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct histogram histogram;

static int empty_it(void **state)
{
    (void)state;
    memset(&histogram, 0, sizeof histogram);
    return 0;
}

static void an_empty_one_says_zero(void **state)
{
    (void)state;
    assert_int_equal(histogram_at(&histogram, 0.5), 0);
    assert_int_equal(histogram_at(&histogram, 1), 0);
}

static void small_values_are_exact(void **state)
{
    (void)state;
    for (uint64_t value = 1; value <= 200; value++)
        histogram_add(&histogram, value);
    assert_int_equal(histogram_at(&histogram, 0), 1);
    assert_int_equal(histogram_at(&histogram, 0.5), 100);
    assert_int_equal(histogram_at(&histogram, 0.99), 198);
    assert_int_equal(histogram_at(&histogram, 1), 200);
}

static void large_values_are_right_within_a_percent(void **state)
{
    (void)state;
    for (uint64_t value = 1; value < UINT64_C(1) << 40;
         value = value * 9 / 8 + 1) {
        uint64_t read_back;

        empty_it(NULL);
        histogram_add(&histogram, value);
        histogram_add(&histogram, UINT64_C(1) << 40);
        read_back = histogram_at(&histogram, 0.5);
        assert_in_range(read_back, value, value + value / 100);
    }
}

static void the_largest_is_exact_however_large(void **state)
{
    (void)state;
    histogram_add(&histogram, 1000003);
    assert_int_equal(histogram_at(&histogram, 1), 1000003);
    histogram_add(&histogram, UINT64_MAX);
    assert_int_equal(histogram.max, UINT64_MAX);
    assert_true(histogram_at(&histogram, 1) > UINT64_C(1) << 40);
}

static void rare_values_show_in_the_tail_only(void **state)
{
    (void)state;
    for (int i = 0; i < 990; i++)
        histogram_add(&histogram, 10);
    for (int i = 0; i < 10; i++)
        histogram_add(&histogram, 100);
    assert_int_equal(histogram_at(&histogram, 0.99), 10);
    assert_int_equal(histogram_at(&histogram, 0.991), 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(an_empty_one_says_zero, empty_it),
        cmocka_unit_test_setup(small_values_are_exact, empty_it),
        cmocka_unit_test_setup(large_values_are_right_within_a_percent,
                               empty_it),
        cmocka_unit_test_setup(the_largest_is_exact_however_large, empty_it),
        cmocka_unit_test_setup(rare_values_show_in_the_tail_only, empty_it),
    };

    return cmocka_run_group_tests_name("bench/histogram", tests, NULL, NULL);
}
