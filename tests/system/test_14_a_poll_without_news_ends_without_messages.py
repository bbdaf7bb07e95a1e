"""The deadline of a held poll."""

import pytest

from lib.wait import wait_until

pytestmark = pytest.mark.alone
HOLD_MS = 2500
DEADLINE_S = HOLD_MS / 1000 + 5
SITE = {"env": {"HOLDLINE_HOLD_MS": HOLD_MS}}


def held_s(site):
    """For how many seconds each poll was held so far, by the workers' own clocks."""
    return [int(line["ms"]) / 1000 for line in site.log_lines("request") if line["route"] == "/a/message/updates"]


def test_the_answer_has_the_cursor_and_no_messages(site, room):
    cursor = site.client.say("hello", room)["id"]
    reply = site.client.ask(cursor, room).answer(DEADLINE_S)
    assert reply.status == 200
    assert reply.json() == {"cursor": cursor}


def test_in_a_room_without_messages_the_cursor_is_the_start(site, room):
    reply = site.client.ask(None, room).answer(DEADLINE_S)
    assert reply.json() == {"cursor": "0-0"}


def test_the_hold_is_as_long_as_set_or_a_little_less(site, room):
    """At random, so that those who asked together do not ask again together.
    On top come two steps of the clocks in the worker, 0.2 s where the machine is not busy."""
    before = len(held_s(site))
    for poll in [site.workers[n % 2].ask(room=room) for n in range(80)]:
        assert poll.answer(DEADLINE_S).status == 200
    wait_until(lambda: len(held_s(site)) == before + 80, what="eighty lines in the log")
    durations = held_s(site)[before:]
    assert max(durations) < HOLD_MS / 1000 + 1
    assert min(durations) > HOLD_MS / 1000 * 0.85
    assert max(durations) - min(durations) > HOLD_MS / 1000 * 0.05  # workers and clocks make 0.1 s of it


def test_several_rooms_get_all_their_cursors(site, room):
    cursor = site.client.say("hello", room)["id"]
    fields = [("room", room), ("cursor", cursor), ("room", "empty-" + room), ("cursor", "0-0")]
    reply = site.client.ask(fields=fields).answer(DEADLINE_S)
    assert reply.json() == {"cursor": cursor,
                            "cursors": {room: cursor, "empty-" + room: "0-0"}}
