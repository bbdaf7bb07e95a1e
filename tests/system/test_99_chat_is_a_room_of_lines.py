"""/chat: for wscat and ten-line pages."""

import os
import re
import signal

import pytest

from lib.wait import wait_until
from lib.websocket import Closed

SITE = {"workers": 1, "gateways": 2, "env": {"HOLDLINE_PRESENCE_LEASE_MS": 6000}}
NAME = r"[A-Z][a-z]+-\d{4}"


def came(socket):
    """The name of who is next to come."""
    return re.fullmatch(rf"\* ({NAME}) came", socket.read_text())[1]


def test_what_is_said_is_a_line(site, room):
    with site.websocket(f"/chat?room={room}") as one:
        name = came(one)
        one.send_text("kettle is on")
        assert one.read_text() == f"{name}: kettle is on"
        author = site.client.say("from the form", room)["author"]
        assert one.read_text() == f"{author}: from the form"
    [message, _] = site.client.read(room=room)["messages"]
    assert (message["author"], message["body"], message["client_id"]) == (name, "kettle is on", None)


def test_nobody_can_make_a_line_of_somebody_else(site, room):
    with site.websocket(f"/chat?room={room}") as one:
        name = came(one)
        one.send_text("bye\n* Heron-4821 left\r\nHeron-4821: I am back")
        assert one.read_text() == f"{name}: bye * Heron-4821 left Heron-4821: I am back"
    [message] = site.client.read(room=room)["messages"]
    assert message["body"] == "bye\n* Heron-4821 left\nHeron-4821: I am back"


def test_the_room_is_the_lobby_unless_said(site):
    with site.websocket("/chat") as one:
        name = came(one)
        one.send_text("hello")
        while one.read_text() != f"{name}: hello":
            pass
        assert site.client.read()["messages"][-1]["body"] == "hello"


def test_coming_and_going_is_heard_at_all_gateways(site, room):
    with site.gateways[0].websocket(f"/chat?room={room}") as one:
        first = came(one)
        other = site.gateways[1].websocket(f"/chat?room={room}")
        second = came(one)
        assert came(other) == second != first
        other.close()
        assert one.read_text() == f"* {second} left"


def test_in_a_crowd_nobody_is_told(site, room):
    """It would cost the square of their number.  Each is told that he is in."""
    first = site.gateways[0].websocket(f"/chat?room={room}")
    came(first)
    crowd = [site.gateways[n % 2].websocket(f"/chat?room={room}") for n in range(230)]
    wait_until(lambda: site.redis.zcard(f"holdline:{{{room}}}:present") == 231, what="all of them to be there")
    late = site.gateways[0].websocket(f"/chat?room={room}")
    assert came(late)
    said = site.client.say("here", room)
    while (line := first.read_text()) != f"{said['author']}: here":
        assert line.endswith(" came")
    assert late.read_text() == f"{said['author']}: here"
    for socket in (first, late, *crowd):
        socket.close()


def test_other_rooms_do_not_hear_it(site, room):
    with site.websocket(f"/chat?room={room}") as one, site.websocket(f"/chat?room={room}-2") as other:
        name, _ = came(one), came(other)
        other.send_text("over here")
        one.send_text("and here")
        assert one.read_text() == f"{name}: and here"


def test_who_comes_gets_the_newest_lines(site, room):
    for n in range(25):
        site.client.say(str(n), room)
    with site.websocket(f"/chat?room={room}") as one:
        lines = [one.read_text() for _ in range(21)]
    said = [line.split(": ")[1] for line in lines if not line.startswith("* ")]
    assert said == [str(n) for n in range(5, 25)]


def test_who_came_first_gets_all_that_is_said(site, room):
    """Also when more of it comes at once than is told of a room's past."""
    gateway = site.gateways[0]
    with gateway.websocket(f"/chat?room={room}") as one, gateway.websocket() as other:
        came(one)
        other.subscribe(f"{room}-2")  # read after the other room, which is known then
        other.post_and_hear(f"{room}-2", "hello", "k1")
        pid = gateway.pid
        os.kill(pid, signal.SIGSTOP)
        for n in range(40):
            site.client.say(str(n), room)
        os.kill(pid, signal.SIGCONT)
        assert [one.read_text().split(": ")[1] for _ in range(40)] == [str(n) for n in range(40)]


def test_a_session_has_its_name(site, room):
    browser = site.browser()
    name = browser.get("/a/session").json()["name"]
    cookies = "; ".join(f"{key}={value}" for key, value in browser.cookies.items())
    with site.websocket(f"/chat?room={room}", [("Cookie", cookies)]) as one:
        one.send_text("said at once")
        lines = {one.read_text(), one.read_text()}
    assert lines == {f"* {name} came", f"{name}: said at once"}


@pytest.mark.parametrize("text, title", [(" ", "Empty message"), ("x" * 4001, "Message too long"),
                                         ("a\0b", "Control character")])
def test_what_is_not_taken_is_a_line(site, room, text, title):
    with site.websocket(f"/chat?room={room}") as one:
        name = came(one)
        one.send_text(text)
        assert one.read_text().startswith(f"* {title}: ")
        one.send_text("goes on")
        assert one.read_text() == f"{name}: goes on"


@pytest.mark.parametrize("query", ["room=A%20B", "room=../x", "room=%2e%2e", "room=" + "x" * 65])
def test_a_room_that_cannot_be_is_refused(site, query):
    with site.websocket(f"/chat?{query}") as one:
        assert one.read_text().startswith("* No such room name: ")
        assert one.closing().code == 1008


def test_nobody_comes_to_a_room_that_cannot_be(site, room):
    """Also when it is known only later who it is."""
    browser = site.browser()
    browser.get("/a/session")
    cookies = [("Cookie", "; ".join(f"{key}={value}" for key, value in browser.cookies.items()))]
    gateway = site.gateways[0]
    with site.redis.pubsub() as live:
        live.psubscribe("holdline:*:live")
        live.get_message(timeout=15)
        with gateway.websocket("/chat?room=A%20B", cookies) as lost, \
                gateway.websocket(f"/chat?room={room}", cookies) as one:
            assert lost.read_text().startswith("* No such room name: ")
            came(one)
            channels = []
            while f"holdline:{{{room}}}:live" not in channels:
                channels.append(live.get_message(timeout=15)["channel"])
    # Who was in another room before may be leaving it.
    assert all(re.fullmatch(r"holdline:\{[a-z0-9-]+\}:live", channel) for channel in channels), channels


def test_the_same_line_twice_is_two_lines(site, room):
    with site.websocket(f"/chat?room={room}") as one:
        name = came(one)
        for _ in range(2):
            one.send_text("again")
        assert [one.read_text(), one.read_text()] == [f"{name}: again"] * 2


def test_more_than_its_share_is_a_line(site, room):
    with site.websocket(f"/chat?room={room}") as one:
        came(one)
        for _ in range(800):  # in 200 and 50 a second, however slowly they come
            one.send_text("x")
        lines = [one.read_text() for _ in range(800)]
        assert any(line.startswith("* Too many requests: ") for line in lines)


def test_who_is_sent_away_is_told_and_has_not_left(site, room):
    """Not before his lease runs out: he is expected elsewhere."""
    gateway = site.gateways[0]
    with gateway.websocket(f"/chat?room={room}") as one:
        name = came(one)
        with site.gateways[1].websocket(f"/chat?room={room}") as other:
            assert came(other) != name
            site.expect_error("gateway_died")
            site.forget_pids()
            os.kill(gateway.pid, signal.SIGTERM)
            while True:
                try:
                    one.read_text(timeout=10)
                except Closed as closed:
                    assert closed.code == 1012
                    break
            said = site.client.say("here", room)
            assert other.read_text() == f"{said['author']}: here"
            assert other.read_text() == f"* {name} left"
    site.wait_ready()


def test_without_redis_a_line_says_so(site, room):
    with site.websocket(f"/chat?room={room}") as one:
        name = came(one)
        site.stop_redis()
        one.send_text("away")
        assert one.read_text(timeout=10).startswith("* Try again: ")
        site.start_redis()
        site.wait_ready()

        def said_again():
            one.send_text("back")
            return one.read_text() == f"{name}: back"
        wait_until(said_again, what="the line")


def test_junk_on_the_channel_disturbs_nobody(site, room):
    with site.websocket(f"/chat?room={room}") as one:
        name = came(one)
        for junk in ("", "x", "{}", "[]", '{"event":"dance","name":"x"}', '{"event":"join","name":7}',
                     b"\xff"):
            site.redis.publish(f"holdline:{{{room}}}:live", junk)
        one.send_text("still here")
        try:
            assert one.read_text() == f"{name}: still here"
        except Closed:
            raise AssertionError("it was closed") from None
