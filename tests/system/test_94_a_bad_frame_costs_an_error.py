"""What a WebSocket may not say: an error, or the end with its code."""

import json
import socket as sockets

import pytest

from lib.wait import wait_until
from lib.websocket import BINARY, PING, PONG, TEXT, Closed, frame

CONTINUATION = 0


def problem_of(socket):
    return socket.read("error")["problem"]


def assert_it_goes_on(socket):
    socket.send("ping")
    assert socket.read() == {"type": "pong"}


@pytest.mark.parametrize("text, problem", [
    ("", "frame-malformed"),
    ("hello", "frame-malformed"),
    ("[]", "frame-malformed"),
    ("7", "frame-malformed"),
    ("null", "frame-malformed"),
    ("{", "frame-malformed"),
    ('{"type":"ping"} {}', "frame-malformed"),
    ("{}", "frame-malformed"),
    ('{"type":7}', "frame-malformed"),
    ('{"type":null}', "frame-malformed"),
    ("[" * 10000 + "]" * 10000, "frame-malformed"),
    ('{"type":' + "[" * 10000 + "]" * 10000 + "}", "frame-malformed"),
    ('{"a":' * 10000 + "1" + "}" * 10000, "frame-malformed"),
    ('{"type":"dance"}', "type-unknown"),
    ('{"type":"Ping"}', "type-unknown"),
    ('{"type":"subscribe","room":"A B"}', "room-invalid"),
    ('{"type":"subscribe","room":7}', "field-invalid"),
    ('{"type":"subscribe","cursor":7}', "field-invalid"),
    ('{"type":"subscribe","cursor":"tea"}', "cursor-invalid"),
    ('{"type":"subscribe","html":"no"}', "field-invalid"),
    ('{"type":"unsubscribe","room":[]}', "field-invalid"),
    ('{"type":"unsubscribe","room":"../x"}', "room-invalid"),
    ('{"type":"post","body":"x"}', "client-id-invalid"),
    ('{"type":"post","body":"x","client_id":7}', "client-id-invalid"),
    ('{"type":"post","body":"x","client_id":"a b"}', "client-id-invalid"),
    ('{"type":"post","client_id":"k"}', "body-missing"),
    ('{"type":"post","body":7,"client_id":"k"}', "field-invalid"),
    ('{"type":"post","body":"x","room":{},"client_id":"k"}', "field-invalid"),
    ('{"type":"post","body":" ","client_id":"k"}', "body-empty"),
    ('{"type":"post","body":"a\\u0000b","client_id":"k"}', "body-control-character"),
    ('{"type":"post","body":"' + "x" * 4001 + '","client_id":"k"}', "body-too-long"),
])
def test_what_makes_no_sense_is_an_error_and_no_more(site, text, problem):
    with site.gateways[0].websocket() as socket:
        socket.send_text(text)
        error = socket.read("error")
        assert error["problem"] == problem
        assert error["title"] and error["detail"]
        assert_it_goes_on(socket)


def test_an_error_says_what_it_is_about(site):
    with site.gateways[0].websocket() as socket:
        socket.send("post", room="tea", body=" ", client_id="k9")
        error = socket.read("error")
        assert (error["client_id"], error["room"]) == ("k9", "tea")


def test_ten_thousand_rooms_are_too_many(site, room):
    """As many of them as the rate allows; the next test sends them all."""
    with site.gateways[0].websocket() as socket:
        for n in range(151):
            socket.send("subscribe", room=f"{room[:40]}-{n}")
        answers = [socket.read() for _ in range(151)]
        refused = [answer["problem"] for answer in answers if answer["type"] == "error"]
        assert refused == ["too-many-rooms"] * (151 - 32)
        assert_it_goes_on(socket)


def test_a_flood_of_subscriptions_ends_the_connection(site, room):
    with site.gateways[0].websocket() as socket:
        try:
            for n in range(10000):
                socket.send("subscribe", room=f"{room[:40]}-{n}")
        except ConnectionError:
            pass
        assert socket.closing().code in (1008, None)  # None: it did not listen to the goodbye
    site.wait_ready()


def test_what_makes_no_sense_counts_like_anything_else(site):
    with site.gateways[0].websocket() as socket:
        socket.send_bytes(frame("hello") * 400)
        problems = [problem_of(socket) for _ in range(400)]
        assert problems[:200] == ["frame-malformed"] * 200
        assert "too-many-requests" in problems


def test_fragments_are_joined(site, room):
    text = json.dumps({"type": "post", "room": room, "body": "drei Stück – 三个", "client_id": "k"})
    data = text.encode()
    with site.gateways[0].websocket() as socket:
        socket.send_bytes(frame(data[:1], TEXT, fin=False))
        for byte in data[1:-1]:
            socket.send_bytes(frame(bytes([byte]), CONTINUATION, fin=False))
        socket.send_bytes(frame(data[-1:], CONTINUATION))
        assert socket.read("posted")["client_id"] == "k"
    assert site.client.read(room=room)["messages"][0]["body"] == "drei Stück – 三个"


def test_a_ping_may_come_between_fragments(site):
    with site.gateways[0].websocket() as socket:
        socket.send_bytes(frame('{"type":', TEXT, fin=False) + frame(b"are you there", PING))
        assert socket.read_frame() == (PONG, b"are you there")
        socket.send_bytes(frame('"ping"', CONTINUATION, fin=False) + frame("}", CONTINUATION, fin=False)
                          + frame("", CONTINUATION))
        assert socket.read() == {"type": "pong"}


def test_many_frames_in_one_packet(site, room):
    with site.gateways[0].websocket() as socket:
        socket.send_bytes(frame('{"type":"ping"}') * 100)
        assert [socket.read()["type"] for _ in range(100)] == ["pong"] * 100


def test_a_frame_byte_by_byte(site):
    with site.gateways[0].websocket() as socket:
        for byte in frame('{"type":"ping"}'):
            socket.send_bytes(bytes([byte]))
        assert socket.read() == {"type": "pong"}


@pytest.mark.parametrize("data, code", [
    (frame(b"\x00\x01", BINARY), 1003),
    (frame(b"\xff\xfe"), 1007),
    (frame(b"\xed\xa0\x80"), 1007),  # a surrogate
    (frame(b"\xc3", TEXT, fin=False) + frame(b"", CONTINUATION), 1007),
    (frame("x" * (64 * 1024 + 1)), 1009),
    (frame("x" * 40000, TEXT, fin=False) + frame("x" * 40000, CONTINUATION), 1009),
    (frame("x", CONTINUATION), 1002),
    (frame("x", TEXT, fin=False) + frame("y", TEXT), 1002),
    (frame("x", 3), 1002),
    (frame("x", 11), 1002),
    (frame("x", TEXT, rsv=1), 1002),
    (frame("x" * 126, PING), 1002),
    (frame("x", PING, fin=False), 1002),
], ids=["binary", "no utf-8", "surrogate", "half a character", "too big", "too big in parts",
        "nothing to go on with", "a text within a text", "opcode 3", "opcode 11", "a reserved bit",
        "a long ping", "half a ping"])
def test_what_is_no_websocket_ends_it(site, data, code):
    with site.gateways[0].websocket() as socket:
        socket.send_bytes(data)
        # libwebsockets 4.1 leaves a few of its own without a goodbye.
        assert socket.closing().code in ((code, None) if code == 1002 else (code,))
    with site.gateways[0].websocket() as other:
        assert_it_goes_on(other)


def test_an_unmasked_frame_disturbs_nobody(site):
    """Only programs can send one.  libwebsockets takes it, up to 4.1; later ones
    answer with 1002."""
    with site.gateways[0].websocket() as socket:
        socket.send_bytes(frame('{"type":"ping"}', masked=False))
        try:
            assert socket.read() == {"type": "pong"}
        except Closed as closed:
            assert closed.code == 1002
    with site.gateways[0].websocket() as other:
        assert_it_goes_on(other)


def test_64_kilobytes_are_not_too_big(site):
    with site.gateways[0].websocket() as socket:
        socket.send_text(json.dumps({"type": "ping", "more": "x" * (64 * 1024 - 30)}))
        assert socket.read() == {"type": "pong"}


def test_a_goodbye_is_answered(site):
    with site.gateways[0].websocket() as socket:
        socket.end(1000)
        assert socket.closing().code == 1000


def test_who_vanishes_is_forgotten(site, room):
    gateway = site.gateways[0]
    wait_until(lambda: gateway.health["connections"] == 0, what="nobody")
    sockets = [gateway.websocket() for _ in range(20)]
    for socket in sockets:
        socket.subscribe(room)
    assert gateway.health["subscriptions"] == 20
    for socket in sockets:
        socket.close()
    wait_until(lambda: gateway.health["connections"] == 0, what="nobody")
    assert gateway.health["subscriptions"] == 0


@pytest.mark.parametrize("data", [b"", b"\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"\x00" * 100,
                                  b"GET /ws HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
                                  b"GET /ws HTTP/1.1\r\n" + b"X: " + b"y" * 30000 + b"\r\n\r\n"])
def test_what_is_no_handshake_disturbs_nobody(site, data):
    peer = sockets.socket(sockets.AF_UNIX)
    peer.connect(str(site.gateways[0].socket))
    try:
        peer.sendall(data)
    except ConnectionError:
        pass
    with site.gateways[0].websocket() as other:
        assert_it_goes_on(other)
    peer.close()
