"""A removal that a process could not hear of, because its connection to Redis was gone, is found when it is back; and
what a Redis that is away cannot tell is read again each second."""

import pytest

from lib.wait import wait_until
from lib.ways import HOLDS, OK, form, plain
from lib.world import World, room_id

SITE = {"workers": 2, "gateways": 1, "trusted_proxies": "127.0.0.1"}
DATABASES = ["sqlite"]


@pytest.fixture(scope="module")
def world(site, database):
    return World(site, database)


def forget_member(world, room, who):
    """In SQL only: nobody is told, and nobody finds it in room_change."""
    world.ask(f"DELETE FROM room_member WHERE room_id = {room_id(room)} AND account_id = {who.id}")


@pytest.mark.parametrize("hold", HOLDS, ids=lambda hold: hold.__name__)
def test_what_was_not_heard_is_read_again(site, world, hold):
    ann, ben = world.person(), world.person()
    room = world.room(owner=ann, members=[ann, ben])
    with hold(site, ben, room) as held, hold(site, ann, room) as kept:
        forget_member(world, room, ben)
        site.redis.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
        assert held.end() == "room-not-found"
        site.wait_ready()
        assert form(site, ann, room) == OK
        kept.hears("by a form")


def test_while_redis_is_away_and_when_it_is_back(site, world):
    ann, ben = world.person(), world.person()
    room = world.room(owner=ann, members=[ann, ben])
    assert plain(site, ben, room) == OK
    site.expect_error("redis_down")
    site.stop_redis()
    forget_member(world, room, ben)
    site.start_redis()
    site.wait_ready()
    assert plain(site, ann, room) == OK
    wait_until(lambda: plain(site, ben, room) == "room-not-found")
