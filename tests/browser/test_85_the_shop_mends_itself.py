"""Redis, a worker or the network goes away and comes back, and the counts are
right again."""

import os
import signal

import pytest

from lib.wait import wait_until
from shop_page import ShopPage


def test_the_state_is_told_in_words(browser, relay, site, fresh_shop, taken):
    page = ShopPage(browser()).open(relay.url)
    page.chrome.expect_failed_requests()

    relay.cut()
    page.wait_for_trouble("No answer from the server")
    taken("teapot", but=4)

    relay.mend()
    page.wait_for_state("live")
    page.wait_for_left("teapot", 4)
    assert not page.is_visible("#connection button")


def test_redis_is_restarted(shop, site):
    heron, otter = shop("heron"), shop("otter")
    for page in (heron, otter):
        page.chrome.expect_failed_requests()
    heron.add("teapot")
    heron.wait_for_cart(teapot=1)
    otter.wait_for_left("teapot", 9)

    site.stop_redis()
    heron.add("teapot")
    wait_until(lambda: "just now" in heron.notice or "cannot be reached" in heron.notice, 30, "the page to say so")
    site.start_redis()
    site.wait_ready()

    for page in (heron, otter):
        page.wait_for_state("live")
    heron.add("teapot")
    heron.wait_for_cart(teapot=2)
    for page in (heron, otter):
        page.wait_for_left("teapot", 8, 20)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_worker_is_replaced(shop, site, taken, how):
    pages = [shop("heron"), shop("otter")]
    for page in pages:
        page.chrome.expect_failed_requests()
    site.expect_error("worker_died")
    site.forget_pids()
    victims = site.worker_pids()

    for pid in victims:
        os.kill(pid, how)
    wait_until(lambda: site.answers() and not set(victims) & set(site.worker_pids()), 20, "other workers")
    site.wait_ready()
    taken("teapot", but=3)

    for page in pages:
        page.wait_for_left("teapot", 3, 20)
        page.wait_for_state("live")


def test_a_page_that_was_left_holds_nothing(shop, site, taken):
    """Browsers keep such a page, and its requests, for the "back" button."""
    page = shop()
    wait_until(lambda: site.held == 1, what="the line to be held")

    page.chrome.driver.get("about:blank")
    wait_until(lambda: site.held == 0, what="the line to end")
    taken("teapot", but=2)
    page.chrome.driver.back()

    page.wait_for_left("teapot", 2)
    page.wait_for_state("live")


def test_redis_forgets_everything(shop, site, taken):
    """The carts are gone; what there is the database knows."""
    page = shop()
    page.chrome.expect_failed_requests()
    page.add("teapot")
    page.wait_for_cart(teapot=1)

    site.redis.flushall()
    taken("cup", but=40)

    page.wait_for_left("cup", 40, 70)
    page.wait_for_cart()
    page.wait_for_left("teapot", 10)
