"""Attempts are counted, through all that nginx and the workers do (the arithmetic is in test_29)."""

import os
import signal
import threading
import time

import pytest

from lib.database import BOTH
from lib.person import Person, must, new_address, new_name, refused
from lib.wait import wait_until

SITE = {"trusted_proxies": "127.0.0.1"}
DATABASES = BOTH

WRONG = (403, "credentials-wrong")
TOO_MANY = (429, "too-many-attempts")
BUSY = (503, "busy")
BY_PAIR, BY_ACCOUNT, BY_ADDRESS, BY_KNOWN, CREATED = 5, 20, 20, 10, 10  # limits.c
PLACES = 32  # accounts.c


@pytest.fixture
def ann(site):
    return Person(site, new_name("Ann")).register()


def guess(site, name, address=None, door=None):
    return Person(site, name, "not her lamp at all", address=address, door=door).try_sign_in()


def until_refused(guess):
    """How often one may."""
    for count in range(50):
        reply = guess()
        if reply.status == 429:
            return count
        assert refused(reply) == WRONG
    raise AssertionError("nobody stops him")


def guess_until_refused(site, name, address=None):
    address = address or new_address()
    return until_refused(lambda: guess(site, name, address))


def check_budget(burst, each_s, guess):
    """So often at once, and once more for each `each_s` that passes meanwhile."""
    began = time.monotonic()
    count = until_refused(guess)
    assert burst <= count <= burst + (time.monotonic() - began) / each_s


def test_after_five_a_stranger_has_to_wait(site, ann):
    address = new_address()
    assert guess_until_refused(site, ann.name, address) == BY_PAIR
    for worker in site.workers:
        reply = guess(site, ann.name, address, worker)
        assert refused(reply) == TOO_MANY
        assert 1 <= int(reply.header("Retry-After")) <= 60
    reply = Person(site, ann.name, address=address).try_sign_in()
    assert refused(reply) == TOO_MANY, "nor is he told when he is right"
    Person(site, ann.name).sign_in()


def test_the_spelling_of_a_name_makes_no_other_of_it(site, ann):
    address = new_address()
    spellings = [ann.name, ann.name.upper(), ann.name.lower(), ann.name.replace("A", "Ａ")]
    statuses = [guess(site, spellings[n % 4], address).status for n in range(BY_PAIR + 1)]
    assert statuses == [403] * BY_PAIR + [429]


def test_many_names_from_one_address(site):
    address = new_address()
    check_budget(BY_ADDRESS, 6, lambda: guess(site, new_name(), address))


def test_one_name_from_many_addresses(site, ann):
    check_budget(BY_ACCOUNT, 30, lambda: guess(site, ann.name))


def test_who_is_known_there_is_not_locked_out(site, ann):
    home = Person(site, ann.name).sign_in()
    check_budget(BY_ACCOUNT, 30, lambda: guess(site, ann.name))
    assert refused(Person(site, ann.name).try_sign_in()) == TOO_MANY  # where she is new, for a while
    for _ in range(3):
        home.sign_out()
        home.sign_in()
    # And a stranger who is at her address, but not she, has only her budget there.
    check_budget(BY_KNOWN, 30, lambda: guess(site, ann.name, home.address))


def test_who_is_right_may_sign_in_as_often_as_he_likes(site, ann):
    address = new_address()
    for _ in range(BY_ADDRESS + 5):
        Person(site, ann.name, address=address).sign_in()


@pytest.mark.parametrize("what", ["password", "delete"])
def test_at_other_doors_it_is_the_same_attempt(site, what):
    """Somebody has found her browser open, and tries her password."""
    ann = Person(site).register()
    for worker in range(BY_PAIR):
        reply = ann.ask_account(what, password="not her lamp", new_password="his own lamp")
        assert refused(reply) == WRONG
    reply = ann.ask_account(what, password=ann.password, new_password="his own lamp")
    assert refused(reply) == TOO_MANY and int(reply.header("Retry-After")) >= 1
    assert refused(guess(site, ann.name, ann.address)) == TOO_MANY
    Person(site, ann.name).sign_in()


def test_accounts_are_made_a_few_at_a_time(site):
    address = new_address()
    for _ in range(CREATED):
        Person(site, address=address).register()
    reply = Person(site, address=address).try_register()
    assert refused(reply) == TOO_MANY and int(reply.header("Retry-After")) >= 1
    Person(site).register()


def test_what_could_not_be_an_account_does_not_count(site):
    address = new_address()
    for _ in range(CREATED + 1):
        assert Person(site, "x", address=address).try_register().status == 400
        assert Person(site, address=address, password="short").try_register().status == 400
    Person(site, address=address).register()


@pytest.mark.parametrize("one, other, is_same", [
    ("2001:db8:1:2::1", "2001:db8:1:2:ffff::2", True),
    ("2001:db8:1:3::1", "2001:db8:1:4::1", False),
    ("192.0.2.7", "::ffff:192.0.2.7", True),
    ("192.0.2.8", "192.0.2.9", False),
])
def test_what_is_one_address(site, one, other, is_same):
    name = new_name()
    assert guess_until_refused(site, name, one) == BY_PAIR
    assert guess(site, name, other).status == (429 if is_same else 403)


def test_nobody_says_himself_where_he_is(new_site):
    """Where no proxy is trusted, and before the last one that is."""
    site = new_site(trusted_proxies="")
    statuses = [guess(site, "Anna").status for _ in range(BY_PAIR + 1)]
    assert statuses[-1] == 429
    site = new_site()
    statuses = [guess(site, "Anna", f"{new_address()}, 203.0.113.9").status for _ in range(BY_PAIR + 1)]
    assert statuses == [403] * BY_PAIR + [429]


def test_a_new_worker_does_not_forget(new_site):
    site = new_site()
    name, address = new_name(), new_address()
    assert guess_until_refused(site, name, address) == BY_PAIR
    site.forget_pids()
    for pid in site.worker_pids():
        os.kill(pid, signal.SIGKILL)
        site.expect_error("worker_died")
        wait_until(lambda: pid not in site.worker_pids(), 20)
    site.wait_ready()
    assert guess(site, name, address).status == 429


def test_an_operator_may_forgive(site):
    """As the README says."""
    name, address = new_name(), new_address()
    guess_until_refused(site, name, address)
    site.redis.delete(f"holdline:limit:{{sign-in}}:pair:{name.lower()}:{address}")
    assert refused(guess(site, name, address)) == WRONG


def test_who_finds_no_place_has_not_tried(new_site):
    """Many more at the same moment than may wait for their hash."""
    site = new_site(workers=1)
    people = [Person(site, door=site.workers[0]) for _ in range(3 * PLACES)]
    replies = {}
    start = threading.Barrier(len(people))

    def sign_in(person):
        start.wait()
        replies[person] = refused(person.try_sign_in())

    threads = [threading.Thread(target=sign_in, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(replies.values()) == {WRONG, BUSY}
    for person, reply in replies.items():
        counted = site.redis.exists(f"holdline:limit:{{sign-in}}:pair:{person.name.lower()}:{person.address}")
        assert counted == (reply == WRONG)
    assert list(replies.values()).count(WRONG) >= PLACES
    must(site.client.get("/healthz"))


def test_who_is_busy_says_so_and_others_go_on(new_site, room):
    """They do not stand in the same queue.  (That the loop does not wait is what
    tests/unit/io/test_password.c has.)"""
    site = new_site(workers=1)
    worker = site.workers[0]
    is_over = threading.Event()
    replies = []

    def attack():
        while not is_over.is_set():
            replies.append(guess(site, new_name(), door=worker))

    threads = [threading.Thread(target=attack) for _ in range(2 * PLACES)]
    for thread in threads:
        thread.start()
    wait_until(lambda: any(reply.status == 503 for reply in replies), what="somebody to find no place")
    cursor = worker.say("first", room)["id"]
    for n in range(20):
        poll = worker.ask(cursor, room)
        cursor = worker.say(str(n), room)["id"]
        assert poll.news() == [str(n)]
    is_over.set()
    for thread in threads:
        thread.join()
    busy = [reply for reply in replies if reply.status == 503]
    assert {refused(reply) for reply in busy} == {BUSY}
    assert all(int(reply.header("Retry-After")) >= 1 for reply in busy)
    assert worker.health["passwords_waiting"] == 0
