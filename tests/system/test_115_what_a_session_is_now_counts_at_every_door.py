"""What workers recall of a session: forgotten at once by all of them when it ends or is called something else.

At once is the turn of the loop in which Redis tells it."""

import json
import threading

import pytest

from lib.member import Member, have_heard, register
from lib.wait import wait_until

SITE = {"workers": 3, "gateways": 2}
ROUNDS = 20


def known_everywhere(who):
    """Every worker has looked it up, and would not for ten seconds."""
    for worker in who.site.workers:
        assert who.at(worker).visit()["name"]
    return who


def test_who_signed_out_is_nobody_at_the_others(site):
    for _ in range(ROUNDS):
        anna = known_everywhere(register(site))
        old = anna.cookie
        anna.at(site.workers[0]).sign_out()
        assert site.workers[0].get("/a/account/sessions", old).status == 401, "where it was done"
        have_heard(site)
        for worker in site.workers:
            reply = worker.get("/a/account/sessions", old)
            assert (reply.status, reply.problem) == (401, "sign-in-required")


def test_a_post_of_who_signed_out_is_a_strangers(site, room):
    anna = known_everywhere(register(site))
    before = dict(anna.cookies)
    assert anna.at(site.workers[1]).say("hello", room)["author"] == anna.name
    anna.at(site.workers[0]).sign_out()
    have_heard(site)
    for worker in site.workers:
        again = Member(site, door=worker)
        again.cookies = dict(before)
        assert again.say("hello", room)["author"] != anna.name


def test_who_was_deleted_posts_nowhere(site, room):
    anna = known_everywhere(register(site))
    before = dict(anna.cookies)
    anna.at(site.workers[2]).delete()
    have_heard(site)
    for worker in site.workers:
        again = Member(site, door=worker)
        again.cookies = dict(before)
        assert again.say("hello", room)["author"] != anna.name


def rename(guest, name):
    reply = guest.post_form("/a/session/name", {"name": name, "_xsrf": guest.xsrf})
    assert reply.status == 200, reply
    assert reply.json()["name"] == name
    have_heard(guest.site)


def test_a_guest_has_his_new_name_at_every_worker(site, room):
    guest = Member(site)
    guest.visit()
    known_everywhere(guest)
    for n in range(ROUNDS):
        name = f"guest number {n}"
        rename(guest.at(site.workers[n % 3]), name)
        for worker in site.workers:
            assert guest.at(worker).say("hello", room)["author"] == name


@pytest.mark.parametrize("number", [0, 1])
def test_and_on_a_socket_that_is_open(site, room, number):
    guest = Member(site)
    guest.visit()
    with site.gateways[number].websocket(headers=guest.cookie) as socket:
        socket.subscribe(room)
        for n in range(ROUNDS):
            name = f"socket {number} of {n}"
            rename(guest.at(site.workers[n % 3]), name)
            socket.send("post", room=room, body="hello", client_id=f"k{n}")
            authors = [each["author"] for each in (socket.read(), socket.read()) if each["type"] == "message"]
            assert authors == [name]


def test_a_socket_that_is_opened_while_the_name_changes(site, room):
    """What Redis said before is of no use."""
    guest = Member(site)
    guest.visit()
    for n in range(ROUNDS):
        sockets = []
        opening = threading.Thread(target=lambda: sockets.extend(
            gateway.websocket(headers=guest.cookie) for gateway in site.gateways * 5))
        opening.start()
        rename(guest.at(site.workers[n % 3]), f"opened {n}")
        opening.join()
        for m, socket in enumerate(sockets):
            socket.post(room, "hello", f"k{n}.{m}")
            socket.close()
        said = [json.loads(each)["author"] for each in site.room_log(room)[-len(sockets):]]
        assert set(said) == {f"opened {n}"}


def test_and_in_a_chat(site, room):
    guest = Member(site)
    guest.visit()
    with site.websocket(f"/chat?room={room}", guest.cookie) as chat:
        name = chat.read_text().removeprefix("* ").removesuffix(" came")
        for n in range(ROUNDS):
            rename(guest, f"chatter {n}")
            chat.send_text("hello")  # and nobody comes again
            assert {chat.read_text(), chat.read_text()} == {f"* {name} is called chatter {n} now", f"chatter {n}: hello"}
            name = f"chatter {n}"


def test_a_name_that_became_an_accounts_is_the_guests_no_more(site, room):
    """Wherever he is known by it."""
    guest = Member(site)
    guest.visit()
    rename(guest, "teapot")
    known_everywhere(guest)
    with site.websocket(headers=guest.cookie) as socket:
        socket.subscribe(room)
        register(site, "Teapot", door=site.workers[0])
        have_heard(site)
        for worker in site.workers:
            assert guest.at(worker).say("hello", room)["author"] != "teapot"
            assert socket.read("message")["author"] != "teapot"
        socket.send("post", room=room, body="hello", client_id="k1")
        assert [each["author"] for each in (socket.read(), socket.read())
                if each["type"] == "message"] != ["teapot"]


def test_a_look_that_was_under_way_is_not_recalled(site):
    """Redis is asked by all workers, and the session ends before any of them has the answer."""
    for _ in range(5):
        anna = register(site)
        old = anna.cookie
        connections = [worker.connect() for worker in site.workers for _ in range(5)]
        last = site.workers[0].connect()
        with site.redis_hanging():
            for connection in connections:
                connection.send("GET", "/a/account/sessions", old)
            last.send("POST", "/a/account/sign-out", [("Content-Type", "application/x-www-form-urlencoded"), *old],
                      f"_xsrf={anna.xsrf}".encode())
        for connection in [last, *connections]:
            assert connection.read(10).status in (200, 401)
            connection.close()
        wait_until(lambda: all(worker.get("/a/account/sessions", old).status == 401 for worker in site.workers), 5,
                   "all workers to know")
