"""Five hundred who want one of ten, and look at the count meanwhile.

    race = Race(site, "teapot", clients=500)
    race.run()              all at the same moment; faults may happen meanwhile
    race.winners            who was told that one is in the cart
    race.check_counts()     what everybody was told last is what there is

Who is not answered, or hears 503, asks again: so every client ends with a yes or a no."""

import contextlib
import socket
import threading
import time
from urllib.parse import urlencode

from lib.http_client import FORM, encode_form
from lib.shop import new_session, shelf
from lib.wait import wait_until

PATIENCE_S = 60
AGAIN_S = 0.05
SEEN_S = 20


class Racer(threading.Thread):
    def __init__(self, race):
        super().__init__(daemon=True)
        self.race = race
        self.session = new_session()
        self.has_won = None
        self.order = None
        self.told = None
        self._doing = self._looking = None

    def run(self):
        follower = threading.Thread(target=self._follow, daemon=True)
        follower.start()
        self.race.start_line.wait()
        try:
            reply = self._insist("POST", "/cart", session=self.session, action="add", sku=self.race.sku)
            self.has_won = reply.status == 200 and reply.json()["yours"] == 1
            assert self.has_won or reply.problem == "sold-out", reply
        finally:
            self.race.finished(self)
        follower.join()

    def checkout(self, key):
        reply = self._insist("POST", "/shop/checkout", session=self.session, client_key=key)
        assert reply.status in (200, 201), reply
        self.order = reply.json()["number"]

    def remove(self):
        assert self._insist("POST", "/cart", session=self.session, action="remove", sku=self.race.sku).status == 200

    def in_cart(self):
        return self._insist("GET", "/shop/cart", session=self.session).json()["items"]

    def leave(self):
        """What is held ends."""
        for connection in (self._looking, self._doing):
            if connection is not None:
                with contextlib.suppress(OSError):
                    connection.sock.shutdown(socket.SHUT_RDWR)

    def _follow(self):
        cursor = ""
        while not self.race.is_over:
            reply = self._look(cursor)
            if reply is not None:
                self.told, cursor = reply["available"], reply["cursor"]

    def _look(self, cursor):
        try:
            self._looking = self._looking or self.race.site.connect()
            if self.race.is_over:  # leave() may have looked before there was this connection
                return None
            self._looking.send("GET", "/status?" + urlencode(
                {"session": self.session, "sku": self.race.sku, "cursor": cursor}))
            reply = self._looking.read(PATIENCE_S)
            if reply.status == 200:
                return reply.json()
        except Exception:  # whatever a dying server does to a connection
            self._looking = None
        time.sleep(0 if self.race.is_over else AGAIN_S)
        return None

    def _insist(self, method, path, **fields):
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                self._doing = self._doing or self.race.site.connect()
                target = path if method == "POST" else f"{path}?{urlencode(fields)}"
                body = encode_form(fields) if method == "POST" else b""
                self._doing.send(method, target, [("Content-Type", FORM)] if body else [], body)
                reply = self._doing.read(15)
                if reply.status != 503:
                    return reply
            except Exception:  # as above
                self._doing = None
            assert time.monotonic() < deadline, f"{path} is not answered"
            time.sleep(AGAIN_S)


class Race:
    def __init__(self, site, sku="teapot", clients=500):
        self.site = site
        self.sku = sku
        self.is_over = False
        self.start_line = threading.Event()
        self.racers = [Racer(self) for _ in range(clients)]
        self._left = clients
        self._lock = threading.Lock()

    def __enter__(self):
        for racer in self.racers:
            racer.start()
        wait_until(lambda: all(racer.told is not None for racer in self.racers), PATIENCE_S, "everybody to be told")
        return self

    def __exit__(self, *_):
        self.is_over = True
        for racer in self.racers:
            racer.leave()

    @property
    def running(self):
        return self._left

    def finished(self, racer):
        with self._lock:
            self._left -= 1

    def start(self):
        self.start_line.set()

    def wait(self):
        wait_until(lambda: self._left == 0, PATIENCE_S, "everybody to have a yes or a no")
        assert all(racer.has_won is not None for racer in self.racers)

    def run(self):
        self.start()
        self.wait()

    @property
    def winners(self):
        return [racer for racer in self.racers if racer.has_won]

    def check_counts(self):
        wait_until(lambda: {racer.told for racer in self.racers} == {max(0, shelf(self.site)[self.sku])}, SEEN_S,
                   "everybody's count to be right")
