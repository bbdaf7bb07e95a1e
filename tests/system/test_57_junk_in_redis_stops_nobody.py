"""Somebody with redis-cli: things in our keys and channels that are not ours."""

import pytest

from lib.wait import wait_until

JUNK = ["", "junk", "{}", "[]", "null", "{\"id\":1}", "{\"id\":\"x\"}", "\x00\x01", "{" * 5000,
        "{\"id\":\"dead-99\",\"room\":\"lobby\"}"]


@pytest.mark.parametrize("junk", JUNK, ids=range(len(JUNK)))
def test_in_a_channel(site, room, junk):
    poll = site.hold(site.workers[0], room=room)
    site.redis.publish(f"holdline:{{{room}}}", junk)
    said = site.workers[1].say("hello", room)
    assert poll.answer().json()["messages"] == [said]


@pytest.mark.parametrize("junk", JUNK, ids=range(len(JUNK)))
def test_in_the_list(site, room, junk):
    site.client.say("before", room)
    site.redis.rpush(f"holdline:{{{room}}}:log", junk)
    pids = site.worker_pids()
    site.client.ask(room=room).answer()
    said = site.client.say("after", room)
    wait_until(lambda: site.client.read(room=room)["messages"][-1] == said, what="both workers to have heard it")
    assert site.worker_pids() == pids


@pytest.mark.parametrize("key", ["head", "log", "sent:k"])
def test_of_another_type(site, room, key):
    """The post fails, and only that."""
    site.client.say("before", room)
    name = f"holdline:{{{room}}}:{key}"
    site.redis.delete(name)
    site.redis.sadd(name, "junk")
    reply = site.client.post("hello", room, client_id="k")
    assert (reply.status, reply.problem) == (503, "unavailable")
    site.redis.delete(name)
    assert site.client.say("hello", room, client_id="k")
