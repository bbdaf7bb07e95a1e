"""Several tabs of a browser: one cart, and one of them holds the line."""

import pytest

from lib.wait import wait_until
from page import SOON
from tab_row import ShopTab, new_tab

STATUS = "/status"
TABS = 8
NO_LOCKS = "Object.defineProperty(Navigator.prototype, 'locks', { value: undefined });"


@pytest.fixture
def open_tab(browser, meddler, fresh_shop):
    def open_one(script=""):
        browser().expect_failed_requests()
        tab = new_tab(browser(), ShopTab)
        tab.chrome.cdp("Page.addScriptToEvaluateOnNewDocument", source=script)
        return tab.open(meddler.url)

    return open_one


def test_what_one_tab_adds_the_others_have(open_tab):
    first, second = open_tab(), open_tab()

    first.add("teapot")
    second.wait_for_cart(teapot=1)
    second.add("teapot")
    first.wait_for_cart(teapot=2)
    first.check_out()

    first.wait_for_order()
    second.wait_for_cart()
    assert second.notice == ""


def test_many_tabs_hold_one_line(open_tab, meddler):
    """HTTP/1.1 gives them six connections: all of them load, and buy."""
    tabs = [open_tab() for _ in range(TABS)]

    wait_until(lambda: meddler.open_at(STATUS) == 1, SOON, "one line")
    for n, tab in enumerate(tabs[:3], 1):
        tab.wait_for_left("teapot", 11 - n)
        tab.add("teapot")
        tab.wait_for_cart(teapot=n)
    for tab in tabs:
        tab.wait_for_left("teapot", 7)
    wait_until(lambda: meddler.open_at(STATUS) == 1, SOON, "one line")


def test_another_takes_over(open_tab, meddler, taken):
    first, second = open_tab(), open_tab()
    wait_until(lambda: second.is_shared, what="a shared line")

    first.close(second)
    taken("teapot", but=5)

    second.wait_for_left("teapot", 5)
    wait_until(lambda: not second.is_shared, what="the second to lead")


def test_without_locks_each_is_alone(open_tab, meddler):
    first, second = open_tab(NO_LOCKS), open_tab(NO_LOCKS)
    wait_until(lambda: meddler.open_at(STATUS) == 2, SOON, "two lines")

    first.add("teapot")

    first.wait_for_cart(teapot=1)
    second.wait_for_cart(teapot=1)
