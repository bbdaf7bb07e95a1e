"""Nobody else is told, at any door, and nobody else is there; who is removed has left, and hears no more."""

import json

import pytest

from lib.database import BOTH
from lib.presence import names, wait_present
from lib.stream import NoStream, Stream
from lib.wait import wait_until
from lib.world import World

SITE = {"workers": 2, "gateways": 2, "trusted_proxies": "127.0.0.1"}
DATABASES = BOTH


@pytest.fixture(scope="module")
def world(site, database):
    return World(site, database)


def listen(person, room):
    """A WebSocket of a member who is there: its first count."""
    socket = person.websocket()
    socket.send("subscribe", room=room)
    socket.read("subscribed")
    wait_present_for(person, room)
    socket.send("subscribe", room=room, presence=True)
    socket.read("subscribed")
    return socket, socket.read("presence")


def wait_present_for(person, room):
    wait_until(lambda: person.name in names(person, room), what=f"{person.name} to be there")


def test_a_stranger_is_not_told_and_is_not_there(world, site):
    ann, ben, eve = world.person("Ann"), world.person("Ben"), world.person("Eve")
    room = world.room(owner=ann, members=[ann, ben])
    socket, first = listen(ann, room)
    assert (first["event"], first["count"], [each["name"] for each in first["sample"]]) == ("count", 1, [ann.name])

    assert eve.get(f"/a/room/present?room={room}").problem == "room-not-found"
    assert eve.post_fields("/a/room/typing", room=room).problem == "room-not-found"
    with pytest.raises(NoStream), Stream(eve, room, presence=1, headers=eve.headers) as stream:
        stream.opened()
    with eve.websocket() as other:
        other.send("subscribe", room=room, presence=True)
        assert other.read("error")["problem"] == "room-not-found"
        other.send("typing", room=room)
        held = eve.ask("0-0", room)
        assert held.answer().problem == "room-not-found"
        # Of all that the members have heard nothing; but of one of themselves they do.
        ben_tab = ben.websocket()
        ben_tab.subscribe(room)
        event = socket.read("presence")
        assert (event["event"], event["name"], event["count"]) == ("join", ben.name, 2)
        other.send("ping")
        assert other.read()["type"] == "pong"
    ben_tab.close()
    assert socket.read("presence")["event"] == "leave"
    socket.close()
    wait_present(ann, room, 0)


def test_who_is_removed_has_left(world, site):
    ann, ben = world.person("Ann"), world.person("Ben")
    room = world.room(owner=ann, members=[ann, ben])
    socket, _ = listen(ann, room)
    bens, first = listen(ben, room)
    assert first["count"] == 2 and socket.read("presence")["event"] == "join"
    stream = Stream(ben, room, presence=1, headers=ben.headers).opened()
    world.take_member(room, ben)
    # That he has left; also, or instead, how many are there, as the room is read again meanwhile.
    while (event := socket.read("presence"))["count"] != 1:
        assert event["event"] == "count"
    assert event["event"] in ("leave", "count")
    assert names(ann, room) == [ann.name]
    while (told := bens.read())["type"] != "error":
        assert told.get("event") != "leave"
    assert told["problem"] == "room-not-found"
    while (told := stream.dispatched()).type != "end":
        assert told.type == "presence" and told.json["event"] == "count"
    assert json.loads(told.data) == {"reason": "room-not-found"}
    # What comes now is not for him.
    assert ann.post_fields("/a/room/typing", room=room).json() == {"told": True}
    while (event := socket.read("presence"))["event"] != "typing":
        assert event["event"] in ("leave", "count") and event["count"] == 1
    bens.send("ping")
    assert bens.read()["type"] == "pong"
    for each in (bens, socket):
        each.close()
    stream.leave()
    wait_present(ann, room, 0)


def test_who_is_muted_does_not_type(world, site, room):
    ann, ben = world.person("Ann"), world.person("Ben")
    room = world.room(owner=ann, members=[ann, ben])
    world.punish(room, ben, "mute", ann)
    assert ben.post_fields("/a/room/typing", room=room).problem == "muted"
    assert ben.get(f"/a/room/present?room={room}").status == 200
    assert ann.post_fields("/a/room/typing", room=room).json() == {"told": True}
