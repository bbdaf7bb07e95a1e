"""HOLDLINE_SESSION_IDLE_S and HOLDLINE_SESSION_ABSOLUTE_S."""

import hashlib
import time

import pytest

from lib.http_client import set_cookies
from lib.member import Member, have_heard, register
from lib.stream import Stream
from lib.wait import wait_until

IDLE_S, ABSOLUTE_S = 1000, 5000
LITTLE_S = 10  # of difference, for slow machines
SITE = {"env": {"HOLDLINE_SESSION_IDLE_S": IDLE_S, "HOLDLINE_SESSION_ABSOLUTE_S": ABSOLUTE_S}}


def key_of(who):
    return "holdline:session:" + hashlib.sha256(who.cookies["holdline_session"].encode()).hexdigest()


def left_s(who):
    return who.site.redis.ttl(key_of(who))


def forget(who):
    """What workers recall of it, for they need not ask Redis otherwise."""
    who.site.redis.publish("holdline:sessions", "changed:" + key_of(who).rsplit(":", 1)[1])
    have_heard(who.site)


@pytest.fixture(params=["member", "guest"])
def somebody(site, request):
    if request.param == "member":
        return register(site)
    guest = Member(site)
    guest.visit()
    return guest


def test_it_begins_with_its_idle_time(somebody):
    assert IDLE_S - LITTLE_S < left_s(somebody) <= IDLE_S


def test_the_cookie_lives_as_long(site, somebody):
    reply = somebody.get("/a/session")
    assert {cookie["max-age"] for cookie in set_cookies(reply).values()} == {str(IDLE_S)}


USES = {
    "a visit": lambda who: who.visit(),
    "a post": lambda who: who.say("hello"),
    "a page": lambda who: who.get("/plain"),
}


@pytest.mark.parametrize("use", USES)
def test_use_prolongs_it(site, somebody, use):
    site.redis.expire(key_of(somebody), 500)
    forget(somebody)
    name = somebody.visit()["name"]
    site.redis.expire(key_of(somebody), 500)
    forget(somebody)
    USES[use](somebody)
    assert left_s(somebody) > IDLE_S - LITTLE_S
    assert somebody.visit()["name"] == name


def test_a_socket_prolongs_it(site, somebody):
    site.redis.expire(key_of(somebody), 500)
    with site.websocket(headers=somebody.cookie) as socket:
        socket.post("lobby", "hello", "k1")
        assert left_s(somebody) > IDLE_S - LITTLE_S


def age(who, seconds):
    """As if it had begun so long ago."""
    began = int(who.site.redis.hget(key_of(who), "began"))
    who.site.redis.hset(key_of(who), "began", began - seconds * 1000)
    forget(who)


def test_but_not_beyond_its_absolute_end(site, somebody):
    age(somebody, ABSOLUTE_S - 300)
    somebody.visit()
    assert 300 - LITTLE_S < left_s(somebody) <= 300


def test_at_its_absolute_end_it_ends(site, somebody, room):
    age(somebody, ABSOLUTE_S)
    old = dict(somebody.cookies)
    with site.websocket(headers=somebody.cookie) as socket:
        socket.subscribe(room)  # as good as without a cookie
    reply = site.client.get("/a/account/sessions", somebody.cookie)
    assert (reply.status, reply.problem) == (401, "sign-in-required")
    assert not site.redis.exists(key_of(somebody))
    assert somebody.visit()["account"] is False
    assert somebody.cookies != old, "it goes on under the old token"


def test_one_that_was_not_used_is_gone(new_site, room):
    """For real: by the clock."""
    site = new_site(env={"HOLDLINE_SESSION_IDLE_S": 3, "HOLDLINE_HOLD_MS": 5000, "HOLDLINE_GUESTS": "no"})
    anna = register(site)
    key = key_of(anna)
    poll = site.hold(anna.at(site.workers[0]), "0-0", room)
    wait_until(lambda: not site.redis.exists(key), what="it to end")
    reply = anna.at(site.workers[0]).ask("0-0", room).answer()
    assert (reply.status, reply.problem) == (401, "sign-in-required")
    assert poll.answer().json() == {"cursor": "0-0"}, "it is not told by whom nobody told it"
    for door in [*site.workers, site]:
        assert anna.at(door).get("/a/account/sessions").status == 401


def test_one_that_is_used_all_the_time_is_not(new_site):
    """Also by who is recalled, and does not ask Redis each time."""
    site = new_site(env={"HOLDLINE_SESSION_IDLE_S": 3}, gateways=0)
    anna = register(site).at(site.workers[0])
    until = time.monotonic() + 5
    while time.monotonic() < until:
        assert anna.visit()["account"] is True


def test_what_is_open_all_the_time_ends_at_the_absolute_end(new_site, room):
    """Each look at the session is use, and none goes beyond the end."""
    site = new_site(env={"HOLDLINE_SESSION_IDLE_S": 3, "HOLDLINE_SESSION_ABSOLUTE_S": 5,
                         "HOLDLINE_SESSION_CHECK_MS": 300, "HOLDLINE_STREAM_QUIET_MS": 200})
    began = time.monotonic()
    anna = register(site)
    with Stream(site.client, room, headers=anna.cookie).opened() as stream, \
            site.websocket(headers=anna.cookie) as socket:
        assert stream.end()[-1].type == "end"
        assert socket.closing().code == 1008
    assert time.monotonic() - began > 4


def test_an_absolute_end_before_the_idle_one(new_site):
    """It counts from the beginning, used or not."""
    site = new_site(env={"HOLDLINE_SESSION_IDLE_S": 1000, "HOLDLINE_SESSION_ABSOLUTE_S": 100}, gateways=0, nginx=False)
    anna = register(site, door=site.workers[0])
    assert left_s(anna) <= 100
    guest = Member(site, door=site.workers[0])
    guest.visit()
    assert left_s(guest) <= 100
