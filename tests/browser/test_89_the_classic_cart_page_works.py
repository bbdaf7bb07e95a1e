"""The page of the classic shopping cart example, told anew: it knows neither
cursors nor products nor quantities. With jQuery, where Debian's package of it is
installed, and without."""

import uuid
from pathlib import Path

import pytest

from foreign_site import HERE, ForeignSite
from lib.wait import wait_until
from page import SOON
from shop_page import ShopPage

SITE = dict(env={"HOLDLINE_HOLD_MS": 1500})
DEMO = HERE / "cartdemo"
JQUERY = Path("/usr/share/javascript/jquery/jquery.min.js")


def with_jquery():
    if not JQUERY.exists():
        pytest.skip("not installed: libjs-jquery")
    return {"cart.js": (DEMO / "client-jquery.js").read_bytes(), "jquery.js": JQUERY.read_bytes()}


def without():
    return {"cart.js": (DEMO / "client.js").read_bytes(), "jquery.js": b""}


@pytest.fixture(params=[with_jquery, without])
def demo(request, browser, fresh_shop, site):
    """demo("heron") is the classic page in that browser."""

    def page():
        return (DEMO / "page.html").read_text().replace("@SESSION@", str(uuid.uuid4())).encode()

    opened = []
    with ForeignSite(site.port, "/cartdemo/", page, request.param()) as foreign:
        def open_page(name):
            chrome = browser(name)
            opened.append(chrome)
            chrome.driver.get(foreign.url)
            wait_for_count(chrome, "10")
            return chrome

        yield open_page
        for chrome in opened:
            chrome.driver.get("about:blank")  # it asks for no more


def test_two_browsers_see_each_other(demo):
    heron, otter = demo("heron"), demo("otter")

    click(heron, "add")
    for chrome in (heron, otter):
        wait_for_count(chrome, "9")
    click(otter, "add")
    for chrome in (heron, otter):
        wait_for_count(chrome, "8")
    click(heron, "remove")
    click(otter, "remove")

    for chrome in (heron, otter):
        wait_for_count(chrome, "10")
        assert chrome.run("return document.querySelector('#count').dataset.type") == "string"


def test_it_asks_again_when_the_hold_ends(demo, taken):
    chrome = demo("heron")
    before = asked(chrome)
    wait_until(lambda: asked(chrome) >= before + 2, 30, "two holds to end")

    taken("teapot", but=6)

    wait_for_count(chrome, "6")


def test_it_and_our_page_are_one_shop(demo, browser, site):
    classic, page = demo("heron"), ShopPage(browser("otter")).open(site.url)

    click(classic, "add")
    page.wait_for_left("teapot", 9)
    page.add("teapot")

    wait_for_count(classic, "8")


def test_it_does_not_spin(demo):
    """Asking again at once is held, as long as nothing has changed."""
    chrome = demo("heron")
    click(chrome, "add")
    wait_for_count(chrome, "9")
    before = asked(chrome)

    wait_until(lambda: True in held(chrome)[before:], 30, "the end of a hold")

    assert held(chrome)[before:].index(True) <= 2, "how often it asked before that"


def click(chrome, action):
    chrome.driver.find_element("id", f"{action}-button").click()
    wait_until(lambda: not chrome.driver.find_element("id", f"{action}-button").is_displayed(), SOON,
               f"{action} to be done")


def wait_for_count(chrome, count):
    wait_until(lambda: chrome.run("return document.querySelector('#count').textContent") == count, SOON,
               f"the count {count}")


def asked(chrome):
    return len(held(chrome))


def held(chrome):
    """Whether each of its questions was."""
    return chrome.run("return performance.getEntriesByType('resource')"
                      ".filter((e) => e.name.includes('/status')).map((e) => e.duration >= 1000)")
