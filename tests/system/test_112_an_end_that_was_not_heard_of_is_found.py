"""Redis tells of the end of a session while nobody listens: streams and sockets look themselves now and then."""

import hashlib
from pathlib import Path

import pytest

from lib.member import register
from lib.stream import Stream
from lib.wait import wait_until

SCRIPT = (Path(__file__).resolve().parents[2] / "fcgi/services/session_end.lua").read_text()
SITE = {"appendfsync": "always",
        "env": {"HOLDLINE_SESSION_CHECK_MS": 300, "HOLDLINE_STREAM_QUIET_MS": 200}}
FOUND_S = 15


def session_key(who):
    return "holdline:session:" + session_hash(who)


def session_hash(who):
    return hashlib.sha256(who.cookies["holdline_session"].encode()).hexdigest()


def end_unheard(site, who):
    """As signing out does it, in the moment after the connections were cut on which it would be heard."""
    wait_until(lambda: all_listen(site), what="all processes to listen")
    with site.redis.pipeline(transaction=True) as together:
        together.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
        together.eval(SCRIPT, 2, "holdline:account:{0}:sessions", "holdline:account:{0}:since", session_hash(who), "", "",
                      "holdline:sessions", "holdline:session:")
        _, ended = together.execute()
    assert ended == 1


def all_listen(site):
    """To the rooms, and to what concerns all."""
    names = [client["name"] for client in site.redis.client_list(_type="pubsub")]
    processes = len(site.workers) + len(site.gateways)
    return names.count("holdline-subscriber") == names.count("holdline-notices") == processes


@pytest.fixture
def pair(site):
    return register(site), register(site)


def test_a_stream_finds_it(site, room, pair):
    mine, theirs = [[Stream(worker, room, headers=who.cookie).opened() for worker in site.workers] for who in pair]
    end_unheard(site, pair[0])
    for stream in mine:
        assert stream.end(FOUND_S)[-1].type == "end"
        stream.leave()
    check_goes_on(site, room, theirs)


def check_goes_on(site, room, streams):
    site.wait_ready()
    site.client.say("still here", room)
    for stream in streams:
        assert stream.messages(1) == ["still here"]
        stream.leave()


def test_a_stream_on_which_much_is_said_finds_it(site, room, pair):
    """It is never quiet."""
    with Stream(site.workers[0], room, headers=pair[0].cookie) as stream:
        stream.opened()
        end_unheard(site, pair[0])
        said, told = 0, "message"
        while told == "message":
            site.client.say("and on", room)
            said += 1
            assert said < 10000
            told = stream.dispatched().type
        assert told == "end"


@pytest.mark.parametrize("path", ["/ws", "/chat"])
def test_a_socket_finds_it(site, room, pair, path):
    mine, theirs = (site.websocket(f"{path}?room={room}", who.cookie) for who in pair)
    for key, socket in (("k1", mine), ("k2", theirs)):  # and is answered when it is known who it is
        socket.post(room, "hello", key) if path == "/ws" else socket.read_text()
    end_unheard(site, pair[0])
    assert mine.closing(FOUND_S).code == 1008
    site.wait_ready()
    if path == "/ws":
        theirs.send("ping")
        theirs.read("pong")
    else:
        site.client.say("still here", room)
        while not theirs.read_text().endswith(": still here"):
            pass
    mine.close()
    theirs.close()


def test_a_socket_that_came_while_redis_was_away_finds_it(site, room, pair):
    """Nobody knows who it is, and it is looked at as the others are."""
    site.kill_redis()
    with site.gateways[0].websocket(headers=pair[0].cookie) as socket:
        socket.send("post", room=room, body="hello", client_id="k1")
        assert socket.read("error")["problem"] == "unavailable"
        site.start_redis()
        site.wait_ready()
        end_unheard(site, pair[0])
        assert socket.closing(FOUND_S).code == 1008


def test_a_poll_ends_with_its_hold_and_the_next_one_hears_it(new_site, room):
    site = new_site(env={**SITE["env"], "HOLDLINE_GUESTS": "no", "HOLDLINE_HOLD_MS": 4000}, gateways=0)
    anna = register(site)
    poll = site.hold(anna.at(site.workers[0]), "0-0", room)
    end_unheard(site, anna)
    reply = poll.answer(FOUND_S)
    assert reply.status in (200, 503) and b"messages" not in reply.body
    reply = anna.at(site.workers[1]).ask(room=room).answer()
    assert (reply.status, reply.problem) == (401, "sign-in-required")


def test_redis_being_away_ends_nothing(site, room, pair):
    """It was asked and did not answer: that is no end."""
    with Stream(site.workers[0], room, headers=pair[0].cookie).opened() as stream, \
            site.websocket(headers=pair[0].cookie) as socket:
        site.kill_redis()
        while stream.comment() != "waiting for Redis":
            pass
        site.start_redis()
        site.wait_ready()
        check_goes_on(site, room, [stream])
        socket.send("ping")
        socket.read("pong")
