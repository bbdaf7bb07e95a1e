"""A link with a secret: guessed, too late, used; and two who come with one."""

import hashlib

import pytest

from lib.at_once import at_once
from lib.database import BOTH
from lib.person import Person, new_address, refused
from lib.rooms import NO_LINK, NOT_FOUND, OWNERS_ONLY, Roomer
from lib.wait import wait_until
from lib.world import HOUR_MS, World, now_ms

SITE = {"trusted_proxies": "127.0.0.1"}
DATABASES = BOTH

TOO_MANY = (429, "too-many-attempts")
BY_ACCOUNT, BY_ADDRESS = 20, 60  # limits.c


@pytest.fixture
def world(site, database):
    return World(site, database)


@pytest.fixture
def people(world):
    return [world.person(begin, Roomer) for begin in ("Ann", "Bob", "Cat")]


@pytest.fixture
def room(people):
    return people[0].makes()


def test_who_has_it_comes_in(people, room):
    ann, bob, _ = people
    joined = bob.does("join", secret=ann.links(room))
    assert (joined["room"], joined["title"], joined["me"]) == (room, "Tea", "member")
    wait_until(lambda: bob.post("hello", room).status == 200, what="all workers to know him")


def test_it_says_until_when(people, room):
    ann, _, _ = people
    made = ann.does("link", room, hours="1")
    assert set(made) == {"room", "secret", "expires_at"} and made["room"] == room
    assert made["expires_at"] < ann.does("link", room)["expires_at"] < ann.does("link", room, hours=720)["expires_at"]


def test_it_is_used_once(people, room):
    ann, bob, cat = people
    secret = ann.links(room)
    bob.does("join", secret=secret)
    assert refused(cat.tries("join", secret=secret)) == NO_LINK
    bob.does("leave", room)
    assert refused(bob.tries("join", secret=secret)) == NO_LINK
    assert not bob.is_in(room) and not cat.is_in(room)


def test_who_is_in_already_leaves_it_to_somebody_else(people, room):
    ann, bob, _ = people
    secret = ann.links(room)
    assert ann.does("join", secret=secret)["me"] == "owner"
    bob.does("join", secret=secret)


def test_who_is_invited_may_come_by_it(people, room):
    ann, bob, _ = people
    ann.does("invite", room, name=bob.name)
    bob.does("join", secret=ann.links(room))
    assert bob.is_in(room)


def test_of_those_who_come_at_once_one_is_let_in(people, world, room):
    ann = people[0]
    others = [*people[1:], *(world.person("Dan", Roomer) for _ in range(2))]
    for _ in range(4):
        secret = ann.links(room)
        replies = at_once(*(lambda one=one: one.tries("join", secret=secret) for one in others))
        assert sorted(reply.status for reply in replies) == [200, 404, 404, 404]
        inside = [one for one in others if one.is_in(room)]
        assert len(inside) == 1
        inside[0].does("leave", room)


def test_a_guessed_one_is_none(people, room):
    ann, bob, _ = people
    secret = ann.links(room)
    other = "A" if secret[0] != "A" else "B"
    for guess in ("x" * 43, other + secret[1:], secret[:-1], secret + "x", secret.swapcase(), "", " " + secret,
                  hashlib.sha256(secret.encode()).hexdigest(), "' OR '1'='1", "x" * 60_000):
        assert refused(bob.tries("join", secret=guess)) == NO_LINK, guess
    assert not bob.is_in(room)
    bob.does("join", secret=secret)


def test_a_late_one_is_none(people, room, database):
    ann, bob, _ = people
    secret = ann.links(room)
    age = f"UPDATE room_invite SET made_at = 1, expires_at = {now_ms() - 1}"
    database.ask(f"{age} WHERE secret_hash = '{hashlib.sha256(secret.encode()).hexdigest()}'")
    assert refused(bob.tries("join", secret=secret)) == NO_LINK
    assert not bob.is_in(room)


def test_the_secret_is_not_in_the_database(people, room, database):
    secret = people[0].links(room)
    (digest, expires_at, used_by), = database.ask(
        "SELECT secret_hash, expires_at, used_by FROM room_invite WHERE room_id = "
        f"(SELECT id FROM room WHERE name = '{room}')")
    assert digest == hashlib.sha256(secret.encode()).hexdigest() and used_by is None
    assert abs(int(expires_at) - now_ms() - 168 * HOUR_MS) < HOUR_MS


@pytest.mark.parametrize("hours", ["", "0", "721", "-1", "1.5", "1e2", "x", "9999999999", "1 ", b"1\0"])
def test_it_is_for_1_to_720_hours(people, room, hours):
    assert refused(people[0].tries("link", room, hours=hours)) == (400, "field-invalid")


def test_only_the_owner_makes_one(people, room):
    ann, bob, cat = people
    ann.brings(room, bob)
    assert refused(bob.tries("link", room)) == OWNERS_ONLY
    assert refused(cat.tries("link", room)) == NOT_FOUND


def test_a_guest_does_not_use_it_up(site, people, room):
    ann, bob, _ = people
    secret = ann.links(room)
    for one in (Person(site), Person(site).be_a_guest()):
        assert refused(one.post_fields("/a/room/join", secret=secret)) == (401, "sign-in-required")
    bob.does("join", secret=secret)


def guess_until_refused(person):
    """How often he may, and the reply that tells him to wait."""
    for count in range(2 * BY_ADDRESS):
        reply = person.post_fields("/a/room/join", secret="x" * 43)
        if reply.status == 429:
            return count, reply
        assert refused(reply) == NO_LINK
    raise AssertionError("nobody stops him")


def test_an_account_that_guesses_has_to_wait(site, people, room):
    """Wherever it is; others at its address do not."""
    ann, bob, cat = people
    secret = ann.links(room)
    _, reply = guess_until_refused(bob)
    assert refused(reply) == TOO_MANY and 1 <= int(reply.header("Retry-After")) <= 6
    cat.address, bob.address = bob.address, new_address()
    for worker in site.workers:
        guess_until_refused(bob.at(worker))  # what he may once more, when this takes seconds
        assert refused(bob.at(worker).post_fields("/a/room/join", secret=secret)) == TOO_MANY
    cat.does("join", secret=secret)


def test_an_address_that_guesses_has_to_wait(world, people, room):
    """With however many accounts.  (Each second the address may once more, and then he has his own budget left.)"""
    ann, bob, cat = people
    secret, address = ann.links(room), new_address()
    guessers = [world.person("Eve", Roomer) for _ in range(BY_ADDRESS // BY_ACCOUNT + 1)]
    for one in guessers:
        one.address = address
        guess_until_refused(one)
    bob.address = address
    count, reply = guess_until_refused(bob)
    assert count < BY_ACCOUNT / 2 and refused(reply) == TOO_MANY
    cat.does("join", secret=secret)
