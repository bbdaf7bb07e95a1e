"""Quantities, products and carts that are none; and how many one may have."""

import pytest

from lib.shop import check_balance, coming, must, refused, shelf

SITE = {"workers": 1, "gateways": 0}


@pytest.fixture
def ann(site):
    with coming(site) as come:
        yield come()
    check_balance(site)


@pytest.mark.parametrize("action", ["add", "remove"])
@pytest.mark.parametrize("quantity", ["-1", "1000000000", "100", "99999999999999999999", "one", "", "1.5", "1e1", "+1",
                                      " 1", "01", "\u0661"])
def test_such_a_quantity_is_refused(site, ann, action, quantity):
    before = shelf(site)
    assert refused(ann.change(action, "cup", quantity)) == (400, "quantity-invalid")
    assert shelf(site) == before and ann.cart() == {}


def test_to_add_none_makes_no_sense(ann):
    assert refused(ann.change("add", "cup", 0)) == (400, "quantity-invalid")
    assert ann.remove("cup", 0)["yours"] == 0


@pytest.mark.parametrize("sku", ["spoon", "", "*", "Teapot", "-cup", "cup ", "c" * 33, "teapot\0", "茶"])
def test_there_is_no_such_product(ann, sku):
    assert refused(ann.change("add", sku)) == (404, "product-not-found")
    assert refused(ann.change("remove", sku)) == (404, "product-not-found")
    if sku != "*":
        assert refused(ann.get("/status", sku=sku)) == (404, "product-not-found")


def test_a_field_may_be_there_once(site):
    for body in (b"session=a&session=b&action=add", b"session=a&action=add&action=add",
                 b"session=a&action=add&sku=cup&sku=cup", b"session=a&action=add&quantity=1&quantity=2"):
        assert refused(site.client.post_form("/cart", body)) == (400, "field-repeated")


def test_the_quantity_is_what_is_in_the_cart_afterwards(ann):
    assert ann.add("cup", 3)["yours"] == 3
    assert ann.add("cup", 3)["yours"] == 3
    assert ann.add("cup", 2)["yours"] == 3, "adding takes nothing out"
    assert ann.add("cup")["yours"] == 3
    assert ann.remove("cup", 5)["yours"] == 3, "removing puts nothing in"
    assert ann.remove("cup", 1)["yours"] == 1
    assert ann.remove("cup")["yours"] == 0


def test_what_is_not_there_cannot_be_had(site, ann):
    reply = ann.change("add", "kettle", 6)
    assert refused(reply) == (409, "sold-out")
    told = reply.json()
    assert (told["sku"], told["available"], told["yours"]) == ("kettle", 5, 0) and told["cursor"]
    ann.add("kettle", 5)
    reply = ann.change("add", "kettle", 6)
    assert refused(reply) == (409, "sold-out")
    assert (reply.json()["available"], reply.json()["yours"]) == (0, 5)


def test_what_is_asked_from_another_site_is_refused(site):
    reply = site.client.post_form("/cart", {"session": "a", "action": "add"}, [("Sec-Fetch-Site", "cross-site")])
    assert refused(reply) == (403, "cross-site")
    reply = site.client.request("POST", "/cart", [("Content-Type", "application/json")], b'{"session":"a"}')
    assert refused(reply) == (415, "not-a-form")


def test_the_shelf_can_be_looked_at_without_a_cart(site):
    shop = must(site.client.get("/shop/products"))
    assert [each["sku"] for each in shop["products"]] == ["teapot", "cup", "kettle", "tea-tin"]
    assert shop["products"][0] == {"sku": "teapot", "available": 10, "yours": 0, "ends_in_ms": None,
                                   "name": {"en": "Teapot", "zh": "茶壶"}, "picture": "teapot.svg"}
    assert (shop["sku"], shop["available"], shop["yours"]) == ("teapot", 10, 0)
