"""People who read and post through nginx, whatever happens behind it.

    with Crew(site, room) as crew:
        crew.goes_on()
        ...something bad happens to the site...
        crew.goes_on()
        crew.settle()
    ledger.check(crew)

They do what the page does: a post that failed is sent again under the same
client_id until it is acknowledged, a poll that failed is asked again with the
same cursor, who is told to come back later does.

All of them live in one thread, so that twenty cost no more than their requests.
Each is a generator that yields what it waits for: Answer or Pause."""

import heapq
import http.client
import itertools
import selectors
import socket
import threading
import time
from dataclasses import dataclass

from lib.http_client import FORM, encode_form, form_of, set_cookies
from lib.wait import wait_until

RETRY_S = 0.05
# A poll may be held for HOLDLINE_HOLD_MS, and then be asked of another worker.
POLL_S = 70
POST_S = 15
BEGINS_WITHOUT_MS = 900
TOO_LATE = ("a command was not answered in time", "no greeting in time")
LONG = 60
# For a site with a crew: it remembers all that a test says, and a poll that
# nobody answers ends within a test.
ENV = {"HOLDLINE_REPLAY": 10000, "HOLDLINE_HOLD_MS": 4000}


@dataclass
class Answer:
    """Waits until something can be read from the connection."""
    connection: object
    timeout: float


@dataclass
class Pause:
    seconds: float


@dataclass
class Failure:
    """A request that was not answered as if nothing had happened."""
    who: str
    what: object  # a Reply, or an exception

    def __str__(self):
        status, body = getattr(self.what, "status", None), getattr(self.what, "body", None)
        return f"{self.who}: " + (f"{status} {body!r}" if status else repr(self.what))

    @property
    def is_unavailable(self):
        """The 503 that is promised while Redis is away."""
        return (getattr(self.what, "status", None) == 503
                and self.what.problem == "unavailable"
                and int(self.what.header("Retry-After", "0")) >= 1)


def was_kept_from_redis(site):
    """Whether a process says in its log that a command was not answered within 2 s, or
    that it did not reach Redis within 1 s of its start and began without it."""
    return (any(line["error"] in TOO_LATE for line in site.log_lines("redis_down"))
            or any(int(line["after_ms"]) >= BEGINS_WITHOUT_MS for line in site.log_lines("redis_up")))


def shown(failures):
    """The first of them, for a person to read."""
    lines = [str(failure) for failure in failures[:5]]
    return "\n".join([f"{len(failures)} requests failed:", *lines])


class Person:
    """`keeps`: uses its connection again, as a browser does."""

    def __init__(self, crew, name, keeps):
        self.crew = crew
        self.name = name
        self.keeps = keeps
        self.cookies = {}
        self._connection = None
        self.serial = 0  # of what it waits for; the crew's

    def ask(self, target, fields, timeout):
        """A request; the object of the reply, or None after it was noted as failed.

        nginx may close a connection that rests.  Who finds that out by asking
        has not been answered wrongly, and asks on a new one."""
        while True:
            is_used = self._connection is not None
            try:
                return (yield from self._ask_once(target, fields, timeout))
            except (OSError, http.client.HTTPException) as error:
                self.close()
                if is_used and not isinstance(error, socket.timeout):
                    continue
                self.crew.failures.append(Failure(self.name, error))
                return None

    def _ask_once(self, target, fields, timeout):
        if self._connection is None:
            self._connection = self.crew.connect()
        self._connection.send("POST", target, self._headers(), encode_form(fields))
        if not (yield Answer(self._connection, timeout)):
            raise socket.timeout(f"{target} was not answered within {timeout} s")
        reply = self._connection.read(LONG)
        for name, morsel in set_cookies(reply).items():
            self.cookies[name] = morsel.value
        if not self.keeps or (reply.header("Connection") or "").lower() == "close":
            self.close()
        if reply.status != 200:
            self.crew.failures.append(Failure(self.name, reply))
            return None
        return reply.json()

    def _headers(self):
        headers = [("Content-Type", FORM)]
        if self.cookies:
            cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            headers.append(("Cookie", cookie))
        return headers

    def close(self):
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class Reader(Person):
    """Notes what it is told, in order: pairs of body and id; after a reset a new
    list begins.  A gap is noted as the cursor before it and the id after it."""

    def __init__(self, crew, name, keeps):
        super().__init__(crew, name, keeps)
        self.cursor = "0-0"
        self.heard = []
        self.given_up = []  # what was in `heard` before each reset
        self.gaps = []
        self.silences = 0   # polls that ended without news
        self.sent_away = 0  # of these, those with retry_ms
        self.is_away = False

    @property
    def count(self):
        """Of all that it ever heard."""
        return len(self.heard) + sum(map(len, self.given_up))

    def life(self):
        while True:
            while self.is_away:
                yield Pause(RETRY_S)
            fields = form_of(room=self.crew.room, cursor=self.cursor, html=0,
                             _xsrf=self.cookies.get("_xsrf"))
            news = yield from self.ask("/a/message/updates", fields, POLL_S)
            if news is None:
                yield Pause(RETRY_S)
                continue
            self._take(news)
            if "retry_ms" in news:
                self.sent_away += 1
                yield Pause(news["retry_ms"] / 1000)

    def _take(self, news):
        if news.get("reset"):
            self.given_up.append(self.heard)
            self.heard = []
        if news.get("gap"):
            self.gaps.append((self.cursor, news["messages"][0]["id"]))
        if "messages" not in news:
            self.silences += 1
        self.heard += [(each["body"], each["id"]) for each in news.get("messages", [])]
        self.cursor = news["cursor"]


class Poster(Person):
    """Says one thing after the other.  `said`: what was acknowledged, body ->
    id; `resent`: what was sent more than once."""

    def __init__(self, crew, name, keeps, has_session):
        super().__init__(crew, name, keeps)
        self.has_session = has_session
        self.said = {}
        self.resent = set()
        self.said_at = {}  # the same, -> time.monotonic() when it was asked and when it was answered
        self.is_done = False

    def life(self):
        for count in itertools.count():
            if self.crew.is_closing:
                break
            body = f"{self.name}.{count}"
            message = None
            while message is None:
                asked_at = time.monotonic()
                message = yield from self._post(body)
                if message is None:
                    self.resent.add(body)
                    yield Pause(RETRY_S)
            self.said[body] = message["id"]
            self.said_at[body] = (asked_at, time.monotonic())
            yield Pause(self.crew.pause_s)
        self.is_done = True

    def _post(self, body):
        fields = form_of(body=body, client_id=body, room=self.crew.room,
                         _xsrf=self.cookies.get("_xsrf"))
        reply = yield from self.ask("/a/message/new", fields, POST_S)
        if not self.has_session:
            self.cookies.clear()
        return reply


class Crew:
    """`pause_s`: between two posts of a poster.  `connect`: where they come in,
    instead of the site's nginx."""

    def __init__(self, site, room, readers=10, posters=3, pause_s=0.05, connect=None):
        self.site = site
        self.room = room
        self.connect = connect or site.connect
        self.pause_s = pause_s
        self.is_closing = False
        self.failures = []
        # Half of them with connections that are kept.
        self.readers = [Reader(self, f"reader-{n}", n % 2 == 0) for n in range(readers)]
        self.posters = [Poster(self, f"poster-{n}", n % 2 == 0, n > 0) for n in range(posters)]
        self._error = None
        self._is_stopping = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._selector = selectors.DefaultSelector()
        self._timers = []
        self._order = itertools.count()

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, kind, *_):
        self._is_stopping = True
        self._thread.join(LONG)
        for person in (*self.readers, *self.posters):
            person.close()
        self._selector.close()
        if kind is None:
            assert not self._thread.is_alive(), "the crew is stuck"
            self._check_alive()

    @property
    def said(self):
        """What was acknowledged to anybody: body -> id."""
        return {body: each for poster in self.posters for body, each in poster.said.items()}

    @property
    def acked(self):
        return sum(len(poster.said) for poster in self.posters)

    @property
    def said_at(self):
        """When it was asked and when it was acknowledged: body -> a pair of time.monotonic()"""
        return {body: at for poster in self.posters for body, at in poster.said_at.items()}

    def goes_on(self, posts=1, timeout=LONG):
        """Waits until every poster was acknowledged so many more posts, and
        every reader that is not away has heard something newer."""
        said = [(poster, len(poster.said) + posts) for poster in self.posters]
        self._wait(lambda: all(len(poster.said) >= target for poster, target in said),
                   "every poster to go on", timeout)
        heard = [(reader, reader.count + 1) for reader in self.readers]
        self._wait(lambda: all(reader.count >= target or reader.is_away
                               for reader, target in heard),
                   "every reader to go on", timeout)

    def fails(self, posts=1, timeout=LONG):
        """Waits until every poster was refused so often."""
        before = len(self.failures)
        self._wait(lambda: all(self._failures_of(poster, before) >= posts
                               for poster in self.posters),
                   "every poster to be refused", timeout)

    def check_nothing_failed(self):
        """But with the 503 of docs/wire.md where a process was not let run for so long
        that Redis was away for it."""
        if was_kept_from_redis(self.site):
            self.check_only_unavailable()
        else:
            assert not self.failures, shown(self.failures)

    def check_only_unavailable(self):
        """Nothing failed but with the 503 of docs/wire.md."""
        others = [failure for failure in self.failures if not failure.is_unavailable]
        assert not others, shown(others)

    def _failures_of(self, person, since):
        return sum(failure.who == person.name for failure in self.failures[since:])

    def settle(self, timeout=LONG):
        """Ends the posting and waits until everybody has what there is."""
        self.is_closing = True
        self._wait(lambda: all(poster.is_done for poster in self.posters),
                   "the last posts to be acknowledged", timeout)
        newest = "-".join(self.site.redis.hmget(f"holdline:{{{self.room}}}:head", "epoch", "seq"))
        self._wait(lambda: all(reader.cursor == newest for reader in self.readers),
                   f"everybody to have come to {newest}", timeout)

    def _wait(self, condition, what, timeout):
        def condition_or_end():
            self._check_alive()
            return condition()
        wait_until(condition_or_end, timeout, what)

    def _check_alive(self):
        if self._error:
            raise self._error

    # The thread.

    def _run(self):
        try:
            for person in (*self.readers, *self.posters):
                self._resume(person, person.life(), None)
            while not self._is_stopping:
                self._turn()
        except BaseException as error:  # shown by whoever waits for us
            self._error = error

    def _turn(self):
        wait = self._timers[0][0] - time.monotonic() if self._timers else 1
        for key, _ in self._selector.select(min(max(wait, 0), 0.1)):
            person, life = key.data
            self._selector.unregister(key.fileobj)
            self._resume(person, life, True)
        while self._timers and self._timers[0][0] <= time.monotonic():
            _, _, serial, person, life, connection = heapq.heappop(self._timers)
            if serial != person.serial:
                continue  # it was answered in time
            if connection is not None:
                self._selector.unregister(connection)
            self._resume(person, life, False)

    def _resume(self, person, life, value):
        """Lets the person go on until it waits again."""
        person.serial += 1
        try:
            wait = life.send(value)
        except StopIteration:
            return
        connection = getattr(wait, "connection", None)
        if connection is not None:
            self._selector.register(connection, selectors.EVENT_READ, (person, life))
        seconds = wait.timeout if connection is not None else wait.seconds
        heapq.heappush(self._timers, (time.monotonic() + seconds, next(self._order),
                                      person.serial, person, life, connection))
