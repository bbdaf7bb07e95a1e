"""A private or direct room is read and written by its members, at every door; to all others it is as if it were not
there."""

import pytest

from lib.database import BOTH
from lib.person import Person
from lib.ways import OK, READING, WRITING
from lib.world import World

SITE = {"workers": 2, "gateways": 1, "trusted_proxies": "127.0.0.1"}
DATABASES = BOTH
NOT_THERE = "~00000000000000000000beef"
DOORS = [way for way in READING + WRITING if way.__name__ != "line"]  # who cannot read cannot say a line


@pytest.fixture(scope="module")
def world(site, database):
    return World(site, database)


@pytest.fixture(scope="module")
def ann(world):
    return world.person("Ann")


@pytest.fixture(scope="module")
def ben(world):
    return world.person("Ben")


@pytest.fixture(scope="module")
def cat(world):
    return world.person("Cat")


@pytest.fixture(scope="module")
def strangers(site, cat):
    """Everybody who is not in it, by what he is."""
    return {"nobody": Person(site), "guest": Person(site).be_a_guest(), "account": cat}


@pytest.fixture(scope="module")
def tea(world, ann, ben, cat):
    room = world.room(owner=ann, members=[ann, ben], invited=[cat])
    assert ann.post_fields("/a/message/new", room=room, body="only us").status == 200
    return room


@pytest.mark.parametrize("way", READING + WRITING, ids=lambda way: way.__name__)
def test_its_members_use_every_door(site, ann, ben, tea, way):
    for member in (ann, ben):
        assert way(site, member, tea) == OK


@pytest.mark.parametrize("who", ["nobody", "guest", "account"])
@pytest.mark.parametrize("way", DOORS, ids=lambda way: way.__name__)
def test_for_all_others_it_is_not_there(site, strangers, tea, way, who):
    """The account is invited, and has not said yes."""
    said = len(site.room_log(tea))
    assert way(site, strangers[who], tea) == "room-not-found"
    assert way(site, strangers[who], NOT_THERE) == "room-not-found"
    assert len(site.room_log(tea)) == said
    assert not site.room_log(NOT_THERE)


@pytest.mark.parametrize("way", DOORS, ids=lambda way: way.__name__)
def test_a_direct_room_is_for_the_two(site, world, ann, ben, strangers, way):
    room = world.room(kind="direct", members=[world.person(), world.person()])
    assert way(site, ann, room) == "room-not-found"
    assert way(site, strangers["guest"], room) == "room-not-found"


@pytest.mark.parametrize("door", ["updates", "stream"])
def test_one_among_several_is_enough(site, cat, tea, room, door):
    if door == "updates":
        reply = cat.ask(None, [room, tea], headers=cat.headers, _xsrf=cat.xsrf).answer()
    else:
        reply = cat.get(f"/a/message/stream?room={room}&room={tea}", )
    assert (reply.status, reply.problem) == (404, "room-not-found")


def test_missing_and_closed_look_the_same(site, cat, tea):
    """Down to the bytes, but for the name that was asked for."""
    def seen(room):
        reply = cat.ask(None, room, headers=cat.headers, _xsrf=cat.xsrf).answer()
        return reply.status, reply.body
    assert seen(tea) == seen(NOT_THERE)
