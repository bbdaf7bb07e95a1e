"""Changes, sign-ins and deletions that meet; and workers that die in the middle."""

import os
import signal
import threading

import pytest

from lib.at_once import at_once
from lib.database import BOTH
from lib.person import Person, must, new_address
from lib.wait import wait_until

SITE = {"trusted_proxies": "127.0.0.1"}
DATABASES = BOTH

NEW = "a lamp in the cellar"
OK, GONE = 200, {401, 403, 429}


@pytest.fixture
def ann(site):
    return Person(site).register()


def browsers_of(site, ann, count):
    """She is signed in to each worker in turn, from other addresses."""
    return [Person(site, ann.name, ann.password, door=site.workers[n % 2]).sign_in() for n in range(count)]


def wait_dead(*people):
    for person in people:
        wait_until(lambda: not person.is_signed_in, what="the session to end")


def test_of_two_new_passwords_one_is_it(site, ann):
    for _ in range(5):
        people = browsers_of(site, ann, 4)
        wishes = [f"{NEW} {n}" for n in range(4)]
        replies = at_once(*(lambda person=person, wish=wish: person.ask_account(
            "password", password=ann.password, new_password=wish) for person, wish in zip(people, wishes)))
        statuses = [reply.status for reply in replies]
        assert statuses.count(OK) == 1 and set(statuses) <= {OK, *GONE}
        winner = statuses.index(OK)
        ann.password = wishes[winner]
        Person(site, ann.name, ann.password).sign_in()
        assert people[winner].is_signed_in
        wait_dead(*(person for person in people if person is not people[winner]))


def test_of_a_change_and_a_deletion_one_happens(site):
    for _ in range(5):
        ann = Person(site).register()
        one, other = browsers_of(site, ann, 2)
        changed, deleted = at_once(
            lambda: one.ask_account("password", password=ann.password, new_password=NEW),
            lambda: other.ask_account("delete", password=ann.password))
        assert sorted([changed.status == OK, deleted.status == OK]) == [False, True]
        again = Person(site, ann.name, NEW).try_sign_in()
        assert again.status == (OK if changed.status == OK else 403)


def test_two_who_delete_it_delete_it_once(site, database):
    ann = Person(site).register()
    (id,), = database.ask(f"SELECT id FROM account WHERE name = '{ann.name}'")
    people = browsers_of(site, ann, 4)
    statuses = [reply.status for reply in at_once(
        *(lambda person=person: person.ask_account("delete", password=ann.password) for person in people))]
    assert statuses.count(OK) == 1 and set(statuses) <= {OK, *GONE}
    wait_until(lambda: not database.ask(f"SELECT * FROM session_end WHERE account_id = {id}"))
    wait_dead(ann, *people)


@pytest.mark.parametrize("what", ["password", "delete"])
def test_who_came_in_with_the_old_password_is_out(site, what):
    """Whenever that was: sign-ins all the time, and a change in the middle."""
    for _ in range(3):
        ann = Person(site).register()
        home = new_address()
        Person(site, ann.name, address=home).sign_in()  # known there
        thieves, is_over = [], threading.Event()

        def sign_in(door):
            while not is_over.is_set():
                thief = Person(site, ann.name, door=door, address=home)
                if thief.try_sign_in().status == OK:
                    thieves.append(thief)

        threads = [threading.Thread(target=sign_in, args=(site.workers[n % 2],)) for n in range(4)]
        for thread in threads:
            thread.start()
        wait_until(lambda: len(thieves) > 4, what="some to be in")
        must(ann.ask_account(what, password=ann.password, new_password=NEW))
        is_over.set()
        for thread in threads:
            thread.join()
        wait_dead(*thieves)
        if what == "password":
            assert ann.is_signed_in and len(ann.sessions()) == 1


def test_signing_out_everywhere_while_others_sign_in(site, ann):
    """Those who come after it stay; nobody is half in: each is in the list, or out."""
    results = at_once(*(lambda n=n: Person(site, ann.name, door=site.workers[n % 2]).sign_in() for n in range(6)),
                      lambda: ann.sign_out(everywhere="1"))
    people = results[:-1]
    wait_dead(ann)
    owner = Person(site, ann.name).sign_in()

    def is_even():
        return len(owner.sessions()) == 1 + sum(person.is_signed_in for person in people)

    wait_until(is_even)


# Workers that die.

def test_a_worker_that_dies_takes_no_acknowledged_account_with_it(new_site, database):
    site = new_site()
    made, failed = [], []
    is_over = threading.Event()

    def register():
        while not is_over.is_set():
            person = Person(site)
            try:
                status = person.try_register().status
            except OSError:
                status = None
            (made if status == 201 else failed).append((person, status))

    threads = [threading.Thread(target=register) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        for n in range(4):
            count = len(made)
            wait_until(lambda: len(made) > count + 5, 60, "accounts to be made")
            kill_a_worker(site, n % 2)
        count = len(made)
        wait_until(lambda: len(made) > count + 5, 60, "accounts to be made")
    finally:
        is_over.set()
        for thread in threads:
            thread.join()
    site.wait_ready()
    assert {status for _, status in failed} <= {502, 503, None}
    there = {name for name, in database.ask("SELECT name FROM account")}
    for person, _ in made:
        assert person.name in there and person.is_signed_in
    # Who heard 503 signs in, or registers, as docs/wire.md says.
    for person, _ in failed:
        if person.name in there:
            person.sign_in()
        else:
            person.register()


def test_a_worker_that_dies_leaves_no_old_session_behind(new_site, database):
    """Acknowledged or not: with a new password in SQL the sessions of the old one end."""
    site = new_site()
    changed = 0
    for n in range(4):
        ann = Person(site).register()
        other = Person(site, ann.name).sign_in()
        before = hash_of(database, ann)

        def change():
            try:
                ann.ask_account("password", password=ann.password, new_password=NEW)
            except OSError:
                pass

        thread = threading.Thread(target=change)
        thread.start()
        if n % 2:
            wait_until(lambda: hash_of(database, ann) != before)
        for each in (0, 1):
            kill_a_worker(site, each)
        thread.join()
        if hash_of(database, ann) != before:
            changed += 1
            wait_until(lambda: not other.is_signed_in, 30, "another worker to have ended it")
            Person(site, ann.name, NEW).sign_in()
        else:
            assert other.is_signed_in
    assert changed > 0


def hash_of(database, ann):
    return database.ask(f"SELECT password_hash FROM account WHERE name = '{ann.name}'")


def kill_a_worker(site, number):
    worker = site.workers[number]
    pid = worker.pid
    site.forget_pids()
    site.expect_error("worker_died")
    os.kill(pid, signal.SIGKILL)

    wait_until(lambda: worker.pid != pid, 20, "another worker")
