"""The owner in his private room, an administrator in public ones: by the form and through the socket; nobody edits."""

import pytest

from lib.markup import parse
from lib.member import have_heard
from lib.person import Person, refused
from lib.revising import delete, edit, keys_with, must
from lib.world import World

SITE = {"workers": 2, "gateways": 1, "trusted_proxies": "127.0.0.1"}
DATABASES = ["sqlite", "postgres"]


@pytest.fixture(scope="module")
def world(site, database):
    return World(site, database)


@pytest.fixture(scope="module")
def admin(world):
    admin = world.person("Ada")
    world.ask(f"UPDATE account SET is_admin = 1 WHERE id = {admin.id}")
    return admin


@pytest.fixture
def owner(world):
    return world.person("Olga")


@pytest.fixture
def ben(world):
    return world.person("Ben")


@pytest.fixture
def tea(world, owner, ben):
    """A private room of the two."""
    return world.room(owner=owner, members=[owner, ben])


def by_form(person, said):
    reply = delete(person, said)
    return "done" if reply.status == 200 else reply.problem


def by_socket(person, said):
    with person.websocket() as socket:
        socket.send("delete", room=said["room"], id=said["id"], client_id="k9")
        answer = socket.read("posted", "error")
        return answer.get("problem", "done")


BY = pytest.mark.parametrize("by", [by_form, by_socket])


@BY
def test_an_administrator_in_a_public_room(site, room, admin, ben, by):
    said = ben.say(f"nonsense in {room}", room, client_id="k1")
    must(edit(ben, said, f"more nonsense in {room}", client_id="k2"))
    assert by(admin, said) == "done"
    gone, changed, deletion = ben.read(room=room)["messages"]
    assert (gone["author"], gone["body"], changed["body"]) == (ben.name, "", "")
    assert (deletion["author"], deletion["kind"], deletion["of"]) == (admin.name, "delete", said["id"])
    assert deletion["by"] == f"a{admin.id}" and gone["by"] == f"a{ben.id}"
    assert keys_with(site, f"nonsense in {room}") == []
    assert parse(deletion["html"]).with_class("author").text == admin.name


@BY
def test_what_a_guest_said(site, room, admin, by):
    said = Person(site).be_a_guest().say("nonsense", room)
    assert by(admin, said) == "done"


@BY
def test_the_owner_in_his_private_room(owner, ben, tea, by):
    said = ben.say("nonsense", tea)
    poll = ben.ask(said["id"], tea)
    assert by(owner, said) == "done"
    [deletion] = poll.answer().json()["messages"]
    assert (deletion["of"], deletion["author"]) == (said["id"], owner.name)


@BY
def test_a_member_does_not(owner, ben, tea, by):
    said = owner.say("my rules", tea)
    assert by(ben, said) == "not-yours"
    assert [each["body"] for each in ben.read(room=tea)["messages"]] == ["my rules"]


@BY
def test_who_owns_a_room_is_nothing_special_elsewhere(room, owner, ben, tea, by):
    assert by(owner, ben.say("hello", room)) == "not-yours"


@BY
def test_who_is_not_in_it_does_not_know_of_it(admin, ben, tea, by):
    said = ben.say("hello", tea)
    assert by(admin, said) == "room-not-found"


def test_neither_of_the_two_in_a_direct_room(world, owner, ben):
    direct = world.room(kind="direct", members=[owner, ben])
    assert refused(delete(owner, ben.say("hello", direct))) == (403, "not-yours")
    must(delete(ben, ben.say("hello", direct)))


def test_nobody_puts_words_into_others_mouths(room, admin, ben):
    said = ben.say("hello", room)
    assert refused(edit(admin, said, "I am a fool")) == (403, "not-yours")


def test_what_is_deleted_already(room, admin, ben):
    said = ben.say("hello", room)
    must(delete(ben, said))
    assert refused(delete(admin, said)) == (409, "message-deleted")


def test_who_is_none_any_more(world, room, ben):
    was = world.person()
    world.ask(f"UPDATE account SET is_admin = 1 WHERE id = {was.id}")
    must(delete(was, ben.say("one", room)))
    world.ask(f"UPDATE account SET is_admin = 0 WHERE id = {was.id}")
    assert refused(delete(was, ben.say("two", room))) == (403, "not-yours")


def test_who_is_muted_changes_nothing_either(site, room, admin, ben):
    said = ben.say("hello", room)
    reply = admin.post_fields("/a/room/mute", room=room, person=f"a{ben.id}", minutes="5")
    assert reply.status == 200, reply
    have_heard(site)
    assert refused(edit(ben, said, "x")) == (403, "muted")
    must(delete(admin, said))


def test_a_repetition_is_one(site, room, admin, ben):
    said = ben.say("hello", room)
    first = must(delete(admin, said, client_id="k1"))
    assert must(delete(admin, said, client_id="k1")) == first
    assert len(site.room_log(room)) == 2
