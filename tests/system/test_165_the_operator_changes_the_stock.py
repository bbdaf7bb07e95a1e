"""`holdline shop`: what there is, and more or less of it, on all pages at once."""

import os
import subprocess

import pytest

from lib import log
from lib.database import BOTH
from lib.shop import Customer, hold, must, refused
from lib.site import SANITIZED
from lib.stream import Stream
from lib.wait import wait_until

SITE = {"workers": 2, "gateways": 0}
DATABASES = BOTH
DONE, FAILED, USAGE, REFUSED = 0, 1, 2, 3
SEEN_S = 10


class Ended:
    def __init__(self, env, *arguments):
        ended = subprocess.run([SANITIZED, "shop", *arguments], capture_output=True, timeout=30, text=True,
                               env={"PATH": os.environ["PATH"], **env})
        self.code = ended.returncode
        self.output = ended.stdout
        self.lines = log.parse(ended.stderr)
        assert not log.sanitizer_reports(ended.stderr), ended.stderr


@pytest.fixture
def shop(database):
    return lambda *arguments, **env: Ended({**database.env, **env}, *arguments)


def left(shop):
    """{sku: (left, ordered)}"""
    rows = [line.split() for line in shop("list").output.splitlines()]
    return {row[0]: (int(row[1]), int(row[3])) for row in rows}


def test_more_is_there_for_everybody(site, shop):
    ann, bob = Customer(site), Customer(site)
    before = ann.status()["available"]
    bob.status()
    status = hold(site, bob)
    ended = shop("stock", "teapot", "+5")
    assert (ended.code, ended.lines[0].event) == (DONE, "stock_changed")
    assert status.object(SEEN_S)["available"] == before + 5
    assert ann.status()["available"] == before + 5
    assert left(shop)["teapot"] == (before + 5, 0)


def test_what_is_in_carts_stays_there(site, shop):
    ann = Customer(site)
    ann.add("kettle", 3)
    with Stream(site.client, path="/shop/stream", cursor=ann.status()["cursor"]).opened() as stream:
        shop("stock", "kettle", "+1")
        event = stream.dispatched(SEEN_S).json
        assert (event["sku"], event["available"]) == ("kettle", 3)
    ann.checkout()
    assert left(shop)["kettle"] == (3, 3)
    wait_until(lambda: ann.products()["kettle"]["available"] == 3, what="the shelf as before")


def test_fewer_than_nothing_cannot_be(site, shop):
    before = left(shop)
    ended = shop("stock", "cup", "-49")
    assert (ended.code, ended.lines[0].event) == (REFUSED, "stock_too_few")
    assert left(shop) == before


def test_what_is_taken_off_although_it_is_in_carts_is_missing_at_the_end(site, shop):
    """Whoever orders first gets it; nobody gets what is not there."""
    ann, bob = Customer(site), Customer(site)
    ann.add("tea-tin", 60)
    bob.add("tea-tin", 60)
    assert shop("stock", "tea-tin", "-20").code == DONE
    wait_until(lambda: int(site.redis.hget("holdline:{=shop}:shelf", "tea-tin")) == -20, SEEN_S, "the shelf")
    assert ann.products()["tea-tin"]["available"] == 0
    assert refused(Customer(site).change("add", "tea-tin")) == (409, "sold-out")
    must(ann.try_checkout("first"), 201)
    assert refused(bob.try_checkout("second")) == (409, "sold-out")
    assert left(shop)["tea-tin"] == (40, 60)
    wait_until(lambda: ann.products()["tea-tin"]["available"] == 40, SEEN_S, "the rest to be there")
    assert bob.cart() == {}


@pytest.mark.parametrize("arguments", [
    [], ["list", "all"], ["stock"], ["stock", "cup"], ["stock", "cup", "5"], ["stock", "cup", "+0"], ["stock", "cup", "+"],
    ["stock", "cup", "+5x"], ["stock", "cup", "+1000001"], ["stock", "cup", "--5"], ["stock", "cup", "+5", "now"]])
def test_other_arguments_are_refused(shop, arguments):
    ended = shop(*arguments)
    assert (ended.code, ended.lines[0].event) == (USAGE, "usage")


def test_there_is_no_such_product(shop):
    ended = shop("stock", "spoon", "+5")
    assert (ended.code, ended.lines[0].event) == (REFUSED, "product_unknown")


def test_without_a_database_it_says_so(shop):
    ended = shop("list", HOLDLINE_DATABASE_URL="sqlite:/nowhere/holdline.db")
    assert (ended.code, ended.lines[0].event) == (FAILED, "shop_failed")
