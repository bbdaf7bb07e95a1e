"""While SQL is away: who is known to be in a room is in it, a public room is public, and of a closed room that nobody
has asked for nobody knows who may come in."""

import pytest

from lib.database import BOTH
from lib.wait import wait_until
from lib.ways import HOLDS, OK, READING, WRITING, form, plain
from lib.world import World

SITE = {"workers": 1, "gateways": 1, "trusted_proxies": "127.0.0.1"}
DATABASES = BOTH


@pytest.fixture(scope="module")
def world(site, database):
    return World(site, database)


@pytest.fixture
def ann(world):
    return world.person("Ann")


@pytest.fixture
def away(site, database):
    site.expect_error("sql_down", "sql_job_failed")
    with database.away():
        wait_until(lambda: site.workers[0].health["sql"] == "down")
        yield
    wait_until(lambda: site.workers[0].health["sql"] == "up")


@pytest.fixture
def known(site, world, ann):
    """A closed room that all processes know."""
    room = world.room(owner=ann, members=[ann])
    for way in WRITING:
        assert way(site, ann, room) == OK
    return room


@pytest.fixture
def unknown(world, ann):
    return world.room(owner=ann, members=[ann])


def test_what_is_known_goes_on(site, ann, known, away):
    for way in READING + WRITING:
        assert way(site, ann, known) == OK, way


@pytest.mark.parametrize("hold", HOLDS, ids=lambda hold: hold.__name__)
def test_what_is_held_goes_on(request, site, ann, known, hold):
    with hold(site, ann, known) as held:
        request.getfixturevalue("away")
        assert form(site, ann, known) == OK
        held.hears("by a form")


def test_a_public_room_is_public(site, ann, room, away):
    for way in WRITING + READING:
        assert way(site, ann, room) == OK, way


def test_of_a_closed_room_nobody_knows(site, world, ann, unknown, away):
    assert form(site, ann, unknown) == plain(site, ann, unknown) == "unavailable"
    reply = ann.ask(None, unknown, headers=ann.headers, _xsrf=ann.xsrf).answer()
    assert (reply.status, reply.header("Retry-After")) == (503, "1")
    with ann.websocket() as one:
        one.send("subscribe", room=unknown)
        assert one.read("error")["problem"] == "unavailable"
    with ann.websocket(f"/chat?room={unknown}") as one:
        assert one.closing().code == 1011


def test_and_then_somebody_does(site, ann, unknown):
    """A moment after SQL is back: it is asked again each half second."""
    wait_until(lambda: form(site, ann, unknown) == OK, what="the room to be known")
