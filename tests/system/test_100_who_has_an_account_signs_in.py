"""From registering to deleting; a session is a new one each time, and the author
of what is said is the account."""

import pytest

from lib.database import BOTH
from lib.http_client import set_cookies
from lib.person import SESSION, Person, must, new_name, refused, who
from lib.wait import wait_until

SITE = {"trusted_proxies": "127.0.0.1"}
DATABASES = BOTH


@pytest.fixture
def ann(site):
    """She has an account, and is signed in."""
    return Person(site).register()


def stranger_with(site, token):
    """Somebody who has got hold of a token, and of nothing else."""
    thief = Person(site)
    thief.cookies = {SESSION: token}
    return thief


def wait_ended(site, token):
    """At all doors: at nginx's when all the workers know."""
    for door in (*site.workers, None):
        wait_until(lambda: is_nobodys(site, token, door), what="the session to end")


def is_nobodys(site, token, door):
    """Also no guest's: then who comes with it is given another one."""
    thief = stranger_with(site, token)
    thief = thief.at(door) if door else thief
    is_signed_in = thief.is_signed_in
    thief.visit()
    return not is_signed_in and thief.token != token


# Coming and going.

def test_who_registers_is_signed_in(site, database):
    ann = Person(site)
    ann.visit()
    assert who(must(ann.try_register(), 201)) == (ann.name, True)
    assert who(ann.get("/a/session")) == (ann.name, True)
    assert database.ask(f"SELECT name FROM account WHERE name = '{ann.name}'") == [(ann.name,)]


def test_who_signs_out_is_a_guest_and_may_sign_in_again(site, ann):
    token = ann.token
    assert ann.sign_out() == 1
    assert ann.cookies == {}
    name, is_account = who(ann.get("/a/session"))
    assert name != ann.name and not is_account
    assert who(must(ann.try_sign_in())) == (ann.name, True)
    assert ann.token != token


def test_at_every_worker_one_is_the_same(site, ann):
    for worker in site.workers:
        assert who(ann.at(worker).get("/a/session")) == (ann.name, True)


def test_a_changed_password_is_the_only_one_that_counts(site, ann):
    old = ann.password
    ann.change_password("a lamp in the cellar")
    assert who(ann.get("/a/session")) == (ann.name, True)
    again = Person(site, ann.name, old)
    assert refused(again.try_sign_in()) == (403, "credentials-wrong")
    again.password = ann.password
    again.sign_in()


def test_to_change_it_one_has_to_know_it(ann):
    for wrong in ("something else", "", ann.password + " "):
        reply = ann.ask_account("password", password=wrong, new_password="a lamp in the cellar")
        assert refused(reply) == (403, "credentials-wrong")
    assert ann.is_signed_in
    Person(ann.site, ann.name).sign_in()


def test_a_deleted_account_is_gone(site, database, ann, room):
    ann.say("I was here", room)
    number, = database.ask(f"SELECT id FROM account WHERE name = '{ann.name}'")[0]
    ann.delete()
    assert ann.cookies == {}
    again = Person(site, ann.name)
    assert refused(again.try_sign_in()) == (403, "credentials-wrong")
    # What was said stays, and nothing about the person does.
    assert site.client.read(room=room)["messages"][0]["author"] == ann.name
    assert database.ask("SELECT name, name_key, name_look, password_hash FROM account"
                        f" WHERE id = {number}") == [(None,) * 4]
    assert not database.ask("SELECT * FROM session_end")


def test_to_delete_it_one_has_to_know_the_password(ann):
    assert refused(ann.ask_account("delete", password="something else")) == (403, "credentials-wrong")
    assert ann.is_signed_in


def test_signing_in_twice_is_no_mistake(site, ann):
    first = ann.token
    ann.sign_in()
    wait_ended(site, first)
    assert ann.is_signed_in
    assert len(ann.sessions()) == 1


def test_who_is_signed_in_may_become_somebody_else(site, ann):
    bob = Person(site)
    bob.cookies = dict(ann.cookies)
    bob.register()
    assert who(bob.get("/a/session")) == (bob.name, True)
    wait_ended(site, ann.token)


# Whose session it is.

@pytest.mark.parametrize("come_in", ["register", "sign_in"])
def test_a_token_that_was_planted_is_worthless(site, come_in):
    """Session fixation: the thief's own guest session, put into her browser."""
    ann = Person(site)
    if come_in == "sign_in":
        Person(site, ann.name).register()
    thief = Person(site)
    thief.visit()
    planted = thief.token
    ann.cookies = dict(thief.cookies)
    getattr(ann, come_in)()
    assert ann.token != planted
    assert not thief.is_signed_in
    wait_ended(site, planted)
    assert ann.is_signed_in


def test_a_token_that_somebody_made_up_is_not_taken_over(site):
    ann = Person(site)
    made_up = "A" * 43
    ann.cookies = {SESSION: made_up}
    assert refused(ann.try_register()) == (403, "xsrf-mismatch")
    ann.visit()
    assert ann.token != made_up
    ann.register()
    assert not stranger_with(site, made_up).is_signed_in


def test_every_time_the_token_is_a_new_one(site):
    ann = Person(site)
    seen = set()
    for step in (ann.visit, ann.register, ann.sign_in, lambda: ann.change_password("another lamp"),
                 lambda: (ann.sign_out(), ann.sign_in())):
        step()
        seen.add((ann.token, ann.xsrf))
    assert len({token for token, _ in seen}) == len({xsrf for _, xsrf in seen}) == 5


def test_the_token_that_one_had_ends_each_time(site):
    ann = Person(site)
    ann.visit()
    for step in (ann.register, ann.sign_in, lambda: ann.change_password("another lamp"),
                 ann.sign_out):
        old = ann.token
        step()
        wait_ended(site, old)


def test_a_changed_password_ends_all_other_sessions(site, ann):
    others = [Person(site, ann.name).sign_in() for _ in range(3)]
    ann.change_password("a lamp in the cellar")
    for other in others:
        wait_ended(site, other.token)
    assert ann.is_signed_in and len(ann.sessions()) == 1


def test_deleting_ends_all_sessions(site, ann):
    tokens = [Person(site, ann.name).sign_in().token for _ in range(3)] + [ann.token]
    ann.delete()
    for token in tokens:
        wait_ended(site, token)


def test_signing_out_everywhere_ends_all_sessions_of_that_account_only(site, ann):
    bob = Person(site).register()
    others = [Person(site, ann.name).sign_in() for _ in range(3)]
    assert ann.sign_out(everywhere="1") == 4
    for other in others:
        wait_ended(site, other.token)
    assert bob.is_signed_in


def test_one_sees_where_one_is_signed_in_and_ends_it(site, ann):
    phone = Person(site, ann.name)
    phone.device = "A phone \u00e9\"\\<b>"
    phone.sign_in()
    newest, first = ann.sessions()
    assert (newest["current"], first["current"]) == (False, True)
    assert newest["device"].startswith("A phone ") and newest["device"].isascii()
    assert newest["began_at"] >= first["began_at"]
    assert phone.sessions()[0]["current"]
    assert must(ann.ask_account("sessions/end", id=newest["id"])).json() == {"ended": 1}
    wait_ended(site, phone.token)
    assert must(ann.ask_account("sessions/end", id=newest["id"])).json() == {"ended": 0}
    assert [one["id"] for one in ann.sessions()] == [first["id"]]


def test_a_guest_may_sign_out(site):
    guest = Person(site)
    guest.visit()
    token = guest.token
    assert guest.sign_out() == 1
    assert guest.cookies == {}
    wait_ended(site, token)


# Cookies.

@pytest.mark.parametrize("is_https", [False, True], ids=["http", "https"])
def test_cookies_are_for_this_site_only(site, is_https):
    ann = Person(site, is_https=is_https)
    name = "__Host-" + SESSION if is_https else SESSION
    for reply in (must(ann.try_register(), 201), must(ann.try_sign_in()),
                  must(ann.ask_account("password", password=ann.password,
                                       new_password="a lamp in the cellar"))):
        cookies = set_cookies(reply)
        assert set(cookies) == {name, "_xsrf"}
        assert cookies["_xsrf"].value == reply.json()["_xsrf"]
        assert cookies[name]["httponly"] and not cookies["_xsrf"]["httponly"]
        for cookie in cookies.values():
            assert (cookie["path"], cookie["samesite"], cookie["domain"]) == ("/", "Lax", "")
            assert bool(cookie["secure"]) == is_https
            assert int(cookie["max-age"]) == 30 * 24 * 3600
        assert reply.header("Cache-Control") == "no-store"


@pytest.mark.parametrize("is_https", [False, True], ids=["http", "https"])
@pytest.mark.parametrize("leave", ["sign-out", "delete"])
def test_who_leaves_has_no_cookies(site, leave, is_https):
    ann = Person(site, is_https=is_https).register()
    before = set(ann.cookies)
    reply = must(ann.ask_account(leave, password=ann.password))
    cookies = set_cookies(reply)
    assert set(cookies) == before
    for cookie in cookies.values():
        assert (cookie.value, cookie["max-age"], cookie["path"]) == ("", "0", "/")
        assert bool(cookie["secure"]) == is_https  # else a browser would not let it replace the other


def test_over_https_the_cookie_of_http_is_none(site, ann):
    other = Person(site, is_https=True)
    other.cookies = dict(ann.cookies)
    assert not other.is_signed_in


# Who says something.

def test_the_author_is_the_account_by_every_door(site, ann, room):
    with site.websocket() as socket, ann.stream(room) as stream:
        socket.subscribe(room)
        stream.opened()
        poll = site.hold(site.client, room=room)
        assert ann.say("from the form", room)["author"] == ann.name
        assert poll.answer().json()["messages"][0]["author"] == ann.name
        assert stream.dispatched().json["author"] == ann.name
        assert socket.read("message")["author"] == ann.name
        with ann.websocket() as own:
            own.post(room, "from the socket", "k1")
        assert socket.read("message")["author"] == ann.name
    assert f">{ann.name}<" in site.client.get(f"/plain?room={room}").text


def test_in_the_chat_one_comes_and_speaks_by_name(site, ann, room):
    with ann.websocket(f"/chat?room={room}") as chat:
        assert chat.read_text() == f"* {ann.name} came"
        chat.send_text("hello")
        assert chat.read_text() == f"{ann.name}: hello"


# What is held ends with the session.

@pytest.mark.parametrize("leave", ["sign_out", "delete", "end", "everywhere", "password"])
def test_what_is_held_ends_at_once(site, ann, room, leave):
    phone = Person(site, ann.name).sign_in()
    poll = site.hold(phone, room=room)
    with phone.websocket() as socket, phone.websocket(f"/chat?room={room}") as chat, \
            phone.stream(room) as stream:
        socket.subscribe(room)
        stream.opened()
        chat.read_text()
        if leave == "sign_out":
            phone.at(site.workers[0]).sign_out()
        elif leave == "delete":
            ann.delete()
        elif leave == "everywhere":
            ann.sign_out(everywhere="1")
        elif leave == "password":
            ann.change_password("a lamp in the cellar")
        else:
            ann.ask_account("sessions/end", id=ann.sessions()[0]["id"])
        assert refused(poll.answer()) == (401, "session-ended")
        end = stream.end()[-1]
        assert (end.type, end.json) == ("end", {"reason": "session-ended"})
        for one in (socket, chat):
            closed = one.closing()
            assert (closed.code, closed.reason) == (1008, "session ended")


def test_what_others_hold_does_not_end(site, ann, room):
    bob = Person(site).register()
    with bob.websocket() as socket, bob.stream(room) as stream:
        socket.subscribe(room)
        stream.opened()
        poll = site.hold(bob, room=room)
        ann.sign_out(everywhere="1")
        site.client.say("hello", room)
        assert poll.news() == ["hello"]
        assert stream.messages(1) == ["hello"]
        assert socket.read("message")["body"] == "hello"


def test_a_name_of_two_words_and_marks_is_as_it_was_typed(site, room):
    zoe = Person(site, new_name("Zoë Ìshak"))
    zoe.register()
    assert zoe.say("hello", room)["author"] == zoe.name
    other = Person(site, zoe.name.upper()).sign_in()
    assert other.visit()["name"] == zoe.name
