"""Redis is away for longer than a lease: who is held goes on being there; who left meanwhile has left.

First run: nothing broke."""

import time

import people_here
from lib.stream import Stream
from people_here import LEASE_S, MANY, Crowd

SITE = people_here.SITE


def test_it_is_away_for_longer_than_the_lease(site, room):
    crowd = Crowd(site, room)
    site.stop_redis()
    time.sleep(1.1 * LEASE_S)  # it is about so long a time
    gone, crowd.held = crowd.held[:5], crowd.held[5:]
    for each in gone:
        each.leave() if isinstance(each, Stream) else each.close()
    site.start_redis()
    site.wait_ready()
    # Who left while nobody could be told is swept when his lease, and the patience after the outage, are over.
    # A gateway that could not be told of each says how many are there instead.
    left = MANY + 1 - len(gone)
    crowd.wait_settled(left)
    events = crowd.heard()
    leavers = [event["person"] for event in events if event["event"] == "leave"]
    assert len(leavers) == len(set(leavers)) <= len(gone), events
    assert {event["event"] for event in events} <= {"count", "leave"}, events
    assert events[-1]["count"] == left, events
    crowd.leave()
