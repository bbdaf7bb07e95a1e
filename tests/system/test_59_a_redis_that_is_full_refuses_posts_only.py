"""maxmemory, with the policy of tools/redis.conf: nothing is thrown away."""

import pytest


@pytest.fixture
def full(site, room):
    """Redis has no memory to give; the message that was said before."""
    said = site.client.say("before", room)
    site.redis.config_set("maxmemory", "1")
    yield said
    site.redis.config_set("maxmemory", "0")


def test_a_post_is_503_and_nothing_changes(site, room, full):
    before = site.room_log(room)
    reply = site.client.post("hello", room)
    assert (reply.status, reply.problem) == (503, "unavailable")
    assert site.room_log(room) == before


def test_readers_are_served(site, room, full):
    for door in (*site.workers, site.client):
        assert door.read(room=room)["messages"] == [full]


def test_with_room_again_all_is_well(site, room, full):
    poll = site.hold(site.client, full["id"], room)
    assert site.client.post("hello", room, client_id="k").status == 503
    site.redis.config_set("maxmemory", "0")
    assert site.client.say("hello", room, client_id="k")
    assert poll.news() == ["hello"]
