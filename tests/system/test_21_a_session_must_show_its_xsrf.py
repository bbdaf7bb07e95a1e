"""What another page cannot know."""

import pytest

POST = "/a/message/new"
POLL = "/a/message/updates"


@pytest.fixture
def guest(site):
    browser = site.browser()
    browser.visit()
    return browser


@pytest.mark.parametrize("path", [POST, POLL])
@pytest.mark.parametrize("token", [
    pytest.param(None, id="none"),
    pytest.param("", id="empty"),
    pytest.param("wrong", id="wrong"),
    pytest.param("A" * 5000, id="long"),
    pytest.param(b"\xff\x00", id="not even text"),
])
def test_without_the_right_one_it_is_refused(site, room, guest, path, token):
    fields = [("body", "hello"), ("room", room)] + [("_xsrf", token)] * (token is not None)
    reply = guest.post_form(path, fields)
    assert (reply.status, reply.problem) == (403, "xsrf-mismatch")
    assert not site.room_log(room)


@pytest.mark.parametrize("path", [POST, POLL])
def test_that_of_another_guest_is_refused(site, room, guest, path):
    other = site.browser().visit()["_xsrf"]
    reply = guest.post_form(path, {"body": "hello", "room": room, "_xsrf": other})
    assert (reply.status, reply.problem) == (403, "xsrf-mismatch")


def test_a_double_submit_is_not_enough(site, room, guest):
    """A planted _xsrf cookie with the same field: bound to no session."""
    guest.cookies["_xsrf"] = "planted"
    reply = guest.post("hello", room)
    assert (reply.status, reply.problem) == (403, "xsrf-mismatch")


def test_almost_the_right_one_is_refused(site, room, guest):
    token = guest.xsrf
    for wrong in (token[:-1], token + "x", token.swapcase(), " " + token):
        reply = guest.post("hello", room, _xsrf=wrong)
        assert reply.status == 403, wrong


def test_the_right_one_is_good_for_many(site, room, guest):
    for n in range(3):
        guest.say(str(n), room)
    assert len(guest.read(room=room)["messages"]) == 3


def test_who_has_no_session_needs_none(site, room):
    """chatdemo's client sends an empty one when there is no cookie."""
    assert site.client.say("hello", room, _xsrf="")
    assert site.client.read(room=room, _xsrf="whatever")


def test_at_the_other_worker_it_is_right_too(site, room, guest):
    for worker in site.workers:
        door = worker.browser()
        door.cookies = guest.cookies
        assert door.say("hello", room)
