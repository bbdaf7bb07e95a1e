"""A later message that names the earlier one, and the earlier one as it is now for who comes later."""

import pytest

from lib import markup
from lib.member import have_heard
from lib.person import Person
from lib.revising import edit, keys_with, must, without_html
from lib.stream import Stream

SITE = {"workers": 2, "gateways": 2, "trusted_proxies": "127.0.0.1"}


@pytest.fixture
def ann(site):
    return Person(site).be_a_guest()


def lines_until(chat, last):
    lines = []
    while not lines or last not in lines[-1]:
        lines.append(chat.read_text())
    return lines


def test_the_answer_is_a_message_of_its_own(site, room, ann):
    said = ann.say("a lapm", room)
    event = must(edit(ann, said, " a lamp\r\n", client_id="k2"))
    assert (event["kind"], event["of"], event["body"]) == ("edit", said["id"], "a lamp")
    assert (event["author"], event["by"], event["room"]) == (said["author"], said["by"], room)
    assert event["client_id"] == "k2" and event["sent_at"] >= said["sent_at"]
    assert event["id"] == said["id"].replace("-1", "-2")
    assert "deleted_at" not in event and "edited_at" not in event


def test_who_is_there_is_told(site, room, ann):
    said = ann.say("a lapm", room)
    held = [site.hold(worker, said["id"], room) for worker in site.workers]
    with Stream(site.client, room, cursor=said["id"]) as stream, \
            site.gateways[0].websocket() as socket, \
            site.gateways[1].websocket(f"/chat?room={room}") as chat:
        stream.opened()
        socket.subscribe(room, said["id"])
        lines_until(chat, "a lapm")
        event = must(edit(ann, said, "a lamp\nin the hall"))
        for poll in held:
            assert poll.answer().json()["messages"] == [event]
        assert stream.dispatched().json == event
        assert socket.read("message") == {"type": "message", **event}
        assert lines_until(chat, "changed")[-1] == f"* {ann.visit()['name']} changed: a lamp in the hall"


def readers(site, room, cursor):
    """What each door tells one with that cursor."""
    told = [worker.read(cursor, room)["messages"] for worker in site.workers]
    count = len(told[0])
    with Stream(site.client, room, cursor=cursor) as stream:
        told.append([stream.dispatched().json for _ in range(count)])
    with site.websocket() as socket:
        socket.subscribe(room, cursor)
        told.append([{name: value for name, value in each.items() if name != "type"}
                     for each in socket.read_messages(count)])
    return told


@pytest.mark.parametrize("knows", ["nothing", "what was said before", "the message as it was", "all of it"])
def test_who_comes_later_never_sees_the_old_text(site, room, ann, knows):
    first = ann.say("first", room)
    said = ann.say("a lapm", room)
    ann.say("between", room)
    event = must(edit(ann, said, "a lamp"))
    cursor = {"nothing": None, "what was said before": first["id"], "the message as it was": said["id"],
              "all of it": "0-0"}[knows]
    for messages in readers(site, room, cursor):
        assert "a lapm" not in str(messages)
        assert messages[-1] == event
        now = [each for each in messages if each["id"] == said["id"]]
        assert len(now) == (0 if knows == "the message as it was" else 1)
        for each in now:
            assert (each["body"], each["edited_at"], each["edit"]) == ("a lamp", event["sent_at"], event["id"])
            assert {**said, "body": "a lamp", "html": each["html"], "edited_at": event["sent_at"],
                    "edit": event["id"]} == each


def test_a_worker_that_reads_the_room_later_says_the_same(site, room, ann):
    """One has heard of it, and the other has read the list."""
    here, there = site.workers
    said = ann.at(here).say("a lapm", room)
    here.read(room=room)
    must(edit(ann, said, "a lamp"))
    have_heard(site)
    heard = here.read(room=room)
    assert there.read(room=room) == heard
    assert here.read(room=room, html=0) == {**heard, "messages": [without_html(each) for each in heard["messages"]]}


def test_of_several_edits_the_last_one_counts(site, room, ann):
    here, there = site.workers
    said = here.read(room=ann.say("one", room)["room"])["messages"][0]
    events = [must(edit(ann, said, text, client_id=text)) for text in ("two", "three", "four")]
    have_heard(site)
    for worker in (here, there):
        now, *edits = worker.read(room=room)["messages"]
        assert (now["body"], now["edit"]) == ("four", events[-1]["id"])
        assert [each["body"] for each in edits] == ["", "", "four"]
        assert [each.get("deleted_at") for each in edits] == [events[1]["sent_at"], events[2]["sent_at"], None]
        assert [each["of"] for each in edits] == [said["id"]] * 3
    assert keys_with(site, '"body":"two"') == keys_with(site, '"body":"three"') == []


def test_through_the_socket(site, room):
    with site.websocket() as socket:
        id = socket.post(room, "a lapm", "k1")
        socket.send("edit", room=room, id=id, body="a lamp", client_id="k2")
        posted = socket.read("posted")
        assert (posted["client_id"], posted["room"]) == ("k2", room)
        socket.send("edit", room=room, id=id, body="a lamp!", client_id="k3")
        again = socket.read("posted")
    now, first, second = site.client.read(room=room)["messages"]
    assert (now["id"], now["body"]) == (id, "a lamp!")
    assert [first["id"], second["id"]] == [posted["id"], again["id"]]
    assert second["by"] == now["by"]


def test_the_plain_page_shows_it_once_and_marked(site, room, ann):
    said = ann.say("a lapm", room)
    must(edit(ann, said, "a lamp"))
    page = markup.parse(site.client.get(f"/plain?room={room}").text)
    [line] = page.all("li")
    element = line.with_class("message")
    assert element.attributes["id"] == "m" + said["id"]
    assert element.with_class("body").text == "a lamp"
    assert element.with_class("mark").text == "edited 已编辑"


def test_the_elements_for_those_who_only_append_them(site, room, ann):
    said = ann.say("a lapm", room)
    event = must(edit(ann, said, "a <lamp>"))
    element = markup.parse(event["html"]).with_class("message")
    assert element.attributes == {"class": "message edit", "id": "m" + event["id"], "data-of": "m" + said["id"]}
    assert element.with_class("body").text == "a <lamp>"
    must(edit(ann, said, "another lamp"))
    replaced = site.client.read(room=room)["messages"][1]
    element = markup.parse(replaced["html"]).with_class("message")
    assert "hidden" in element.attributes and element.text == ""


def test_who_is_called_something_else_may_still_edit(site, room, ann):
    said = ann.say("a lapm", room)
    ann.be_called(ann.name)
    have_heard(site)
    event = must(edit(ann, said, "a lamp"))
    assert event["author"] == ann.name != said["author"]
    assert site.client.read(room=room)["messages"][0]["author"] == said["author"]


def test_text_in_other_scripts_and_with_quotes(site, room, ann):
    said = ann.say('"x\\y"', room)
    odd = 'tab\there "quoted" \\ / 灯\U0001f600\u2028 </script>'
    event = must(edit(ann, said, odd))
    for worker in site.workers:
        assert [each["body"] for each in worker.read(room=room)["messages"]] == [odd, odd]
    assert event["body"] == odd
