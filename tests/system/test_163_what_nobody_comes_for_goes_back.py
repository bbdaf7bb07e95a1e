"""A reservation is a lease: when it ends, everybody sees that the thing is there again."""

import pytest

from lib.shop import KEYS, Customer, check_balance, must, refused
from lib.wait import wait_until

LEASE_MS = 3000
SITE = {"workers": 2, "gateways": 0, "env": {"HOLDLINE_SHOP_LEASE_S": LEASE_MS // 1000}}
SWEPT_S = 10
LONG_MS = 60_000


@pytest.fixture(autouse=True)
def nothing_is_lost(site):
    yield
    check_balance(site)


def test_it_goes_back_and_is_told(site):
    ann, bob = Customer(site), Customer(site)
    told = ann.add("teapot", 3)
    assert 0 < told["ends_in_ms"] <= LEASE_MS
    status = bob.ask(cursor=told["cursor"])
    back = status.object(SWEPT_S)
    assert (back["available"], back["yours"]) == (10, 0)
    assert ann.cart() == {}
    assert not site.redis.exists(KEYS + "cart:" + ann.session)


def test_what_has_ended_cannot_be_ordered(site):
    ann = Customer(site)
    ann.add("cup")
    wait_until(lambda: ann.cart() == {}, SWEPT_S, "the lease to end")
    assert refused(ann.try_checkout("late")) == (409, "cart-empty")


def kept_ms(customer):
    return must(customer.get("/shop/cart"))["items"][0]["ends_in_ms"]


@pytest.fixture
def ann(new_site):
    """Her leases do not end meanwhile."""
    site = new_site(nginx=False, workers=1, env={"HOLDLINE_SHOP_LEASE_S": LONG_MS // 1000})
    yield Customer(site, door=site.workers[0])
    check_balance(site)


def test_what_is_added_later_is_kept_from_then(ann):
    ann.add("cup")
    wait_until(lambda: kept_ms(ann) < LONG_MS - 300, what="time to pass")
    before = kept_ms(ann)
    anew = ann.add("cup", 2)["ends_in_ms"]
    assert anew > before
    wait_until(lambda: kept_ms(ann) < anew, what="time to pass")
    assert ann.add("cup", 2)["ends_in_ms"] < anew, "what changes nothing prolongs nothing"
    ann.remove("cup")


def test_taking_some_out_does_not_prolong_it(ann):
    ann.add("cup", 3)
    wait_until(lambda: kept_ms(ann) < LONG_MS - 300, what="time to pass")
    told = ann.remove("cup", 1)
    assert told["yours"] == 1 and told["ends_in_ms"] < LONG_MS - 300
    ann.remove("cup")


def test_what_is_ordered_does_not_go_back(site):
    ann = Customer(site)
    ann.add("kettle")
    ann.checkout()
    ann.add("cup")
    wait_until(lambda: ann.cart() == {}, SWEPT_S, "the lease of another to end")
    assert ann.products()["kettle"]["available"] == 4
