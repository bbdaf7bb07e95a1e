"""Those who are in the shop, and what is counted there.

    ann = Customer(site)
    ann.add("teapot")      what she was answered: the object
    check_balance(site)    nothing is lost, and nothing is there twice"""

import contextlib
import itertools
import json
import sqlite3
from urllib.parse import urlencode

from lib.http_client import FORM, Client, encode_form
from lib.wait import wait_until

KEYS = "holdline:{=shop}:"
INITIAL = {"teapot": 10, "cup": 48, "kettle": 5, "tea-tin": 120}
_numbers = itertools.count(1)


def new_session():
    return f"s-{next(_numbers)}"


class Customer:
    """`door`: a Worker, whose socket is used instead of nginx."""

    def __init__(self, site, session=None, door=None):
        self.client = Client((door or site).connect)
        self.session = session or new_session()

    # What is asked for: the Reply.

    def change(self, action, sku=None, quantity=None, **more):
        fields = {"session": self.session, "action": action, "sku": sku, "quantity": quantity, **more}
        return self.client.post_form("/cart", {name: value for name, value in fields.items() if value is not None})

    def get(self, path, **query):
        return self.client.get(f"{path}?{urlencode({'session': self.session, **query})}")

    def try_checkout(self, key, timeout=10):
        return self.client.post_form("/shop/checkout", {"session": self.session, "client_key": key}, timeout=timeout)

    def ask(self, **query):
        """GET /status, sent."""
        return Status(self.client.connect(), {"session": self.session, **query})

    # The same, which must succeed: the object.

    def add(self, sku=None, quantity=None):
        return must(self.change("add", sku, quantity))

    def remove(self, sku=None, quantity=None):
        return must(self.change("remove", sku, quantity))

    def status(self, **query):
        return self.ask(**query).object()

    def products(self):
        """By sku."""
        return {each["sku"]: each for each in must(self.get("/shop/products"))["products"]}

    def cart(self):
        """{sku: quantity}"""
        return {item["sku"]: item["quantity"] for item in must(self.get("/shop/cart"))["items"]}

    def checkout(self, key=None):
        reply = self.try_checkout(key or f"k-{next(_numbers)}")
        assert reply.status in (200, 201), reply
        return reply.json()


@contextlib.contextmanager
def coming(site):
    """Makes customers, whose carts are empty afterwards."""
    there = []

    def come(*args, **more):
        there.append(Customer(site, *args, **more))
        return there[-1]

    yield come
    for customer in there:
        for sku in customer.cart():
            customer.remove(sku)


class Status:
    """A GET /status on a connection of its own."""

    def __init__(self, connection, query):
        self._connection = connection
        connection.send("GET", f"/status?{urlencode(query)}")

    def fileno(self):
        return self._connection.fileno()

    def answer(self, timeout=15):
        try:
            return self._connection.read(timeout)
        finally:
            self._connection.close()

    def object(self, timeout=15):
        return must(self.answer(timeout))

    def leave(self):
        self._connection.close()


def hold(site, customer, **query):
    """A question that is held: sent, and seen in the count of the workers."""
    before = site.held
    status = customer.ask(**query)
    site.wait_held(before + 1)
    return status


def must(reply, status=200):
    assert reply.status == status, reply
    return reply.json()


def refused(reply):
    """What a request was refused with: (409, "sold-out")."""
    return reply.status, reply.problem


# --- what is counted ---------------------------------------------------------

def sql(site, statement, *values):
    with contextlib.closing(sqlite3.connect(site.directory / "holdline.db", timeout=10)) as database:
        with database:
            return database.execute(statement, values).fetchall()


def ordered(site):
    return dict(sql(site, "SELECT sku, SUM(quantity) FROM order_line GROUP BY sku"))


def shelf(site):
    return {sku: int(count) for sku, count in site.redis.hgetall(KEYS + "shelf").items()}


def carts(site):
    """{sku: how many are in all carts}"""
    counts = {}
    for key in site.redis.scan_iter(KEYS + "cart:*", count=1000):
        for sku, line in site.redis.hgetall(key).items():
            counts[sku] = counts.get(sku, 0) + int(line.split()[0])
    return counts


def parcels(site):
    return site.redis.hgetall(KEYS + "parcels")


def in_parcels(site):
    counts = {}
    for text in parcels(site).values():
        for item in text.split()[3:]:
            sku, quantity = item.split("=")
            counts[sku] = counts.get(sku, 0) + int(quantity)
    return counts


def balance(site):
    """{sku: on the shelf + in carts + in parcels + ordered}"""
    parts = [shelf(site), carts(site), in_parcels(site), ordered(site)]
    return {sku: sum(part.get(sku, 0) for part in parts) for sku in parts[0]}


def check_balance(site, there_were=None):
    """When what was left alone has been brought to its end."""
    there_were = {**INITIAL, **(there_were or {})}
    wait_until(lambda: not parcels(site), 20, "the parcels to be orders")
    wait_until(lambda: balance(site) == there_were, what=f"{balance(site)} to be {there_were}")
    remaining = dict(sql(site, "SELECT sku, remaining FROM product"))
    assert remaining == {sku: there_were[sku] - ordered(site).get(sku, 0) for sku in there_were}
    assert all(count >= 0 for count in shelf(site).values()), shelf(site)
