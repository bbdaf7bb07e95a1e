"""Cursors older than the replay list."""

import contextlib
import os
import signal

from lib.stream import Stream

REPLAY = 10
SITE = {"env": {"HOLDLINE_REPLAY": REPLAY}}


@contextlib.contextmanager
def deaf(site, pid):
    """That process sleeps, and hears nothing of what is said meanwhile."""
    os.kill(pid, signal.SIGSTOP)
    try:
        site.redis.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def test_who_comes_too_late_is_told_and_gets_the_oldest_there_are(site, room):
    said = [site.client.say(str(n), room) for n in range(25)]
    for door in (*site.workers, site.client):
        news = door.read(said[3]["id"], room)
        assert news == {"messages": said[-REPLAY:], "cursor": said[-1]["id"], "gap": True}


def test_just_in_time_is_no_gap(site, room):
    said = [site.client.say(str(n), room) for n in range(25)]
    news = site.client.read(said[-REPLAY - 1]["id"], room)
    assert news == {"messages": said[-REPLAY:], "cursor": said[-1]["id"]}


def test_one_too_late_is_one(site, room):
    said = [site.client.say(str(n), room) for n in range(25)]
    assert site.client.read(said[-REPLAY - 2]["id"], room)["gap"] is True


def test_two_who_get_the_same_messages_are_told_their_own_truth(site, room):
    """One worker renders an answer once for all who get the same."""
    said = [site.client.say(str(n), room)["id"] for n in range(25)]
    worker = site.workers[0]
    for too_late in (False, True, False):
        news = worker.read(said[-REPLAY - 2 if too_late else -REPLAY - 1], room)
        assert len(news["messages"]) == REPLAY
        assert ("gap" in news) == too_late


def test_from_the_start_it_is_one(site, room):
    for n in range(REPLAY + 1):
        site.client.say(str(n), room)
    assert site.client.read("0-0", room)["gap"] is True


def test_who_has_no_cursor_misses_nothing(site, room):
    for n in range(25):
        site.client.say(str(n), room)
    assert "gap" not in site.client.read(room=room)


def test_a_full_room_that_lost_nothing_has_none(site, room):
    for n in range(REPLAY):
        site.client.say(str(n), room)
    assert "gap" not in site.client.read("0-0", room)


def test_of_several_rooms_those_concerned_are_named(site, room):
    other = "other-" + room
    first = site.client.say("first", other)
    site.client.say("second", other)
    said = [site.client.say(str(n), room) for n in range(25)]
    fields = [("room", other), ("cursor", first["id"]), ("room", room), ("cursor", said[0]["id"])]
    news = site.client.ask(fields=fields).answer().json()
    assert news["gaps"] == [room]


def test_redis_keeps_no_more_than_that(site, room):
    for n in range(25):
        site.client.say(str(n), room)
    assert len(site.room_log(room)) == REPLAY


def test_who_came_to_an_empty_room_has_seen_all_of_it(site, room):
    """And is told of a gap by a stream, though he came without a cursor."""
    here, there = site.workers
    with Stream(here, room) as stream:
        stream.opened()
        # Subscribed to and read after the other one, which is known now.
        there.say("hello", f"{room}-2")
        here.read(room=f"{room}-2")
        with deaf(site, here.pid):
            for n in range(25):
                there.say(str(n), room)
        assert stream.dispatched(timeout=10).type == "gap"
        assert stream.messages(REPLAY) == [str(n) for n in range(15, 25)]
    site.wait_ready()


def test_and_by_a_websocket(site, room):
    gateway = site.gateways[0]
    with gateway.websocket() as socket:
        socket.subscribe(room)
        socket.subscribe(f"{room}-2")  # as above
        site.client.say("hello", f"{room}-2")
        socket.read("message")
        with deaf(site, gateway.pid):
            for n in range(25):
                site.client.say(str(n), room)
        assert socket.read("subscribed", timeout=10)["gap"] is True
        assert [message["body"] for message in socket.read_messages(REPLAY)] == [str(n) for n in range(15, 25)]
    site.wait_ready()
