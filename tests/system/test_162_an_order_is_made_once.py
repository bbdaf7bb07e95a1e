"""A cart becomes an order under a key of the client's, and the same key is the same order."""

import threading

import pytest

from lib.shop import Customer, check_balance, must, new_session, ordered, refused, sql

SITE = {"workers": 2, "gateways": 0}


@pytest.fixture(autouse=True)
def nothing_is_lost(site):
    yield
    check_balance(site)


def lines(order):
    return {line["sku"]: line["quantity"] for line in order["lines"]}


def test_a_cart_becomes_an_order(site):
    ann = Customer(site)
    ann.add("cup", 2)
    ann.add("tea-tin")
    reply = ann.try_checkout("first")
    order = must(reply, 201)
    assert order["number"].isdigit() and lines(order) == {"cup": 2, "tea-tin": 1}
    assert {"cursor", "available", "yours"} <= set(order)
    assert ann.cart() == {}
    assert ann.products()["cup"]["available"] == 46


def test_the_same_key_is_the_same_order(site):
    ann = Customer(site)
    ann.add("cup")
    first = must(ann.try_checkout("again"), 201)
    for worker in site.workers:
        assert must(Customer(site, ann.session, door=worker).try_checkout("again"))["number"] == first["number"]
    ann.add("cup", 3)
    second = must(ann.try_checkout("again"))
    assert (second["number"], lines(second)) == (first["number"], {"cup": 1})
    assert ann.cart() == {"cup": 3}, "what came later is in the cart"
    assert ann.checkout("another")["number"] != first["number"]


def test_an_empty_cart_is_no_order(site):
    ann = Customer(site)
    assert refused(ann.try_checkout("empty")) == (409, "cart-empty")
    ann.add("cup")
    ann.checkout("full")
    assert refused(ann.try_checkout("then-empty")) == (409, "cart-empty")
    assert not sql(site, "SELECT id FROM order_ WHERE client_key LIKE '%empty'")


def test_a_key_of_another_session_tells_nothing(site):
    ann, bob = Customer(site), Customer(site)
    ann.add("cup")
    ann.checkout("mine")
    bob.add("cup")
    assert refused(bob.try_checkout("mine")) == (409, "client-key-reused")
    assert bob.cart() == {"cup": 1}
    bob.remove("cup")


@pytest.mark.parametrize("key", ["", "a b", "k" * 65, None])
def test_a_key_that_is_none_is_refused(site, key):
    fields = {"session": new_session(), "client_key": key}
    reply = site.client.post_form("/shop/checkout", {name: value for name, value in fields.items() if value is not None})
    assert refused(reply) == (400, "client-key-invalid")


def test_many_at_once_with_one_key_make_one_order(site):
    session = new_session()
    Customer(site, session).add("cup", 4)
    before = ordered(site).get("cup", 0)
    replies = []

    def checkout(number):
        worker = site.workers[number % len(site.workers)]
        replies.append(Customer(site, session, door=worker).try_checkout("many"))

    threads = [threading.Thread(target=checkout, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {reply.status for reply in replies} <= {200, 201}, replies
    assert len({reply.json()["number"] for reply in replies}) == 1
    assert ordered(site)["cup"] == before + 4


def test_it_is_the_same_on_postgresql(request, new_site):
    from lib import database as databases
    if not databases.is_installed("postgres"):
        pytest.skip("not installed: postgres")
    server = request.getfixturevalue("postgres_server")
    with databases.new("postgres", lambda: server) as database:
        site = new_site(env=database.env)
        ann = Customer(site)
        ann.add("teapot", 2)
        first = must(ann.try_checkout("first"), 201)
        assert must(ann.try_checkout("first"))["number"] == first["number"]
        ann.add("cup")
        assert must(ann.try_checkout("first"))["lines"] == first["lines"]
        assert must(ann.try_checkout("second"), 201)["number"] != first["number"]
        assert database.ask("SELECT sku, remaining FROM product ORDER BY place")[:2] == [("teapot", "8"), ("cup", "47")]
        assert ann.products()["teapot"]["available"] == 8
