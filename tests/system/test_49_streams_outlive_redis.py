"""Redis goes away and comes back with streams open."""

import pytest

from lib.stream import Stream
from lib.wait import wait_until

# What a crash takes with `everysec` on a busy disk is told as a reset; here nothing is lost.
SITE = {"appendfsync": "always", "env": {"HOLDLINE_STREAM_QUIET_MS": 300}}
WAITING = " waiting for Redis"


@pytest.fixture(params=["worker", "nginx"])
def door(site, request):
    return site.client if request.param == "nginx" else site.workers[0]


def wait_for_comment(stream, wanted):
    wait_until(lambda: stream.comment().removeprefix(" ") == wanted.removeprefix(" "), 20,
               f"the comment '{wanted}'")


def test_a_stream_says_that_nobody_knows_and_then_goes_on(site, door, room):
    cursor = site.client.say("before", room)["id"]
    with Stream(door, room, cursor=cursor) as stream:
        wait_for_comment(stream, "")
        site.stop_redis()
        wait_for_comment(stream, WAITING)
        site.start_redis()
        site.wait_ready()
        wait_for_comment(stream, "")
        after = site.client.say("after", room)
        assert stream.dispatched().json == after


def test_what_is_said_as_soon_as_it_is_back_is_told(site, room):
    cursor = site.client.say("before", room)["id"]
    streams = [Stream(door, room, cursor=cursor).opened() for door in (*site.workers, site.client)]
    for n in range(3):
        site.kill_redis()
        site.start_redis()
        said = wait_until(lambda: posted(site, room, str(n)), 20, "a post to succeed")
        for stream in streams:
            assert stream.dispatched(20).json == said
    for stream in streams:
        stream.leave()


def posted(site, room, body):
    reply = site.client.post(body, room, client_id="c" + body)
    return reply.json() if reply.status == 200 else None


def test_one_may_be_opened_while_redis_is_away(site, door, room):
    cursor = site.client.say("before", room)["id"]
    site.stop_redis()
    with Stream(door, room, cursor=cursor) as stream:
        assert stream.event().id == cursor
        wait_for_comment(stream, WAITING)
        site.start_redis()
        site.wait_ready()
        after = site.client.say("after", room)
        assert stream.dispatched().json == after


def test_a_memory_that_is_lost_is_a_reset(site, door, room):
    cursor = site.client.say("before", room)["id"]
    with Stream(door, room, cursor=cursor) as stream:
        stream.opened()
        site.stop_redis()
        site.delete_redis_files()
        site.start_redis()
        site.wait_ready()
        after = site.client.say("after", room)
        reset = stream.dispatched(20)
        assert (reset.type, reset.json) == ("reset", {"room": room})
        assert stream.dispatched().json == after
