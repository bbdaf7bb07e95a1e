"""One post, thousands of events."""

import time

import pytest

from lib.site import RELEASE
from lib.stream import open_all

pytestmark = pytest.mark.alone
SITE = {"nginx": False, "binary": RELEASE}
MANY = 4000
ROUNDS = 3
LIMIT_MS = 5  # as in test_72


def test_others_are_served_meanwhile(site, room):
    worker, other = site.workers
    streams = open_all(site, MANY, worker, room)
    worst_ms = []
    for n in range(ROUNDS):
        with site.probe(worker) as probe:
            other.say(str(n), room)
            assert all(stream.messages(1, timeout=10) == [str(n)] for stream in streams)
        probe.check()
        worst_ms.append(probe.worst_ms)
    assert sorted(worst_ms)[ROUNDS // 2] < LIMIT_MS, worst_ms
    for stream in streams:
        stream.leave()


def test_who_goes_on_talking_is_heard_in_order(site, room):
    """A new message while the herd is still being told of the one before."""
    worker, other = site.workers
    streams = open_all(site, MANY, worker, room)
    said = [other.say(str(n), room)["body"] for n in range(20)]
    for stream in streams:
        assert stream.messages(20, timeout=20) == said
        stream.leave()


def test_the_comments_of_many_are_spread(new_site, room):
    site = new_site(workers=1, env={"HOLDLINE_STREAM_QUIET_MS": 1000})
    worker = site.workers[0]
    streams = open_all(site, MANY, worker, room)
    worst_ms = []
    for _ in range(ROUNDS):
        with site.probe(worker) as probe:
            begun = time.monotonic()
            for stream in streams:
                stream._any_event(time.monotonic() + 10)
            assert time.monotonic() - begun < 5
        worst_ms.append(probe.worst_ms)
    assert sorted(worst_ms)[ROUNDS // 2] < LIMIT_MS, worst_ms
    for stream in streams:
        stream.leave()
