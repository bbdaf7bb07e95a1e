"""The list of rooms: one's own with what is unread in them, and public ones by when somebody spoke there."""

import pytest

from lib.database import BOTH
from lib.person import Person, must, refused
from lib.rooms import PATH, Roomer
from lib.wait import wait_until
from lib.world import World

REPLAY = 20
SITE = {"trusted_proxies": "127.0.0.1", "env": {"HOLDLINE_REPLAY": REPLAY}}
DATABASES = BOTH

NO_CURSOR = (400, "cursor-invalid")


@pytest.fixture
def world(site, database):
    return World(site, database)


@pytest.fixture
def people(world):
    return [world.person(begin, Roomer) for begin in ("Ann", "Bob")]


@pytest.fixture
def den(people):
    """Ann's, and Bob is in it."""
    ann, bob = people
    return ann.brings(ann.makes(), bob)


def talk(person, room, count):
    """The ids of what he says."""
    wait_until(lambda: person.get(f"/plain?room={room}").status == 200, what="him to be let in")
    return [person.say(f"line {n}", room)["id"] for n in range(count)]


def unread(person, room):
    mine = person.rooms()[room]
    return mine["unread"], mine["unread_more"]


# One's own.

def test_nothing_is_unread_where_nothing_was_said(people, den):
    ann, _ = people
    assert unread(ann, den) == (0, False)
    assert "active_at" not in ann.rooms()[den]


def test_what_is_behind_the_mark_is_unread(people, den):
    ann, bob = people
    ids = talk(bob, den, 5)
    assert unread(ann, den) == unread(bob, den) == (5, False)
    ann.reads(den, ids[2])
    assert unread(ann, den) == (2, False)
    assert unread(bob, den) == (5, False)
    ann.reads(den, ids[4])
    assert unread(ann, den) == (0, False)
    talk(bob, den, 1)
    assert unread(ann, den) == (1, False)


def test_a_mark_never_goes_back(people, den):
    ann, bob = people
    ids = talk(bob, den, 5)
    ann.reads(den, ids[3])
    for cursor in (ids[0], "0-0", ids[3]):
        ann.reads(den, cursor)
        assert unread(ann, den) == (1, False), cursor


def test_who_marks_more_than_was_said_has_read_that(people, den):
    ann, bob = people
    ids = talk(bob, den, 2)
    epoch, seq = ids[1].split("-")
    ann.reads(den, f"{epoch}-{int(seq) + 1_000_000}")
    assert unread(ann, den) == (0, False)


def test_it_says_when_somebody_last_spoke(people, den):
    ann, bob = people
    talk(bob, den, 1)
    last = bob.say("last", den)
    assert ann.rooms()[den]["active_at"] == last["sent_at"]


def test_of_very_many_it_counts_what_is_kept(people, den):
    ann, bob = people
    ids = talk(bob, den, 2)
    ann.reads(den, ids[1])
    talk(bob, den, REPLAY + 5)
    count, more = unread(ann, den)
    assert (count, more) in ((REPLAY, True), (REPLAY + 5, False))


def test_a_leap_of_seq_is_not_counted(site, people, den):
    """After each restart of Redis the numbers go on a million later."""
    ann, bob = people
    ids = talk(bob, den, 3)
    ann.reads(den, ids[0])
    site.stop_redis()
    site.start_redis()
    site.wait_ready()
    new = bob.say("after", den)["id"]
    assert new.split("-")[0] == ids[0].split("-")[0]
    assert int(new.split("-")[1]) > int(ids[0].split("-")[1]) + 1000
    assert unread(ann, den) == (3, False)
    ann.reads(den, ids[2])
    assert unread(ann, den) == (1, False)
    ann.reads(den, new)
    assert unread(ann, den) == (0, False)


def test_where_redis_forgot_everything_all_is_unread(site, people, den):
    ann, bob = people
    ids = talk(bob, den, 3)
    ann.reads(den, ids[2])
    site.redis.flushall()
    again = wait_until(lambda: ann.sign_in() and bob.sign_in() and bob.say("anew", den), what="a new beginning")["id"]
    assert unread(ann, den) == (1, False)
    ann.reads(den, again)
    assert unread(ann, den) == (0, False)


@pytest.mark.parametrize("cursor", ["", "x", "1", "1-", "-1", "1-1-1", "1-x", "G-1", "1" * 17 + "-1", b"1-1\0",
                                    "1-18446744073709551616", "'; DROP TABLE read_marker; --", "x" * 60_000])
def test_what_is_no_cursor(people, den, cursor):
    assert refused(people[0].tries("read", den, cursor=cursor)) == NO_CURSOR


def test_the_greatest_cursor_is_one(people, den):
    ann, bob = people
    talk(bob, den, 1)
    ann.tries("read", den, cursor="f" * 16 + "-18446744073709551615")
    assert unread(ann, den) == (1, False)


def test_public_rooms_are_marked_as_well(database, world, people, room):
    ann, _ = people
    last = talk(ann, room, 2)[-1]
    ann.reads(room, last)
    assert world.one(f"SELECT seq FROM read_marker WHERE room = '{room}'") == last.split("-")[1]


def test_the_newest_membership_comes_first(people):
    ann, bob = people
    rooms = [ann.brings(ann.makes(f"Tea {n}"), bob) for n in range(3)]
    assert list(bob.rooms()) == rooms[::-1]


# Public ones.

def public(person):
    return {one["room"]: one["active_at"] for one in must(person.get(PATH + "list")).json()["public"]}


def test_public_rooms_come_by_when_somebody_spoke(site, people, room):
    ann, _ = people
    rooms = [f"{room}-{n}" for n in range(3)]
    for one in (*rooms, rooms[0]):
        before = public(ann).get(one, "")
        ann.say("hello", one)
        wait_until(lambda one=one, before=before: public(ann).get(one, "") > before, what=f"{one} to be listed")
    assert [one for one in public(ann) if one in rooms] == [rooms[0], rooms[2], rooms[1]]


def test_closed_rooms_are_not_among_them(people, den, room):
    ann, bob = people
    talk(bob, den, 1)
    ann.say("hello", room)
    wait_until(lambda: room in public(ann), what="the public one")
    assert not any(one.startswith("~") for one in public(ann))


def test_a_guest_sees_them_too(site, people, room):
    ann, _ = people
    ann.say("hello", room)
    guest = Person(site).be_a_guest()
    wait_until(lambda: room in public(guest), what="it to be listed")
