#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static void assert_time(uint64_t wall_ms, const char *expected)
{
    char text[CLOCK_TEXT_SIZE];

    memset(text, '#', sizeof text);
    clock_format(text, wall_ms);
    assert_string_equal(text, expected);
}

static void a_moment_is_written_as_rfc_3339(void **state)
{
    (void)state;
    assert_time(0, "1970-01-01T00:00:00.000Z");
    assert_time(1, "1970-01-01T00:00:00.001Z");
    assert_time(UINT64_C(1795253400123), "2026-11-21T09:30:00.123Z");
    assert_time(UINT64_C(2147483648000), "2038-01-19T03:14:08.000Z");
}

static void leap_days_come_when_they_should(void **state)
{
    (void)state;
    assert_time(UINT64_C(951782400000), "2000-02-29T00:00:00.000Z");
    assert_time(UINT64_C(1709251199999), "2024-02-29T23:59:59.999Z");
    assert_time(UINT64_C(4107542400000), "2100-03-01T00:00:00.000Z");
}

static void time_ends_with_the_year_9999(void **state)
{
    (void)state;
    assert_time(UINT64_C(253402300799999), "9999-12-31T23:59:59.999Z");
    assert_time(UINT64_C(253402300800000), "9999-12-31T23:59:59.999Z");
    assert_time(UINT64_MAX, "9999-12-31T23:59:59.999Z");
}

static void the_time_zone_of_the_machine_does_not_matter(void **state)
{
    (void)state;
    assert_int_equal(setenv("TZ", "Asia/Tokyo", 1), 0);
    tzset();
    assert_time(0, "1970-01-01T00:00:00.000Z");
    assert_int_equal(unsetenv("TZ"), 0);
    tzset();
}

static void the_monotonic_clock_never_goes_back(void **state)
{
    uint64_t before = clock_mono_ms();

    (void)state;
    for (int i = 0; i < 1000; i++) {
        const uint64_t now = clock_mono_ms();

        assert_true(now >= before);
        before = now;
    }
}

static void the_monotonic_clock_counts_milliseconds(void **state)
{
    const struct timespec nap = {0, 20000000};
    const uint64_t before = clock_mono_ms();
    uint64_t passed;

    (void)state;
    assert_int_equal(clock_nanosleep(CLOCK_MONOTONIC, 0, &nap, NULL), 0);
    passed = clock_mono_ms() - before;
    assert_in_range(passed, 19, 10000);
}

static void the_wall_clock_is_that_of_the_machine(void **state)
{
    const time_t before = time(NULL);
    const uint64_t now_ms = clock_wall_ms();
    const time_t after = time(NULL);

    (void)state;
    /* time() may lag behind by a tick of the kernel. */
    assert_true(now_ms >= (uint64_t)before * 1000);
    assert_true(now_ms < (uint64_t)(after + 2) * 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_moment_is_written_as_rfc_3339),
        cmocka_unit_test(leap_days_come_when_they_should),
        cmocka_unit_test(time_ends_with_the_year_9999),
        cmocka_unit_test(the_time_zone_of_the_machine_does_not_matter),
        cmocka_unit_test(the_monotonic_clock_never_goes_back),
        cmocka_unit_test(the_monotonic_clock_counts_milliseconds),
        cmocka_unit_test(the_wall_clock_is_that_of_the_machine),
    };

    return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
