"""Who connects to a worker's socket and says nothing, or only half of it."""

import pytest

from lib import fcgi_client
from lib.wait import wait_until

SITE = {"nginx": False}
WHOLE = fcgi_client.request("POST", "/a/message/new", body=b"body=never&room=never")
PEERS = 200
PIECE = 7


@pytest.fixture
def worker(site):
    """The first worker; it must be the same process afterwards."""
    worker = site.workers[0]
    before = worker.pid
    yield worker
    assert worker.pid == before


@pytest.mark.parametrize("sent", [
    pytest.param(b"", id="nothing"),
    pytest.param(WHOLE[:3], id="a part of a header"),
    pytest.param(WHOLE[:8], id="a header without its content"),
    pytest.param(WHOLE[:16], id="the beginning"),
    pytest.param(WHOLE[:60], id="a part of the parameters"),
    pytest.param(WHOLE[:-8], id="all but the end"),
    pytest.param(WHOLE[:-1], id="all but one byte"),
])
def test_half_a_request_waits_for_the_rest(site, worker, sent):
    with site.probe(worker) as probe:
        peers = [fcgi_client.Connection(worker.socket) for _ in range(PEERS)]
        for peer in peers:
            peer.send_bytes(sent)
        assert worker.health["connections"] > PEERS
    for peer in peers:
        peer.close()
    probe.check()
    assert not site.room_log("never")


def test_piece_by_piece_is_a_request_too(site, worker):
    with fcgi_client.Connection(worker.socket) as peer, site.probe(worker) as probe:
        request = fcgi_client.request("GET", "/healthz")
        for n in range(0, len(request), PIECE):
            peer.send_bytes(request[n:n + PIECE])
        assert peer.read().status == 200
    probe.check()


def test_half_a_request_is_given_up_in_the_end(site, worker):
    """The only test that has to wait for long: the worker allows 10 seconds."""
    with fcgi_client.Connection(worker.socket) as peer:
        peer.send_bytes(WHOLE[:60])
        assert peer.is_closed_within(15)
    assert worker.health["held"] == 0


def test_whoever_leaves_half_way_is_forgotten(site, worker):
    before = worker.health["connections"]
    for cut in range(0, len(WHOLE), 7):
        with fcgi_client.Connection(worker.socket) as peer:
            peer.send_bytes(WHOLE[:cut])
    wait_until(lambda: worker.health["connections"] <= before + 1, what="them to be forgotten")
    assert not site.room_log("never")
