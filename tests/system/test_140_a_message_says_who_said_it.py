"""`by`: one and the same person in all tabs and at all doors, whatever he is called."""

import json
import re

from lib.person import Person
from lib.wait import wait_until

SITE = {"workers": 2, "trusted_proxies": "127.0.0.1"}


def said_by(site, room):
    return [message["by"] for message in site.client.read(room=room)["messages"]]


def say_everywhere(site, person, room):
    """By the form, through the socket, and in the chat."""
    first = person.say("by the form", room)
    with person.websocket() as socket:
        socket.post(room, "through the socket", "after-" + first["id"])
    with person.websocket(f"/chat?room={room}") as chat:
        before = len(site.room_log(room))
        chat.send_text("in the chat")
        wait_until(lambda: len(site.room_log(room)) > before, what="the line to be stored")


def test_an_account_is_the_same_at_every_door_and_on_every_device(site, room):
    ann = Person(site).register()
    say_everywhere(site, ann, room)
    say_everywhere(site, Person(site, ann.name).sign_in(), room)
    [person] = set(said_by(site, room))
    assert re.fullmatch("a[1-9][0-9]*", person)
    assert len(said_by(site, room)) == 6


def test_a_guest_is_the_same_under_another_name(site, room):
    guest = Person(site).be_a_guest()
    say_everywhere(site, guest, room)
    guest.be_called(guest.name)
    say_everywhere(site, guest, room)
    [person] = set(said_by(site, room))
    assert re.fullmatch("g[0-9a-f]{16}", person)
    assert guest.token not in "".join(site.room_log(room))


def test_who_has_no_cookie_is_somebody_for_as_long_as_he_is_there(site, room):
    with site.websocket() as one, site.websocket() as other:
        one.post(room, "a", "k1")
        one.post(room, "b", "k2")
        other.post(room, "c", "k3")
    a, b, c = said_by(site, room)
    assert a == b != c
    assert all(re.fullmatch("v[0-9a-f]{16}", each) for each in (a, b, c))


def test_of_an_older_message_nobody_knows(site, room):
    """One that was said before messages had it."""
    site.client.say("hello", room)
    message = json.loads(site.room_log(room)[0])
    del message["by"]
    site.redis.lset(f"holdline:{{{room}}}:log", 0, json.dumps(message))
    assert said_by(site, room) == [None]
