"""A post and what a poll without a cursor says of it."""

import re

import pytest

ID = re.compile(r"(0|[1-9a-f][0-9a-f]{0,15})-(0|[1-9][0-9]*)")
SENT_AT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
FIELDS = {"id", "room", "author", "by", "body", "html", "sent_at", "client_id"}


def test_a_post_answers_the_message(site, room):
    message = site.client.say("hello", room, client_id="k3")
    assert set(message) == FIELDS
    assert ID.fullmatch(message["id"])
    assert SENT_AT.fullmatch(message["sent_at"])
    assert (message["room"], message["body"], message["client_id"]) == (room, "hello", "k3")
    assert message["author"]


def test_the_answer_is_json_that_nobody_keeps(site, room):
    reply = site.client.post("hello", room)
    assert reply.content_type == "application/json"
    assert reply.header("Cache-Control") == "no-store"


def test_without_a_client_id_it_is_null(site, room):
    assert site.client.say("hello", room)["client_id"] is None


def test_a_poll_without_a_cursor_answers_what_there_is(site, room):
    said = [site.client.say(text, room) for text in ("one", "two")]
    news = site.client.read(room=room)
    assert news == {"messages": said, "cursor": said[-1]["id"]}


def test_an_empty_cursor_is_none(site, room):
    said = site.client.say("one", room)
    assert site.client.read(cursor="", room=room)["messages"] == [said]


def test_every_worker_answers_the_same(site, room):
    said = [worker.say(f"by worker {worker.number}", room) for worker in site.workers]
    for worker in site.workers:
        assert worker.read(room=room)["messages"] == said


def test_the_room_is_the_lobby_unless_said(site):
    said = site.client.say("to whom it may concern")
    assert said["room"] == "lobby"
    assert site.client.read()["messages"][-1] == said


def test_rooms_are_apart(site, room):
    site.client.say("here", room)
    other = site.client.say("there", "another-" + room)
    assert site.client.read(room=other["room"])["messages"] == [other]


def test_redis_shows_the_room_as_the_design_says(site, room):
    said = site.client.say("hello", room)
    epoch, seq = said["id"].split("-")
    assert site.redis.hgetall(f"holdline:{{{room}}}:head")["seq"] == seq
    assert site.redis.hgetall(f"holdline:{{{room}}}:head")["epoch"] == epoch
    assert len(site.room_log(room)) == 1


def test_the_seqs_of_a_room_go_up_by_one(site, room):
    ids = [site.client.say(str(n), room)["id"] for n in range(5)]
    assert [int(each.split("-")[1]) for each in ids] == list(range(1, 6))
    assert len({each.split("-")[0] for each in ids}) == 1


@pytest.mark.parametrize("written, kept", [
    pytest.param("a\r\nb", "a\nb", id="CR LF becomes LF"),
    pytest.param("a\rb", "a\nb", id="CR becomes LF"),
    pytest.param("a\tb", "a\tb", id="a tab stays"),
    pytest.param(" \n\t hello \r\n ", "hello", id="white space at the ends goes"),
    pytest.param("\u3000hello\u2003", "hello", id="Unicode's white space too"),
    pytest.param("a  b", "a  b", id="white space within stays"),
])
def test_the_text_is_tidied(site, room, written, kept):
    assert site.client.say(written, room)["body"] == kept


@pytest.mark.parametrize("text", [
    pytest.param("x" * 4000, id="4000 letters"),
    pytest.param("\U0001f600" * 4000, id="4000 emoji, 16000 bytes"),
    pytest.param("\r\n" * 300 + "x" * 4000 + " " * 50, id="4000 after tidying"),
])
def test_the_longest_text_is_stored(site, room, text):
    assert site.client.say(text, room)["body"] == text.strip()


@pytest.mark.parametrize("name", ["a", "7", "a" * 64, "a.b_c-d", "0..", "lobby-"])
def test_rooms_may_be_called(site, name):
    assert site.client.say("hello", name)["room"] == name


@pytest.mark.parametrize("client_id", ["a", "A.b_c-9", "k" * 64, "-", "."])
def test_client_ids_may_be(site, room, client_id):
    assert site.client.say("hello", room, client_id=client_id)["client_id"] == client_id
