"""GET /a/message/stream: server-sent events."""

import re

import pytest

from lib.stream import Stream
from lib.wait import wait_until

SITE = {"env": {"HOLDLINE_STREAM_QUIET_MS": 400}}


@pytest.fixture(params=["worker", "nginx"])
def door(site, request):
    return site.client if request.param == "nginx" else site.workers[0]


def test_what_is_there_and_what_comes(site, door, room):
    before = [site.client.say(text, room) for text in ("one", "two")]
    with Stream(door, room) as stream:
        told = [stream.dispatched() for _ in before]
        for text in ("three", "four"):
            before.append(site.client.say(text, room))
            told.append(stream.dispatched())
    assert [event.json for event in told] == before
    assert [event.id for event in told] == [message["id"] for message in before]
    assert {event.type for event in told} == {"message"}


def test_it_says_that_it_is_a_stream(site, door, room):
    with Stream(door, room) as stream:
        reply = stream.reply
    assert reply.header("Content-Type") == "text/event-stream"
    assert reply.headers("Cache-Control") == ["no-store"]
    assert reply.headers("X-Accel-Buffering") == ["no"]
    assert reply.header("Content-Length") is None


def test_data_says_that_it_is_nothing_else(site, room):
    with Stream(site.client, room, headers=[("Accept-Encoding", "gzip")]) as stream:
        reply = stream.reply
    assert reply.headers("X-Content-Type-Options") == ["nosniff"]
    assert reply.headers("Cross-Origin-Resource-Policy") == ["same-origin"]
    assert reply.header("Content-Encoding") is None


def test_it_begins_with_when_to_come_back(site, door, room):
    seen = set()
    for _ in range(10):
        with Stream(door, room) as stream:
            seen.add(stream.opened().retry_ms)
    assert all(1000 <= retry_ms <= 3000 for retry_ms in seen), seen
    assert len(seen) > 5, "not spread"


def test_it_begins_with_where_the_reader_stands(site, door, room):
    cursor = site.client.say("hello", room)["id"]
    with Stream(door, room, cursor=cursor) as stream:
        event = stream.event()
    assert (event.id, event.data) == (cursor, None)


def test_who_came_without_a_cursor_stands_where_there_is_nothing_new(site, door, room):
    """As soon as that is known, and at the latest when it has been quiet for a while."""
    with Stream(door, room) as stream:
        event = stream.event()
    assert (event.id, event.data) == ("0-0", None)


def test_the_room_is_the_lobby_unless_said(site, door):
    cursor = site.client.say("before")["id"]
    with Stream(door, cursor=cursor) as stream:
        site.client.say("hello")
        assert stream.dispatched().json["room"] == "lobby"


def test_html_may_be_left_out(site, door, room):
    said = site.client.say("hello", room)
    with Stream(door, room, html="0") as without, Stream(door, room, html="1") as with_html:
        assert with_html.dispatched().json == said
        del said["html"]
        assert without.dispatched().json == said


def test_a_text_of_several_lines_is_one_event(site, door, room):
    body = "a line\n\ndata: another\nid: 1-1"
    with Stream(door, room) as stream:
        stream.opened()
        site.client.say(body, room)
        assert stream.messages(1) == [body]


def test_in_quiet_times_there_is_a_comment(site, door, room):
    cursor = site.client.say("hello", room)["id"]
    with Stream(door, room, cursor=cursor) as stream:
        assert [stream.comment() for _ in range(3)] == [""] * 3
        site.client.say("still here", room)
        assert stream.messages(1) == ["still here"]


def test_all_readers_are_told_all_in_order(site, room):
    doors = [*site.workers, site.client] * 5
    streams = [Stream(door, room).opened() for door in doors]
    bodies = [str(n) for n in range(50)]
    for body in bodies:
        site.client.say(body, room)
    assert [stream.messages(50) for stream in streams] == [bodies] * len(streams)
    for stream in streams:
        stream.leave()


def test_a_long_backlog_comes_whole(site, door, room):
    """Much more than fits into one chunk, or into the socket."""
    bodies = [f"{n} " + "\U0001f600" * 3900 for n in range(100)]
    for body in bodies:
        site.client.say(body, room)
    with Stream(door, room) as stream:
        assert stream.messages(100, timeout=20) == bodies
        site.client.say("and on", room)
        assert stream.messages(1) == ["and on"]


def test_who_leaves_is_forgotten(site, door, room):
    with Stream(door, room) as stream:
        stream.opened()
        wait_until(lambda: site.held == 1, what="it to be held")
    wait_until(lambda: site.held == 0, what="it to be forgotten")


def test_head_has_no_body_and_an_end(site, door, room):
    reply = door.request("HEAD", f"/a/message/stream?room={room}")
    assert (reply.status, reply.body) == (200, b"")
    assert reply.header("Content-Type") == "text/event-stream"
    assert site.held == 0


def test_a_connection_can_be_used_after_a_head(site, room):
    with site.workers[0].connect() as connection:
        for _ in range(3):
            connection.send("HEAD", f"/a/message/stream?room={room}")
            assert connection.read().status == 200


def test_another_request_id_than_nginxs(site, room):
    """Records carry the id of the request."""
    from lib import fcgi_client
    said = site.client.say("hello", room)["id"]
    pairs = fcgi_client.cgi_params("GET", f"/a/message/stream?room={room}")
    encoded = b"".join(fcgi_client.name_value(*pair) for pair in pairs)
    with site.workers[0].connect() as connection:
        connection.send_bytes(
            fcgi_client.begin(request_id=7) + fcgi_client.stream(fcgi_client.PARAMS, encoded, 7)
            + fcgi_client.stream(fcgi_client.STDIN, b"", 7))
        got = b""
        while said.encode() not in got:
            got += connection.sock.recv(65536)
    assert set(re.findall(rb"\x01\x06(..)", got)) >= {b"\x00\x07"}
    assert b"\x01\x06\x00\x01" not in got
