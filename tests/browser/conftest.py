"""Browsers for the tests.

A browser takes seconds to start, so each kind is started once and used by all
tests; before and after a test it has no cookies, no storage and no page."""

import shutil

import pytest

from account_page import AccountPage, Member
from chrome import Chrome
from lib.shop import Customer, sql
from meddler import Meddler
from relay import Relay
from shop_page import ShopPage
from wall_page import WallPage


@pytest.fixture(scope="session")
def browsers():
    """Chrome by name and kind; the same ones give the same browser."""
    if not (shutil.which("chromium") and shutil.which("chromedriver")):
        pytest.skip("not installed: chromium, chromium-driver")
    started = {}

    def get(name, **kind):
        key = (name, *sorted(kind.items()))
        if key not in started:
            started[key] = Chrome(**kind)
        return started[key]

    yield get
    for chrome in started.values():
        chrome.quit()


@pytest.fixture
def browser(browsers, site):
    """browser("heron") is a fresh visitor; further arguments as for Chrome."""
    used = []

    def get(name="heron", **kind):
        chrome = browsers(name, **kind)
        if chrome not in used:
            used.append(chrome)
        return chrome

    yield get
    complaints = [line for chrome in used for line in chrome.complaints()]
    for chrome in used:
        chrome.forget_everything()
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def wall(browser, site, room):
    """wall("heron") is the wall page of the test's room in that browser."""

    def open_page(name="heron", url=site.url, via=None, **kind):
        return WallPage(browser(name, **kind)).open(url, room, via)

    return open_page


@pytest.fixture
def account(browser, site):
    """account("heron") is the account page in that browser; `next` is where it
    leads to."""

    def open_page(name="heron", next=None, url=site.url, **kind):
        return AccountPage(browser(name, **kind)).open(url, next)

    return open_page


@pytest.fixture
def member(site):
    """member() is somebody who has an account, made without a browser.  His name
    is new to the site."""
    # Only so many accounts and attempts are let through from one address.
    for key in site.redis.scan_iter("holdline:limit:*"):
        site.redis.delete(key)
    return lambda: Member(site)


@pytest.fixture
def enter(browser, site, room, member):
    """enter("heron") is the wall page of the test's room, or of another one, in
    that browser, and in it somebody who has an account: `who`, or a new one."""

    def open_page(name="heron", at=room, via=None, who=None, **kind):
        page = WallPage(browser(name, **kind), who or member())
        page.chrome.driver.get(f"{site.url}/problems")  # a page of the site that makes no session
        for cookie, value in page.member.browser.cookies.items():
            page.chrome.driver.add_cookie({"name": cookie, "value": value})
        page.open(site.url, at, via)
        page.wait_for_who(page.member.name, "account")
        return page

    return open_page


@pytest.fixture
def fresh_shop(site):
    """The shelf as it is at the beginning, with empty carts."""
    for statement in ("DELETE FROM order_line", "DELETE FROM order_", "DELETE FROM stock_adjustment",
                      "UPDATE product SET remaining = initial"):
        sql(site, statement)
    site.redis.flushall()  # the carts; what there is the workers learn from the database


@pytest.fixture
def shop(browser, site, fresh_shop):
    """shop("heron") is the shop page in that browser."""
    return lambda name="heron", **kind: ShopPage(browser(name, **kind)).open(site.url)


@pytest.fixture
def taken(site, fresh_shop):
    """taken("teapot", but=2): somebody without a page takes all but two, or puts
    back what is missing to that."""
    customer = Customer(site)

    def take(sku, but):
        product = customer.products()[sku]
        quantity = product["yours"] + product["available"] - but
        change = customer.add if quantity > product["yours"] else customer.remove
        change(sku, quantity)

    return take


@pytest.fixture
def orders(site):
    """orders() is the numbers of all there are, oldest first."""
    return lambda: [str(number) for number, in sql(site, "SELECT id FROM order_ ORDER BY id")]


@pytest.fixture
def relay(site):
    """Stands between a browser and the site, and can be cut."""
    with Relay("127.0.0.1", site.port) as relay:
        yield relay


@pytest.fixture
def meddler(site):
    """Stands there too, and treats each door as it is told."""
    with Meddler("127.0.0.1", site.port) as meddler:
        yield meddler
