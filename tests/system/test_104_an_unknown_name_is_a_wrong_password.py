"""Whether there is an account is not told: not by what is answered, not by when,
and not by how often one may try."""

import hashlib
import statistics
import time

import pytest

from lib.database import BOTH
from lib.person import Person, new_name, refused
from lib.redis_server import everything
from lib.wait import wait_until

SITE = {"trusted_proxies": "127.0.0.1"}
DATABASES = BOTH
WRONG = (403, "credentials-wrong")

# What can be nobody's, or nobody's password; all of them are compared all the same.
NAMES = ["", "A", "x" * 5000, "Anna\0", "☃☃☃☃", "-", b"\xff\xff\xff", "Heron-4821", "A" * 33, "a" * 32]
PASSWORDS = ["", "x", "x" * 5000, "y" * 60_000, "\0" * 8, b"\xff" * 9, "password"]


@pytest.fixture(scope="module")
def ann(site):
    return Person(site, new_name("Ann")).register()


def parts(reply):
    """All that a client sees, but when it was."""
    headers = [(name, value) for name, value in reply._headers if name != "date"]
    return reply.status, sorted(headers), reply.body


def test_they_are_answered_the_same(site, ann):
    wrong = Person(site, ann.name, "not her lamp at all").try_sign_in()
    unknown = Person(site, new_name()).try_sign_in()
    assert refused(wrong) == WRONG
    assert parts(wrong) == parts(unknown)


@pytest.mark.parametrize("door", [0, 1])
def test_a_browser_with_a_session_keeps_it(site, ann, door):
    guest = Person(site, ann.name, "not her lamp at all", door=site.workers[door])
    before = guest.visit()
    reply = guest.try_sign_in()
    assert refused(reply) == WRONG and not reply.headers("Set-Cookie")
    assert guest.visit() == before


@pytest.mark.parametrize("name", NAMES, ids=lambda name: repr(name[:12]))
def test_what_can_be_no_name_is_an_unknown_one(site, name):
    assert parts(Person(site).try_sign_in(name=name)) == parts(Person(site, new_name()).try_sign_in())


@pytest.mark.parametrize("password", PASSWORDS, ids=lambda password: repr(password[:12]))
def test_what_can_be_no_password_is_a_wrong_one(site, ann, password):
    assert refused(Person(site, ann.name).try_sign_in(password=password)) == WRONG
    assert refused(Person(site, new_name()).try_sign_in(password=password)) == WRONG


@pytest.mark.alone
def test_they_take_the_same_time(new_site):
    """One after the other, in turn, so that what else the machine does is the same for
    all.  The fastest of them are compared: noise only adds."""
    site = new_site(workers=1)
    ann = Person(site, new_name("Ann")).register()
    kinds = {
        "wrong": lambda: dict(name=ann.name, password="not her lamp at all"),
        "right": lambda: dict(name=ann.name, password=ann.password),
        "unknown": lambda: dict(name=new_name(), password="not her lamp at all"),
        "no name": lambda: dict(name="☃", password="not her lamp at all"),
        "no password": lambda: dict(name=new_name(), password=""),
    }
    took = {kind: [] for kind in kinds}
    for _ in range(15):
        for kind, fields in kinds.items():
            person = Person(site)
            site.redis.delete(*(site.redis.keys("holdline:limit:*") or ["none"]))
            begin = time.perf_counter()
            reply = person.try_sign_in(**fields())
            took[kind].append(time.perf_counter() - begin)
            assert reply.status == (200 if kind == "right" else 403)
    fast = {kind: statistics.mean(sorted(times)[:5]) for kind, times in took.items()}
    assert max(fast.values()) < 1.5 * min(fast.values()), fast


def test_they_cost_the_same(site, ann):
    """Attempts are counted for names that nobody has as for others."""
    def attempts(name):
        """How many from one address, until it is refused."""
        stranger = Person(site, name, "not her lamp at all")
        for count in range(30):
            reply = stranger.try_sign_in()
            if reply.status == 429:
                return count
            assert refused(reply) == WRONG
        raise AssertionError("nobody stops him")

    site.redis.delete(*site.redis.keys("holdline:limit:*"))
    assert attempts(ann.name) == attempts(new_name())


def test_the_log_does_not_tell(site, ann):
    """Nor names, nor passwords: who mistook one field for the other has typed a password."""
    def requests():
        return [line for line in site.log_lines("request") if line["route"] == "/a/account/sign-in"]

    before, count = len(site.log_text()), len(requests())
    secret = new_name("a-secret")
    Person(site, ann.name, secret).try_sign_in()
    Person(site, secret, ann.name).try_sign_in()
    wait_until(lambda: len(requests()) >= count + 2, what="both to be in the log")
    log = site.log_text()[before:]
    assert secret not in log and ann.name not in log
    assert requests()[-1].keys() == requests()[-2].keys()


def test_in_redis_there_is_no_password(site, ann):
    """Neither right nor wrong ones, nor their hashes."""
    wrong = "a wrong lamp " + new_name()
    Person(site, ann.name, wrong).try_sign_in()
    kept = everything(site.redis)
    assert any(key.startswith("holdline:limit:") for key in kept)
    for secret in (wrong, ann.password):
        for text in (secret, hashlib.sha256(secret.encode()).hexdigest()):
            assert text not in str(kept)
