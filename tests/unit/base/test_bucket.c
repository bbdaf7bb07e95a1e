#include "base/bucket.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define PER_S 50
#define BURST 200
#define NOW   1000000

static unsigned take_all(struct bucket *bucket, uint64_t now_ms)
{
    unsigned taken = 0;

    while (bucket_take(bucket, PER_S, BURST, now_ms))
        taken++;
    return taken;
}

static void it_begins_full(void **state)
{
    struct bucket bucket;

    (void)state;
    bucket_init(&bucket, BURST, NOW);
    assert_int_equal(take_all(&bucket, NOW), BURST);
    assert_false(bucket_take(&bucket, PER_S, BURST, NOW));
}

static void it_gains_so_much_a_second(void **state)
{
    struct bucket bucket;

    (void)state;
    bucket_init(&bucket, BURST, NOW);
    take_all(&bucket, NOW);
    assert_int_equal(take_all(&bucket, NOW + 19), 0);
    assert_int_equal(take_all(&bucket, NOW + 20), 1);
    assert_int_equal(take_all(&bucket, NOW + 1020), 50);
}

static void often_looked_at_it_gains_no_less(void **state)
{
    struct bucket bucket;
    unsigned taken = 0;

    (void)state;
    bucket_init(&bucket, BURST, NOW);
    take_all(&bucket, NOW);
    for (uint64_t ms = 1; ms <= 1000; ms++)
        taken += take_all(&bucket, NOW + ms);
    assert_int_equal(taken, PER_S);
}

static void it_never_holds_more_than_a_burst(void **state)
{
    struct bucket bucket;

    (void)state;
    bucket_init(&bucket, BURST, NOW);
    assert_int_equal(take_all(&bucket, NOW + 3600000), BURST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_begins_full),
        cmocka_unit_test(it_gains_so_much_a_second),
        cmocka_unit_test(often_looked_at_it_gains_no_less),
        cmocka_unit_test(it_never_holds_more_than_a_burst),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
