"""Into a private room by invitation, out of it by leaving or being removed; and whose it is."""

import pytest

from lib.at_once import at_once
from lib.database import BOTH
from lib.member import have_heard
from lib.person import new_name, refused
from lib.rooms import ARCHIVED, NO_ACCOUNT, NOT_FOUND, OWNERS_ONLY, Roomer
from lib.wait import wait_until
from lib.world import World

SITE = {"trusted_proxies": "127.0.0.1"}
DATABASES = BOTH

OWNER_LEAVES, NOT_IN_IT, ONESELF = (409, "owner-leaves"), (404, "member-not-found"), (409, "person-is-you")


@pytest.fixture
def world(site, database):
    return World(site, database)


@pytest.fixture
def people(world):
    return [world.person(begin, Roomer) for begin in ("Ann", "Bob", "Cat")]


@pytest.fixture
def room(people):
    """Ann's, and Bob is in it."""
    ann, bob, _ = people
    return ann.brings(ann.makes(), bob)


def members(person, room):
    return {one["person"]: one["invited"] for one in person.sees(room)["members"]}


# Being invited.

def test_who_is_invited_sees_that_and_nothing_else(people, room):
    ann, bob, cat = people
    ann.does("invite", room, name=cat.name.upper())
    assert members(bob, room) == {ann.who: False, bob.who: False, cat.who: True}
    invitation = cat.rooms()[room]
    assert (invitation["me"], invitation["title"]) == ("invited", "Tea")
    assert "unread" not in invitation and "active_at" not in invitation
    assert refused(cat.asks_for(room)) == NOT_FOUND
    assert refused(cat.post("hello", room)) == NOT_FOUND
    assert refused(cat.ask("0-0", room).answer()) == NOT_FOUND


def test_who_accepts_is_in(people, room):
    ann, _, cat = people
    ann.does("invite", room, name=cat.name)
    assert cat.does("join", room)["me"] == "member"
    assert members(cat, room)[cat.who] is False
    wait_until(lambda: cat.post("hello", room).status == 200, what="all workers to know him")


def test_who_refuses_is_not(people, room):
    ann, _, cat = people
    ann.does("invite", room, name=cat.name)
    cat.does("refuse", room)
    assert room not in cat.rooms() and cat.who not in members(ann, room)
    assert refused(cat.tries("join", room)) == NOT_FOUND
    ann.does("invite", room, name=cat.name)
    cat.does("join", room)


def test_an_invitation_may_be_taken_back(people, room):
    ann, _, cat = people
    ann.does("invite", room, name=cat.name)
    ann.does("remove", room, person=cat.who)
    assert refused(cat.tries("join", room)) == NOT_FOUND


def test_who_is_in_already_stays_what_he_is(people, room):
    ann, bob, _ = people
    for one in (ann, bob):
        ann.does("invite", room, name=one.name)
        assert one.sees(room)["me"] == ("owner" if one is ann else "member")
    bob.does("join", room)
    bob.does("refuse", room)
    assert bob.is_in(room)


def test_nobody_is_invited_who_is_not_there(people, room):
    ann, _, _ = people
    for name in (new_name(), "x", "x" * 33, "раураl", "'; DROP TABLE account; --"):
        assert refused(ann.tries("invite", room, name=name)) == NO_ACCOUNT, name


# Going.

def test_who_leaves_is_out(people, room):
    ann, bob, _ = people
    bob.does("leave", room)
    assert refused(bob.asks_for(room)) == refused(bob.tries("leave", room)) == NOT_FOUND
    assert room not in bob.rooms()
    wait_until(lambda: bob.post("hello", room).status == 404, what="all workers to know that he left")
    assert members(ann, room) == {ann.who: False}


def test_who_is_removed_is_out(people, room):
    ann, bob, cat = people
    ann.does("remove", room, person=bob.who)
    assert not bob.is_in(room)
    for person in (bob.who, cat.who, "a999999", "g" + "0" * 16):
        assert refused(ann.tries("remove", room, person=person)) == NOT_IN_IT, person
    assert refused(ann.tries("remove", room, person=ann.who)) == ONESELF
    assert ann.is_in(room)


def test_a_poll_is_answered_when_its_owner_is_removed(site, people, room):
    ann, bob, _ = people
    poll = site.hold(bob, "0-0", room)
    ann.does("remove", room, person=bob.who)
    assert refused(poll.answer()) == NOT_FOUND


def test_an_owner_does_not_leave_others_alone(people, room):
    ann, bob, _ = people
    assert refused(ann.tries("leave", room)) == OWNER_LEAVES
    assert ann.sees(room)["me"] == "owner"
    bob.does("leave", room)
    ann.does("leave", room)
    assert refused(ann.asks_for(room)) == NOT_FOUND


def test_the_last_one_who_leaves_archives_it(world, people):
    ann, bob, _ = people
    room = ann.makes()
    ann.does("invite", room, name=bob.name)
    secret = ann.links(room)
    ann.does("leave", room)
    assert world.is_archived(room) and world.owner(room) is None
    assert room not in bob.rooms()
    assert refused(bob.tries("join", room)) == NOT_FOUND
    assert refused(bob.tries("join", secret=secret)) == (404, "link-invalid")


# Whose it is.

def test_it_is_handed_over(people, room):
    ann, bob, _ = people
    ann.does("hand-over", room, person=bob.who)
    assert (ann.sees(room)["me"], bob.sees(room)["me"]) == ("member", "owner")
    assert refused(ann.tries("title", room, title="Mine")) == OWNERS_ONLY
    bob.does("title", room, title="Bob's")
    ann.does("leave", room)


def test_only_a_member_gets_it(people, room):
    ann, _, cat = people
    ann.does("invite", room, name=cat.name)
    for person in (cat.who, "a999999", "g" + "0" * 16):
        assert refused(ann.tries("hand-over", room, person=person)) == NOT_IN_IT, person
    assert refused(ann.tries("hand-over", room, person=ann.who)) == ONESELF


def test_nobody_gets_a_second_room_of_the_same_title(people, room):
    ann, bob, _ = people
    bob.makes("TEA")
    assert refused(ann.tries("hand-over", room, person=bob.who)) == (409, "title-taken")
    assert ann.sees(room)["me"] == "owner"


def test_an_archived_room_is_read_only(site, people, room):
    ann, bob, cat = people
    ann.say("hello", room)
    ann.does("invite", room, name=cat.name)
    secret = ann.links(room)
    ann.does("archive", room)
    assert ann.sees(room)["archived"] and bob.sees(room)["archived"]
    assert [message["body"] for message in bob.read("0-0", room)["messages"]] == ["hello"]
    have_heard(site)
    assert refused(bob.post("hello", room)) == ARCHIVED
    for deed, fields in (("title", {"title": "x"}), ("topic", {"topic": "x"}), ("invite", {"name": cat.name}),
                         ("link", {}), ("remove", {"person": bob.who}), ("hand-over", {"person": bob.who}),
                         ("archive", {})):
        assert refused(ann.tries(deed, room, **fields)) == ARCHIVED, deed
    assert refused(cat.tries("join", room)) == NOT_FOUND
    assert refused(cat.tries("join", secret=secret)) == (404, "link-invalid")
    bob.does("leave", room)
    ann.does("leave", room)


def test_an_owner_leaves_an_archived_room_as_others_do(people, room):
    ann, bob, _ = people
    ann.does("archive", room)
    ann.does("leave", room)
    assert bob.sees(room)["owner"] is None


# At the same moment.

def test_two_who_own_and_leave_leave_nothing_without_an_owner(world, people):
    """She hands it over while he leaves; whatever comes first, it has an owner who is in it, or is archived."""
    ann, bob, _ = people
    for n in range(8):
        room = ann.brings(ann.makes(f"Tea {n}"), bob)
        at_once(lambda: ann.tries("hand-over", room, person=bob.who), lambda: bob.tries("leave", room))
        assert world.owner(room) in world.members(room)


def test_the_last_who_leaves_and_one_who_comes(world, people):
    ann, bob, _ = people
    for n in range(8):
        room = ann.makes(f"Tea {n}")
        ann.does("invite", room, name=bob.name)
        left, joined = at_once(lambda: ann.tries("leave", room), lambda: bob.tries("join", room))
        if joined.status == 200:
            assert refused(left) == OWNER_LEAVES
            assert world.owner(room) in world.members(room)
        else:
            assert left.status == 200 and refused(joined) == NOT_FOUND
            assert world.is_archived(room) and not world.members(room)


def test_two_to_whom_she_hands_it_over(world, people):
    ann, bob, cat = people
    for n in range(5):
        room = ann.brings(ann.makes(f"Tea {n}"), bob, cat)
        replies = at_once(*(lambda one=one: ann.tries("hand-over", room, person=one.who) for one in (bob, cat)))
        assert sorted(reply.status for reply in replies) == [200, 403]
        assert world.owner(room) in (bob.id, cat.id)
