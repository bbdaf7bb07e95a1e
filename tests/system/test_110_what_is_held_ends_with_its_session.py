"""Polls, streams, WebSockets and chats of a session end with it, at once and everywhere; nobody else's do."""

import time
from dataclasses import dataclass

import pytest

from lib.member import Member, have_heard, register
from lib.stream import Ended, Stream
from lib.wait import wait_until

pytestmark = pytest.mark.alone

SITE = {"workers": 2, "gateways": 2}
# A bound for slow machines; usually some milliseconds.  A poll is held for 50 s, and nobody looks himself for 5 minutes.
AT_ONCE_S = 5


# --- what is held ----------------------------------------------------------------------------------------------------

class HeldPoll:
    def __init__(self, site, client, who, room):
        self._poll = client.ask("0-0", room, headers=who.cookie, _xsrf=who.xsrf)

    def check_ended(self, timeout):
        reply = self._poll.answer(timeout)
        assert (reply.status, reply.problem) == (401, "session-ended")

    def check_hears(self, body):
        assert self._poll.news() == [body]


class HeldStream:
    def __init__(self, site, client, who, room):
        self._stream = Stream(client, room, cursor="0-0", headers=who.cookie).opened()

    def check_ended(self, timeout):
        end = self._stream.end(timeout)[-1]
        assert (end.type, end.json) == ("end", {"reason": "session-ended"})
        self._stream.leave()

    def check_hears(self, body):
        assert self._stream.messages(1) == [body]
        self._stream.leave()


class HeldSocket:
    def __init__(self, site, client, who, room):
        self._socket = client.websocket(headers=who.cookie)
        self._socket.subscribe(room)

    def check_ended(self, timeout):
        closed = self._socket.closing(timeout)
        assert (closed.code, closed.reason) == (1008, "session ended")
        self._socket.close()

    def check_hears(self, body):
        assert self._socket.read("message")["body"] == body
        self._socket.close()


class HeldChat:
    def __init__(self, site, client, who, room):
        self._socket = client.websocket(f"/chat?room={room}", headers=who.cookie)
        while not self._socket.read_text().endswith(" came"):
            pass

    def check_ended(self, timeout):
        closed = self._socket.closing(timeout)
        assert (closed.code, closed.reason) == (1008, "session ended")
        self._socket.close()

    def check_hears(self, body):
        while not self._socket.read_text().endswith(f": {body}"):
            pass
        self._socket.close()


class Nginx:
    """Its doors, for all kinds."""

    def __init__(self, site):
        self.websocket = site.websocket
        self.ask = site.client.ask
        self.connect = site.connect


def hold_all(site, who, room):
    """One of each kind at each door that has it."""
    before = site.held
    nginx = Nginx(site)
    held = [kind(site, worker, who, room)
            for worker in [*site.workers, nginx] for kind in (HeldPoll, HeldStream)]
    held += [kind(site, gateway, who, room)
             for gateway in [*site.gateways, nginx] for kind in (HeldSocket, HeldChat)]
    wait_until(lambda: site.held == before + 6, 10, "polls and streams to be held")
    return held


# --- who there is ----------------------------------------------------------------------------------------------------

@dataclass
class People:
    anna: Member   # at home
    phone: Member  # her other session
    bert: Member   # another account
    guest: Member


@pytest.fixture
def people(site):
    anna = register(site)
    guest = Member(site, "somebody new")
    guest.visit()
    return People(anna, anna.elsewhere(), register(site), guest)


ANNA = ["anna"]
ALL_OF_ANNA = ["anna", "phone"]
GUEST = ["guest"]
WAYS = {
    "signs out": (lambda p: p.anna.sign_out(), ANNA),
    "signs out at a worker": (lambda p: p.anna.at(p.anna.site.workers[1]).sign_out(), ANNA),
    "signs out everywhere": (lambda p: p.anna.sign_out(everywhere=True), ALL_OF_ANNA),
    "ends one of the list": (lambda p: p.phone.end(p.anna.session_id), ANNA),
    "ends her own of the list": (lambda p: p.anna.end(p.anna.session_id), ANNA),
    "changes her password": (lambda p: p.anna.change_password("another kettle"), ALL_OF_ANNA),
    "deletes her account": (lambda p: p.anna.delete(), ALL_OF_ANNA),
    "signs in anew": (lambda p: p.anna.sign_in(), ANNA),
    "a guest signs out": (lambda p: p.guest.sign_out(), GUEST),
    "a guest registers": (lambda p: p.guest.register(), GUEST),
}


@pytest.mark.parametrize("way", WAYS)
def test_exactly_what_it_ends(site, room, people, way):
    do, names = WAYS[way]
    held = {name: hold_all(site, who, room) for name, who in vars(people).items()}
    do(people)
    done_at = time.monotonic()
    for name in names:
        for one in held.pop(name):
            one.check_ended(max(0.01, done_at + AT_ONCE_S - time.monotonic()))
    site.client.say("still here", room)
    for others in held.values():
        for one in others:
            one.check_hears("still here")


def test_who_signs_in_by_another_name_is_no_longer_what_he_was(site, room, people):
    """The session that comes along ends, also if it is another account's."""
    held = hold_all(site, people.bert, room)
    people.bert.name, people.bert.password = people.anna.name, people.anna.password
    people.bert.sign_in()
    for one in held:
        one.check_ended(AT_ONCE_S)
    assert people.bert.visit()["name"] == people.anna.name


def test_a_stream_in_the_middle_of_a_herd(site, room, people):
    """Of two hundred at one worker every second one is hers."""
    worker = site.workers[0]
    mine, theirs = ([Stream(worker, room, headers=who.cookie).opened() for _ in range(100)]
                    for who in (people.anna, people.bert))
    people.anna.sign_out()
    for stream in mine:
        assert stream.end(AT_ONCE_S)[-1].type == "end"
    site.client.say("still here", room)
    for stream in theirs:
        assert stream.messages(1) == ["still here"]
        stream.leave()


def test_a_poll_where_guests_are_turned_away(new_site, room):
    """And then it hears that it has to sign in."""
    site = new_site(env={"HOLDLINE_GUESTS": "no"})
    anna = register(site)
    held = hold_all(site, anna, room)
    anna.at(site.workers[0]).sign_out()
    for one in held:
        one.check_ended(AT_ONCE_S)
    old = anna.cookie
    reply = site.workers[1].post_form("/a/message/updates", {"room": room})
    assert (reply.status, reply.problem) == (401, "sign-in-required")
    with pytest.raises(AssertionError):
        Stream(site.workers[1], room, headers=old).opened()


def test_the_end_of_a_stream_is_the_end_of_its_request_only(site, room, people):
    """nginx uses the connection to the worker again."""
    worker = site.workers[0]
    connection = worker.connect()

    class Kept:
        def connect(self):
            return connection
    stream = Stream(Kept(), room, headers=people.anna.cookie).opened()
    people.anna.sign_out()
    with pytest.raises(Ended):
        while True:
            stream.event()
    connection.send("GET", "/healthz")
    assert connection.read().status == 200
    stream.leave()


def test_who_comes_just_after_the_end_is_told(site, room, people):
    """As one does who has been told some news in between."""
    cookie, xsrf = people.anna.cookie, people.anna.xsrf
    people.anna.sign_out()
    have_heard(site)
    for worker in site.workers:
        def is_told():
            reply = worker.ask("0-0", room, headers=cookie, _xsrf=xsrf)
            return reply.is_answered_within(AT_ONCE_S) and reply.answer().problem == "session-ended"
        wait_until(is_told, what="the worker to know")
        stream = Stream(worker, room, headers=cookie)
        with pytest.raises(AssertionError, match="Reply 401"):
            stream.opened()
        stream.leave()
    for gateway in site.gateways:
        with gateway.websocket(headers=cookie) as socket:
            closed = socket.closing()
            assert (closed.code, closed.reason) == (1008, "session ended")
