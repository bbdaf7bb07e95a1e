"""Bytes on a worker's socket that no web server would send: the connection is
closed, and that is all that happens."""

import pytest

from lib import fcgi_client
from lib.fcgi_client import (
    ABORT_REQUEST, AUTHORIZER, BEGIN_REQUEST, DATA, GET_VALUES, PARAMS, STDIN, STDOUT, begin,
    name_value, record, request, stream)

SITE = {"nginx": False}
POST = request("POST", "/a/message/new", [("Content-Type", "application/x-www-form-urlencoded")],
               b"body=never&room=never")
CLOSED_S = 5  # who is silent has 10
HUGE = b"\xff\xff\xff\xfe"  # a length of 0x7ffffffe
MANY_NAMES = b"".join(name_value(f"FCGI_NAME_{n}", "") for n in range(40))
MANY_PAIRS = b"".join(name_value(f"A{n}", "b") for n in range(2000))


def with_params(content):
    return begin() + stream(PARAMS, content) + stream(STDIN, b"")


@pytest.mark.parametrize("sent", [
    pytest.param(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", id="HTTP"),
    pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500), id="TLS"),
    pytest.param(bytes(100), id="zeros"),
    pytest.param(b"\xff" * 100000, id="ones"),
    pytest.param(POST + POST, id="two requests at once"),
    pytest.param(POST + b"\x01", id="a byte too many"),
    pytest.param(record(GET_VALUES, MANY_NAMES, request_id=0), id="40 names in GET_VALUES"),
    pytest.param(record(GET_VALUES, b"", request_id=0), id="empty GET_VALUES"),
    pytest.param(begin() + record(GET_VALUES, MANY_NAMES, request_id=0), id="GET_VALUES between"),
    pytest.param(with_params(HUGE + HUGE), id="two lengths of 0x7ffffffe"),
    pytest.param(with_params(HUGE + b"\x01" + b"AB"), id="a name of 0x7ffffffe"),
    pytest.param(with_params(b"\x01" + HUGE + b"AB"), id="a value of 0x7ffffffe"),
    pytest.param(with_params(b"\xff\xff\xff\xff" * 2), id="two lengths of 0x7fffffff"),
    pytest.param(with_params(b"\x05\x05ab"), id="lengths beyond the end"),
    pytest.param(with_params(b"\x80"), id="half a length"),
    pytest.param(with_params(b"\x00\x00"), id="a pair without a name"),
    pytest.param(with_params(MANY_PAIRS), id="2000 parameters"),
    pytest.param(with_params(name_value("A", "x" * 33000)), id="33 KB of parameters"),
    pytest.param(with_params(name_value("A", "x" * 200000)), id="200 KB of parameters"),
    pytest.param(begin() + stream(PARAMS, b"") + stream(STDIN, b"x" * 65537), id="64 KB + 1 body"),
    pytest.param(begin() + stream(PARAMS, b"") + stream(STDIN, b"x" * 500000), id="500 KB body"),
    pytest.param(record(BEGIN_REQUEST, b"\0\1\0\0\0\0\0\0", version=2), id="version 2"),
    pytest.param(record(BEGIN_REQUEST, b"\0\1\0\0\0\0\0\0", version=0), id="version 0"),
    pytest.param(begin(role=AUTHORIZER), id="role authorizer"),
    pytest.param(begin(role=0), id="role 0"),
    pytest.param(begin(request_id=0) + stream(PARAMS, b"", 0) + stream(STDIN, b"", 0),
                 id="request id 0"),
    pytest.param(begin() + stream(PARAMS, b"", 2) + stream(STDIN, b"", 2), id="request id changes"),
    pytest.param(begin() + stream(PARAMS, b"") + stream(STDIN, b"", 7), id="id changes for STDIN"),
    pytest.param(begin() + begin(), id="two beginnings"),
    pytest.param(stream(PARAMS, b""), id="no beginning"),
    pytest.param(begin() + stream(STDIN, b""), id="no parameters"),
    pytest.param(begin() + record(STDOUT, b"x"), id="STDOUT"),
    pytest.param(begin() + record(DATA, b"x"), id="DATA"),
    pytest.param(begin() + record(ABORT_REQUEST), id="ABORT"),
    pytest.param(begin() + record(11), id="an unknown type"),
    pytest.param(record(BEGIN_REQUEST, b"\0\1"), id="a short beginning"),
    pytest.param(record(BEGIN_REQUEST, b"\0\1\0\0\0\0\0\0" + bytes(90)), id="a long beginning"),
])
def test_it_is_refused(site, sent):
    worker = site.workers[0]
    before = worker.pid
    with site.probe(worker) as probe:
        for _ in range(20):
            with fcgi_client.Connection(worker.socket) as peer:
                try:
                    peer.send_bytes(sent)
                except (BrokenPipeError, ConnectionResetError):
                    pass
                assert peer.is_closed_within(CLOSED_S)
    probe.check()
    assert worker.pid == before
    assert not site.room_log("never")


@pytest.mark.parametrize("request_id", [1, 2, 0x1234, 0xffff])
def test_any_request_id_but_0_is_answered(site, request_id):
    params = b"".join(name_value(*pair) for pair in fcgi_client.cgi_params("GET", "/healthz"))
    with fcgi_client.Connection(site.workers[0].socket) as peer:
        peer.send_bytes(begin(request_id=request_id) + stream(PARAMS, params, request_id)
                        + stream(STDIN, b"", request_id))
        assert peer.read(request_id=request_id).status == 200


def test_records_may_be_cut_anywhere(site):
    """Pairs that go over record borders, and padding."""
    params = b"".join(name_value(*pair) for pair in fcgi_client.cgi_params("GET", "/healthz"))
    pieces = [params[n:n + 3] for n in range(0, len(params), 3)]
    sent = begin() + b"".join(record(PARAMS, piece, padding=5) for piece in pieces)
    with fcgi_client.Connection(site.workers[0].socket) as peer:
        peer.send_bytes(sent + record(PARAMS) + record(STDIN))
        assert peer.read().status == 200


def test_the_largest_request_is_answered(site):
    """64 KB of form and almost 32 KB of parameters."""
    body = b"body=hello&room=largest&other=".ljust(65536, b"x")
    with fcgi_client.Connection(site.workers[0].socket) as peer:
        peer.send("POST", "/a/message/new",
                  [("Content-Type", "application/x-www-form-urlencoded")], body,
                  params=[("HTTP_REFERER", "http://localhost/" + "x" * 31000)])
        assert peer.read().status == 200


def test_a_connection_can_be_kept(site):
    with fcgi_client.Connection(site.workers[0].socket) as peer:
        for _ in range(100):
            peer.send("GET", "/healthz")
            assert peer.read().status == 200


def test_a_connection_that_is_not_to_be_kept_is_closed(site):
    with fcgi_client.Connection(site.workers[0].socket) as peer:
        peer.send_bytes(request(flags=0))
        assert peer.read().status == 200
        assert peer.is_closed_within(CLOSED_S)
