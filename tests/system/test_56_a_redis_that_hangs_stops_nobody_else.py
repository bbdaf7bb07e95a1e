"""Its connections are alive and nothing comes: SIGSTOP."""

import time

import pytest

from lib.http_client import FORM
from lib.wait import wait_until

pytestmark = pytest.mark.alone

HOLD_MS = 5000
SITE = {"env": {"HOLDLINE_HOLD_MS": HOLD_MS}}


def test_a_post_is_given_up_and_repeated_is_one_message(site, room):
    site.client.say("before", room)
    with site.redis_hanging():
        started = time.monotonic()
        reply = site.client.post("hello", room, client_id="k")
        assert reply.status == 503, reply
        assert time.monotonic() - started < 5
        with site.probe(site.workers[0]) as probe:
            for worker in site.workers:
                assert worker.post("hello", room, client_id="k").status == 503
    probe.check()
    back = time.monotonic()
    wait_until(lambda: site.client.post("hello", room, client_id="k").status == 200)
    assert time.monotonic() - back < 2
    site.wait_ready()
    assert len(site.room_log(room)) == 2


def test_no_news_is_not_claimed(site, room):
    """The worker notices that nothing is heard any more, and does not say that
    there is nothing."""
    cursor = site.client.say("before", room)["id"]
    poll = site.hold(site.client, cursor, room)
    with site.redis_hanging():
        reply = poll.answer(HOLD_MS / 1000 + 3)
    assert reply.status == 503, reply
    site.wait_ready()


def test_who_leaves_meanwhile_is_forgotten(site, room):
    """Each of those who wait for Redis, in every stage of being served."""
    worker = site.workers[0]
    form = [("Content-Type", FORM)]
    known = worker.browser()
    known.visit()
    cookie = [("Cookie", "; ".join(f"{name}={value}" for name, value in known.cookies.items()))]
    requests = [
        ("GET", "/a/session", [], b""),
        ("GET", "/a/session", [("Cookie", "holdline_session=" + "A" * 43)], b""),
        ("GET", f"/plain?room={room}", [], b""),
        ("POST", "/a/message/new", form, f"room={room}&body=hello".encode()),
        ("POST", "/a/message/new", form + cookie,
         f"room={room}&body=hello&_xsrf={known.xsrf}".encode()),
        ("POST", "/a/message/updates", form, f"room={room}".encode()),
    ]
    with site.redis_hanging():
        before = worker.health["connections"]
        peers = [worker.connect() for _ in requests]
        for peer, request in zip(peers, requests):
            peer.send(*request)
        wait_until(lambda: worker.health["connections"] == before + len(peers))
        for peer in peers:
            peer.close()
        wait_until(lambda: worker.health["connections"] == before, what="them to be forgotten")
    site.wait_ready()
    assert worker.say("hello", room)
