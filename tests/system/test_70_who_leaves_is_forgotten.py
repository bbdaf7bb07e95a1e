"""A tab that is closed."""

import contextlib
import time

import pytest

from lib.crowd import Reader, Speaker, check_once_and_in_order
from lib.site import RELEASE
from lib.wait import wait_until

MANY = 100
ROOMS_EACH = 32
IDLE_ROOMS = 4096  # that are kept up to date for nobody


def test_through_nginx(site, room):
    polls = [site.client.ask(room=room) for _ in range(MANY)]
    wait_until(lambda: site.held == MANY, what="the polls to be held")
    for poll in polls:
        poll.leave()
    wait_until(lambda: site.held == 0, what="them to be forgotten")


def test_the_others_stay(site, room):
    staying = site.hold(site.client, room=room)
    site.hold(site.client, room=room).leave()
    wait_until(lambda: site.held == 1, what="one to be forgotten")
    site.client.say("hello", room)
    assert staying.news() == ["hello"]


def test_who_comes_back_with_his_cursor_misses_nothing(site, room):
    cursor = site.client.say("before", room)["id"]
    site.hold(site.client, cursor, room).leave()
    site.client.say("meanwhile", room)
    assert site.client.ask(cursor, room).news() == ["meanwhile"]


def test_leaving_and_coming_while_people_talk(site, room):
    """Readers at all doors, and others who ask and leave at once."""
    doors = [*site.workers, site.client]
    with contextlib.ExitStack() as crowd:
        readers = [crowd.enter_context(Reader([door], room)) for door in doors]
        readers.append(crowd.enter_context(Reader(doors, room)))
        with Speaker(doors, room) as speaker:
            for n in range(300):
                doors[n % 3].ask("0-0", room if n % 2 else "other").leave()
            speaker.has_said(50)
        for reader in readers:
            reader.has_heard(speaker.said)
    check_once_and_in_order(readers, speaker.said)


@pytest.mark.alone
def test_rooms_are_forgotten_a_few_at_a_time(new_site, room):
    """Thirty thousand that nobody follows any more, in one turn of the loop, would take 35 ms.  In
    slices, others are served between them."""
    gateway = new_site(nginx=False, workers=1, binary=RELEASE).gateways[0]
    sockets = [gateway.websocket() for _ in range(1000)]
    for number, socket in enumerate(sockets):
        for n in range(ROOMS_EACH):
            socket.send("subscribe", room=f"{room[:32]}-{number}-{n}")
    for socket in sockets:
        for _ in range(ROOMS_EACH):
            socket.read("subscribed")
    for socket in sockets:
        socket.close()
    seen = set()

    def are_forgotten():  # asked without a pause in between
        begun = time.monotonic()
        while time.monotonic() - begun < 0.5 and min(seen, default=IDLE_ROOMS + 1) > IDLE_ROOMS:
            seen.add(gateway.health["rooms"])
        return min(seen) <= IDLE_ROOMS
    wait_until(are_forgotten, what="the rooms to be forgotten")
    assert len(seen) > 4, seen
