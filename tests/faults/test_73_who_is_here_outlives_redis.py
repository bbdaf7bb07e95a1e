"""Redis is killed, hangs, or loses its memory: who is held goes on being there, and is told to nobody as if he had left
and come; who left meanwhile has left.

First run: nothing broke."""

import time

import faults
from lib.member import register
from lib.presence import Listener, present, wait_present
from lib.stream import Stream
from lib.wait import wait_until

LEASE_S = 6
MANY = 30
SITE = {"workers": 2, "gateways": 2, "env": {"HOLDLINE_PRESENCE_LEASE_MS": LEASE_S * 1000}}


class Crowd:
    def __init__(self, site, room):
        self.site, self.room = site, room
        self.held = [self.come(n) for n in range(MANY)]
        wait_present(site.client, room, MANY)
        self.listener = Listener(site, room)

    def come(self, n):
        browser = self.site.browser()
        browser.visit()
        cookie = [("Cookie", "; ".join(f"{name}={value}" for name, value in browser.cookies.items()))]
        if n % 2:
            return Stream(self.site.workers[n // 2 % 2], self.room, headers=cookie)
        tab = self.site.gateways[n // 2 % 2].websocket(headers=cookie)
        tab.subscribe(self.room)
        return tab

    def heard(self):
        """What was told, up to now."""
        said = self.site.client.say("and now?", self.room)["id"]
        events = []
        while (one := self.listener.socket.read(timeout=10)).get("id") != said:
            events.append(one)
        return [event for event in events if event["type"] == "presence"]

    def check_all_there(self, count):
        """After the sweep has had its turn, too."""
        wait_until(lambda: present(self.site.client, self.room)["count"] == count, 2 * LEASE_S, "all to be there again")
        over = time.monotonic() + 1.5 * LEASE_S
        while time.monotonic() < over:
            assert present(self.site.client, self.room)["count"] == count
            time.sleep(0.2)
        events = self.heard()
        assert {event["event"] for event in events} <= {"count"}, events
        assert not events or events[-1]["count"] == count, events

    def wait_settled(self, count):
        """Until it has been so for longer than a lease."""
        since = time.monotonic()

        def is_settled():
            nonlocal since
            if present(self.site.client, self.room)["count"] != count:
                since = time.monotonic()
            return time.monotonic() - since > 1.5 * LEASE_S
        wait_until(is_settled, 8 * LEASE_S, f"{count} to be there, and to stay")

    def leave(self):
        self.listener.socket.close()
        for each in self.held:
            each.leave() if isinstance(each, Stream) else each.close()
        wait_until(lambda: present(self.site.client, self.room)["count"] == 0, 3 * LEASE_S, "all to leave")


def test_it_is_killed(site, room):
    crowd = Crowd(site, room)
    faults.kill_redis(site)
    crowd.check_all_there(MANY + 1)
    crowd.leave()


def test_it_is_away_for_longer_than_the_lease(site, room):
    crowd = Crowd(site, room)
    site.stop_redis()
    time.sleep(1.3 * LEASE_S)  # it is about so long a time
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


def test_it_loses_its_memory(site, room):
    """Within a renewal they are there again."""
    crowd = Crowd(site, room)
    flushed_at = time.monotonic()
    # But not the sessions: the streams would end.
    site.redis.delete(*site.redis.keys(f"holdline:{{{room}}}:*"))
    wait_present(site.client, room, MANY + 1, LEASE_S)
    assert time.monotonic() - flushed_at < LEASE_S / 3 + 1.5
    crowd.check_all_there(MANY + 1)
    crowd.leave()


def test_it_hangs(site, room):
    crowd = Crowd(site, room)
    with site.redis_hanging():
        time.sleep(3)  # longer than an answer is waited for
    site.wait_ready()
    crowd.check_all_there(MANY + 1)
    crowd.leave()


def test_its_connections_are_cut(site, room):
    """Who listened is told how many are there, as he may have missed something, and goes on."""
    with Listener(site, room) as one:
        assert one.first["count"] == 1
        faults.kill_connections(site, "pubsub")
        assert one.event("count", timeout=10)["count"] == 1
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
