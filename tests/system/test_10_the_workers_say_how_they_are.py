"""/healthz and /readyz, and who may see them."""

import pytest

from lib.wait import wait_until

COUNTERS = {"uptime_ms", "connections", "held", "rooms"}


def test_every_worker_answers_for_itself(site):
    healths = [worker.health for worker in site.workers]
    assert len({health["pid"] for health in healths}) == len(site.workers)
    assert len({health["worker"] for health in healths}) == len(site.workers)


def test_health_has_counters_and_both_connections(site):
    health = site.workers[0].health
    assert all(isinstance(health[name], int) for name in COUNTERS), health
    assert (health["redis"], health["subscription"]) == ("up", "up")


def test_the_counters_follow_a_held_poll(site, room):
    worker = site.workers[0]
    before = worker.health
    poll = site.hold(worker, room=room)
    during = worker.health
    assert during["held"] == before["held"] + 1
    assert during["rooms"] == before["rooms"] + 1
    poll.leave()


def test_a_worker_with_redis_is_ready(site):
    assert site.workers[0].get("/readyz").status == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_visitor_who_came_through_a_proxy_does_not_see_it(site, path):
    reply = site.client.get(path, [("X-Forwarded-For", "203.0.113.7")])
    assert reply.status in (403, 404), reply


def test_each_subscription_has_a_heartbeat_of_its_own(site):
    """Of every process, one connection for the rooms and another for sessions at least."""
    def all_beat():
        beats = len(site.redis.pubsub_channels("holdline:beat:*"))
        return beats == len(site.redis.client_list(_type="pubsub")) >= 2 * (len(site.workers) + len(site.gateways))

    wait_until(all_beat, what="a heartbeat for each")
    channels = site.redis.pubsub_channels("holdline:beat:*")
    assert {count for _, count in site.redis.pubsub_numsub(*channels)} == {1}
