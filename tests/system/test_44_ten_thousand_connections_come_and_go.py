"""Opened and closed again, with and without a word."""

import pytest

from lib import fcgi_client
from lib.wait import wait_until

pytestmark = pytest.mark.alone
SITE = {"nginx": False}
MANY = 10_000
AT_ONCE = 500


@pytest.mark.parametrize("sent", [
    pytest.param(b"", id="without a word"),
    pytest.param(fcgi_client.request(), id="after a request"),
    pytest.param(fcgi_client.request()[:20], id="after half a request"),
])
def test_one_after_another(site, sent):
    worker = site.workers[0]
    before = worker.pid
    with site.probe(worker) as probe:
        for _ in range(MANY):
            with fcgi_client.Connection(worker.socket) as peer:
                if sent:
                    peer.send_bytes(sent)
    probe.check()
    assert worker.pid == before
    wait_until(lambda: worker.health["connections"] == 1, what="all to be forgotten")


def test_many_at_the_same_time(site):
    worker = site.workers[0]
    with site.probe(worker) as probe:
        peers = [fcgi_client.Connection(worker.socket) for _ in range(AT_ONCE)]
        for peer in peers:
            peer.send("GET", "/healthz")
        assert all(peer.read().status == 200 for peer in peers)
        for peer in peers:
            peer.close()
    probe.check()
    wait_until(lambda: worker.health["connections"] == 1, what="all to be forgotten")
