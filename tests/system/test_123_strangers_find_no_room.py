"""The table: every request about a room, and everybody whose it is not.

Missing and forbidden are answered alike, byte for byte."""

import pytest

from lib.database import BOTH
from lib.http_client import encode_form
from lib.member import have_heard
from lib.person import Person, refused, with_token
from lib.rooms import NOT_FOUND, PATH, Roomer
from lib.site import ROOT
from lib.world import World

SITE = {"trusted_proxies": "127.0.0.1"}
DATABASES = BOTH

SIGN_IN_REQUIRED = (401, "sign-in-required")
XSRF, CROSS_SITE = (403, "xsrf-mismatch"), (403, "cross-site")
MISSING = "~" + "0" * 24
SECRET = "x" * 43

# What each needs besides the room; None: it is about no room that is there.
POSTS = {
    "new": None,
    "direct": None,
    "join": {},
    "refuse": {},
    "leave": {},
    "read": {"cursor": "0-0"},
    "title": {"title": "Mine"},
    "topic": {"topic": "Mine"},
    "invite": {"name": "Anna"},
    "link": {"hours": "1"},
    "remove": {"person": "a1"},
    "hand-over": {"person": "a1"},
    "archive": {},
}
ABOUT_A_ROOM = [deed for deed, fields in POSTS.items() if fields is not None]
# Of other files: who is present, who types, and who is sanctioned.
ELSEWHERE = {"present", "typing", "mute", "ban", "pardon", "sanctions"}
INVITED_MAY = {"join", "refuse", "leave"}


@pytest.fixture
def world(site, database):
    return World(site, database)


@pytest.fixture
def ann(world):
    return world.person("Ann", Roomer)


@pytest.fixture
def room(ann):
    """In which nothing changes."""
    room = ann.makes()
    before = ann.sees(room)
    yield room
    assert ann.sees(room) == before


def do(person, deed, room, **more):
    """The request with all that it needs."""
    fields = {"new": {"title": "Mine"}, "direct": {"name": "Anna"}}.get(deed)
    if fields is None:
        fields = {"room": room, **POSTS[deed]}
    return person.post_fields(PATH + deed, **{**fields, **more})


def body_of(reply):
    return reply.status, reply.body


def test_the_table_is_whole():
    routes = (ROOT / "fcgi/endpoints/routes.c").read_text()
    inside = {word.removeprefix(PATH) for word in routes.split('"') if word.startswith(PATH)}
    assert inside - ELSEWHERE == {*POSTS, "list"}


@pytest.mark.parametrize("deed", ABOUT_A_ROOM)
def test_who_is_somebody_else(site, ann, room, deed):
    mallory = Roomer(site).register()
    reply = do(mallory, deed, room)
    assert refused(reply) == NOT_FOUND
    assert body_of(reply) == body_of(do(mallory, deed, MISSING))


@pytest.mark.parametrize("deed", ABOUT_A_ROOM)
def test_who_is_invited_only(world, ann, deed):
    room, bob = ann.makes(), world.person("Bob", Roomer)
    ann.does("invite", room, name=bob.name)
    reply = do(bob, deed, room)
    if deed in INVITED_MAY:
        assert reply.status == 200
    else:
        assert refused(reply) == NOT_FOUND


@pytest.mark.parametrize("deed", ABOUT_A_ROOM)
@pytest.mark.parametrize("how", ["left", "removed", "refused"])
def test_who_was_there_once(world, ann, deed, how):
    room, bob = ann.makes(), world.person("Bob", Roomer)
    if how == "refused":
        ann.does("invite", room, name=bob.name)
        bob.does("refuse", room)
    else:
        ann.brings(room, bob)
        bob.does("leave", room) if how == "left" else ann.does("remove", room, person=bob.who)
    assert refused(do(bob, deed, room)) == NOT_FOUND


@pytest.mark.parametrize("deed", ABOUT_A_ROOM)
def test_an_administrator_is_a_stranger_in_private_rooms(world, ann, room, deed):
    root = world.person("Root", Roomer)
    world.ask(f"UPDATE account SET is_admin = 1 WHERE id = {root.id}")
    assert refused(do(root, deed, room)) == NOT_FOUND
    assert refused(root.asks_for(room)) == NOT_FOUND


@pytest.mark.parametrize("deed", POSTS)
def test_who_has_no_account(site, room, deed):
    ended = Person(site).register()
    token = ended.token
    ended.sign_out()
    have_heard(site)
    for one in (Person(site), Person(site).be_a_guest(), with_token(site, "x" * 43), with_token(site, token)):
        assert refused(do(one, deed, room)) == SIGN_IN_REQUIRED


def test_looking_is_the_same(site, room):
    mallory = Roomer(site).register()
    for one in (mallory, Roomer(site).be_a_guest()):
        assert refused(one.asks_for(room)) == NOT_FOUND
        assert body_of(one.asks_for(room)) == body_of(one.asks_for(MISSING))
    assert room not in mallory.rooms()


def test_a_list_is_ones_own(site, room):
    guest = Roomer(site).be_a_guest()
    assert guest.rooms() == {}
    assert refused(Person(site).get(PATH + "list")) == SIGN_IN_REQUIRED


# Another page that makes her browser ask.

@pytest.mark.parametrize("deed", POSTS)
def test_without_her_own_xsrf(site, ann, room, deed):
    for sent in (None, "", ann.xsrf.swapcase(), Person(site).visit()["_xsrf"]):
        assert refused(do(ann, deed, room, _xsrf=sent)) == XSRF


@pytest.mark.parametrize("deed", POSTS)
def test_from_another_site(ann, room, deed):
    ann.origin = None
    fields = encode_form({"_xsrf": ann.xsrf, "room": room, "title": "Mine", "name": "Anna", **(POSTS[deed] or {})})
    for header in (("Sec-Fetch-Site", "cross-site"), ("Origin", "https://evil.example")):
        assert refused(ann.post_form(PATH + deed, fields, [header])) == CROSS_SITE
