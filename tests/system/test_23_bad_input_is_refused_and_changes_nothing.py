"""Every kind of bad input, by the problem it is answered with.

Forms are written as they are on the wire; ROOM stands for the test's room."""

import pytest

from lib.http_client import FORM

POST = "/a/message/new"
POLL = "/a/message/updates"


def logs(site):
    """Of rooms; what is on the shelf of the shop is not said by anybody."""
    return {key: site.redis.lrange(key, 0, -1) for key in site.redis.keys("holdline:{[^=]*:log")}


def send(site, room, path, form, headers=(("Content-Type", FORM),)):
    """The reply, after making sure that no room's log changed."""
    site.client.say("was here before", room)
    before = logs(site)
    if isinstance(form, str):
        form = form.encode()
    reply = site.client.request("POST", path, headers, form.replace(b"ROOM", room.encode()))
    assert logs(site) == before
    return reply


@pytest.mark.parametrize("form, problem", [
    pytest.param("", "body-missing", id="no form at all"),
    pytest.param("room=ROOM", "body-missing", id="no body"),
    pytest.param("room=ROOM&Body=x", "body-missing", id="Body with a capital"),
    pytest.param("room=ROOM&body", "body-empty", id="body without ="),
    pytest.param("room=ROOM&body=", "body-empty", id="empty body"),
    pytest.param("room=ROOM&body=+++%09%0d%0a", "body-empty", id="ASCII white space"),
    pytest.param("room=ROOM&body=%c2%a0%e3%80%80%e2%80%8b", "body-empty",
                 id="Unicode white space"),
    pytest.param("room=ROOM&body=" + "x" * 4001, "body-too-long", id="4001 letters"),
    pytest.param("room=ROOM&body=" + "%c3%a9" * 4001, "body-too-long", id="4001 accents"),
    pytest.param("room=ROOM&body=" + "%f0%9f%98%80" * 4001, "body-too-long", id="4001 emoji"),
    pytest.param("room=ROOM&body=%ff", "body-not-utf8", id="byte FF"),
    pytest.param("room=ROOM&body=%c3", "body-not-utf8", id="cut character"),
    pytest.param("room=ROOM&body=%c0%af", "body-not-utf8", id="overlong slash"),
    pytest.param("room=ROOM&body=%ed%a0%80", "body-not-utf8", id="surrogate"),
    pytest.param("room=ROOM&body=%f4%90%80%80", "body-not-utf8", id="above 10FFFF"),
    pytest.param(b"room=ROOM&body=caf\xe9", "body-not-utf8", id="raw Latin-1"),
    pytest.param("room=ROOM&body=a%00b", "body-control-character", id="NUL"),
    pytest.param(b"room=ROOM&body=a\0b", "body-control-character", id="raw NUL"),
    pytest.param("room=ROOM&body=a%1bb", "body-control-character", id="escape"),
    pytest.param("room=ROOM&body=a%7fb", "body-control-character", id="delete"),
    pytest.param("room=ROOM&body=a%c2%85b", "body-control-character", id="C1 control"),
    pytest.param("body=x&room=", "room-invalid", id="empty room"),
    pytest.param("body=x&room=Lobby", "room-invalid", id="room with a capital"),
    pytest.param("body=x&room=.lobby", "room-invalid", id="room with a dot first"),
    pytest.param("body=x&room=-", "room-invalid", id="room of a hyphen"),
    pytest.param("body=x&room=a+b", "room-invalid", id="room with a space"),
    pytest.param("body=x&room=a/b", "room-invalid", id="room with a slash"),
    pytest.param("body=x&room=a%00", "room-invalid", id="room with a NUL"),
    pytest.param("body=x&room=a%7d:log", "room-invalid", id="room that closes the brace"),
    pytest.param("body=x&room=%e2%98%95", "room-invalid", id="room with a cup"),
    pytest.param("body=x&room=" + "a" * 65, "room-invalid", id="room of 65"),
    pytest.param("body=x&room=ROOM%0a", "room-invalid", id="room with a line feed at the end"),
    pytest.param("body=x&room=ROOM&client_id=", "client-id-invalid", id="empty client_id"),
    pytest.param("body=x&room=ROOM&client_id=a+b", "client-id-invalid", id="client_id with space"),
    pytest.param("body=x&room=ROOM&client_id=a:b", "client-id-invalid", id="client_id with colon"),
    pytest.param("body=x&room=ROOM&client_id=a%00", "client-id-invalid", id="client_id with NUL"),
    pytest.param("body=x&room=ROOM&client_id=" + "a" * 65, "client-id-invalid",
                 id="client_id of 65"),
    pytest.param("body=x&room=ROOM&next=", "next-invalid", id="empty next"),
    pytest.param("body=x&room=ROOM&next=r/tea", "next-invalid", id="next without slash"),
    pytest.param("body=x&room=ROOM&next=//evil.example", "next-invalid", id="next //evil"),
    pytest.param("body=x&room=ROOM&next=/%5cevil.example", "next-invalid", id="next /\\evil"),
    pytest.param("body=x&room=ROOM&next=%5c%5cevil", "next-invalid", id="next \\\\evil"),
    pytest.param("body=x&room=ROOM&next=https://evil.example", "next-invalid", id="next https:"),
    pytest.param("body=x&room=ROOM&next=https:/evil", "next-invalid", id="next https:/"),
    pytest.param("body=x&room=ROOM&next=javascript:alert(1)", "next-invalid",
                 id="next javascript:"),
    pytest.param("body=x&room=ROOM&next=/r%0d%0aSet-Cookie:+a=b", "next-invalid",
                 id="next with CR LF"),
    pytest.param("body=x&room=ROOM&next=/r%0aX:+y", "next-invalid", id="next with LF"),
    pytest.param("body=x&room=ROOM&next=/%09/evil.example", "next-invalid", id="next with a tab"),
    pytest.param("body=x&room=ROOM&next=/r%00", "next-invalid", id="next with NUL"),
    pytest.param("body=x&room=ROOM&next=/%ff", "next-invalid", id="next that is no UTF-8"),
    pytest.param("body=x&body=y&room=ROOM", "field-repeated", id="body twice"),
    pytest.param("body=x&body=x&room=ROOM", "field-repeated", id="the same body twice"),
    pytest.param("body=x&room=ROOM&room=ROOM", "field-repeated", id="room twice"),
    pytest.param("body=x&room=ROOM&client_id=a&client_id=b", "field-repeated",
                 id="client_id twice"),
    pytest.param("body=x&room=ROOM&next=/&next=/", "field-repeated", id="next twice"),
    pytest.param("body=x&room=ROOM&_xsrf=a&_xsrf=b", "field-repeated", id="_xsrf twice"),
    pytest.param("body=100%&room=ROOM", "form-malformed", id="percent at the end"),
    pytest.param("room=ROOM&body=100%", "form-malformed", id="percent at the very end"),
    pytest.param("room=ROOM&body=100%2", "form-malformed", id="half an escape"),
    pytest.param("room=ROOM&body=%zz", "form-malformed", id="escape that is not hexadecimal"),
    pytest.param("room=ROOM&body=%+4", "form-malformed", id="escape with a plus"),
    pytest.param("room=ROOM&body=x&%4=1", "form-malformed", id="bad escape in a name"),
    pytest.param("room=ROOM&body=x" + "&a=1" * 200, "form-malformed", id="202 fields"),
])
def test_a_post_is_refused(site, room, form, problem):
    reply = send(site, room, POST, form)
    assert (reply.status, reply.problem) == (400, problem)


@pytest.mark.parametrize("form, problem", [
    pytest.param("room=ROOM&cursor=x", "cursor-invalid", id="no cursor"),
    pytest.param("room=ROOM&cursor=1", "cursor-invalid", id="a number"),
    pytest.param("room=ROOM&cursor=-1", "cursor-invalid", id="no epoch"),
    pytest.param("room=ROOM&cursor=1-", "cursor-invalid", id="no seq"),
    pytest.param("room=ROOM&cursor=5F-1", "cursor-invalid", id="upper case"),
    pytest.param("room=ROOM&cursor=05f-1", "cursor-invalid", id="epoch with leading zero"),
    pytest.param("room=ROOM&cursor=5f-01", "cursor-invalid", id="seq with leading zero"),
    pytest.param("room=ROOM&cursor=0x5f-1", "cursor-invalid", id="0x"),
    pytest.param("room=ROOM&cursor=5f-%2b1", "cursor-invalid", id="plus sign"),
    pytest.param("room=ROOM&cursor=5f--1", "cursor-invalid", id="negative"),
    pytest.param("room=ROOM&cursor=+5f-1", "cursor-invalid", id="space before"),
    pytest.param("room=ROOM&cursor=5f-1%0a", "cursor-invalid", id="line feed after"),
    pytest.param("room=ROOM&cursor=5f-1%00", "cursor-invalid", id="NUL after"),
    pytest.param("room=ROOM&cursor=0-1", "cursor-invalid", id="epoch 0 with a seq"),
    pytest.param("room=ROOM&cursor=5f-99999999999999999999", "cursor-invalid", id="seq too big"),
    pytest.param("room=ROOM&cursor=11111111111111111-1", "cursor-invalid", id="epoch too big"),
    pytest.param("room=ROOM&cursor=" + "1" * 5000, "cursor-invalid", id="5000 digits"),
    pytest.param("room=No", "room-invalid", id="bad room"),
    pytest.param("room=ROOM&room=No", "room-invalid", id="bad second room"),
    pytest.param("".join(f"room=r{n}&" for n in range(33)), "too-many-rooms", id="33 rooms"),
    pytest.param("room=ROOM&html=0&html=0", "field-repeated", id="html twice"),
    pytest.param("room=ROOM&_xsrf=a&_xsrf=b", "field-repeated", id="_xsrf twice"),
    pytest.param("room=ROOM&cursor=%zz", "form-malformed", id="bad escape"),
    pytest.param("room=ROOM&html=2", "field-invalid", id="html neither 0 nor 1"),
    pytest.param("room=ROOM&room=tea&cursor=0-0", "field-invalid", id="two rooms, one cursor"),
    pytest.param("room=ROOM&cursor=0-0&cursor=0-0", "field-repeated", id="one room, two cursors"),
    pytest.param("cursor=0-0&cursor=0-0", "field-repeated", id="no room, two cursors"),
    pytest.param("room=ROOM&room=ROOM", "field-repeated", id="the same room twice"),
])
def test_a_poll_is_refused(site, room, form, problem):
    reply = send(site, room, POLL, form)
    assert (reply.status, reply.problem) == (400, problem)


@pytest.mark.parametrize("path", [POST, POLL])
@pytest.mark.parametrize("headers", [
    pytest.param([], id="no type"),
    pytest.param([("Content-Type", "application/json")], id="JSON"),
    pytest.param([("Content-Type", "text/plain")], id="text"),
    pytest.param([("Content-Type", "multipart/form-data; boundary=x")], id="multipart"),
    pytest.param([("Content-Type", FORM + "x")], id="almost a form"),
])
def test_what_is_not_a_form_is_refused(site, room, path, headers):
    reply = send(site, room, path, "room=ROOM&body=x", headers)
    assert (reply.status, reply.problem) == (415, "not-a-form")


@pytest.mark.parametrize("content_type", [FORM + "; charset=UTF-8", FORM.upper(), FORM + ";x=y"])
def test_a_form_with_a_charset_is_a_form(site, room, content_type):
    reply = site.client.request("POST", POST, [("Content-Type", content_type)],
                                f"room={room}&body=x".encode())
    assert reply.status == 200, reply


@pytest.mark.parametrize("path", [POST, POLL])
def test_a_form_over_64_kb_is_refused(site, room, path):
    reply = send(site, room, path, "room=ROOM&body=" + "x" * 65536)
    assert (reply.status, reply.problem) == (413, "form-too-large")


def test_a_form_of_64_kb_is_read(site, room):
    form = f"room={room}&body=x&other=".encode()
    reply = site.client.request("POST", POST, [("Content-Type", FORM)], form.ljust(65536, b"y"))
    assert reply.status == 200, reply


def test_fields_that_we_do_not_know_are_no_error(site, room):
    assert site.client.say("hello", room, colour="green")


def test_a_problem_says_what_and_where(site, room):
    reply = send(site, room, POST, "room=ROOM&body=")
    assert set(reply.json()) == {"type", "title", "status", "detail"}
    assert reply.header("Cache-Control") == "no-store"
