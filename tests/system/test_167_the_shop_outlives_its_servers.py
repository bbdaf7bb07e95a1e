"""Workers that go, Redis and SQL away: what is held is not lost, and nothing is claimed blindly."""

import signal

import pytest

from lib.shop import Customer, check_balance, hold, must, refused
from lib.wait import wait_until

SITE = {"workers": 2, "gateways": 0, "appendfsync": "always"}
HERD = 200


def test_who_is_sent_away_is_told_the_count_and_when_to_come_back(new_site):
    site = new_site(nginx=False, workers=1)
    worker = site.workers[0]
    cursor = Customer(site, door=worker).status()["cursor"]
    held = [Customer(site, door=worker).ask(cursor=cursor) for _ in range(HERD)]
    site.wait_held(HERD)
    site.pool.send_signal(signal.SIGTERM)
    for status in held:
        told = status.object()
        assert told["available"] == 10 and 0 < told["retry_ms"] <= 2000
    assert site.pool.wait() == 0


def test_workers_are_replaced_and_nothing_is_missed(site):
    ann, bob = Customer(site), Customer(site)
    ann.add("cup", 2)
    cursor = bob.status(sku="cup")["cursor"]
    status = hold(site, bob, sku="cup", cursor=cursor)
    site.hup()
    assert status.object()["available"] == 46
    ann.add("cup", 3)
    assert bob.status(sku="cup", cursor=cursor)["available"] == 45
    ann.remove("cup")
    check_balance(site)


def test_without_redis_nothing_is_claimed(new_site):
    site = new_site(workers=1, gateways=0, env={"HOLDLINE_HOLD_MS": 4000})
    ann = Customer(site)
    cursor = ann.status()["cursor"]
    status = hold(site, ann, cursor=cursor)
    site.stop_redis()
    assert refused(status.answer()) == (503, "unavailable")
    reply = ann.change("add")
    assert refused(reply) == (503, "unavailable") and reply.header("Retry-After")
    assert refused(ann.get("/shop/products")) == (503, "unavailable")
    site.start_redis()
    site.wait_ready()
    assert ann.add()["available"] == 9
    check_balance(site)


def test_what_is_held_hears_of_it_when_redis_is_back(site):
    ann, bob = Customer(site), Customer(site)
    status = hold(site, bob, cursor=bob.status()["cursor"])
    site.kill_redis()
    site.start_redis()
    site.wait_ready()
    ann.add()
    told = status.object(20)
    bob_knows = told if told["available"] == 9 else bob.status(cursor=told["cursor"])
    assert bob_knows["available"] == 9
    ann.remove()
    check_balance(site)


def test_without_sql_carts_go_on(new_site):
    """Until somebody wants to order."""
    site = new_site(workers=1, gateways=0)
    site.expect_error("sql_failed", "sql_job_failed")
    ann = Customer(site)
    ann.add()
    database = site.directory / "holdline.db"
    kept = database.rename(site.directory / "kept.db")
    for each in site.directory.glob("holdline.db-*"):
        each.unlink(missing_ok=True)  # who closes it last removes them, too
    wait_until(lambda: site.workers[0].health["sql"] == "down", 20, "SQL to be away")
    assert ann.add("teapot", 2)["available"] == 8
    assert refused(ann.try_checkout("away")) == (503, "unavailable")
    assert ann.cart() == {"teapot": 2}
    kept.rename(database)
    wait_until(lambda: site.workers[0].health["sql"] == "up", 20, "SQL to be back")


def test_who_has_no_account_may_be_turned_away(new_site):
    site = new_site(workers=1, gateways=0, env={"HOLDLINE_GUESTS": "no"})
    ann = Customer(site)
    for reply in (ann.get("/status"), ann.change("add"), ann.get("/shop/products"), ann.try_checkout("k"),
                  site.client.get("/shop/stream")):
        assert refused(reply) == (401, "sign-in-required")


@pytest.mark.parametrize("method, path", [("GET", "/status?session=head"), ("GET", "/shop/products")])
def test_head_is_answered_like_get(site, method, path):
    assert must(site.client.get(path))
    assert site.client.request("HEAD", path).status == 200
