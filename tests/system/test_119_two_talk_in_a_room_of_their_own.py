"""A direct room: between two who have accepted each other, made once."""

import pytest

from lib.at_once import at_once
from lib.database import BOTH
from lib.member import have_heard
from lib.person import must, new_name, refused
from lib.rooms import NO_ACCOUNT, NOT_FOUND, Roomer
from lib.world import World

SITE = {"trusted_proxies": "127.0.0.1"}
DATABASES = BOTH

NO_CONTACT, NOT_PRIVATE = (403, "not-a-contact"), (409, "room-not-private")


@pytest.fixture
def world(site, database):
    return World(site, database)


@pytest.fixture
def people(world):
    return [world.person(begin, Roomer) for begin in ("Ann", "Bob", "Cat")]


@pytest.fixture
def room(people):
    ann, bob, _ = people
    return must(ann.knows(bob).tries("direct", name=bob.name), 201).json()["room"]


def test_two_who_know_each_other_have_one(people, room):
    ann, bob, cat = people
    ann.say("hello", room)
    assert [message["body"] for message in bob.read("0-0", room)["messages"]] == ["hello"]
    assert refused(cat.asks_for(room)) == refused(cat.post("hello", room)) == NOT_FOUND


def test_each_sees_the_name_of_the_other(people, room):
    ann, bob, _ = people
    for one, other in ((ann, bob), (bob, ann)):
        seen = one.sees(room)
        assert (seen["kind"], seen["title"], seen["owner"], seen["me"]) == ("direct", other.name, None, "member")
        assert {member["person"] for member in seen["members"]} == {ann.who, bob.who}
        assert one.rooms()[room]["title"] == other.name


def test_it_is_found_again_from_both_sides(people, room):
    ann, bob, _ = people
    assert ann.does("direct", name=bob.name.upper())["room"] == bob.does("direct", name=ann.name)["room"] == room


def test_two_who_make_it_at_once_make_one(world):
    for _ in range(4):
        ann, bob = world.person("Ann", Roomer), world.person("Bob", Roomer)
        ann.knows(bob)
        replies = at_once(lambda: ann.tries("direct", name=bob.name), lambda: bob.tries("direct", name=ann.name))
        assert sorted(reply.status for reply in replies) == [200, 201]
        assert len({reply.json()["room"] for reply in replies}) == 1


def test_strangers_have_none(people):
    ann, bob, _ = people
    assert refused(ann.tries("direct", name=bob.name)) == NO_CONTACT
    must(ann.post_fields("/a/contact/ask", name=bob.name))
    assert refused(ann.tries("direct", name=bob.name)) == refused(bob.tries("direct", name=ann.name)) == NO_CONTACT
    assert refused(ann.tries("direct", name=new_name())) == NO_ACCOUNT
    assert refused(ann.tries("direct", name=ann.name)) == (409, "person-is-you")


@pytest.mark.parametrize("blocker", ["Ann", "Bob"])
def test_who_is_blocked_makes_none(people, blocker):
    ann, bob, _ = people
    ann.knows(bob)
    one, other = (ann, bob) if blocker == "Ann" else (bob, ann)
    must(one.post_fields("/a/contact/block", name=other.name))
    for maker, wanted in ((ann, bob), (bob, ann)):
        assert refused(maker.tries("direct", name=wanted.name)) == NO_CONTACT


def test_who_is_blocked_writes_nothing_and_reads_on(site, people, room):
    ann, bob, _ = people
    bob.say("hello", room)
    must(ann.post_fields("/a/contact/block", name=bob.name))
    have_heard(site)
    for one in (ann, bob):
        assert refused(one.post("too late", room)) == (403, "blocked")
        assert [message["body"] for message in one.read("0-0", room)["messages"]] == ["hello"]


def test_it_has_no_owner_and_nobody_comes_or_goes(people, room):
    ann, bob, cat = people
    for deed, fields in (("title", {"title": "x"}), ("topic", {"topic": "x"}), ("invite", {"name": cat.name}),
                         ("link", {}), ("leave", {}), ("remove", {"person": bob.who}), ("archive", {}),
                         ("hand-over", {"person": bob.who})):
        assert refused(ann.tries(deed, room, **fields)) == NOT_PRIVATE, deed
        assert refused(cat.tries(deed, room, **fields)) == NOT_FOUND, deed
    assert ann.is_in(room) and bob.is_in(room)
