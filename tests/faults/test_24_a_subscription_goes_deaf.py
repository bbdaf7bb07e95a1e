"""A connection that is there and on which Redis is not heard any more: found
out by the heartbeat that does not come, and made anew.

First run: nothing was lost.  It showed how long "no news" can be wrong: with a
hold of 4 s, polls ended at a worker that was deaf and did not know it yet.  Their
cursor stays, so they hear it in the next one."""

import ledger
import pytest
from crew import ENV, Crew
from lib.wait import wait_until
from redis_wire import RedisWire

# Nobody reaches the end of a hold while the worker is deaf.
SITE = {"workers": 2, "gateways": 0, "env": {**ENV, "HOLDLINE_HOLD_MS": 30000}}
NOTICED_S = 20  # no heartbeat for 3 s, looked at once a second


@pytest.fixture
def wire():
    with RedisWire() as wire:
        yield wire


def deafen(site, wire):
    """Each worker has two: rooms, and sessions."""
    wait_until(lambda: wire.subscription_count == 2 * len(site.workers), what="all to have subscribed")
    wire.deafen()


def test_what_was_not_heard_is_read(new_site, room, wire):
    site = new_site(wire=wire)
    with Crew(site, room) as crew:
        for _ in range(2):
            crew.goes_on(3)
            deafen(site, wire)
            wait_until(lambda: wire.deaf_count == 0, NOTICED_S, "the deafness to be noticed")
            site.wait_ready()
        crew.goes_on()
        crew.settle()
    crew.check_nothing_failed()
    ledger.check(crew)
    assert wire.swallowed > 0


def test_who_waits_at_a_deaf_worker_hears_it_a_little_later(new_site, room, wire):
    """Who waits there hears within the time that noticing takes."""
    site = new_site(wire=wire)
    deaf = site.workers[0]
    poll = site.hold(deaf, "0-0", room)
    deafen(site, wire)
    site.workers[1].say("hello", room)
    assert poll.news(NOTICED_S) == ["hello"]
