"""While a poll is held nothing may come on its connection but the end."""

import pytest

from lib import fcgi_client
from lib.http_client import FORM
from lib.wait import wait_until

SITE = {"nginx": False}


@pytest.mark.parametrize("sent", [
    pytest.param(b"\x01", id="a byte"),
    pytest.param(fcgi_client.request(), id="another request"),
    pytest.param(b"x" * 300000, id="300 KB"),
    pytest.param(fcgi_client.record(fcgi_client.ABORT_REQUEST), id="ABORT"),
])
def test_it_is_closed_and_forgotten(site, room, sent):
    worker = site.workers[0]
    with fcgi_client.Connection(worker.socket) as peer, site.probe(worker) as probe:
        peer.send("POST", "/a/message/updates", [("Content-Type", FORM)], f"room={room}".encode())
        wait_until(lambda: worker.health["held"] == 1, what="the poll to be held")
        try:
            peer.send_bytes(sent)
        except (BrokenPipeError, ConnectionResetError):
            pass
        assert peer.is_closed_within(5)
    probe.check()
    wait_until(lambda: worker.health["held"] == 0, what="the poll to be forgotten")
    worker.say("nobody is told", room)


def test_a_client_that_closes_is_forgotten(site, room):
    worker = site.workers[0]
    polls = [worker.ask(room=room) for _ in range(50)]
    wait_until(lambda: worker.health["held"] == 50, what="50 held polls")
    for poll in polls:
        poll.leave()
    wait_until(lambda: worker.health["held"] == 0, what="them to be forgotten")
