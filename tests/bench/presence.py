#!/usr/bin/python3
"""What a restart makes of who is here: how many events are told when all workers and gateways are replaced, and when
one of each is killed, with PEOPLE in ROOMS, half of them on streams and half on WebSockets, who come back at once.

    make all && tests/bench/presence.py [--people 2000] [--rooms 10]

With 2 000 in 10 rooms each coming and leaving would be told by itself; in one room, where they are a crowd, a count at
most once a second."""

import argparse
import json
import os
import select
import signal
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import redis  # noqa: E402
from lib import fcgi_client, websocket  # noqa: E402
from lib.site import RELEASE, Site  # noqa: E402
from lib.stream import Stream  # noqa: E402
from lib.wait import wait_until  # noqa: E402

AWAY = (OSError, fcgi_client.Closed, websocket.Closed, websocket.Refused)
# The leases of those who were held by what is gone have run out by then, and were swept.
WATCHED_S = 50


class Person:
    """Somebody with a session and one hold, which he takes up again wherever somebody answers."""

    def __init__(self, site, number, room):
        self.site, self.number, self.room = site, number, room
        browser = site.workers[0].browser()
        browser.visit()
        self.headers = [("Cookie", f"holdline_session={browser.cookies['holdline_session']}")]
        self.hold = None
        self.come(0)

    def come(self, turn):
        doors = self.site.workers if self.number % 2 else self.site.gateways
        door = doors[(self.number // 2 + turn) % len(doors)]
        if self.number % 2:
            self.hold = Stream(door, self.room, headers=self.headers)
        else:
            self.hold = door.websocket(headers=self.headers)
            self.hold.send("subscribe", room=self.room, html=False)

    @property
    def sock(self):
        return self.hold.sock

    def is_over(self):
        """Reads what has come; a WebSocket is pinged."""
        try:
            if self.number % 2:
                self.sock.settimeout(0.01)
                return not self.sock.recv(65536)
            self.hold.buffer(65536)
            while (text := self.hold.take_text()) is not None:
                if json.loads(text)["type"] == "closing":
                    return True
            return False
        except AWAY:
            return True

    def come_back(self):
        self.hold.sock.close()
        for turn in range(1, 1000):
            try:
                self.come(turn)
                return
            except AWAY:
                time.sleep(0.001)
        raise AssertionError("nobody answers")


class Crowd:
    def __init__(self, site, people, rooms):
        self.site = site
        self.rooms = [f"room-{n}" for n in range(rooms)]
        self.people = [Person(site, n, self.rooms[n // 2 % rooms]) for n in range(people)]
        self.by_fd = {}
        self.poller = select.poll()
        for person in self.people:
            self.watch(person)
        wait_until(lambda: self.present() == people, 60, "all to be there")

    def watch(self, person):
        self.by_fd[person.sock.fileno()] = person
        self.poller.register(person.sock, select.POLLIN)

    def present(self):
        return sum(self.site.redis.zcard(f"holdline:{{{room}}}:present") for room in self.rooms)

    def turn(self):
        """Who was sent away comes back: how many."""
        moved = 0
        for fd, _ in self.poller.poll(50):
            person = self.by_fd[fd]
            if not person.is_over():
                continue
            self.poller.unregister(fd)
            del self.by_fd[fd]
            person.come_back()
            self.watch(person)
            moved += 1
        return moved


def told(crowd, pubsub, disturb):
    """The events that are told until WATCHED_S after the disturbance."""
    moved, least, counts = 0, crowd.present(), {}
    disturb()
    ends = time.monotonic() + WATCHED_S
    while time.monotonic() < ends:
        moved += crowd.turn()
        least = min(least, crowd.present())
        while message := pubsub.get_message():
            event = json.loads(message["data"])["event"]
            counts[event] = counts.get(event, 0) + 1
    return moved, least, counts


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--rooms", type=int, default=10)
    options = parser.parse_args()
    with Site(workers=3, gateways=2, nginx=False, binary=RELEASE) as site:
        crowd = Crowd(site, options.people, options.rooms)
        pubsub = redis.Redis(unix_socket_path=str(site.directory / "redis.sock")).pubsub(ignore_subscribe_messages=True)
        pubsub.psubscribe("holdline:*:live")
        time.sleep(1)
        while pubsub.get_message():
            pass

        def replace():
            site.forget_pids()
            site.pool.send_signal(signal.SIGHUP)

        def kill():
            site.expect_error("worker_died", "gateway_died")
            for one in (site.workers[0], site.gateways[0]):
                os.kill(one.pid, signal.SIGKILL)

        print(f"{options.people} people in {options.rooms} rooms, 3 workers, 2 gateways; {WATCHED_S} s watched")
        for what, disturb in (("all of them replaced", replace), ("one worker and one gateway killed", kill)):
            moved, least, counts = told(crowd, pubsub, disturb)
            print(f"{what}: {moved} came back, never fewer than {least} there, events told: {counts or 0}")
        for person in crowd.people:
            person.sock.close()


main()
