"""Between two polls he is there still, and may come back to another worker; a stream ends with its connection."""

import time

import pytest

from lib.member import register
from lib.presence import Listener, names, wait_present
from lib.stream import Stream

pytestmark = pytest.mark.alone

LEASE_S = 3  # between two polls a third of it may pass
SITE = {"workers": 2, "gateways": 2, "env": {"HOLDLINE_PRESENCE_LEASE_MS": LEASE_S * 1000}}


def test_who_polls_is_there_and_stays_while_he_polls(site, room):
    anna = register(site)
    with Listener(site, room) as one:
        begun = time.monotonic()
        cursor, n = "0-0", 0
        while time.monotonic() - begun < 1.5 * LEASE_S:
            held = site.hold(anna.at(site.workers[n % 2]), cursor, room)
            if n == 0:
                assert one.event("join")["name"] == anna.name
            not_yet_answered = time.monotonic()
            cursor = site.client.say(str(n), room)["id"]
            assert held.answer().json()["messages"]
            left_off = time.monotonic()
            assert one.socket.read()["type"] == "message"
            n += 1
        event = one.event("leave")
        assert event["name"] == anna.name
        left = time.monotonic()
        assert left - not_yet_answered > LEASE_S / 3 - 0.3 and left - left_off < LEASE_S + 1


def test_who_goes_away_from_a_held_poll_may_come_back(site, room):
    anna = register(site)
    with Listener(site, room) as one:
        held = anna.ask("0-0", room)
        assert one.event("join")["name"] == anna.name
        held.leave()
        again = anna.at(site.workers[0]).ask("0-0", room)
        time.sleep(LEASE_S)  # it is about what does not happen in that time
        site.client.say("still here?", room)
        assert one.socket.read()["type"] == "message"
        again.leave()
        assert one.event("leave")["name"] == anna.name


def test_a_stream_is_left_at_once(site, room):
    anna = register(site)
    with Listener(site, room) as one:
        with Stream(site.client, room, headers=anna.cookie).opened():
            assert one.event("join")["name"] == anna.name
            assert names(site.client, room)
        begun = time.monotonic()
        assert one.event("leave")["name"] == anna.name
        assert time.monotonic() - begun < LEASE_S / 3


def test_a_session_that_ends_is_not_waited_for(site, room):
    """Also when a poll of it was answered a moment ago, here and there."""
    anna = register(site)
    with Listener(site, room) as one:
        for worker in site.workers:
            site.hold(anna.at(worker), "0-0", room).leave()
        assert one.event("join")["name"] == anna.name
        begun = time.monotonic()
        anna.sign_out()
        assert one.event("leave")["name"] == anna.name
        assert time.monotonic() - begun < LEASE_S / 3


def test_several_rooms_at_once(site, room):
    anna = register(site)
    rooms = [room, f"{room}-2", f"{room}-3"]
    held = anna.ask(["0-0"] * 3, rooms)
    for each in rooms:
        wait_present(site.client, each, 1)
    held.leave()
    for each in rooms:
        wait_present(site.client, each, 0)


def test_without_a_cookie_he_is_nobody(site, room):
    with Listener(site, room) as one:
        held = site.hold(site.client, "0-0", room)
        with Stream(site.client, room).opened(), Listener(site, room):
            assert one.event("join")["count"] == 2
        held.leave()
