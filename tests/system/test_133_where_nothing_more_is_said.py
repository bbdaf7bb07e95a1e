"""Archived rooms, and direct ones of which one has blocked the other, are read and not written, at any door."""

import pytest

from lib.member import have_heard
from lib.ways import OK, READING, WRITING, form
from lib.world import World

SITE = {"workers": 2, "gateways": 1, "trusted_proxies": "127.0.0.1"}
DATABASES = ["sqlite", "postgres"]


@pytest.fixture(scope="module")
def world(site, database):
    return World(site, database)


@pytest.fixture
def ann(world):
    return world.person("Ann")


@pytest.fixture
def ben(world):
    return world.person("Ben")


def must(site, reply):
    assert reply.status == 200, reply
    have_heard(site)


def check_read_only(site, people, room, problem):
    count = len(site.room_log(room))
    for who in people:
        for way in WRITING:
            assert way(site, who, room) == problem, way
        for way in READING:
            assert way(site, who, room) == OK, way
    assert len(site.room_log(room)) == count


def test_an_archived_room_is_read_only(site, world, ann, ben):
    tea = world.room(owner=ann, members=[ann, ben])
    assert form(site, ben, tea) == OK
    must(site, ann.post_fields("/a/room/archive", room=tea))
    check_read_only(site, [ann, ben], tea, "room-archived")
    assert form(site, world.person(), tea) == "room-not-found"


def test_a_block_stops_both_until_it_is_taken_back(site, world, ann, ben):
    direct = world.room(kind="direct", members=[ann, ben])
    assert form(site, ann, direct) == form(site, ben, direct) == OK
    must(site, ann.post_fields("/a/contact/block", name=ben.name))
    check_read_only(site, [ann, ben], direct, "blocked")
    must(site, ann.post_fields("/a/contact/unblock", person=f"a{ben.id}"))
    assert form(site, ann, direct) == form(site, ben, direct) == OK


def test_typing_needs_the_right_to_speak(site, world, ann, ben):
    tea = world.room(owner=ann, members=[ann, ben])
    stranger = world.person()
    assert ben.post_fields("/a/room/typing", room=tea).status == 200
    reply = stranger.post_fields("/a/room/typing", room=tea)
    assert (reply.status, reply.problem) == (404, "room-not-found")
    must(site, ann.post_fields("/a/room/mute", room=tea, person=f"a{ben.id}", minutes="5"))
    reply = ben.post_fields("/a/room/typing", room=tea)
    assert (reply.status, reply.problem) == (403, "muted")
