"""From the cart to an order with a number, exactly once."""

import pytest

from lib.wait import wait_until
from shop_page import ShopPage


def test_an_order_has_a_number_and_empties_the_cart(shop):
    heron, otter = shop("heron"), shop("otter")
    assert not heron.is_visible("#checkout")
    heron.add("teapot")
    heron.add("cup")
    heron.wait_for_cart(teapot=1, cup=1)
    heron.step("cup", "more")
    heron.wait_for_cart(teapot=1, cup=2)

    heron.check_out()

    assert heron.wait_for_order()
    assert sorted(heron.ordered) == ["1 × Teapot", "2 × Tea cup"]
    heron.wait_for_cart()
    assert heron.focused == "order-title"
    assert not heron.is_visible("#checkout")
    otter.wait_for_left("teapot", 9)
    heron.wait_for_left("teapot", 9)


def test_the_number_stays_until_it_is_closed(shop):
    page = shop()
    page.add("teapot")
    page.wait_for_cart(teapot=1)
    page.check_out()
    number = page.wait_for_order()

    page.chrome.driver.refresh()
    wait_until(lambda: page.order == number, what="the same number")

    page.click("#order button")
    assert page.order == ""
    page.chrome.driver.refresh()
    page.wait_for_state("live")
    assert page.order == ""


def test_pressed_twice_it_is_one_order(shop, orders):
    page = shop()
    page.add("teapot")
    page.wait_for_cart(teapot=1)

    page.chrome.run("for (let n = 0; n < 2; n++) document.querySelector('#checkout [type=submit]').click()")

    number = page.wait_for_order()
    assert orders() == [number]
    page.wait_for_left("teapot", 9)


@pytest.mark.parametrize("then", ["stays", "reloads"])
def test_a_lost_answer_does_not_make_two(browser, relay, fresh_shop, orders, then):
    page = ShopPage(browser()).open(relay.url)
    page.chrome.expect_failed_requests()
    page.add("teapot")
    page.wait_for_cart(teapot=1)

    relay.lose_next_answer("/shop/checkout")
    page.check_out()
    wait_until(lambda: relay.has_lost, what="the answer to be lost")
    if then == "reloads":
        page.chrome.driver.refresh()

    number = page.wait_for_order()
    assert page.ordered == ["1 × Teapot"]
    assert orders() == [number]


def test_two_orders_have_two_numbers(shop, orders):
    page = shop()
    numbers = []
    for _ in range(2):
        page.add("cup")
        page.wait_for_cart(cup=1)
        page.check_out()
        wait_until(lambda: page.order not in ["", *numbers], what="another number")
        page.wait_for_cart()
        numbers.append(page.order)

    assert orders() == numbers
