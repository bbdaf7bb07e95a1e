"""kill -9 of a worker, and of Redis, between any two steps of an order (services/shop.h).

Each point is hit for sure: while the test has SQLite's file for itself, a checkout gets as far as SQL; a Redis that is
stopped then keeps it from going on after SQL has been written."""

import contextlib
import os
import shutil
import signal

import faults
import pytest
from lib.http_client import FORM, encode_form
from lib.shop import KEYS, Customer, balance, check_balance, hold, must, ordered, parcels, refused, shelf, sql
from lib.wait import wait_until

SITE = {"workers": 2, "gateways": 0, "appendfsync": "always"}
SWEPT_S = 20


class Asking:
    """A checkout, sent to `worker`."""

    def __init__(self, worker, customer, key):
        self.connection = worker.connect()
        self.connection.send("POST", "/shop/checkout", [("Content-Type", FORM)],
                             encode_form({"session": customer.session, "client_key": key}))


def kill(site, worker):
    site.expect_error("worker_died")
    site.forget_pids()
    pid = worker.pid
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: faults.is_gone(pid), what="the worker to end")


def orders(site, key):
    return sql(site, "SELECT id FROM order_ WHERE client_key = ?", key)


def wait_packed(site):
    wait_until(lambda: parcels(site), what="the cart to be a parcel")
    site.redis.ping()  # who asks last is answered first: only now the worker has been, too


def wait_written(site, key):
    """On a machine that is too busy the worker has given up by now; then it is written when Redis is there again."""
    with contextlib.suppress(AssertionError):
        wait_until(lambda: orders(site, key), 5, "SQL to be written")


@pytest.fixture
def ann(site):
    customer = Customer(site)
    customer.add("teapot", 3)
    customer.add("cup", 2)
    yield customer
    for sku in customer.cart():
        customer.remove(sku)


@pytest.fixture(autouse=True)
def nothing_is_lost(site):
    """What one test has ordered is there again for the next."""
    yield
    check_balance(site)
    sql(site, "DELETE FROM order_line")
    sql(site, "UPDATE product SET remaining = initial")
    sql(site, "UPDATE shop_generation SET generation = generation + 1")
    wait_until(lambda: balance(site) == {"teapot": 10, "cup": 48, "kettle": 5, "tea-tin": 120}, SWEPT_S, "a full shelf")


def check_made(site, ann, key):
    """By whoever found it; and the customer, who was not answered, hears of that one."""
    wait_until(lambda: orders(site, key) and not parcels(site), SWEPT_S, "the order to be made by another worker")
    order = must(ann.try_checkout(key))
    assert [order["number"]] == [str(number) for number, in orders(site, key)]
    assert {line["sku"]: line["quantity"] for line in order["lines"]} == {"teapot": 3, "cup": 2}
    assert ann.cart() == {} and ordered(site) == {"teapot": 3, "cup": 2}
    site.wait_ready()


def test_the_worker_dies_before_sql_is_written(site, ann):
    with faults.sql_locked(site):
        asking = Asking(site.workers[0], ann, "before-sql")
        wait_packed(site)
        kill(site, site.workers[0])
    asking.connection.close()
    check_made(site, ann, "before-sql")


def test_the_worker_dies_after_sql_is_written(site, ann):
    with contextlib.ExitStack() as redis:
        with faults.sql_locked(site):
            asking = Asking(site.workers[0], ann, "after-sql")
            wait_packed(site)
            redis.enter_context(site.redis_hanging())
        wait_written(site, "after-sql")
        kill(site, site.workers[0])
    asking.connection.close()
    check_made(site, ann, "after-sql")


@pytest.mark.parametrize("is_written", [False, True], ids=["before SQL is written", "after SQL is written"])
def test_redis_dies(site, ann, is_written):
    key = f"redis-{is_written}"
    with faults.sql_locked(site):
        asking = Asking(site.workers[0], ann, key)
        wait_packed(site)
        if is_written:
            site.kill_redis()
        else:
            faults.kill_redis(site)
    if is_written:
        wait_written(site, key)
        site.start_redis()
        site.wait_ready()
    asking.connection.close()
    check_made(site, ann, key)


def test_both_die(site, ann):
    with faults.sql_locked(site):
        asking = Asking(site.workers[0], ann, "both")
        wait_packed(site)
        site.kill_redis()
        kill(site, site.workers[0])
    asking.connection.close()
    site.start_redis()
    site.wait_ready()
    check_made(site, ann, "both")


def test_who_asks_again_at_another_worker_gets_the_same_order(site, ann):
    with faults.sql_locked(site):
        first = Asking(site.workers[0], ann, "twice")
        wait_packed(site)
        second = Asking(site.workers[1], ann, "twice")
        kill(site, site.workers[0])
    reply = second.connection.read(20)
    assert reply.status in (200, 201, 503), reply  # on a machine that is too busy it has given up
    first.connection.close()
    second.connection.close()
    check_made(site, ann, "twice")


def test_sql_is_away_and_nothing_is_lost(site, ann):
    """The client hears 503, and the order is made when SQL is back."""
    with faults.sql_locked(site):
        asking = Asking(site.workers[0], ann, "away")
        reply = asking.connection.read(20)
    assert refused(reply) == (503, "unavailable") and reply.header("Retry-After")
    asking.connection.close()
    check_made(site, ann, "away")


# --- Redis forgets ---------------------------------------------------------------------------------------------------

def test_after_flushall_the_shelf_is_what_sql_says(site, ann):
    ann.checkout("sold")
    bob, eve = Customer(site), Customer(site)
    bob.add("teapot", 4)
    eve.status()
    status = hold(site, eve)
    site.redis.flushall()
    assert status.object(SWEPT_S)["available"] == 7
    assert bob.cart() == {}
    assert must(ann.try_checkout("sold"))["lines"]
    assert bob.add("teapot", 7)["available"] == 0
    assert refused(eve.change("add", "teapot")) == (409, "sold-out")
    bob.remove("teapot")


@contextlib.contextmanager
def redis_forgets(site):
    """What is done meanwhile is lost with Redis, as when its file was not on the disk yet."""
    kept = site.directory / "redis-before"
    site.redis.config_set("appendfsync", "always")
    shutil.copytree(site.directory / "redis", kept)
    yield
    site.kill_redis()
    shutil.rmtree(site.directory / "redis")
    kept.rename(site.directory / "redis")
    site.start_redis()
    site.wait_ready()
    wait_until(lambda: site.redis.hget(KEYS + "state", "run") == site.redis.info("server")["run_id"], SWEPT_S,
               "the shelf to be built")


def test_a_forgotten_reservation_is_on_the_shelf_again(site, ann):
    bob = Customer(site)
    with redis_forgets(site):
        told = bob.add("teapot", 5)
    assert bob.cart() == {} and ann.cart() == {"teapot": 3, "cup": 2}
    assert bob.status(cursor=told["cursor"])["available"] == 7


def test_who_has_seen_what_was_forgotten_is_told_anew(site, ann):
    eve = Customer(site)
    with redis_forgets(site):
        ann.remove("teapot")
        cursor = eve.status()["cursor"]
    assert eve.status(cursor=cursor)["available"] == 7


def test_what_was_ordered_is_not_sold_again_when_that_is_forgotten(site, ann):
    """Redis has the cart again, with what is an order in SQL; all that was left went to others meanwhile."""
    bob = Customer(site)
    with redis_forgets(site):
        ann.checkout("forgotten")
        bob.add("teapot", 7)
        bob.checkout("bobs")
    assert ordered(site)["teapot"] == 10
    assert ann.cart() == {"teapot": 3, "cup": 2}, "it is in the cart again"
    assert shelf(site)["teapot"] == -3 and bob.products()["teapot"]["available"] == 0
    assert refused(bob.change("add", "teapot")) == (409, "sold-out")
    assert must(ann.try_checkout("forgotten"))["number"]
    assert refused(ann.try_checkout("once-more")) == (409, "sold-out")
    wait_until(lambda: shelf(site)["teapot"] == 0, SWEPT_S, "what is not there to be given up")
    assert ordered(site)["teapot"] == 10 and ann.cart() == {}
