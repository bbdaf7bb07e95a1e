"""Redis loses its memory, or connections: who is held is there again, and who comes meanwhile is there as well.

First run: nothing broke."""

import faults
import people_here
from lib.member import register
from lib.presence import Listener, wait_present
from lib.stream import Stream
from people_here import LEASE_S, MANY, Crowd

SITE = people_here.SITE


def test_it_loses_its_memory(site, room):
    """Before a lease is over they are there again: each renewal says it anew."""
    crowd = Crowd(site, room)
    # But not the sessions: the streams would end.
    site.redis.delete(*site.redis.keys(f"holdline:{{{room}}}:*"))
    wait_present(site.client, room, MANY + 1, LEASE_S)
    crowd.check_all_there(MANY + 1)
    crowd.leave()


def test_its_connections_are_cut(site, room):
    """Who listened is told how many are there, as he may have missed something, and goes on."""
    with Listener(site, room) as one:
        assert one.first["count"] == 1
        faults.kill_connections(site, "pubsub")
        assert one.event("count")["count"] == 1
        with Listener(site, room):
            assert one.event("join")["count"] == 2
        assert one.event("leave")["count"] == 1


def test_somebody_comes_while_it_is_away(site, room):
    crowd = Crowd(site, room)
    anna = register(site)
    site.stop_redis()
    tab = site.gateways[0].websocket()  # without a cookie: nobody has to be asked who it is
    tab.send("subscribe", room=room)
    held = Stream(site.client, room, headers=anna.cookie)
    site.start_redis()
    site.wait_ready()
    wait_present(site.client, room, MANY + 2, 2 * LEASE_S)
    tab.close()
    held.leave()
    wait_present(site.client, room, MANY + 1, 3 * LEASE_S)
    crowd.leave()
