"""Asking, accepting, refusing, blocking; and that who is blocked cannot tell.  What
each deed makes of each state is in tests/unit/model/test_contact.c."""

import threading

import pytest

from lib import doors
from lib.database import BOTH
from lib.member import have_heard
from lib.person import Person, must, new_name, refused, with_token
from lib.site import ROOT
from lib.wait import wait_until
from lib.world import World

SITE = {"trusted_proxies": "127.0.0.1"}
DATABASES = BOTH

CONTACT = "/a/contact/"
LIST = CONTACT + "list"
BY_NAME = ["ask", "block"]
BY_PERSON = ["accept", "refuse", "remove", "block", "unblock"]
DEEDS = ["ask", *BY_PERSON]
NOBODY, NOT_ASKED, ONESELF, BLOCKED, TOO_MANY = (
    (404, "account-not-found"), (404, "contact-not-found"), (409, "contact-is-you"),
    (409, "contact-is-blocked"), (409, "too-many-contacts"))


class Acquaintance(Person):
    """Who has contacts."""

    def contacts(self):
        return must(self.get(LIST)).json()["contacts"]

    def sees(self, other):
        """What he has to do with another: a state, or "none"."""
        return next((one["state"] for one in self.contacts() if one["name"] == other.name), "none")

    def does(self, deed, **whom):
        """That must go well; the state that comes of it."""
        return must(self.tries(deed, **whom)).json()["state"]

    def tries(self, deed, **whom):
        return self.post_fields(CONTACT + deed, **whom)


@pytest.fixture
def world(site, database):
    return World(site, database)


@pytest.fixture
def people(world):
    return world.person("Ann", Acquaintance), world.person("Bob", Acquaintance)


@pytest.fixture
def acquainted(people):
    ann, bob = people
    ann.does("ask", name=bob.name)
    bob.does("accept", person=ann.who)
    return people


def whom_of(deed, other):
    """A field that says whom it is about."""
    return ("name", other.name) if deed == "ask" else ("person", other.who)


def both_see(ann, bob):
    return ann.sees(bob), bob.sees(ann)


# Getting to know somebody.

def test_who_asks_and_is_accepted_is_known_on_both_sides(people):
    ann, bob = people
    assert must(ann.tries("ask", name=bob.name)).json() == {"person": bob.who, "name": bob.name, "state": "asked"}
    assert bob.contacts() == [{"person": ann.who, "name": ann.name, "state": "asks"}]
    assert both_see(ann, bob) == ("asked", "asks")
    assert must(bob.tries("accept", person=ann.who)).json() == {"person": ann.who, "name": ann.name,
                                                               "state": "accepted"}
    assert both_see(ann, bob) == ("accepted", "accepted")
    assert len(ann.contacts()) == len(bob.contacts()) == 1


def test_who_asks_who_has_asked_accepts(people):
    ann, bob = people
    ann.does("ask", name=bob.name)
    assert bob.does("ask", name=ann.name) == "accepted"
    assert both_see(ann, bob) == ("accepted", "accepted")


def test_two_who_ask_at_the_same_moment_know_each_other(people):
    ann, bob = people
    for _ in range(20):
        asking = [threading.Thread(target=one.does, args=["ask"], kwargs={"name": other.name})
                  for one, other in ((ann, bob), (bob, ann))]
        for thread in asking:
            thread.start()
        for thread in asking:
            thread.join()
        assert both_see(ann, bob) == ("accepted", "accepted")
        ann.does("remove", person=bob.who)
        assert both_see(ann, bob) == ("none", "none")


def test_what_is_so_already_is_answered_in_the_same_way(people):
    ann, bob = people
    for one, deed, state in ((ann, "ask", "asked"), (bob, "accept", "accepted"), (ann, "ask", "accepted"),
                             (bob, "refuse", "accepted"), (bob, "block", "blocked"), (bob, "remove", "blocked"),
                             (bob, "unblock", "none"), (bob, "remove", "none"), (bob, "refuse", "none")):
        whom = {"name": bob.name} if deed == "ask" else {"person": ann.who}
        for _ in range(2):
            assert one.does(deed, **whom) == state, deed


def test_who_is_refused_may_ask_again(people):
    ann, bob = people
    for _ in range(2):
        ann.does("ask", name=bob.name)
        assert bob.does("refuse", person=ann.who) == "none"
        assert both_see(ann, bob) == ("none", "none")


def test_who_asked_may_think_again(people):
    ann, bob = people
    ann.does("ask", name=bob.name)
    assert ann.does("remove", person=bob.who) == "none"
    assert refused(bob.tries("accept", person=ann.who)) == NOT_ASKED
    assert both_see(ann, bob) == ("none", "none")


def test_a_name_is_found_however_it_is_typed(site, people):
    ann, _ = people
    zoe = Acquaintance(site, new_name("Zoë Ìshak")).register()
    assert must(ann.tries("ask", name=zoe.name.upper())).json()["name"] == zoe.name


def test_who_asks_comes_first_and_the_newest_before_others(site, people):
    ann, bob = people
    others = [Acquaintance(site).register() for _ in range(3)]
    ann.does("ask", name=bob.name)
    for other in others:
        other.does("ask", name=ann.name)
    assert [one["name"] for one in ann.contacts()] == [*(other.name for other in reversed(others)), bob.name]


# Blocking.

def test_a_block_ends_what_was_accepted(acquainted):
    ann, bob = acquainted
    assert bob.does("block", person=ann.who) == "blocked"
    assert both_see(ann, bob) == ("none", "blocked")


def test_one_blocks_by_name_whomever_one_likes(people):
    ann, bob = people
    assert must(bob.tries("block", name=ann.name)).json() == {"person": ann.who, "name": ann.name,
                                                              "state": "blocked"}
    assert both_see(ann, bob) == ("none", "blocked")


def test_who_has_blocked_somebody_unblocks_first(people):
    ann, bob = people
    bob.does("block", name=ann.name)
    assert refused(bob.tries("ask", name=ann.name)) == BLOCKED
    bob.does("unblock", person=ann.who)
    assert bob.does("ask", name=ann.name) == "asked"


def test_two_who_block_each_other_are_free_when_both_have_unblocked(people):
    ann, bob = people
    ann.does("block", name=bob.name)
    bob.does("block", name=ann.name)
    assert both_see(ann, bob) == ("blocked", "blocked")
    bob.does("unblock", person=ann.who)
    assert both_see(ann, bob) == ("blocked", "none")
    assert bob.does("ask", name=ann.name) == "asked"
    assert both_see(ann, bob) == ("blocked", "asked")


def shape(reply, other):
    """An answer, but for whom it is about."""
    return reply.status, reply.text.replace(other.name, "NAME").replace(other.who, "ID")


def everything(ann, other):
    """All that Ann can do to somebody and be told of him."""
    told = [shape(ann.tries("accept", person=other.who), other)]
    for deed in ("refuse", "unblock", "remove"):
        told.append(shape(ann.tries(deed, person=other.who), other))
    told += [shape(ann.tries("block", person=other.who), other),
             shape(ann.tries("ask", name=other.name.upper()), other), ann.sees(other),
             shape(ann.tries("ask", name=other.name), other), shape(ann.tries("accept", person=other.who), other),
             shape(ann.tries("remove", person=other.who), other), ann.sees(other),
             shape(ann.tries("block", name=other.name), other), ann.sees(other),
             shape(ann.tries("unblock", person=other.who), other), ann.sees(other)]
    return told


@pytest.mark.parametrize("before", ["strangers", "asked", "acquainted"])
def test_who_is_blocked_cannot_tell(world, people, before):
    """From somebody who has removed her, or never heard of her."""
    ann, bob = people
    eve = world.person("Eve", Acquaintance)
    for other in (bob, eve):
        if before != "strangers":
            ann.does("ask", name=other.name)
        if before == "acquainted":
            other.does("accept", person=ann.who)
    bob.does("block", name=ann.name)
    if before == "acquainted":
        eve.does("remove", person=ann.who)
    assert ann.sees(bob) == ann.sees(eve)
    assert everything(ann, bob) == everything(ann, eve)
    assert bob.sees(ann) == "blocked"


def test_what_is_asked_behind_a_block_is_never_seen(people):
    ann, bob = people
    bob.does("block", name=ann.name)
    assert ann.does("ask", name=bob.name) == "asked"
    assert [one["state"] for one in bob.contacts()] == ["blocked"]
    assert refused(bob.tries("accept", person=ann.who)) == NOT_ASKED
    bob.does("unblock", person=ann.who)
    assert both_see(ann, bob) == ("none", "none")


# In their direct room.

def doors_of(site):
    """Where something is said: each worker, and each gateway in both ways."""
    yield from ((doors.post_by_form, worker) for worker in site.workers)
    for gateway in site.gateways:
        yield doors.post_by_socket, gateway
        yield doors.post_by_chat, gateway


def says(person, room):
    """What he is answered, everywhere."""
    return {post(person.at(door), room) for post, door in doors_of(person.site)}


def direct_room(one, other):
    return must(one.post_fields("/a/room/direct", name=other.name), 201).json()["room"]


def test_a_block_stops_both_at_every_door_and_ends_nothing_else(site, acquainted):
    ann, bob = acquainted
    room = direct_room(ann, bob)
    first = ann.say("before", room)["id"]
    assert says(ann, room) == says(bob, room) == {"ok"}
    cursor = ann.say("last", room)["id"]
    poll = site.hold(ann, cursor, room)
    bob.does("block", person=ann.who)
    have_heard(site)
    assert says(ann, room) == says(bob, room) == {"blocked"}
    assert first in [message["id"] for message in ann.read(room=room)["messages"]], "what was said can be read"
    assert all(read(one, room) == "ok" for one in acquainted for read in doors.READING.values())
    assert not poll.is_answered
    ann.does("block", name=bob.name)
    bob.does("unblock", person=ann.who)
    assert says(bob, room) == {"blocked"}, "as long as one of the two does"
    ann.does("unblock", person=bob.who)
    for one in acquainted:
        wait_until(lambda: says(one, room) == {"ok"}, what="all doors to know that there is none")
    assert len(poll.news()) >= 1


def test_a_block_is_heard_of_though_nobody_tells(world, acquainted):
    """As when the worker that wrote it has died: room_change is looked at."""
    ann, bob = acquainted
    room = direct_room(ann, bob)
    assert says(ann, room) == {"ok"}
    world.ask(f"UPDATE contact SET state = 'blocked' WHERE account_id = {bob.id}")
    world.change(room)
    wait_until(lambda: says(ann, room) == {"blocked"}, what="all doors to know of the block")


# Numbers can be counted up: they are to tell nothing.

def test_a_number_tells_no_name(people):
    ann, bob = people
    nobody = "a999999999"
    for deed in BY_PERSON:
        there, missing = ann.tries(deed, person=bob.who), ann.tries(deed, person=nobody)
        assert bob.name not in there.text
        assert there.status == missing.status
        assert there.text.replace(bob.who, nobody) == missing.text
    assert refused(ann.tries("block", person=bob.who)) == NOBODY
    assert both_see(ann, bob) == ("none", "none")
    bob.does("ask", name=ann.name)
    assert ann.does("block", person=bob.who) == "blocked"


def test_whom_one_meets_in_a_room_one_blocks_by_number(world, people):
    ann, bob = people
    world.room(ann, [ann], invited=[bob])
    assert refused(bob.tries("block", person=ann.who)) == NOBODY, "he is not in it yet"
    assert ann.does("block", person=bob.who) == "blocked"


# Nobody, oneself, too many.

def test_a_name_that_is_nobodys(people):
    for name in ("", " ", "x", "x" * 33, "nobody-is-called-so", "\u202e", "a'; DROP TABLE contact; --", b"\xff\xfe", "%"):
        for deed in BY_NAME:
            assert refused(people[0].tries(deed, name=name)) == NOBODY, (deed, name)


def test_a_person_that_is_none(people):
    for person in ("", "1", "a", "b1", "a-1", "a0", "a 1", "a1 ", "A1", "a99999999999999999999", "a1;--", "g123", "*",
                   "x" * 1000):
        for deed in BY_PERSON:
            assert refused(people[0].tries(deed, person=person)) == (400, "person-invalid"), (deed, person)


def test_a_guest_is_nobodys_contact(people):
    for deed in BY_PERSON:
        assert refused(people[0].tries(deed, person="g" + "0" * 16)) == NOBODY, deed


def test_a_field_that_is_missing_or_there_twice(people):
    ann, bob = people
    for deed in DEEDS:
        field, value = whom_of(deed, bob)
        missing = "name-missing" if deed in BY_NAME else "person-invalid"
        assert refused(ann.tries(deed)) == (400, missing), deed
        twice = ann.post_form(CONTACT + deed, [("_xsrf", ann.xsrf), (field, value), (field, value)])
        assert refused(twice) == (400, "field-repeated"), deed


def test_nobody_is_his_own_contact(people):
    ann, _ = people
    for deed in BY_NAME:
        assert refused(ann.tries(deed, name=ann.name)) == ONESELF
    for deed in BY_PERSON:
        assert refused(ann.tries(deed, person=ann.who)) == ONESELF


def test_there_is_an_end_to_the_contacts_of_one_account(world, people):
    ann, bob = people
    first = int(ann.id) * 1000 + 10_000
    numbers = range(first, first + 500)
    world.ask("INSERT INTO account (id, name, name_key, name_look, password_hash, created_at, password_changed_at)"
              " VALUES " + ", ".join(f"({n}, 'n{n}', 'n{n}', 'n{n}', '$argon2id$x', 1, 1)" for n in numbers))
    world.ask("INSERT INTO contact (account_id, other_id, state, since) VALUES "
              + ", ".join(f"({ann.id}, {n}, 'asked', 1)" for n in numbers[1:]))
    bob.does("ask", name=ann.name)
    carl = world.person("Carl", Acquaintance)
    carl.does("ask", name=ann.name)
    assert ann.does("accept", person=bob.who) == "accepted"
    assert len(ann.contacts()) == 501, "his own, and who asks"
    for deed, whom in (("ask", {"name": f"n{first}"}), ("block", {"name": f"n{first}"}),
                       ("accept", {"person": carl.who}), ("ask", {"name": carl.name})):
        assert refused(ann.tries(deed, **whom)) == TOO_MANY
    assert ann.does("block", person=bob.who) == "blocked", "which is one he has"
    ann.does("remove", person=f"a{numbers[-1]}")
    assert ann.does("ask", name=carl.name) == "accepted"


# The table: everybody who must not.

def test_the_table_is_whole():
    routes = (ROOT / "fcgi/endpoints/routes.c").read_text()
    inside = {word for word in routes.split('"') if word.startswith(CONTACT)}
    assert inside == {LIST, *(CONTACT + deed for deed in DEEDS)}


def strangers(site):
    """Who has no account, in all ways."""
    yield "without a session", Person(site)
    yield "with a token made up", with_token(site, "x" * 43)
    yield "a guest", Person(site).be_a_guest()
    former = Person(site).register()
    token = former.token
    former.sign_out()
    have_heard(site)
    yield "signed out", with_token(site, token)
    gone = Person(site).register()
    token = gone.token
    gone.delete()
    have_heard(site)
    yield "deleted", with_token(site, token)


def test_who_has_no_account_has_no_contacts(site, acquainted):
    ann, bob = acquainted
    for what, stranger in strangers(site):
        assert refused(stranger.get(LIST)) == (401, "sign-in-required"), what
        for deed in DEEDS:
            reply = stranger.post_fields(CONTACT + deed, **dict([whom_of(deed, bob)]))
            assert refused(reply) == (401, "sign-in-required"), (what, deed)
    assert both_see(ann, bob) == ("accepted", "accepted")


def test_a_third_one_changes_nothing_between_two(site, acquainted):
    ann, bob = acquainted
    mallory = Acquaintance(site).register()
    for other in acquainted:
        for deed in BY_PERSON:
            mallory.tries(deed, person=other.who)
        for deed in BY_NAME:
            mallory.does(deed, name=other.name)
    assert ann.contacts() == [{"person": bob.who, "name": bob.name, "state": "accepted"}]
    assert bob.contacts() == [{"person": ann.who, "name": ann.name, "state": "accepted"}]


def test_another_page_cannot_do_it_for_her(people):
    ann, bob = people
    ann.origin = None
    for deed in DEEDS:
        whom = dict([whom_of(deed, bob)])
        for sent in (None, "", bob.xsrf, ann.xsrf + "x"):
            assert refused(ann.tries(deed, _xsrf=sent, **whom)) == (403, "xsrf-mismatch")
        for header in (("Sec-Fetch-Site", "cross-site"), ("Origin", "null")):
            reply = ann.post_form(CONTACT + deed, {"_xsrf": ann.xsrf, **whom}, [header])
            assert refused(reply) == (403, "cross-site")
    assert both_see(ann, bob) == ("none", "none")


def test_with_another_method_it_is_said_so(people):
    for path in (LIST, *(CONTACT + deed for deed in DEEDS)):
        reply = people[0].request("POST" if path == LIST else "GET", path)
        assert refused(reply) == (405, "method-not-allowed"), path


# Without SQL nothing is claimed.

def test_while_sql_is_away_nothing_is_claimed(new_site, database):
    site = new_site()
    ann, bob = Acquaintance(site).register(), Acquaintance(site).register()
    ann.does("ask", name=bob.name)
    with database.locked():
        if database.name == "sqlite":
            assert ann.sees(bob) == "asked", "reading goes on"
        reply = ann.tries("block", name=bob.name)
        assert refused(reply) == (503, "unavailable")
    assert ann.sees(bob) == "asked"
