"""`holdline shop stock`, seen on an open page."""

import subprocess

import pytest


@pytest.fixture
def stock(site):
    """stock("teapot", "+5")"""

    def change(sku, by):
        subprocess.run([site.binary, "shop", "stock", sku, by], env=site.pool_env, check=True, capture_output=True)

    return change


def test_more_are_there(shop, stock):
    heron, otter = shop("heron"), shop("otter")

    stock("teapot", "+5")

    for page in (heron, otter):
        page.wait_for_left("teapot", 15)


def test_those_that_were_gone_are_back(shop, taken, stock):
    page = shop()
    taken("teapot", but=0)
    page.wait_for_remark("teapot", "Somebody else took the last one.")

    stock("teapot", "+2")

    page.wait_for_remark("teapot", "There are some again.")
    page.add("teapot")
    page.wait_for_cart(teapot=1)


def test_who_orders_what_is_not_there_any_more_is_told(shop, taken, stock):
    page = shop()
    page.chrome.expect_failed_requests()
    page.add("kettle")
    page.wait_for_cart(kettle=1)

    stock("kettle", "-5")
    page.wait_for_left("kettle", 0)
    page.check_out()

    page.wait_for_notice("Not all of it is there any more. The cart is empty now.")
    page.wait_for_cart()
    assert page.order == ""
