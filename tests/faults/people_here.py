"""Many who are in a room, some by event streams of both workers, some by WebSockets of both gateways, and somebody who
hears who comes and leaves."""

import time

from lib.presence import Listener, present, wait_present
from lib.stream import Stream
from lib.wait import wait_until

# A third of it may pass before Redis is told again, a second before what failed is; and on a busy machine much more.
LEASE_S = 8
# Who is not held has left then: each process looks every third of a lease.
SWEPT_S = 1.35 * LEASE_S
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
        over = time.monotonic() + SWEPT_S
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
            return time.monotonic() - since > SWEPT_S
        wait_until(is_settled, 8 * LEASE_S, f"{count} to be there, and to stay")

    def leave(self):
        self.listener.socket.close()
        for each in self.held:
            each.leave() if isinstance(each, Stream) else each.close()
        wait_until(lambda: present(self.site.client, self.room)["count"] == 0, 3 * LEASE_S, "all to leave")
