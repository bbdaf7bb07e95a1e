"""Bans and mutes, in public and private rooms, of accounts and guests: at every door and in every tab, for a time."""

import pytest

from lib.member import have_heard
from lib.person import Person, with_token
from lib.wait import wait_until
from lib.ways import HOLDS, OK, READING, WRITING, form, plain
from lib.world import World, now_ms, room_id

SITE = {"workers": 2, "gateways": 1, "trusted_proxies": "127.0.0.1"}
DATABASES = ["sqlite", "postgres"]
CHAT_FIRST = ("line",)  # who may not read cannot say a line


@pytest.fixture(scope="module")
def world(site, database):
    return World(site, database)


@pytest.fixture(scope="module")
def ann(world):
    """An administrator."""
    ann = world.person("Ann")
    world.ask(f"UPDATE account SET is_admin = 1 WHERE id = {ann.id}")
    return ann


@pytest.fixture
def ben(world):
    return world.person("Ben")


@pytest.fixture
def said(site, ann, room):
    assert form(site, ann, room) == OK
    return room


def sentence(by, what, room, person, **fields):
    fields = {"minutes": "5", **fields} if what != "pardon" else fields
    return by.post_fields(f"/a/room/{what}", room=room, person=person, **fields)


def must(reply):
    assert reply.status == 200, reply
    return reply.json()


@pytest.fixture
def decide(site):
    """Does it, and waits until all processes have heard of it."""
    def decide(*words, **fields):
        done = must(sentence(*words, **fields))
        have_heard(site)
        return done
    return decide


def by_of(person, room):
    """Who he is for others: as his messages say."""
    reply = person.post_fields("/a/message/new", room=room, body="who am I?")
    assert reply.status == 200, reply
    return reply.json()["by"]


@pytest.mark.parametrize("kind", ["account", "guest"])
def test_who_is_banned_reads_and_says_nothing(site, ann, ben, said, kind, decide):
    """In the tab in which it happened, in another one, at every door."""
    whom = ben if kind == "account" else Person(site).be_a_guest()
    person = by_of(whom, said)
    decide(ann, "ban", said, person)
    tab = with_token(site, whom.token)
    elsewhere = Person(site, ben.name).sign_in() if kind == "account" else tab
    for way in READING + [way for way in WRITING if way.__name__ not in CHAT_FIRST]:
        assert [way(site, one, said) for one in (whom, tab, elsewhere)] == ["banned"] * 3, way
    assert decide(ann, "pardon", said, person)["ended"] == 1
    assert form(site, whom, said) == OK


@pytest.mark.parametrize("hold", HOLDS, ids=lambda hold: hold.__name__)
@pytest.mark.parametrize("kind", ["account", "guest"])
def test_what_he_holds_ends(site, ann, ben, said, hold, kind, decide):
    whom = ben if kind == "account" else Person(site).be_a_guest()
    person = by_of(whom, said)
    with hold(site, whom, said) as held, hold(site, ann, said) as kept:
        decide(ann, "ban", said, person)
        assert held.end() == "banned"
        assert form(site, ann, said) == OK
        kept.hears("by a form")


@pytest.mark.parametrize("way", WRITING, ids=lambda way: way.__name__)
def test_who_is_muted_reads_on(site, ann, ben, said, way, decide):
    decide(ann, "mute", said, f"a{ben.id}")
    count = len(site.room_log(said))
    assert way(site, ben, said) == "muted"
    assert len(site.room_log(said)) == count
    for reading in READING:
        assert reading(site, ben, said) == OK, reading
    assert decide(ann, "pardon", said, f"a{ben.id}")["ended"] == 1
    assert way(site, ben, said) == OK


def test_he_hears_for_how_long(site, ann, ben, said, decide):
    decide(ann, "ban", said, f"a{ben.id}", minutes="2")
    for reply in (ben.post_fields("/a/message/new", room=said, body="x"), ben.get(f"/plain?room={said}"),
                  ben.get(f"/a/message/stream?room={said}"), ben.get(f"/a/room/present?room={said}"),
                  ben.ask(None, said, headers=ben.headers, _xsrf=ben.xsrf).answer()):
        assert (reply.status, reply.problem) == (403, "banned")
        assert 60 < int(reply.header("Retry-After")) <= 120


@pytest.mark.parametrize("kind", ["ban", "mute"])
def test_it_is_over_when_it_is(site, world, ann, ben, room, kind):
    world.put_public(room)
    world.punish(room, ben, kind, ann)
    refused = {"ban": "banned", "mute": "muted"}[kind]
    wait_until(lambda: form(site, ben, room) == refused, what="it to be in force")
    world.ask(f"UPDATE room_sanction SET until = {now_ms() + 1500} WHERE room_id = {room_id(room)}")
    world.change(room)
    wait_until(lambda: form(site, ben, room) == OK, what="the end of it")


def test_other_rooms_and_others_are_as_before(site, ann, ben, said, room, decide):
    other = Person(site).be_a_guest()
    decide(ann, "ban", said, f"a{ben.id}")
    assert form(site, ben, f"{room[:40]}-2") == OK
    assert plain(site, other, said) == OK
    assert plain(site, Person(site), said) == OK


# --- who may, and what --------------------------------------------------------------------------------------------------

def test_the_owner_does_it_in_his_private_room(site, world, ann, ben, decide):
    owner, member = world.person(), world.person()
    tea = world.room(owner=owner, members=[owner, ben, member])
    assert form(site, ben, tea) == OK
    assert decide(owner, "ban", tea, f"a{ben.id}", name=ben.name)["kind"] == "ban"
    assert form(site, ben, tea) == "banned"
    reply = sentence(member, "pardon", tea, f"a{ben.id}")
    assert (reply.status, reply.problem) == (403, "moderators-only")
    decide(ann, "pardon", tea, f"a{ben.id}")  # the administrator
    assert form(site, ben, tea) == OK


@pytest.mark.parametrize("what", ["mute", "ban", "pardon"])
def test_nobody_else_may(site, world, ben, said, what):
    owner = world.person()
    tea = world.room(owner=owner, members=[owner])
    direct = world.room(kind="direct", members=[owner, ben])
    guest = Person(site).be_a_guest()
    for who, room, refused in [(ben, said, (403, "moderators-only")), (owner, said, (403, "moderators-only")),
                               (guest, said, (401, "sign-in-required")), (ben, tea, (404, "room-not-found")),
                               (owner, direct, (403, "moderators-only")),
                               (owner, "~00000000000000000000beef", (404, "room-not-found"))]:
        reply = sentence(who, what, room, "a999999")
        assert (reply.status, reply.problem) == refused
        if what == "ban":
            reply = who.get(f"/a/room/sanctions?room={room}")
            assert (reply.status, reply.problem) == refused


def test_the_owner_is_not_banned_in_his_room(site, world, ann):
    owner = world.person()
    tea = world.room(owner=owner, members=[owner])
    reply = sentence(ann, "ban", tea, f"a{owner.id}")
    assert (reply.status, reply.problem) == (409, "person-is-owner")
    reply = sentence(owner, "mute", tea, f"a{owner.id}")
    assert (reply.status, reply.problem) == (409, "person-is-you")


@pytest.mark.parametrize("fields, problem", [
    ({"minutes": "0"}, "minutes-invalid"), ({"minutes": "525601"}, "minutes-invalid"),
    ({"minutes": "-1"}, "minutes-invalid"), ({"minutes": "1.5"}, "minutes-invalid"),
    ({"minutes": "9" * 30}, "minutes-invalid"), ({"minutes": ""}, "minutes-invalid"),
    ({"minutes": None}, "minutes-invalid"), ({"person": "ben"}, "person-invalid"),
    ({"person": None}, "person-invalid"), ({"name": "\u202ename"}, "name-bad-character"),
    ({"room": "No such"}, "room-invalid"),
])
def test_what_makes_no_sense_changes_nothing(world, ann, said, fields, problem):
    before = world.count("room_sanction")
    form_fields = {"room": said, "person": "a999999", "minutes": "5", **fields}
    reply = ann.post_fields("/a/room/ban", **form_fields)
    assert (reply.status, reply.problem) == (400, problem)
    assert world.count("room_sanction") == before


def test_without_its_xsrf_nothing_is_done(world, ann, said):
    reply = ann.post_fields("/a/room/ban", room=said, person="a999999", minutes="5", _xsrf=None)
    assert (reply.status, reply.problem) == (403, "xsrf-mismatch")


def test_the_list_says_who_and_until_when(site, ann, ben, said, decide):
    guest = Person(site).be_a_guest()
    person = by_of(guest, said)
    decide(ann, "mute", said, person, minutes="1")
    decide(ann, "ban", said, f"a{ben.id}", minutes="3", name=ben.name)
    decide(ann, "mute", said, person, minutes="2", name="Some guest")
    listed = must(ann.get(f"/a/room/sanctions?room={said}"))
    assert listed["room"] == said
    assert [(one["person"], one["name"], one["kind"], one["by"]) for one in listed["sanctions"]] == [
        (f"a{ben.id}", ben.name, "ban", f"a{ann.id}"), (person, "Some guest", "mute", f"a{ann.id}")]
    assert listed["sanctions"][0]["until"] > listed["sanctions"][1]["until"]


def test_there_is_an_end_to_them(site, world, ann, ben, room, decide):
    world.put_public(room)
    rows = ", ".join(f"((SELECT id FROM room WHERE name = '{room}'), 'a{number}', 'mute', 'n', {ann.id}, 1, "
                     f"{now_ms() + 60000})" for number in range(1_000_000, 1_001_000))
    world.ask("INSERT INTO room_sanction (room_id, person, kind, name, given_by, given_at, until) VALUES " + rows)
    reply = sentence(ann, "mute", room, f"a{ben.id}")
    assert (reply.status, reply.problem) == (409, "too-many-sanctions")
    assert form(site, ben, room) == OK
    world.ask("UPDATE room_sanction SET until = 2 WHERE given_at = 1")
    decide(ann, "mute", room, f"a{ben.id}")
