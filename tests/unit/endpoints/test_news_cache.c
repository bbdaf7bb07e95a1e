#include "endpoints/news_cache.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define SMALL ((size_t)100)
#define LARGE ((size_t)2 * 1024 * 1024)

/* Of the room with that serial. */
static struct news_key key_of(uint64_t serial)
{
    return (struct news_key){.form = NEWS_REPLY,
                             .serial = serial,
                             .newest = {.epoch = 1, .seq = 7},
                             .count = 1};
}

static void put(uint64_t serial, size_t len)
{
    char *body = calloc(1, len);
    const struct news_key key = key_of(serial);

    news_cache_put(
        &key,
        http_packet_new(200, "text/plain", NULL, (struct span){body, len}),
        key.newest);
    free(body);
}

static bool is_kept(uint64_t serial)
{
    const struct news_key key = key_of(serial);

    return news_cache_get(&key) != NULL;
}

static int forget(void **state)
{
    (void)state;
    news_cache_fini();
    return 0;
}

static void test_small_ones_are_kept_beside_each_other(void **state)
{
    (void)state;
    for (uint64_t serial = 1; serial <= 3; serial++)
        put(serial, SMALL);
    for (uint64_t serial = 1; serial <= 3; serial++)
        assert_true(is_kept(serial));
}

static void test_of_large_ones_the_last_is_kept(void **state)
{
    (void)state;
    put(1, SMALL);
    put(2, LARGE);
    put(3, LARGE);
    assert_true(is_kept(1));
    assert_false(is_kept(2));
    assert_true(is_kept(3));
}

static void test_a_large_one_takes_its_own_place(void **state)
{
    (void)state;
    put(1, LARGE);
    put(1, LARGE);
    assert_true(is_kept(1));
    put(1, SMALL);
    put(2, LARGE);
    assert_true(is_kept(1));
    assert_true(is_kept(2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_small_ones_are_kept_beside_each_other,
                                  forget),
        cmocka_unit_test_teardown(test_of_large_ones_the_last_is_kept, forget),
        cmocka_unit_test_teardown(test_a_large_one_takes_its_own_place, forget),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
