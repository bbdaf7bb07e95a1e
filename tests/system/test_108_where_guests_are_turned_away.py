"""HOLDLINE_GUESTS=no: only who is signed in reads and writes."""

import subprocess

import pytest

from lib import log
from lib.database import BOTH
from lib.person import ACCOUNT, Person, must, new_name, refused, who, with_token
from lib.stream import Stream
from lib.wait import wait_until
from lib.websocket import Closed, Refused

SITE = {"trusted_proxies": "127.0.0.1", "env": {"HOLDLINE_GUESTS": "no"}}
DATABASES = BOTH

SIGN_IN_REQUIRED = (401, "sign-in-required")
SESSION_ENDED = (401, "session-ended")  # who would listen, just after the end


@pytest.fixture
def ann(site):
    return Person(site).register()


def nobody(site):
    return Person(site)


def with_a_made_up_token(site):
    return with_token(site, "x" * 43)


def who_has_signed_out(site):
    person = Person(site).register()
    kept = dict(person.cookies)
    person.sign_out()
    person.cookies = kept
    wait_until(lambda: not any(person.at(worker).is_signed_in for worker in site.workers))
    return person


STRANGERS = [nobody, with_a_made_up_token, who_has_signed_out]


@pytest.mark.parametrize("stranger", STRANGERS)
def test_a_stranger_is_told_to_sign_in(site, ann, room, stranger):
    one = stranger(site)
    ann.say("not for everybody", room)
    one.cookies.setdefault("_xsrf", "")
    kept = dict(one.cookies)
    for ask in (lambda: one.post("hello", room),
                lambda: one.ask(room=room).answer(),
                lambda: one.ask(cursor="0-0", room=room).answer(),
                lambda: one.get(f"/a/message/stream?room={room}"),
                lambda: one.get(f"/a/message/stream?room={room}&cursor=0-0"),
                lambda: one.get("/a/session"),
                lambda: one.get(f"/plain?room={room}"),
                lambda: one.rename(new_name()),
                lambda: one.get(ACCOUNT + "sessions"),
                lambda: one.ask_account("sign-out")):
        reply = ask()
        assert refused(reply) in (SIGN_IN_REQUIRED, SESSION_ENDED)
        assert refused(reply) == SIGN_IN_REQUIRED or stranger is who_has_signed_out
        assert not reply.headers("Set-Cookie") and b"not for everybody" not in reply.body
        one.cookies = dict(kept)
    assert len(site.room_log(room)) == 1


@pytest.mark.parametrize("path", ["/ws", "/chat?room=tea"])
def test_who_has_no_session_has_no_socket(site, path):
    with pytest.raises(Refused) as refused:
        Person(site).websocket(path)
    assert refused.value.status == 401 and "/problems#sign-in-required" in refused.value.body


@pytest.mark.parametrize("stranger", STRANGERS[1:])
@pytest.mark.parametrize("path", ["/ws", "/chat?room={}"])
def test_whose_session_is_none_has_no_socket(site, ann, room, stranger, path):
    one = stranger(site)
    ann.say("not for everybody", room)
    with pytest.raises(Closed) as closed:
        with one.websocket(path.format(room)) as socket:
            socket.send("subscribe", room=room, cursor="0-0")
            socket.send("post", room=room, body="hello", client_id="k1")
            heard = socket.read_text()
            assert not heard
    assert closed.value.code == 1008
    assert closed.value.reason == "sign in first" or (
        stranger is who_has_signed_out and closed.value.reason == "session ended")
    assert len(site.room_log(room)) == 1


def test_who_is_turned_away_finds_the_way_in(site):
    """The page is there, and so are the doors for accounts."""
    assert must(site.client.get("/")).content_type == "text/html"
    assert must(site.client.get("/r/tea")).content_type == "text/html"
    ann = Person(site)
    assert who(must(ann.try_register(), 201)) == (ann.name, True)
    ann.sign_out()
    assert who(must(ann.try_sign_in())) == (ann.name, True)


def test_a_form_in_a_browser_gets_a_page(site, room):
    reply = Person(site).post_form("/a/message/new", {"body": "hello", "room": room}, [("Accept", "text/html")])
    assert (reply.status, reply.content_type) == (401, "text/html")


def test_who_is_signed_in_is_served_by_all_doors(site, ann, room):
    assert who(ann.get("/a/session")) == (ann.name, True)
    with ann.websocket() as socket, ann.websocket(f"/chat?room={room}") as chat, ann.stream(room) as stream:
        chat.read_text()
        socket.subscribe(room)
        stream.opened()
        poll = site.hold(ann, room=room)
        assert ann.say("hello", room)["author"] == ann.name
        assert poll.news() == stream.messages(1) == ["hello"]
        assert socket.read("message")["author"] == ann.name
        assert chat.read_text() == f"{ann.name}: hello"
        chat.send_text("from the chat")
        assert socket.read("message")["body"] == "from the chat"
    assert "hello" in must(ann.get(f"/plain?room={room}")).text
    for worker in site.workers:
        assert len(ann.at(worker).read("0-0", room)["messages"]) == 2


def test_who_signs_out_hears_nothing_more(site, ann, room):
    with ann.websocket() as socket, ann.stream(room) as stream:
        socket.subscribe(room)
        stream.opened()
        poll = site.hold(ann, room=room)
        bob = Person(site).register()
        kept = dict(ann.cookies)
        ann.sign_out()
        assert refused(poll.answer()) == (401, "session-ended")
        assert stream.end()[-1].type == "end"
        assert socket.closing().code == 1008
        bob.say("not for her", room)
        ann.cookies = kept

        def is_told():
            reply = ann.ask("0-0", room).answer()
            return reply.status != 200 and refused(reply) == SESSION_ENDED
        wait_until(is_told)


def test_while_redis_is_away_nobody_is_believed(new_site, room):
    """Who could not be looked up hears that, and not that he has to sign in."""
    site = new_site(workers=1)
    ann = Person(site).register()
    other = Person(site)
    site.stop_redis()
    site.expect_error("redis_down")
    wait_until(lambda: site.workers[0].get("/readyz").status == 503)
    thief = with_a_made_up_token(site)
    for one in (other, thief):
        assert refused(one.get("/a/session")) == (503, "unavailable")
        assert refused(one.get(f"/a/message/stream?room={room}")) == (503, "unavailable")
    with pytest.raises(Closed) as closed:
        with thief.websocket() as socket:
            socket.read_text()
    assert (closed.value.code, closed.value.reason) == (1011, "try again")
    site.start_redis()
    site.wait_ready()
    assert who(ann.get("/a/session")) == (ann.name, True)


def test_a_guest_of_before_is_none_any_more(new_site, database, room):
    """The setting was changed; sessions in Redis are those of before."""
    site = new_site(env={"HOLDLINE_GUESTS": "yes"})
    guest, ann = Person(site).be_a_guest(), Person(site).register()
    guest.say("hello", room)
    site.stop_pool()
    site.set_env(HOLDLINE_GUESTS="no")
    site.start_pool()
    for worker in site.workers:
        assert refused(guest.at(worker).post("again", room)) == SIGN_IN_REQUIRED
        assert refused(guest.at(worker).ask(room=room).answer()) == SIGN_IN_REQUIRED
        assert refused(guest.at(worker).rename(new_name())) == SIGN_IN_REQUIRED
        assert who(ann.at(worker).get("/a/session")) == (ann.name, True)
    with Stream(ann, room=room, headers=ann.headers) as stream:
        stream.opened()


@pytest.mark.parametrize("value", ["maybe", "YES", "No", "0", "false", " no"])
def test_another_value_is_refused_at_the_start(site, value):
    env = {**site.pool_env, "HOLDLINE_GUESTS": value, "HOLDLINE_LISTEN": f"unix:{site.directory}/other-%d.sock"}
    ended = subprocess.run([site.binary, "serve"], env=env, capture_output=True, text=True, timeout=30)
    assert ended.returncode == 1
    error, = [line for line in log.parse(ended.stderr) if line.level == "error"]
    assert (error.event, error["name"]) == ("setting_refused", "HOLDLINE_GUESTS")
