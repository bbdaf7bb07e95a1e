"""Who is held by one that is killed, or replaced, comes back elsewhere, and nobody hears of it."""

import os
import signal
import time

from lib.member import register
from lib.presence import Listener, present, wait_present
from lib.stream import Stream
from lib.wait import wait_until

LEASE_S = 10  # longer than it takes to replace all processes
MANY = 40
SITE = {"workers": 3, "gateways": 2, "nginx": False, "env": {"HOLDLINE_PRESENCE_LEASE_MS": LEASE_S * 1000}}


class Crowd:
    """Half of the room polls and streams at worker 1, the others at worker 2; a listener at gateway 2."""

    def __init__(self, site, room):
        self.site, self.room = site, room
        self.browsers = [site.workers[2].browser() for _ in range(MANY)]
        for browser in self.browsers:
            browser.visit()
        self.held = [self.hold(n, site.workers[n % 2]) for n in range(MANY)]
        wait_present(site.workers[2], room, MANY)
        self.listener = Listener(site, room, site.gateways[1])

    def hold(self, n, worker):
        """One in two has a stream."""
        browser = self.browsers[n]
        browser.connect = worker.connect
        if n % 4 < 2:
            return browser.ask("0-0", self.room)
        cookie = [("Cookie", f"holdline_session={browser.cookies['holdline_session']}")]
        return Stream(browser, self.room, headers=cookie)

    def move(self, numbers, worker):
        for n in numbers:
            self.held[n].leave()
            self.held[n] = self.hold(n, worker)

    def nothing_happened(self, seconds):
        """For so long; renewals and the sweep have their turn."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            assert present(self.site.workers[2], self.room)["count"] == MANY + 1
            time.sleep(0.1)
        self.site.workers[2].say("hello", self.room)
        heard = self.listener.socket.read()
        assert heard["type"] == "message", heard

    def leave(self):
        for each in self.held:
            each.leave()
        self.listener.socket.close()
        wait_until(lambda: present(self.site.workers[2], self.room)["count"] == 0, 3 * LEASE_S, "all to leave")


def test_a_worker_is_killed_while_it_holds_half_of_a_room(site, room):
    crowd = Crowd(site, room)
    site.expect_error("worker_died")
    site.forget_pids()
    os.kill(site.workers[0].pid, signal.SIGKILL)
    crowd.move(range(0, MANY, 2), site.workers[1])
    crowd.nothing_happened(2 * LEASE_S)
    site.wait_ready()
    crowd.leave()


def test_who_does_not_come_back_has_left_when_his_lease_is_over(site, room):
    crowd = Crowd(site, room)
    site.expect_error("worker_died")
    site.forget_pids()
    os.kill(site.workers[0].pid, signal.SIGKILL)
    crowd.move(range(2, MANY, 2), site.workers[1])
    killed_at = time.monotonic()
    event = crowd.listener.event("leave", timeout=3 * LEASE_S)
    assert event["count"] == MANY
    assert time.monotonic() - killed_at < 2 * LEASE_S
    site.wait_ready()
    crowd.leave()


def test_a_worker_is_replaced(site, room):
    crowd = Crowd(site, room)
    site.expect_error("worker_died")
    site.forget_pids()
    os.kill(site.workers[0].pid, signal.SIGTERM)
    for n in range(0, MANY, 2):
        if n % 4 < 2:
            assert "messages" not in crowd.held[n].answer().json()
    crowd.move(range(0, MANY, 2), site.workers[1])
    crowd.nothing_happened(2 * LEASE_S)
    site.wait_ready()
    crowd.leave()


def test_all_of_them_are_replaced(site, room):
    """Who asks again at once, wherever somebody answers, was there all the time."""
    crowd = Crowd(site, room)
    site.hup()
    for n in range(MANY):
        crowd.held[n].leave()
        crowd.held[n] = crowd.hold(n, site.workers[n % 3])
    crowd.listener = Listener(site, room, site.gateways[1])
    ends = time.monotonic() + 2 * LEASE_S
    while time.monotonic() < ends:  # the one who listened before leaves, without a cookie he is another now
        assert present(site.workers[2], room)["count"] in (MANY + 1, MANY + 2)
        time.sleep(0.1)
    events = []
    site.workers[2].say("hello", room)
    while (heard := crowd.listener.socket.read())["type"] != "message":
        events.append(heard)
    assert [(each["event"], each["person"][0]) for each in events] in ([], [("leave", "v")])
    crowd.leave()
