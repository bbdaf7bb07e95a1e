"""A cart is kept for a while, one sees how long, and then it is for others."""

from lib.wait import wait_until

LEASE_S = 12
SITE = dict(env={"HOLDLINE_SHOP_LEASE_S": LEASE_S})


def test_the_clock_runs_and_the_thing_returns(shop):
    heron, otter = shop("heron"), shop("otter")
    heron.add("teapot")
    heron.wait_for_cart(teapot=1)
    first = heron.seconds_left("teapot")
    assert 0 < first <= LEASE_S

    wait_until(lambda: heron.seconds_left("teapot") < first, what="the clock to run")
    assert otter.left("teapot") == 9

    heron.wait_for_cart(timeout=LEASE_S + 10)
    for page in (heron, otter):
        page.wait_for_left("teapot", 10)
    heron.wait_for_notice("Teapot: the time to keep it is over. It went back to the shelf.")
    assert otter.notice == ""


def test_the_last_minute_is_told(shop):
    page = shop()

    page.add("teapot")

    page.wait_for_notice("Teapot: kept for less than a minute now.")
    assert page.chrome.run("return document.querySelector('#items [data-kept]').dataset.ends") == "soon"
