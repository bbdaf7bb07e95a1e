"""A private room: its title, what it is about; every field of the forms as it must not be."""

import re
from urllib.parse import urlencode

import pytest

from lib.at_once import at_once
from lib.database import BOTH
from lib.person import must, refused
from lib.rooms import NOT_FOUND, OWNERS_ONLY, PATH, Roomer
from lib.world import World

SITE = {"trusted_proxies": "127.0.0.1"}
DATABASES = BOTH

CLOSED_NAME = re.compile(r"~[0-9a-f]{24}")
TAKEN = (409, "title-taken")
NO_TITLE, NO_TOPIC = (400, "title-invalid"), (400, "topic-invalid")
NO_ROOM_NAME, NOT_PRIVATE = (400, "room-invalid"), (409, "room-not-private")


@pytest.fixture
def world(site, database):
    return World(site, database)


@pytest.fixture
def ann(world):
    return world.person("Ann", Roomer)


@pytest.fixture
def bob(world):
    return world.person("Bob", Roomer)


def test_who_makes_a_room_owns_it_and_is_alone_there(ann):
    made = must(ann.tries("new", title="Tea at four", topic="Bring cake"), 201).json()
    assert CLOSED_NAME.fullmatch(made["room"])
    seen = ann.sees(made["room"])
    assert seen == {"room": made["room"], "kind": "private", "title": "Tea at four", "topic": "Bring cake",
                    "owner": ann.who, "archived": False, "me": "owner",
                    "members": [{"person": ann.who, "name": ann.name, "owner": True, "invited": False}]}
    assert ann.say("hello", made["room"])["room"] == made["room"]


def test_no_two_rooms_have_one_name(ann):
    assert len({ann.makes(f"Room {n}") for n in range(5)}) == 5


def test_a_room_needs_no_topic(ann):
    assert ann.sees(ann.makes())["topic"] == ""


def test_its_owner_changes_what_is_shown(ann):
    room = ann.makes("Tea", topic="Cake")
    ann.does("title", room, title="Coffee")
    ann.does("topic", room, topic="Biscuits")
    assert (ann.sees(room)["title"], ann.sees(room)["topic"]) == ("Coffee", "Biscuits")
    ann.does("topic", room, topic="")
    assert ann.sees(room)["topic"] == ""


def test_a_member_sees_it_and_changes_nothing(ann, bob):
    room = ann.brings(ann.makes("Tea"), bob)
    seen = bob.sees(room)
    assert (seen["me"], seen["title"], seen["owner"]) == ("member", "Tea", ann.who)
    assert [(one["person"], one["owner"]) for one in seen["members"]] == [(ann.who, True), (bob.who, False)]
    for deed, fields in (("title", {"title": "Mine"}), ("topic", {"topic": "Mine"}), ("archive", {}), ("link", {}),
                         ("invite", {"name": ann.name}), ("remove", {"person": ann.who}),
                         ("hand-over", {"person": bob.who})):
        assert refused(bob.tries(deed, room, **fields)) == OWNERS_ONLY, deed
    assert bob.sees(room) == seen


# Titles.

SAME = [("Tea", "TEA"), ("Straße", "STRASSE"), ("Tea room", "\uff34ea room"), ("paypal", "раураӏ"), ("BATH", "ВАТН"),
        ("Lilly", "1i11y"), ("Zoë", "Zoe\u0308"), ("Barn", "Bam")]
DIFFERENT = ["Tea", "Tee", "Tea!", "茶", "Tea 2", "Чай", "お茶の部屋", "Tea ☕", "Ann's", "a/b (c): d?"]


@pytest.mark.parametrize("one, other", SAME)
def test_titles_of_one_owner_do_not_look_alike(ann, one, other):
    ann.makes(one)
    assert refused(ann.tries("new", title=other)) == TAKEN
    second = ann.makes("Something else")
    assert refused(ann.tries("title", second, title=other)) == TAKEN
    assert ann.sees(second)["title"] == "Something else"


def test_titles_that_do_not_look_alike(ann):
    for title in DIFFERENT:
        assert ann.sees(ann.makes(title))["title"] == title


def test_another_owner_may_call_his_the_same(ann, bob):
    ann.makes("Tea")
    bob.makes("Tea")


def test_a_room_keeps_its_title_in_another_spelling(ann):
    room = ann.makes("tea")
    ann.does("title", room, title="TEA")
    assert ann.sees(room)["title"] == "TEA"


@pytest.mark.parametrize("title", [
    "", " ", " Tea", "Tea ", "Tea\u200broom", "Tea\u202eroom", "Tea\nroom", "Tea\troom", "Теа room", "pаypal",
    "x" * 81, "x" * 5000, b"Tea\0room", b"Tea \xff\xfe", b"\xed\xa0\x80", "1٢"])
def test_what_is_no_title(ann, title):
    room = ann.makes("Tea")
    assert refused(ann.tries("new", title=title)) == NO_TITLE
    assert refused(ann.tries("title", room, title=title)) == NO_TITLE
    assert ann.sees(room)["title"] == "Tea"


def test_the_longest_title_and_topic(ann):
    room = ann.makes("茶" * 80, topic="茶" * 300)
    seen = ann.sees(room)
    assert (seen["title"], seen["topic"]) == ("茶" * 80, "茶" * 300)


@pytest.mark.parametrize("topic", ["x" * 301, "x" * 60_000, "two\nlines", b"a\0b", b"a\xff", "a\x1bb"])
def test_what_is_no_topic(ann, topic):
    room = ann.makes("Tea", topic="Cake")
    assert refused(ann.tries("new", title="Other", topic=topic)) == NO_TOPIC
    assert refused(ann.tries("topic", room, topic=topic)) == NO_TOPIC
    assert ann.sees(room)["topic"] == "Cake"


def test_two_who_make_the_same_at_once_make_one(ann):
    for n in range(5):
        replies = at_once(*(lambda: ann.tries("new", title=f"Room {n}") for _ in range(3)))
        assert sorted(reply.status for reply in replies) == [201, 409, 409]


# Names, which are not titles.

@pytest.mark.parametrize("name", ["", "Tea", "чай", "lobbу", "~", "~" + "0" * 23, "~" + "0" * 25, "~" + "G" * 24,
                                  "~" + "A" * 24, "x" * 65, "a b", "../etc", b"tea\0", b"\xff", "'; DROP TABLE room"])
def test_what_is_no_name_of_a_room(ann, name):
    """The public one in Cyrillic looks like lobby."""
    assert refused(ann.get("/a/room?" + urlencode({"room": name}))) == NO_ROOM_NAME
    for deed, fields in (("title", {"title": "Tea"}), ("topic", {"topic": "x"}), ("leave", {}), ("archive", {}),
                         ("link", {}), ("join", {}), ("refuse", {}), ("read", {"cursor": "0-0"})):
        assert refused(ann.tries(deed, name, **fields)) == NO_ROOM_NAME, deed


def test_a_public_room_is_nobodys(ann):
    assert ann.sees("lobby") == {"room": "lobby", "kind": "public", "title": "", "topic": "", "owner": None,
                                 "archived": False, "me": "guest", "members": []}
    for deed, fields in (("title", {"title": "Mine"}), ("topic", {"topic": "x"}), ("leave", {}), ("archive", {}),
                         ("link", {}), ("join", {}), ("refuse", {}), ("invite", {"name": ann.name}),
                         ("remove", {"person": ann.who}), ("hand-over", {"person": ann.who})):
        assert refused(ann.tries(deed, "lobby", **fields)) in (NOT_PRIVATE, NOT_FOUND), deed


# Fields.

FIELDS = {"new": ["title"], "title": ["room", "title"], "topic": ["room", "topic"], "invite": ["room", "name"],
          "link": ["room"], "refuse": ["room"], "leave": ["room"], "remove": ["room", "person"],
          "hand-over": ["room", "person"], "archive": ["room"], "read": ["room", "cursor"], "direct": ["name"]}
EACH_FIELD = [(deed, field) for deed, fields in FIELDS.items() for field in fields]
SQL = ["'; DROP TABLE room; --", "' OR '1'='1", "x' UNION SELECT 1;", "$1", "%s%n"]


def good(ann, room):
    return {"room": room, "title": "Coffee", "topic": "Cake", "name": ann.name, "person": "a1", "cursor": "0-0"}


@pytest.mark.parametrize("deed, field", EACH_FIELD)
def test_a_field_that_is_missing_or_there_twice(ann, deed, field):
    room = ann.makes()
    fields = [("_xsrf", ann.xsrf), *((each, good(ann, room)[each]) for each in FIELDS[deed])]
    missing = ann.post_form(PATH + deed, [pair for pair in fields if pair[0] != field])
    if (deed, field) == ("read", "room"):
        assert missing.status == 200, "the lobby, as everywhere"
    else:
        assert missing.status == 400 and missing.problem
    twice = ann.post_form(PATH + deed, fields + [(field, good(ann, room)[field])])
    assert refused(twice) == (400, "field-repeated")
    assert ann.sees(room)["title"] == "Tea"


@pytest.mark.parametrize("deed, field", [pair for pair in EACH_FIELD if pair[1] not in ("title", "topic")])
def test_a_field_that_makes_no_sense(ann, deed, field):
    room = ann.makes()
    for value in ("", "x" * 257, "x" * 60_000, b"a\0b", b"\xff\xfe", *SQL):
        reply = ann.tries(deed, **{**{each: good(ann, room)[each] for each in FIELDS[deed]}, field: value})
        assert reply.status in (400, 404), (value, reply)
    assert ann.sees(room)["title"] == "Tea"


@pytest.mark.parametrize("value", SQL)
def test_sql_is_a_title_like_others(ann, database, value):
    room = ann.makes("Tea", topic=value)
    before = database.ask("SELECT count(*) FROM account")
    ann.does("title", room, title=value)
    assert (ann.sees(room)["title"], ann.sees(room)["topic"]) == (value, value)
    assert database.ask("SELECT count(*) FROM account") == before


@pytest.mark.parametrize("deed", FIELDS)
def test_what_changes_something_is_a_post(ann, deed):
    for method in ("GET", "PUT", "DELETE"):
        reply = ann.request(method, PATH + deed)
        assert (reply.status, reply.header("Allow")) == (405, "POST"), method
