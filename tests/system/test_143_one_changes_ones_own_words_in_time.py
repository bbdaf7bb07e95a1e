"""Somebody else's, too late, deleted, never said: each is refused as what it is, at each door, and changes nothing."""

import json
from datetime import datetime, timedelta, timezone

import pytest

from lib.person import Person, refused
from lib.revising import DELETE, EDIT, delete, edit, must

SITE = {"workers": 2, "trusted_proxies": "127.0.0.1"}


@pytest.fixture
def ann(site):
    return Person(site).be_a_guest()


@pytest.fixture
def bob(site):
    return Person(site).be_a_guest()


@pytest.fixture
def unchanged(site, room):
    """Checks at the end that the room is as it was when this is called."""
    before = []
    yield lambda: before.append(site.room_log(room))
    assert before == [] or site.room_log(room) == before[0]


def make_older(site, room, seconds):
    """The room's first message, as if it had been sent before that time."""
    key = f"holdline:{{{room}}}:log"
    message = json.loads(site.redis.lindex(key, 0))
    sent_at = datetime.now(timezone.utc) - timedelta(seconds=seconds)
    message["sent_at"] = sent_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    site.redis.lset(key, 0, json.dumps(message, separators=(",", ":")))


def ask_by_socket(person, type, **members):
    """What the socket of a person answers."""
    with person.websocket() as socket:
        socket.send(type, client_id="by-socket", **members)
        return socket.read("posted", "error")


def check_refused(person, said, status, problem, edits=True, deletes=True):
    """By the form and through the socket."""
    for is_asked, type, reply in ((edits, "edit", lambda: edit(person, said, "changed")),
                                  (deletes, "delete", lambda: delete(person, said))):
        if not is_asked:
            continue
        assert refused(reply()) == (status, problem)
        answer = ask_by_socket(person, type, room=said["room"], id=said["id"],
                               **({"body": "changed"} if type == "edit" else {}))
        assert (answer["type"], answer["problem"]) == ("error", problem)
        assert (answer["client_id"], answer["room"]) == ("by-socket", said["room"])


def test_somebody_elses(site, room, ann, bob, unchanged):
    said = ann.say("hello", room)
    unchanged()
    check_refused(bob, said, 403, "not-yours")


def test_an_account_and_the_guest_it_was_are_two(site, room, unchanged):
    ann = Person(site).be_a_guest()
    said = ann.say("hello", room)
    ann.register()
    unchanged()
    check_refused(ann, said, 403, "not-yours")


def test_an_account_changes_it_from_any_device(site, room):
    ann = Person(site).register()
    said = ann.say("hello", room)
    phone = Person(site, ann.name).sign_in()
    must(edit(phone, said, "hello!"))
    must(delete(phone, said))


def test_who_has_no_session_has_said_nothing(site, room, ann, unchanged):
    said = ann.say("hello", room)
    sessions = len(site.redis.keys("holdline:session:*"))
    unchanged()
    nobody = Person(site)
    assert refused(edit(nobody, said, "changed")) == (403, "not-yours")
    assert refused(delete(nobody, said)) == (403, "not-yours")
    assert nobody.cookies == {} and len(site.redis.keys("holdline:session:*")) == sessions


def test_another_socket_without_a_session(site, room, unchanged):
    with site.websocket() as one, site.websocket() as other:
        id = one.post(room, "hello", "k1")
        unchanged()
        other.send("edit", room=room, id=id, body="changed", client_id="k2")
        assert other.read("error")["problem"] == "not-yours"


def test_what_nobody_knows_who_said(site, room, ann, unchanged):
    said = ann.say("hello", room)
    message = json.loads(site.room_log(room)[0])
    del message["by"]
    site.redis.lset(f"holdline:{{{room}}}:log", 0, json.dumps(message, separators=(",", ":")))
    unchanged()
    check_refused(ann, said, 403, "not-yours")


def test_too_late(site, room, ann, unchanged):
    said = ann.say("hello", room)
    make_older(site, room, 15 * 60 + 1)
    unchanged()
    check_refused(ann, said, 403, "too-late", deletes=False)


def test_just_in_time(site, room, ann):
    said = ann.say("hello", room)
    make_older(site, room, 15 * 60 - 30)
    must(edit(ann, said, "hello!"))
    must(edit(ann, said, "hello!!"))


def test_editing_gives_no_more_time(site, room, ann):
    said = ann.say("hello", room)
    must(edit(ann, said, "hello!"))
    make_older(site, room, 15 * 60 + 1)
    check_refused(ann, said, 403, "too-late", deletes=False)
    must(delete(ann, said))


def test_what_is_deleted(site, room, ann, unchanged):
    said = ann.say("hello", room)
    must(delete(ann, said))
    unchanged()
    check_refused(ann, said, 409, "message-deleted")


def test_what_was_edited_and_deleted(site, room, ann, unchanged):
    said = ann.say("hello", room)
    must(edit(ann, said, "hello!"))
    must(delete(ann, said))
    unchanged()
    check_refused(ann, said, 409, "message-deleted")


@pytest.mark.parametrize("id", ["{epoch}-2", "{epoch}-0", "{epoch}-9007199254740991", "1-1", "0-0",
                                "ffffffffffffffff-1"])
def test_what_nobody_said(site, room, ann, unchanged, id):
    said = ann.say("hello", room)
    unchanged()
    check_refused(ann, {"room": room, "id": id.format(epoch=said["id"].split("-")[0])}, 404, "message-not-found")


def test_in_a_room_where_nothing_was_said(site, room, ann):
    said = ann.say("hello", room)
    check_refused(ann, {"room": "not-" + room, "id": said["id"]}, 404, "message-not-found")
    assert site.redis.keys(f"holdline:{{not-{room}}}:*") == []


def test_an_edit_or_deletion_itself(site, room, ann, unchanged):
    first, second = ann.say("one", room), ann.say("two", room)
    events = [must(edit(ann, first, "one!")), must(delete(ann, second))]
    unchanged()
    for event in events:
        check_refused(ann, event, 404, "message-not-found")


@pytest.mark.parametrize("fields, status, problem", [
    ({"id": None}, 400, "cursor-invalid"),
    ({"id": "x"}, 400, "cursor-invalid"),
    ({"id": "5F-1"}, 400, "cursor-invalid"),
    ({"room": "No Such"}, 400, "room-invalid"),
    ({"client_id": "a b"}, 400, "client-id-invalid"),
    ({"body": None}, 400, "body-missing"),
    ({"body": " \n"}, 400, "body-empty"),
    ({"body": "x" * 4001}, 400, "body-too-long"),
    ({"body": "\x07"}, 400, "body-control-character"),
    ({"next": "//elsewhere.example"}, 400, "next-invalid"),
    ({"_xsrf": None}, 403, "xsrf-mismatch"),
    ({"_xsrf": "x"}, 403, "xsrf-mismatch"),
])
def test_what_makes_no_sense(site, room, ann, unchanged, fields, status, problem):
    said = ann.say("hello", room)
    unchanged()
    reply = ann.post_fields(EDIT, **{"id": said["id"], "room": room, "body": "hello!", **fields})
    assert refused(reply) == (status, problem)
    if "body" not in fields:
        assert refused(ann.post_fields(DELETE, **{"id": said["id"], "room": room, **fields})) == (status, problem)


def test_fields_that_are_repeated(site, room, ann, unchanged):
    said = ann.say("hello", room)
    unchanged()
    for path in (EDIT, DELETE):
        reply = ann.post_form(path, [("id", said["id"]), ("id", said["id"]), ("room", room), ("body", "x"),
                                     ("_xsrf", ann.xsrf)])
        assert refused(reply) == (400, "field-repeated")


@pytest.mark.parametrize("members, problem", [
    ({"id": 42}, "field-invalid"),
    ({"id": None}, "cursor-invalid"),
    ({"id": "x"}, "cursor-invalid"),
    ({"body": 42}, "field-invalid"),
    ({"body": ""}, "body-empty"),
    ({"room": []}, "field-invalid"),
    ({"room": "No Such"}, "room-invalid"),
    ({"client_id": None}, "client-id-invalid"),
])
def test_frames_that_make_no_sense(site, room, members, problem):
    with site.websocket() as socket:
        id = socket.post(room, "hello", "k1")
        socket.send("edit", **{"room": room, "id": id, "body": "hello!", "client_id": "k2", **members})
        error = socket.read("error")
        assert error["problem"] == problem
        assert error.get("client_id") == ("k2" if "client_id" not in members else None)
        socket.send("ping")
        socket.read("pong")
    assert len(site.room_log(room)) == 1


def test_with_next_it_goes_there(site, room, ann):
    said = ann.say("hello", room)
    reply = edit(ann, said, "hello!", next=f"/plain?room={room}")
    assert reply.status == 303 and reply.header("Location").endswith(f"/plain?room={room}")
    assert delete(ann, said, next="/").status == 303


def test_junk_in_the_list_is_nothing_that_can_be_changed(site, room, ann):
    said = ann.say("hello", room)
    key = f"holdline:{{{room}}}:log"
    for junk in ("", "junk", '{"id":"' + said["id"] + '",junk', "[]"):
        site.redis.lset(key, 0, junk)
        assert refused(edit(ann, said, "changed")) == (404, "message-not-found")
        assert site.redis.lrange(key, 0, -1) == [junk]
