"""More connections than a worker may have: those it has are served, each once
more, and the others wait until there is room."""

import socket

from lib import fcgi_client
from lib.wait import wait_until

LIMIT = 100
SITE = {"nginx": False, "workers": 1, "descriptors": LIMIT}


def test_who_is_in_is_served_and_who_is_not_waits(site, room):
    worker = site.workers[0]
    with fcgi_client.Connection(worker.socket) as inside:
        inside.send("GET", "/healthz")
        inside.read()
        crowd = [fcgi_client.Connection(worker.socket) for _ in range(2 * LIMIT)]
        wait_until(lambda: site.log_lines("accept_paused"), what="the worker to be full")
        inside.send("GET", "/healthz")
        assert inside.read().status == 200
        last = crowd.pop()
        last.send("GET", "/healthz")
        for peer in crowd:
            peer.close()
        assert last.read(timeout=5).status == 200
        last.close()
    assert worker.say("there is room again", room)


def test_a_gateway_waits_too_and_says_so_once(site, room):
    gateway = site.gateways[0]
    before = len(site.log_lines("accept_paused"))
    with gateway.websocket() as inside:
        crowd = []
        for _ in range(2 * LIMIT):
            crowd.append(socket.socket(socket.AF_UNIX))
            crowd[-1].connect(str(gateway.socket))
        wait_until(lambda: len(site.log_lines("accept_paused")) > before, what="the gateway to be full")
        for _ in range(5):  # pauses of 100 ms
            inside.send("ping")
            assert inside.read() == {"type": "pong"}
            try:
                inside.read(timeout=0.1)
            except AssertionError:
                pass
        for peer in crowd:
            peer.close()
        wait_until(lambda: site.log_lines("accept_resumed"), what="room again")
        gateway.websocket().close()
    [line] = site.log_lines("accept_paused")[before:]
    assert line["process"] == "gateway-1"
