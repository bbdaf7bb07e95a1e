"""What the classic page asks for, and what goes beyond it."""

import re

import pytest

from lib.shop import Customer, check_balance, coming, hold, must, new_session, refused

SITE = {"workers": 2, "gateways": 1}
FIELDS = {"inventorycount", "sku", "available", "yours", "ends_in_ms", "cursor"}
# What jQuery sends with getJSON and ajax.
JQUERY = [("Accept", "application/json, text/javascript, */*; q=0.01"), ("X-Requested-With", "XMLHttpRequest")]


@pytest.fixture(autouse=True)
def nothing_is_lost(site):
    yield
    check_balance(site)


@pytest.fixture
def come(site):
    with coming(site) as come:
        yield come


@pytest.fixture
def ann(come):
    return come()


def test_the_first_answer_comes_at_once(ann):
    reply = ann.ask().answer()
    assert reply.header("Cache-Control") == "no-store"
    status = must(reply)
    assert set(status) == FIELDS
    assert (status["inventorycount"], status["sku"], status["available"]) == ("10", "teapot", 10)
    assert (status["yours"], status["ends_in_ms"]) == (0, None)
    assert re.fullmatch(r"[0-9a-f]+-\d+", status["cursor"])


def test_the_second_is_held_until_the_count_changes(site, ann, come):
    ann.status()
    status = hold(site, ann)
    bob = come()
    bob.add()
    assert status.object()["inventorycount"] == "9"
    status = hold(site, ann)
    bob.remove()
    assert status.object()["inventorycount"] == "10"


def test_each_worker_remembers_what_the_others_answered(site, come):
    session = new_session()
    first, second = (come(session, door=worker) for worker in site.workers)
    first.status()
    status = hold(site, second)
    first.add()
    assert status.object()["available"] == 9
    status = hold(site, first)
    second.remove()
    assert status.object()["available"] == 10


def test_nothing_between_two_requests_is_missed(site, ann, come):
    ann.status()
    come().add("teapot", 2)
    assert ann.status()["available"] == 8
    hold(site, ann).leave()


def test_a_cursor_brings_what_changed_since(site, ann, come):
    cursor = ann.status()["cursor"]
    bob = come()
    status = hold(site, ann, cursor=cursor)
    bob.add()
    told = status.object()
    assert told["available"] == 9 and told["cursor"] != cursor
    assert ann.status(cursor=cursor) == told
    hold(site, ann, cursor=told["cursor"]).leave()


def test_another_product_does_not_end_the_hold(site, ann, come):
    ann.status()
    status = hold(site, ann)
    cups = hold(site, come(), sku="cup", cursor=ann.status(sku="*")["cursor"])
    bob = come()
    bob.add("cup")
    assert cups.object()["available"] == 47
    bob.add("teapot")
    assert status.object()["available"] == 9


def test_all_products_can_be_asked_for_together(site, ann):
    cursor = ann.status(sku="*")["cursor"]
    status = hold(site, ann, sku="*", cursor=cursor)
    ann.add("kettle", 2)
    told = status.object()
    assert [(each["sku"], each["available"], each["yours"]) for each in told["products"]] == [
        ("teapot", 10, 0), ("cup", 48, 0), ("kettle", 3, 2), ("tea-tin", 120, 0)]
    assert 0 < told["products"][2]["ends_in_ms"] <= 600_000


def test_who_is_answered_hears_what_is_his(site, ann, come):
    ann.add()
    bob = come()
    bob = come()
    cursor = bob.status()["cursor"]
    mine, theirs = hold(site, ann, cursor=cursor), hold(site, bob)
    come(ann.session).add("teapot", 2)
    assert (mine.object()["yours"], theirs.object()["yours"]) == (2, 0)


@pytest.mark.parametrize("query", [{"cursor": "0-0"}, {"cursor": "abc-1"}])
def test_a_cursor_of_another_time_is_answered_at_once(ann, query):
    assert ann.status(**query)["available"] == 10


def test_when_the_hold_is_over_it_is_as_it_was(new_site):
    site = new_site(env={"HOLDLINE_HOLD_MS": 300})
    ann = Customer(site)
    first = ann.status()
    assert ann.status() == first
    assert ann.status(cursor=first["cursor"]) == first


def test_the_classic_page_adds_and_removes(site):
    """Its own requests, as jQuery makes them."""
    client, session = site.browser(), "5b4ac5d2-9d13-4f9c-8a3e-6a2f1f0b7d11"
    client.visit()  # with a cookie of ours beside it, and no _xsrf in the form
    def status():
        return client.get(f"/status?session={session}", JQUERY).json()["inventorycount"]
    def cart(action):
        reply = client.request("POST", "/cart", [("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8"),
                                                 *JQUERY], f"session={session}&action={action}".encode())
        return must(reply)
    assert status() == "10"
    assert cart("add")["inventorycount"] == "9"
    assert cart("add")["inventorycount"] == "9", "adding twice changes nothing"
    assert status() == "9"
    assert cart("remove")["inventorycount"] == "10"
    assert cart("remove")["inventorycount"] == "10", "nor does removing what is not there"
    assert status() == "10"


@pytest.mark.parametrize("fields", [
    {}, {"action": "add"}, {"session": "", "action": "add"}, {"session": "x"}, {"session": "x", "action": ""},
    {"session": "x", "action": "buy"}, {"session": "x y", "action": "add"}, {"session": "x" * 65, "action": "add"},
])
def test_a_cart_that_makes_no_sense_is_refused(site, fields):
    reply = site.client.post_form("/cart", fields)
    assert reply.status == 400 and reply.problem in ("cart-invalid", "action-invalid")


@pytest.mark.parametrize("target", ["/status", "/status?session=", "/status?session=a%20b", "/shop/cart"])
def test_a_question_without_a_session_is_refused(site, target):
    assert refused(site.client.get(target)) == (400, "cart-invalid")


def test_a_cart_cannot_be_changed_by_looking(site):
    reply = site.client.get("/cart?session=x&action=add")
    assert refused(reply) == (405, "method-not-allowed")
    assert reply.header("Allow") == "POST"
    assert refused(site.client.post_form("/status", {"session": "x"})) == (405, "method-not-allowed")
