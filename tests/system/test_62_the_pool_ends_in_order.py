"""SIGTERM: who waits is answered, what is under way is finished, nothing stays."""

import os
import signal

import pytest

from lib.http_client import FORM
from lib.wait import wait_until

FORM_TYPE = [("Content-Type", FORM)]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_who_waits_is_told_to_come_back(new_site, room, number):
    site = new_site()
    polls = [door.ask(room=room) for door in (*site.workers, site.client) for _ in range(5)]
    wait_until(lambda: site.held == 15, what="15 held polls")
    site.pool.send_signal(number)
    for poll in polls:
        reply = poll.answer()
        assert reply.status == 200
        assert "messages" not in reply.json()
        assert reply.json()["retry_ms"] >= 0
    assert site.pool.wait() == 0


def test_they_do_not_all_come_back_at_once(new_site, room):
    site = new_site(nginx=False)
    polls = [site.workers[0].ask(room=room) for _ in range(30)]
    wait_until(lambda: site.held == 30, what="30 held polls")
    site.pool.send_signal(signal.SIGTERM)
    assert len({poll.answer().json()["retry_ms"] for poll in polls}) > 10
    assert site.pool.wait() == 0


@pytest.mark.alone  # a post is given up after two seconds
def test_what_is_under_way_is_finished(new_site, room):
    """Redis hangs; meanwhile who asks on a connection that is still there is
    told to come back, and the post goes through in the end."""
    site = new_site(nginx=False)
    worker = site.workers[0]
    with worker.connect() as speaking, worker.connect() as asking:
        for connection in (speaking, asking):
            connection.send("GET", "/healthz")
            connection.read()
        with site.redis_hanging():
            speaking.send("POST", "/a/message/new", FORM_TYPE, f"room={room}&body=last".encode())
            site.pool.send_signal(signal.SIGTERM)
            wait_until(lambda: site.log_lines("worker_draining"), what="the worker to drain")
            asking.send("POST", "/a/message/updates", FORM_TYPE, f"room={room}".encode())
            assert asking.read().json()["retry_ms"] >= 0
            wait_until(lambda: site.log_lines("worker_done"), what="the other worker to end")
        reply = speaking.read()
    assert (reply.status, reply.json()["body"]) == (200, "last")
    assert site.pool.wait() == 0


def test_what_is_under_way_for_nobody_is_no_obstacle(new_site, room):
    """Redis hangs, and who said it has left."""
    site = new_site(nginx=False)
    with site.redis_hanging():
        with site.gateways[0].websocket() as socket:
            socket.send("post", room=room, body="last", client_id="k1")
            socket.send("ping")
            assert socket.read() == {"type": "pong"}
        site.pool.send_signal(signal.SIGTERM)
        wait_until(lambda: site.log_lines("gateway_done"), what="the gateway to end")
        assert site.pool.wait() == 0
    assert not site.log_lines("bug"), site.log_text()


def test_no_process_stays(new_site):
    site = new_site(nginx=False)
    pids = site.worker_pids()
    site.stop_pool()
    assert not [pid for pid in pids if os.path.exists(f"/proc/{pid}")]


def test_through_nginx_it_is_503_then(new_site, room):
    site = new_site()
    site.stop_pool()
    reply = site.client.post("hello", room)
    assert (reply.status, reply.problem) == (503, "unavailable")
    assert int(reply.header("Retry-After")) >= 1
    assert site.client.get("/").status == 200


def test_workers_do_not_outlive_a_pool_that_was_killed(new_site):
    site = new_site(nginx=False)
    pids = site.worker_pids()
    site.pool.kill()
    wait_until(lambda: not [pid for pid in pids if os.path.exists(f"/proc/{pid}")], 15,
               "the workers to end")


def test_with_a_redis_that_is_away_it_ends_too(new_site, room):
    site = new_site(nginx=False)
    poll = site.hold(site.workers[0], room=room)
    site.stop_redis()
    site.pool.send_signal(signal.SIGTERM)
    poll.answer()
    assert site.pool.wait() == 0
