"""People who sign in and out, change their passwords and are deleted, at random, while workers are killed and Redis is
started anew, for a while.  Then whatever Redis lists works, and nothing of what has ended is held.

With `appendfsync always`: with `everysec` a crash may bring back a session that had ended in its last two seconds.

First runs: what broke was the test.  Reading the gateway for its sake showed that a visitor who came while Redis was
away was never looked at again (tests/system, 112)."""

import contextlib
import http.client
import itertools
import os
import random
import signal
import sqlite3
import threading
import time

import faults
import redis
from lib import websocket
from lib.member import Member, forget_attempts, register
from lib.stream import Ended, NoStream, Stream
from lib.wait import wait_until

SITE = {"workers": 3, "gateways": 1, "appendfsync": "always",
        "env": {"HOLDLINE_SESSION_CHECK_MS": 1000, "HOLDLINE_STREAM_QUIET_MS": 500, "HOLDLINE_HOLD_MS": 3000}}
SECONDS = float(os.environ.get("SOAK_S", "12"))
PEOPLE = 6
PATIENCE_S = 40
SWEPT_S = 40
NAMES = itertools.count(1)


class Person(threading.Thread):
    """One account and the browsers in which it may be signed in; what is not answered well is done again or left."""

    def __init__(self, site, room, seed, is_over):
        super().__init__(daemon=True)
        self.site, self.room, self.is_over = site, room, is_over
        self.random = random.Random(seed)
        self.browsers = [register(site, f"person {next(NAMES)}")]
        self.name = self.browsers[0].name
        self.passwords = {self.browsers[0].password}  # that may be right: an answer may have been lost
        self.held = []                                # (cookie, what)
        self.done = 0
        self.error = None
        # The site's own client is closed when Redis is killed, and not for several threads then.
        self.redis = redis.Redis(unix_socket_path=str(site.directory / "redis.sock"))

    def run(self):
        try:
            while not self.is_over.is_set():
                action = self.random.choice([self.sign_in, self.sign_in, self.sign_out, self.change_password, self.hold,
                                             self.hold, self.end_one, self.sign_out_everywhere])
                try:
                    action()
                    self.done += 1
                except (OSError, http.client.HTTPException, websocket.Closed, websocket.Refused, Ended):
                    time.sleep(0.05)
        except BaseException as error:  # shown by the test
            self.error = error

    def ask(self, browser, what, **fields):
        forget(self.redis)
        reply = browser.submit(what, timeout=30, **fields)
        assert reply.status in (200, 401, 403, 409, 429, 502, 503, 504), reply
        return reply

    def sign_in(self):
        browser = Member(self.site, self.name)
        browser.password = self.random.choice(sorted(self.passwords))
        reply = self.ask(browser, "sign-in", name=self.name, password=browser.password)
        if reply.status == 200:
            self.passwords = {browser.password}
            self.browsers.append(browser)

    def some(self):
        return self.random.choice(self.browsers) if self.browsers else None

    def sign_out(self, **fields):
        browser = self.some()
        if browser and self.ask(browser, "sign-out", **fields).status in (200, 401):
            self.browsers.remove(browser)

    def sign_out_everywhere(self):
        self.sign_out(everywhere="1")

    def change_password(self):
        browser = self.some()
        if browser is None:
            return
        new = f"kettle {self.random.random()}"
        old = self.random.choice(sorted(self.passwords))
        self.passwords.add(new)
        if self.ask(browser, "password", password=old, new_password=new).status == 200:
            self.passwords = {new}

    def end_one(self):
        browser = self.some()
        if browser is None:
            return
        reply = browser.get("/a/account/sessions")
        if reply.status == 200 and (sessions := reply.json()["sessions"]):
            self.ask(browser, "sessions/end", id=self.random.choice(sessions)["id"])

    def hold(self):
        browser = self.some()
        if browser is None or len(self.held) > 20:
            return
        kind = self.random.choice([self.open_stream, self.open_chat])
        what = kind(browser)
        if what is None:
            return
        if works(self.site, browser.cookie):
            self.held.append((browser.cookie, what))
        else:  # it had ended before: what came with it is nobody's, and goes on in a public room
            leave(what)

    def open_stream(self, browser):
        """A session that has ended just now has none: None."""
        try:
            return Stream(self.site.client, self.room, headers=browser.cookie).opened()
        except NoStream as refused:
            assert refused.reply.status in (401, 503), refused.reply
            return None

    def open_chat(self, browser):
        """One that has ended when the gateway looks for it is a guest's, and goes on: None."""
        chat = self.site.websocket(f"/chat?room={self.name.replace(' ', '-')}", headers=browser.cookie)
        try:
            if chat.read_text() == f"* {self.name} came":
                return chat
        except AssertionError:
            pass  # Redis is away
        chat.close()
        return None


def forget(client):
    try:
        if keys := client.keys("holdline:limit:*"):
            client.delete(*keys)
    except redis.RedisError:  # it is away
        time.sleep(0.05)


def disturb(site, chance, people):
    """One fault after the other, until all have done something."""
    site.expect_error("worker_died", "gateway_died")
    until = time.monotonic() + SECONDS
    latest = until + PATIENCE_S
    while time.monotonic() < until or (any(person.done <= 5 for person in people) and time.monotonic() < latest):
        if chance.random() < 0.6:
            faults.signal_worker(site, chance.choice(site.workers), signal.SIGKILL)
        else:
            faults.kill_redis(site)
        faults.last(chance.random())


def is_open(what):
    """Whether it is still held: reads what there is."""
    try:
        if isinstance(what, Stream):
            what.event(0.01)
        else:
            what.read_text(0.01)
        return True
    except (Ended, websocket.Closed, OSError):
        return False
    except AssertionError:
        return True  # nothing came


def test_in_the_end_all_is_well(new_site, room):
    site = new_site()
    chance = random.Random(os.environ.get("SOAK_SEED", "1"))
    is_over = threading.Event()
    people = [Person(site, room, chance.random(), is_over) for _ in range(PEOPLE)]
    for person in people:
        person.start()
    disturb(site, chance, people)
    is_over.set()
    for person in people:
        person.join(60)
        assert not person.is_alive() and person.error is None, person.error
        assert person.done > 5
    site.wait_ready()
    site.forget_pids()
    check_swept(site)
    for person in people:
        check(site, person)
    for person in people:
        for _, what in person.held:
            leave(what)


def check_swept(site):
    """What SQL has written down is done."""
    with contextlib.closing(sqlite3.connect(site.directory / "holdline.db", timeout=10)) as database:
        wait_until(lambda: not database.execute("SELECT * FROM session_end").fetchall(), SWEPT_S, "the sweep")


def leave(what):
    what.leave() if isinstance(what, Stream) else what.close()


def works(site, cookie):
    reply = site.client.get("/a/account/sessions", cookie)
    return reply.status == 200


def check(site, person):
    """Its owner gets in; what is listed is what works; nothing is held for what does not."""
    replies = []
    for password in sorted(person.passwords):
        forget_attempts(site)
        browser = Member(site, person.name, password)
        replies.append(browser.submit("sign-in", name=person.name, password=password))
        if replies[-1].status == 200:
            break
    else:
        raise AssertionError(f"{person.name} does not get in: {replies}")
    listed = {each["id"] for each in browser.sessions()}
    known = [each for each in person.browsers if works(site, each.cookie)]
    assert {each.session_id for each in known} <= listed
    hashes = site.redis.keys("holdline:session:*")
    assert listed <= {key.rsplit(":", 1)[1][:16] for key in hashes}
    for cookie, what in person.held:
        if not works(site, cookie):
            wait_until(lambda what=what: not is_open(what), what="what is held for an ended session to end")
