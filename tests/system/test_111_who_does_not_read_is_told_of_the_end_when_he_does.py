"""A session ends while its stream, or socket, has more on its way than is being read."""

import fcntl
import struct
import termios

import pytest

from lib.member import register
from lib.stream import Stream

MESSAGES = 60
MUCH = 30000
BIG = "\U0001f600" * 4000  # 16 KB, and as much again in its html
SITE = {"env": {"HOLDLINE_REPLAY": MESSAGES}}


@pytest.fixture
def backlog(site, room):
    """Much more than fits into a chunk, or into the socket."""
    for _ in range(MESSAGES):
        site.client.say(BIG, room)


def unread(sock):
    return struct.unpack("i", fcntl.ioctl(sock, termios.FIONREAD, bytes(4)))[0]


def wait_stuck(worker, sock):
    """Until much has come and nothing more does, although the worker had its turns."""
    before = -1
    while (now := unread(sock)) != before or now < MUCH:
        before = now
        for _ in range(3):
            assert worker.health


def test_a_stream_ends_after_what_was_on_its_way(site, room, backlog):
    worker = site.workers[0]
    anna = register(site)
    with Stream(worker, room, headers=anna.cookie) as stream, Stream(worker, room) as other:
        wait_stuck(worker, stream.sock)
        anna.sign_out()
        *told, end = stream.end()
        assert (end.type, end.json) == ("end", {"reason": "session-ended"})
        assert 0 < len([event for event in told if event.data]) < MESSAGES, "it was told what came later"
        assert other.messages(MESSAGES, 20) == [BIG] * MESSAGES


def test_a_stream_through_nginx(site, room, backlog):
    """How much nginx and TCP have taken by then is theirs."""
    anna = register(site)
    with Stream(site.client, room, headers=anna.cookie) as stream:
        wait_stuck(site.workers[0], stream.sock)
        anna.sign_out()
        assert stream.end()[-1].type == "end"


def test_who_never_reads_is_told_nothing_more(site, room, backlog):
    """And costs nothing when he has left."""
    worker = site.workers[0]
    anna = register(site)
    with Stream(worker, room, headers=anna.cookie) as stream:
        wait_stuck(worker, stream.sock)
        stuck = unread(stream.sock)
        anna.sign_out()
        assert unread(stream.sock) == stuck
    site.wait_held(0)


@pytest.mark.parametrize("path", ["/ws", "/chat"])
def test_a_socket_is_closed(site, room, backlog, path):
    gateway = site.gateways[0]
    anna = register(site)
    with gateway.websocket(f"{path}?room={room}", anna.cookie, receive_buffer=4096) as socket:
        if path == "/ws":
            socket.send("subscribe", room=room)
        wait_stuck(gateway, socket.sock)
        anna.sign_out()
        assert socket.closing().code == 1008
