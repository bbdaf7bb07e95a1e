#include "model/product.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/feed_name.h"
#include "model/room.h"

static bool is_sku(const char *text)
{
    return product_sku_is_valid(span_of(text));
}

static void a_sku_is_short_and_plain(void **state)
{
    (void)state;
    assert_true(is_sku("teapot"));
    assert_true(is_sku("tea-tin"));
    assert_true(is_sku("7"));
    assert_true(is_sku("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
    assert_false(is_sku("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
    assert_false(is_sku(""));
    assert_false(is_sku("-tea"));
    assert_false(is_sku("Tea"));
    assert_false(is_sku("tea pot"));
    assert_false(is_sku("tea\""));
    assert_false(product_sku_is_valid((struct span){"tea\0", 4}));
    assert_false(product_sku_is_valid(SPAN_NONE));
}

/* The number, or 1000 when it is none. */
static unsigned parse(const char *text)
{
    unsigned quantity = 1000;

    return product_quantity_parse(span_of(text), &quantity) ? quantity : 1000;
}

static void a_quantity_is_digits(void **state)
{
    static const char *const bad[] = {"",           "-1", "+1", "100",
                                      "1000000000", "01", "00", "1 ",
                                      " 1",         "1.", "a",  "0x1"};

    (void)state;
    assert_int_equal(parse("0"), 0);
    assert_int_equal(parse("7"), 7);
    assert_int_equal(parse("99"), QUANTITY_MAX);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_int_equal(parse(bad[i]), 1000);
}

static void no_room_has_the_name_of_a_feed(void **state)
{
    const struct span shop = span_of(FEED_SHOP);

    (void)state;
    assert_false(room_name_is_valid(shop));
    assert_false(feed_name_is_room(shop));
    assert_true(feed_name_is_room(span_of("shop")));
    assert_true(span_is(feed_name_word(shop), "shop"));
    assert_true(span_equal(feed_name_of_word(span_of("shop")), shop));
    assert_null(feed_name_of_word(span_of("lobby")).at);
    assert_null(feed_name_of_word(shop).at);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sku_is_short_and_plain),
        cmocka_unit_test(a_quantity_is_digits),
        cmocka_unit_test(no_room_has_the_name_of_a_feed),
    };

    return cmocka_run_group_tests_name("product", tests, NULL, NULL);
}
