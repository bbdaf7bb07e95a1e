"""People who go on, whatever happens to the site, and write down what they see.

    with Speaker(...) as speaker, Reader(...) as reader:
        ...something bad happens to the site...
    check_once_and_in_order(...)

They do what the page does: a post that failed is sent again under the same
client_id, a poll that failed is asked again with the same cursor."""

import contextlib
import itertools
import threading
import time

from lib.wait import wait_until

RETRY_S = 0.02


class Going:
    """A thread that takes turns until it is told to stop."""

    def __init__(self):
        self.failures = []  # what was not answered as it should be
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stopping.set()
        self._thread.join(30)
        assert not self._thread.is_alive(), "somebody is stuck"

    @property
    def is_stopping(self):
        return self._stopping.is_set()

    def _run(self):
        while not self.is_stopping:
            self.turn()

    def fail(self, what):
        self.failures.append(what)
        time.sleep(RETRY_S)


class Speaker(Going):
    """Says one thing after the other and notes the id of each: body -> id."""

    def __init__(self, doors, room, name="s", with_client_id=True):
        super().__init__()
        self.said = {}
        self._doors = itertools.cycle(doors)
        self._room, self._name = room, name
        self._with_client_id = with_client_id
        self._count = 0

    def turn(self):
        body = f"{self._name}-{self._count}"
        more = {"client_id": body} if self._with_client_id else {}
        try:
            reply = next(self._doors).post(body, self._room, **more)
        except OSError as error:
            self.fail(error)
            return
        if reply.status != 200:
            self.fail(reply)
            return
        self.said[body] = reply.json()["id"]
        self._count += 1

    def has_said(self, more):
        """Waits until it has said so many more things."""
        target = len(self.said) + more
        wait_until(lambda: len(self.said) >= target, 20, f"{more} more posts")


class Reader(Going):
    """Polls, at another door each time, and notes what it is told, in order:
    pairs of body and id."""

    def __init__(self, doors, room):
        super().__init__()
        self.heard = []
        self.flags = []
        self._doors = itertools.cycle(doors)
        self._room = room
        self._cursor = "0-0"

    def turn(self):
        try:
            poll = next(self._doors).ask(self._cursor, self._room)
            while not poll.is_answered_within(0.1):
                if self.is_stopping:
                    poll.leave()
                    return
            reply = poll.answer(10)
        except (OSError, AssertionError) as error:
            self.fail(error)
            return
        if reply.status != 200:
            self.fail(reply)
            return
        self._take(reply.json())

    def _take(self, news):
        self.flags += [flag for flag in ("gap", "reset") if news.get(flag)]
        self.heard += [(each["body"], each["id"]) for each in news.get("messages", [])]
        self._cursor = news["cursor"]

    def has_heard(self, said):
        """Waits until it has heard everything in `said`."""
        wait_until(lambda: said.items() <= dict(self.heard).items(), 20,
                   "everything that was said to be heard")


def check_once_and_in_order(readers, said):
    """Each reader heard all that was acknowledged, once, under the id that the
    speaker was told, in the order of the ids, as all the others did."""
    for reader in readers:
        bodies = [body for body, _ in reader.heard]
        assert len(bodies) == len(set(bodies)), "something was heard twice"
        seqs = [int(each.split("-")[1]) for _, each in reader.heard]
        assert seqs == sorted(seqs), "something was heard out of order"
        heard = dict(reader.heard)
        missing = {body: each for body, each in said.items() if heard.get(body) != each}
        assert not missing, f"not heard, or under another id: {missing}"
        assert not reader.flags, reader.flags


def check_nobody_notices(site, room, disturb, times):
    """Through nginx, three read and two speak, one of them without a client_id,
    for whom nginx's id of the request stands in.  Meanwhile disturb(n) is
    called; not one request may fail, and nothing is said or heard twice."""
    door = [site.client]
    with contextlib.ExitStack() as crowd:
        readers = [crowd.enter_context(Reader(door, room)) for _ in range(3)]
        with Speaker(door, room, "a") as one, \
                Speaker(door, room, "b", with_client_id=False) as other:
            for n in range(times):
                one.has_said(20)
                disturb(n)
            one.has_said(20)
        said = one.said | other.said
        for reader in readers:
            reader.has_heard(said)
    for person in (one, other, *readers):
        assert not person.failures
    check_once_and_in_order(readers, said)
    assert len(readers[0].heard) == len(said), "a post was done twice"
