"""It slows nobody, and what is told of it is bounded."""

import itertools
import json
import select
import threading
import time

import pytest
import redis

from lib.presence import Listener, present, wait_present
from lib.probe import waited_ns
from lib.site import RELEASE
from lib.wait import wait_until
from lib.websocket import WebSocket, frame

MANY = 2000
LISTENERS = 20
SITE = {"workers": 1, "gateways": 2, "nginx": False, "binary": RELEASE}
pytestmark = pytest.mark.alone
# A turn of a loop, in microseconds.
TURN_US = 100_000


class Published:
    """What is told on the room's channel, counted."""

    def __init__(self, site, room):
        self.counts = {}
        self._client = redis.Redis(unix_socket_path=str(site.directory / "redis.sock"))
        self._pubsub = self._client.pubsub(ignore_subscribe_messages=True)
        self._pubsub.subscribe(f"holdline:{{{room}}}:live")
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        while (message := self._pubsub.get_message(timeout=0.1)) or not self._over.is_set():
            if message:
                event = json.loads(message["data"])["event"]
                self.counts[event] = self.counts.get(event, 0) + 1

    def end(self):
        self._over.set()
        self._thread.join(5)
        self._pubsub.close()
        self._client.close()
        return self.counts


@pytest.fixture(scope="module")
def sockets(site):
    """Connected, in no room yet."""
    gateways = itertools.cycle(site.gateways)
    sockets = [WebSocket(next(gateways).socket) for _ in range(MANY)]
    yield sockets
    for socket in sockets:
        socket.close()


def all_send(sockets, **members):
    text = frame(json.dumps(members))
    for socket in sockets:
        socket.send_bytes(text)


class Turns:
    """Those of all the loops from now on, without the time for which the process was ready to run and was not let."""

    def __init__(self, site):
        self._members = [(one, one.pid) for one in [*site.workers, *site.gateways]]  # who is asked begins anew
        self._waited_ns = [waited_ns(pid) for _, pid in self._members]

    def longest_us(self):
        return max(one.health["longest_turn_us"] - (waited_ns(pid) - before) // 1000
                   for (one, pid), before in zip(self._members, self._waited_ns))


def test_all_come_and_all_go(site, room, sockets):
    more = [Listener(site, room, site.gateways[n % 2]) for n in range(LISTENERS - 1)]
    with Listener(site, room, site.gateways[0]) as one:
        published = Published(site, room)
        turns = Turns(site)
        commands = site.redis.info("stats")["total_commands_processed"]
        begun = time.monotonic()
        all_send(sockets, type="subscribe", room=room)
        sent_s = time.monotonic() - begun
        wait_until(lambda: present(site.workers[0], room)["count"] == MANY + LISTENERS, 20, "all to be there")
        came_s = time.monotonic() - begun
        begun = time.monotonic()
        all_send(sockets, type="unsubscribe", room=room)
        wait_present(site.workers[0], room, LISTENERS, 20)
        went_s = time.monotonic() - begun
        turn = turns.longest_us()
        while one.event(timeout=10)["count"] != LISTENERS:
            pass  # in the end they know
        counts = published.end()
        calls = site.redis.info("stats")["total_commands_processed"] - commands
        print(f"\n{MANY} asked within {sent_s:.2f} s, were there after {came_s:.2f} s and gone after {went_s:.2f} s; "
              f"told: {counts}; longest turn {turn} us; {calls} commands of Redis and its scripts")
        assert counts.get("join", 0) <= 220 and counts.get("leave", 0) <= 220
        assert 0 < counts.get("count", 0) <= came_s + went_s + 4
        assert turn < TURN_US
    for each in more:
        each.socket.close()


def test_some_come_and_go_all_the_time(site, room, sockets):
    """Never many at once: also then what is told in a second is bounded."""
    with Listener(site, room, site.gateways[0]) as one:
        published = Published(site, room)
        turns = Turns(site)
        begun = time.monotonic()
        for n in range(0, MANY, 50):
            some = sockets[n:n + 50]
            all_send(some, type="subscribe", room=room)
            wait_present(site.workers[0], room, 51)
            all_send(some, type="unsubscribe", room=room)
            wait_present(site.workers[0], room, 1)
        took = time.monotonic() - begun
        turn = turns.longest_us()
        wait_until(lambda: not site.redis.hget(f"holdline:{{{room}}}:pace", "owed"), 5, "the last count to be told")
        while one.event(timeout=10).get("count") != 1:
            pass
        counts = published.end()
        print(f"\n{MANY} came and went in {took:.2f} s, 50 at a time; told: {counts}; longest turn {turn} us")
        assert counts.get("join", 0) + counts.get("leave", 0) <= 201 * (took + 2)
        assert turn < TURN_US


def test_the_loop_goes_on(site, room, sockets):
    """Somebody else is served while they come."""
    all_send(sockets, type="subscribe", room=room)
    with site.probe(site.workers[0]):
        wait_present(site.workers[0], room, MANY, 20)
    all_send(sockets, type="unsubscribe", room=room)
    wait_present(site.workers[0], room, 0, 20)
    poller = select.poll()
    for socket in sockets[:3]:
        poller.register(socket.fileno(), select.POLLHUP)
    assert not poller.poll(0)
