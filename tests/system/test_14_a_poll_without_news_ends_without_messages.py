"""The deadline of a held poll."""

import time

import pytest

pytestmark = pytest.mark.alone
HOLD_MS = 2500
DEADLINE_S = HOLD_MS / 1000 + 5
SITE = {"env": {"HOLDLINE_HOLD_MS": HOLD_MS}}


def durations_of(polls):
    """How many seconds each of them was held."""
    durations = []
    waiting = list(polls)
    while waiting:
        answered = [poll for poll in waiting if poll.is_answered_within(0.001)]
        durations += [time.monotonic() - poll.started_at for poll in answered]
        waiting = [poll for poll in waiting if poll not in answered]
        assert time.monotonic() - polls[0].started_at < DEADLINE_S
    return durations


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
    On top come two steps of the clocks in the worker, 0.2 s at most."""
    durations = durations_of([site.workers[n % 2].ask(room=room) for n in range(40)])
    assert max(durations) < HOLD_MS / 1000 + 0.3
    assert min(durations) > HOLD_MS / 1000 * 0.85
    assert max(durations) - min(durations) > HOLD_MS / 1000 * 0.05


def test_several_rooms_get_all_their_cursors(site, room):
    cursor = site.client.say("hello", room)["id"]
    fields = [("room", room), ("cursor", cursor), ("room", "empty-" + room), ("cursor", "0-0")]
    reply = site.client.ask(fields=fields).answer(DEADLINE_S)
    assert reply.json() == {"cursor": cursor,
                            "cursors": {room: cursor, "empty-" + room: "0-0"}}
