"""The database is away, locked, full, or read-only: who asks for an account hears that
it is; who is in does not notice; and when it is back all is well."""

import contextlib
import os
import shutil
import subprocess
import threading

import pytest

from lib.database import BOTH
from lib.person import ACCOUNT, PASSWORD, Person, must, new_name, refused
from lib.site import Site
from lib.wait import wait_until

SITE = {"trusted_proxies": "127.0.0.1"}
DATABASES = BOTH

UNAVAILABLE = (503, "unavailable")
BUSY = (503, "busy")
NOBODY = 65534


@pytest.fixture
def ann(site):
    return Person(site).register()


@pytest.fixture
def guest(site):
    return Person(site).be_a_guest()


@pytest.fixture(autouse=True)
def it_is_told_in_the_log(site):
    site.expect_error("sql_down", "sql_job_failed")
    yield
    site.expect_error("sql_down", "sql_job_failed")


def wait_well(site):
    """At each worker."""
    for worker in site.workers:
        wait_until(lambda: worker.health["sql"] == "up", what="the database to be back")


def writes(ann, name):
    """What needs to write: a Reply each."""
    return {"register": Person(ann.site, name).try_register(),
            "password": ann.ask_account("password", password=ann.password, new_password="a lamp in the cellar"),
            "delete": ann.ask_account("delete", password=ann.password)}


def test_who_asks_hears_that_it_is_away(site, database, ann, guest):
    before = guest.visit()
    name = new_name()
    with database.away():
        for _ in range(2):
            replies = {**writes(ann, name), "sign-in": Person(site, ann.name).try_sign_in(),
                       "unknown": Person(site, name).try_sign_in(), "guest": guest.rename(name)}
            assert {what: refused(reply) for what, reply in replies.items()} == dict.fromkeys(replies, UNAVAILABLE)
            assert all(int(reply.header("Retry-After")) >= 1 for reply in replies.values())
        assert guest.visit() == before
        assert ann.is_signed_in
    wait_well(site)
    guest.be_called(name)
    Person(site, name).register()
    Person(site, ann.name).sign_in()
    ann.change_password("a lamp in the cellar").delete()


def test_who_is_in_goes_on_by_all_doors(site, database, ann, guest, room):
    phone = Person(site, ann.name).sign_in()
    with site.websocket() as other:
        other.subscribe(room)
        with database.away():
            assert refused(Person(site, ann.name).try_sign_in()) == UNAVAILABLE
            with ann.websocket() as socket, ann.websocket(f"/chat?room={room}") as chat, ann.stream(room) as stream:
                chat.read_text()
                stream.opened()
                cursor = None
                for who in (ann, guest, Person(site)):
                    poll = site.hold(who, cursor, room)
                    said = who.say("by the form", room)
                    cursor, author = said["id"], said["author"]
                    assert poll.news() == ["by the form"]
                    assert stream.messages(1) == ["by the form"]
                    assert other.read("message")["author"] == author
                    chat.read_text()
                assert ann.visit()["name"] == ann.name
                socket.post(room, "by the socket", "k1")
                chat.send_text("by the chat")
                assert [other.read("message")["author"] for _ in range(2)] == [ann.name] * 2
            assert site.client.get(f"/plain?room={room}").status == 200
            # What is in Redis only.
            assert len(ann.sessions()) == 2
            assert must(ann.ask_account("sessions/end", id=phone.sessions()[0]["id"])).json() == {"ended": 1}
            assert ann.sign_out() == 1
            assert all(worker.get("/readyz").status == 200 for worker in site.workers)
    wait_well(site)
    ann.sign_in()


def test_what_could_not_be_tried_does_not_count(site, database, ann):
    """Who could not sign in all the time is not the one who has to wait."""
    stranger = Person(site, ann.name)
    with database.away():
        for worker in site.workers:
            assert refused(stranger.at(worker).try_sign_in()) == UNAVAILABLE
            wait_until(lambda: worker.health["sql"] == "down")
        for _ in range(20):
            assert refused(stranger.try_sign_in()) == UNAVAILABLE
            assert refused(Person(site, address=stranger.address).try_register()) == UNAVAILABLE
    wait_well(site)
    stranger.sign_in()
    Person(site, address=stranger.address).register()


def test_it_goes_and_comes_back_while_many_sign_in(site, database, ann):
    """What was acknowledged is there."""
    statuses, made = [], []
    is_over = threading.Event()

    def sign_in():
        while not is_over.is_set():
            statuses.append(Person(site, ann.name, address=ann.address).try_sign_in().status)

    def register():
        while not is_over.is_set():
            person = Person(site)
            statuses.append(person.try_register().status)
            if statuses[-1] == 201:
                made.append(person.name)

    ann.sign_in()  # known there
    threads = [threading.Thread(target=target) for target in (sign_in, sign_in, register, register)]
    for thread in threads:
        thread.start()
    try:
        wait_until(lambda: {200, 201} <= set(statuses), what="some to be let in")
        with database.away():
            wait_until(lambda: statuses.count(503) > 20, what="others to hear that it is away")
        del statuses[:]
        wait_until(lambda: {200, 201} <= set(statuses), what="some to be let in again")
    finally:
        is_over.set()
        for thread in threads:
            thread.join()
    assert set(statuses) <= {200, 201, 503}
    there = {name for name, in database.ask("SELECT name FROM account WHERE name IS NOT NULL")}
    if database.name == "postgres":  # the file that came back was copied before the last of them
        assert set(made) <= there
    wait_well(site)


def test_what_is_locked_is_busy_and_can_be_read(site, database, ann, guest):
    name = new_name()
    with database.locked():
        for what, reply in writes(ann, name).items():
            assert refused(reply) == BUSY, what
        Person(site, ann.name).sign_in()
        guest.be_called(name)
    Person(site, name).register()
    ann.change_password("a lamp in the cellar").delete()


def test_who_comes_before_the_first_connection_waits_for_it(new_site, database):
    """Not to have tried yet is not to be away.  (A try takes 2 s at most, in which a
    busy machine may not have started all of it: then once more.)"""
    if database.name != "postgres":
        pytest.skip("a file is there at once")
    site = new_site(workers=1, gateways=0)
    ann = Person(site).register()
    statuses = []
    while 200 not in statuses and len(statuses) < 10:
        site.stop_pool()
        with database.server.hanging():
            site.start_pool()
            person = Person(site, ann.name)
            thread = threading.Thread(target=lambda: statuses.append(person.try_sign_in().status))
            thread.start()
            wait_until(lambda: site.redis.keys(f"*:pair:{person.name.lower()}:{person.address}")
                       or not thread.is_alive(), what="the attempt to be counted, and on its way")
        thread.join()
    assert 200 in statuses
    site.expect_error("sql_down")


def test_one_that_hangs_is_given_up(site, database, ann):
    if database.name != "postgres":
        pytest.skip("a file does not hang")
    with database.server.hanging():
        assert refused(Person(site, ann.name).try_sign_in()) == UNAVAILABLE
        assert ann.visit()["name"] == ann.name
    wait_well(site)
    Person(site, ann.name).sign_in()


@pytest.fixture
def small_disk(tmp_path):
    """A folder on a disk of its own."""
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", tmp_path], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("needs to mount a disk")
    yield tmp_path
    subprocess.run(["umount", "-l", tmp_path], check=True)


def fill(folder):
    """A file that leaves no room for any other."""
    filler = folder / "filler"
    with open(filler, "wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))
    return filler


def test_on_a_full_disk_one_signs_in_and_changes_nothing(small_disk, new_site, database):
    if database.name != "sqlite":
        pytest.skip("PostgreSQL's disk is its own")
    site = new_site(env={"HOLDLINE_DATA_DIR": small_disk})
    ann, guest = Person(site).register(), Person(site).be_a_guest()
    filler = fill(small_disk)
    site.expect_error("sql_job_failed")
    for _ in range(2):
        for what, reply in writes(ann, new_name()).items():
            assert refused(reply) == UNAVAILABLE, what
    Person(site, ann.name).sign_in()
    guest.be_called(new_name())
    filler.unlink()
    ann.change_password("a lamp in the cellar").delete()
    Person(site).register()


@pytest.mark.skipif(os.geteuid() != 0, reason="needs to become somebody else")
def test_when_it_may_not_be_written_to_one_signs_in_and_changes_nothing(request, database):
    if database.name != "sqlite":
        pytest.skip("as PostgreSQL's user may be allowed to")
    site = Site(nginx=False, wrapper=("setpriv", f"--reuid={NOBODY}", "--clear-groups", "--"))
    for folder in (site.directory, site.directory / "redis"):
        shutil.chown(folder, NOBODY)

    def person(*args):
        one = Person(site, *args, door=site.workers[0])
        one.origin = None
        return one

    with site:
        ann = person().register()
        site.stop_pool()
        file = site.directory / "holdline.db"
        shutil.chown(file, 0)
        file.chmod(0o644)
        site.start_pool()
        site.expect_error("sql_job_failed")
        again = person(ann.name).sign_in()
        reply = again.ask_account("password", password=PASSWORD, new_password="a lamp in the cellar")
        assert refused(reply) == UNAVAILABLE
        assert refused(person().try_register()) == UNAVAILABLE
        shutil.chown(file, NOBODY)
        again.change_password("a lamp in the cellar")
        person().register()
        site.forget_pids()


def test_sessions_that_were_to_end_end_later(site, database, ann):
    """A worker died between SQL and Redis: what it wrote down is done by another."""
    other = Person(site, ann.name).sign_in()
    bob = Person(site).register()
    (id, since), = database.ask(f"SELECT id, password_changed_at FROM account WHERE name = '{ann.name}'")
    database.ask(f"UPDATE account SET password_changed_at = {int(since) + 1} WHERE id = {id}")
    database.ask(f"INSERT INTO session_end (account_id, since) VALUES ({id}, {int(since) + 1})")
    wait_until(lambda: not database.ask("SELECT * FROM session_end"), 30, "a worker to look")
    wait_until(lambda: not ann.is_signed_in and not other.is_signed_in)
    assert bob.is_signed_in
    ann.sign_in()


def test_without_redis_nobody_is_let_in_and_nothing_is_claimed(new_site, database):
    site = new_site()
    ann = Person(site).register()
    name = new_name()
    site.stop_redis()
    asked = [Person(site, name).try_register(), Person(site, ann.name).try_sign_in(),
             ann.ask_account("sign-out"), ann.get(ACCOUNT + "sessions"),
             ann.ask_account("sessions/end", id="0" * 16), Person(site, ann.name).try_sign_in(password="wrong lamp")]
    assert [refused(reply) for reply in asked] == [UNAVAILABLE] * len(asked)
    assert not database.ask(f"SELECT id FROM account WHERE name = '{name}'")
    site.start_redis()
    site.wait_ready()
    site.expect_error("redis_down")
    ann.sign_in()
    Person(site, name).register()
