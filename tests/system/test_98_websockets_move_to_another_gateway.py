"""A gateway that goes says so; one that dies does not; nothing is missed."""

import os
import signal

import pytest

from lib.wait import wait_until

SITE = {"workers": 1, "gateways": 2}


def go_on(site, room, cursor):
    """A new connection from where the old one stopped."""
    socket = site.websocket()
    socket.subscribe(room, cursor)
    return socket


def test_who_is_sent_away_is_told_when_to_come_back(site, room):
    gateway = site.gateways[0]
    sockets = [gateway.websocket() for _ in range(200)]
    for socket in sockets[:150]:
        socket.subscribe(room)
    site.forget_pids()
    os.kill(gateway.pid, signal.SIGTERM)
    site.expect_error("gateway_died")
    delays = set()
    for socket in sockets:
        closing = socket.read("closing", timeout=10)
        assert 1 <= closing["retry_ms"] <= 2000
        delays.add(closing["retry_ms"])
        closed = socket.closing()
        assert (closed.code, closed.reason) == (1012, "come back")
        socket.close()
    assert len(delays) > 100
    site.wait_ready()


@pytest.mark.alone  # a post is given up after two seconds
def test_a_post_under_way_is_answered_first(new_site, room):
    site = new_site(gateways=1)
    gateway = site.gateways[0]
    with gateway.websocket() as socket:
        socket.send("ping")
        socket.read()
        pid = gateway.pid
        with site.redis_hanging():
            socket.send("post", room=room, body="on its way", client_id="k1")
            os.kill(pid, signal.SIGTERM)
            site.expect_error("gateway_died")
            site.forget_pids()
            wait_until(lambda: site.log_lines("gateway_draining"), what="the drain")
        assert socket.read("posted", timeout=10)["client_id"] == "k1"
        socket.read("closing")
        assert socket.closing().code == 1012
    site.wait_ready()


def test_gateways_are_replaced_and_nobody_misses_anything(site, room):
    with site.websocket() as socket:
        socket.subscribe(room)
        cursor = site.client.say("before", room)["id"]
        socket.read_messages(1)
        before = {gateway.pid for gateway in site.gateways}
        site.hup()
        assert before.isdisjoint({gateway.pid for gateway in site.gateways})
        assert socket.closing(timeout=10).code == 1012
    said = [site.client.say(str(n), room)["id"] for n in range(3)]
    with go_on(site, room, cursor) as socket:
        assert [message["id"] for message in socket.read_messages(3)] == said


@pytest.mark.parametrize("number", [0, 1])
def test_one_that_is_killed_takes_nothing_with_it(site, room, number):
    gateway = site.gateways[number]
    with gateway.websocket() as socket:
        socket.subscribe(room)
        cursor = socket.post_and_hear(room, "before", "k1")
        old = gateway.pid
        site.expect_error("gateway_died")
        site.forget_pids()
        os.kill(old, signal.SIGKILL)
        assert socket.closing().code is None
    said = site.client.say("meanwhile", room)["id"]
    wait_until(lambda: gateway.pid != old, what="a new gateway")
    site.wait_ready()
    with go_on(site, room, cursor) as socket:
        assert socket.read("message")["id"] == said
        socket.post_and_hear(room, "after", "k2")


def test_the_others_are_not_disturbed(site, room):
    with site.gateways[1].websocket() as socket:
        socket.subscribe(room)
        old = site.gateways[0].pid
        site.expect_error("gateway_died")
        site.forget_pids()
        os.kill(old, signal.SIGKILL)
        said = site.client.say("still here", room)["id"]
        assert socket.read("message")["id"] == said
        wait_until(lambda: site.gateways[0].pid != old, what="a new gateway")
    site.wait_ready()


def test_without_a_gateway_nginx_says_so(new_site):
    site = new_site(gateways=0)
    reply = site.client.get("/ws", [("Upgrade", "websocket"), ("Connection", "Upgrade")])
    assert reply.status in (502, 503)
    assert site.client.say("the rest works")
