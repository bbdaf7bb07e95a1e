"""Those who have it are told to forget it; nobody else ever gets it; and what is left says only that something was there."""

import json

import pytest

from lib import markup
from lib.person import Person
from lib.revising import delete, edit, keys_with, must
from lib.stream import Stream
from lib.wait import wait_until

SITE = {"workers": 2, "gateways": 2, "trusted_proxies": "127.0.0.1"}
SECRET = "the key is under the mat"


@pytest.fixture
def ann(site):
    return Person(site).be_a_guest()


def test_the_answer_is_a_message_of_its_own(site, room, ann):
    said = ann.say(SECRET, room)
    event = must(delete(ann, said))
    assert (event["kind"], event["of"], event["body"], event["by"]) == ("delete", said["id"], "", said["by"])
    assert SECRET not in str(event)


def test_who_is_there_is_told(site, room, ann):
    said = ann.say(SECRET, room)
    held = [site.hold(worker, said["id"], room) for worker in site.workers]
    with Stream(site.client, room, cursor=said["id"]) as stream, \
            site.gateways[0].websocket() as socket, \
            site.gateways[1].websocket(f"/chat?room={room}") as chat:
        stream.opened()
        socket.subscribe(room, said["id"])
        while SECRET not in chat.read_text():
            pass
        event = must(delete(ann, said))
        for poll in held:
            assert poll.answer().json()["messages"] == [event]
        assert stream.dispatched().json == event
        assert socket.read("message") == {"type": "message", **event}
        line = f"* a line of {said['author']} was removed"
        wait_until(lambda: chat.read_text() == line, what="the line")


def test_the_list_keeps_a_tombstone(site, room, ann):
    said = ann.say(SECRET, room, client_id="k1")
    ann.say("something else", room)
    event = must(delete(ann, said))
    tombstone, other, deletion = map(json.loads, site.room_log(room))
    assert (tombstone["id"], tombstone["body"], tombstone["deleted_at"]) == (said["id"], "", event["sent_at"])
    assert (tombstone["author"], tombstone["sent_at"], tombstone["prev"]) == (said["author"], said["sent_at"], 0)
    assert other["body"] == "something else"
    assert (deletion["kind"], deletion["of"], deletion["prev"]) == ("delete", said["id"], 2)


def test_the_text_is_nowhere_in_redis(site, room, ann):
    """Not with the message, nor with an edit of it, nor with what a repetition is answered."""
    text = f"the key to {room}"
    said = ann.say(text, room, client_id="k1")
    must(edit(ann, said, text + "!", client_id="k2"))
    must(edit(ann, said, text + "!!", client_id="k3"))
    assert len(keys_with(site, text)) == 3
    must(delete(ann, said, client_id="k4"))
    assert keys_with(site, text) == []
    assert site.redis.ttl(f"holdline:{{{room}}}:sent:k1") > 0
    again = ann.post(text, room, client_id="k1").json()
    assert (again["id"], again["body"]) == (said["id"], "") and again["deleted_at"]
    assert edit(ann, said, text + "!!", client_id="k3").json()["body"] == ""


@pytest.mark.parametrize("times_edited", [0, 1, 2])
@pytest.mark.parametrize("cursor", [None, "0-0", "before", "said"])
def test_who_comes_later_never_sees_it(site, room, ann, cursor, times_edited):
    before = ann.say("before", room)
    said = ann.say(SECRET, room)
    for n in range(times_edited):
        must(edit(ann, said, f"{SECRET} {n}"))
    event = must(delete(ann, said))
    cursor = {"before": before["id"], "said": said["id"]}.get(cursor, cursor)
    told = [worker.read(cursor, room)["messages"] for worker in site.workers]
    with Stream(site.client, room, cursor=cursor) as stream:
        told.append([stream.dispatched().json for _ in told[0]])
    with site.websocket() as socket:
        socket.subscribe(room, cursor)
        told.append(socket.read_messages(len(told[0])))
    for messages in told:
        assert SECRET not in str(messages)
        assert messages[-1]["id"] == event["id"]
        assert [each["body"] for each in messages if each["id"] != before["id"]] == [""] * len(
            [each for each in messages if each["id"] != before["id"]])


def test_the_chat_says_nothing_of_it_to_who_comes_later(site, room, ann):
    said = ann.say(SECRET, room)
    must(edit(ann, said, SECRET + "!"))
    must(delete(ann, said))
    ann.say("the last", room)
    with site.websocket(f"/chat?room={room}") as chat:
        lines = [chat.read_text() for _ in range(3)]
    assert [line for line in lines if " came" not in line] == [
        f"* a line of {said['author']} was removed", f"{said['author']}: the last"]


def test_the_plain_page_shows_that_something_was_there(site, room, ann):
    said = ann.say(SECRET, room)
    ann.say("something else", room)
    must(delete(ann, said))
    page = site.client.get(f"/plain?room={room}").text
    assert SECRET not in page
    gone, other = markup.parse(page).all("li")
    assert gone.with_class("message").attributes == {"class": "message deleted", "id": "m" + said["id"]}
    assert gone.with_class("mark").text == "removed 已删除"
    assert other.with_class("body").text == "something else"


def test_through_the_socket(site, room):
    with site.websocket() as socket:
        id = socket.post(room, SECRET, "k1")
        socket.send("delete", room=room, id=id, client_id="k2")
        posted = socket.read("posted")
    gone, deletion = site.client.read(room=room)["messages"]
    assert (gone["id"], gone["body"]) == (id, "")
    assert (deletion["id"], deletion["of"]) == (posted["id"], id)


def test_one_deletes_also_what_one_said_long_ago(site, room, ann):
    said = ann.say(SECRET, room)
    old = json.loads(site.room_log(room)[0])
    site.redis.lset(f"holdline:{{{room}}}:log", 0,
                    json.dumps({**old, "sent_at": "2026-01-01T00:00:00.000Z"}, separators=(",", ":")))
    must(delete(ann, said))


def test_what_the_list_has_lost_is_gone_anyway(new_site):
    """The list keeps three; an edit pushes out what it edits, and then nobody can change that any more."""
    site = new_site(env={"HOLDLINE_REPLAY": 3})
    ann = Person(site).be_a_guest()
    said = [ann.say(text, "tea") for text in ("one", "two", "three")]
    must(edit(ann, said[0], "one!"))
    assert [json.loads(each)["body"] for each in site.room_log("tea")] == ["two", "three", "one!"]
    assert delete(ann, said[0]).problem == "message-not-found"
    must(delete(ann, said[1]))
    for worker in site.workers:
        assert [each["body"] for each in worker.read(room="tea")["messages"]] == ["three", "one!", ""]
