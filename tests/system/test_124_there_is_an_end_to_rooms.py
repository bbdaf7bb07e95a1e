"""How many rooms an account has, how many a room lets in, and how many links it has."""

import collections

import pytest

from lib.at_once import at_once
from lib.database import BOTH
from lib.http_client import FORM, encode_form
from lib.person import refused
from lib.rooms import PATH, Roomer
from lib.world import HOUR_MS, World, now_ms

SITE = {"trusted_proxies": "127.0.0.1"}
DATABASES = BOTH

OWNED_MAX, JOINED_MAX, MEMBERS_MAX, LINKS_MAX = 100, 500, 1000, 20  # rooms_sql.h
TOO_MANY_OWNED, TOO_MANY_JOINED = (409, "too-many-rooms-owned"), (409, "too-many-rooms-joined")
TOO_MANY_MEMBERS, TOO_MANY_LINKS = (409, "too-many-members"), (409, "too-many-links")
WANTED = 10_000


class Crowded(World):
    """Puts very many there, as if they had been made one after the other."""

    def put_rooms(self, owner, count, archived_at="NULL"):
        first = int(self.one("SELECT coalesce(max(id), 0) FROM room"))
        self.each(count, "INSERT INTO room (name, kind, title, title_look, owner_id, created_at, archived_at)",
                  lambda n: f"('~{first + n:024x}', 'private', 't', '{first + n}', {owner.id}, 1, {archived_at})")
        self.ask("INSERT INTO room_member (room_id, account_id, state, since) SELECT id, owner_id, 'member', 1 "
                 f"FROM room WHERE id > {first}")

    def put_accounts(self, count):
        """Whose names nobody types: the first of their numbers."""
        first = int(self.one("SELECT max(id) FROM account"))
        self.each(count, "INSERT INTO account (name, name_key, name_look, password_hash, created_at, "
                         "password_changed_at)",
                  lambda n: f"('crowd {first + n}', 'crowd {first + n}', 'crowd {first + n}', "
                            f"'{HASH}', 1, 1)")
        return first + 1

    def each(self, count, insert, row):
        """A few at a time, as psql is told them in an argument."""
        for first in range(1, count + 1, 100):
            numbers = range(first, min(first + 100, count + 1))
            self.ask(f"{insert} VALUES " + ", ".join(row(n) for n in numbers))

    def owned(self, owner):
        return self.count("room", f"owner_id = {owner.id} AND archived_at IS NULL")


HASH = "$argon2id$v=19$m=47104,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$" + "A" * 43


@pytest.fixture
def world(site, database):
    return Crowded(site, database)


@pytest.fixture
def ann(world):
    return world.person("Ann", Roomer)


@pytest.fixture
def bob(world):
    return world.person("Bob", Roomer)


def test_who_has_a_hundred_makes_no_more(world, ann, bob):
    world.put_rooms(ann, OWNED_MAX - 1)
    last = ann.makes("The last one")
    reply = ann.tries("new", title="One more")
    assert refused(reply) == TOO_MANY_OWNED and "100" in reply.json()["detail"]
    room = bob.brings(bob.makes(), ann)
    assert refused(bob.tries("hand-over", room, person=ann.who)) == TOO_MANY_OWNED
    assert ann.is_in(room) and world.owner(room) == bob.id
    ann.does("archive", last)
    bob.does("hand-over", room, person=ann.who)
    assert refused(ann.tries("new", title="One more")) == TOO_MANY_OWNED


@pytest.mark.alone
def test_who_wants_ten_thousand_gets_a_hundred(site, world, ann):
    """As fast as he can, on four connections that stay open; each is answered."""
    def ask(first):
        answers = collections.Counter()
        with site.workers[first % 2].connect() as connection:
            for n in range(first, WANTED, 4):
                fields = encode_form({"_xsrf": ann.xsrf, "title": f"Room {n}"})
                connection.send("POST", PATH + "new", [("Content-Type", FORM), *ann.headers], fields)
                answers[connection.read(30).status] += 1
        return answers

    answers = sum(at_once(*(lambda first=first: ask(first) for first in range(4))), collections.Counter())
    assert answers == {201: OWNED_MAX, 409: WANTED - OWNED_MAX}
    assert world.owned(ann) == OWNED_MAX


def test_many_at_once_make_no_more_either(world, ann):
    world.put_rooms(ann, OWNED_MAX - 1)
    replies = at_once(*(lambda n=n: ann.tries("new", title=f"Room {n}") for n in range(6)))
    assert sorted(reply.status for reply in replies) == [201] + [409] * 5
    assert world.owned(ann) == OWNED_MAX


def test_archived_rooms_are_rooms_that_one_is_in(world, ann, bob):
    world.put_rooms(ann, JOINED_MAX - 1, archived_at="5")
    room = bob.makes()
    secret = bob.links(room)
    ann.makes()
    assert refused(ann.tries("new", title="One more")) == TOO_MANY_JOINED
    assert refused(ann.tries("join", secret=secret)) == TOO_MANY_JOINED
    assert refused(bob.tries("invite", room, name=ann.name)) == TOO_MANY_JOINED
    assert len(ann.rooms()) == JOINED_MAX
    ann.does("leave", next(name for name, one in ann.rooms().items() if one["archived"]))
    ann.does("join", secret=secret)


def test_a_room_has_a_thousand_members(world, ann, bob):
    room = ann.makes()
    first = world.put_accounts(MEMBERS_MAX - 1)
    world.ask("INSERT INTO room_member (room_id, account_id, state, since) SELECT r.id, a.id, 'member', 1 FROM room r, "
              f"account a WHERE r.name = '{room}' AND a.id >= {first} AND a.name LIKE 'crowd %'")
    secret = ann.links(room)
    assert refused(bob.tries("join", secret=secret)) == TOO_MANY_MEMBERS
    assert refused(ann.tries("invite", room, name=bob.name)) == TOO_MANY_MEMBERS
    assert len(ann.sees(room)["members"]) == MEMBERS_MAX
    ann.does("remove", room, person=f"a{first}")
    bob.does("join", secret=secret)


def test_a_room_has_twenty_links(world, ann, bob):
    room = ann.makes()
    secrets = [ann.links(room) for _ in range(LINKS_MAX)]
    assert refused(ann.tries("link", room)) == TOO_MANY_LINKS
    bob.does("join", secret=secrets[0])
    ann.links(room)
    assert refused(ann.tries("link", room)) == TOO_MANY_LINKS
    world.ask(f"UPDATE room_invite SET made_at = 1, expires_at = {now_ms() - HOUR_MS} WHERE used_by IS NULL")
    ann.links(room)
