"""kill -9 of a worker when SQL has been told and Redis has not; and Redis away at that moment.

It is hit for sure: while the test has SQLite's file for itself, an attempt gets as far as Redis, where it is counted;
then Redis is stopped, SQL's lock is given back, the worker writes, and waits for Redis.  A Redis that was stopped may
still find in its socket what the worker had asked for; one that was killed has not been told.

First run: nothing broke."""

import contextlib
import os
import signal
import sqlite3

import faults
import pytest
from lib.http_client import FORM, encode_form
from lib.member import Member, forget_attempts, have_heard, register
from lib.stream import Stream
from lib.wait import wait_until

SITE = {"workers": 2, "gateways": 1, "appendfsync": "always", "env": {"HOLDLINE_HOLD_MS": 60000}}
# Each worker looks for what was left behind every 15 s, and one that was just started sooner.
SWEPT_S = 30
NEW_PASSWORD = "another kettle"


def sql(site, statement, *values):
    with contextlib.closing(sqlite3.connect(site.directory / "holdline.db", timeout=10)) as database:
        return database.execute(statement, values).fetchall()


def endings(site):
    return sql(site, "SELECT account_id, since FROM session_end")


@contextlib.contextmanager
def sql_locked(site):
    """Nobody else may write; reading goes on."""
    with contextlib.closing(sqlite3.connect(site.directory / "holdline.db", timeout=10, isolation_level=None)) as mine:
        mine.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            mine.execute("ROLLBACK")


class Asking:
    """A request about an account, sent to `worker`."""

    def __init__(self, worker, who, what, **fields):
        have_heard(who.site)  # that an earlier attempt was right is counted after its answer
        forget_attempts(who.site)
        if who.xsrf:
            fields["_xsrf"] = who.xsrf
        self.connection = worker.connect()
        headers = [("Content-Type", FORM), *(who.cookie if who.cookies else [])]
        self.connection.send("POST", f"/a/account/{what}", headers, encode_form(fields))

    def wait_counted(self, site):
        """Until its attempt is counted: Redis is not needed again before SQL has been written."""
        wait_until(lambda: site.redis.keys("holdline:limit:*"), what="the attempt to be counted")
        site.redis.ping()  # who asks last is answered first: only now the worker has been, too


@contextlib.contextmanager
def redis_stopped(site):
    os.kill(site.redis_pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(site.redis_pid, signal.SIGCONT)


def die_between(site, worker, who, what, is_written, **fields):
    """Has the worker do it, and kills it in between."""
    site.expect_error("worker_died")
    site.forget_pids()
    pid = worker.pid
    with contextlib.ExitStack() as redis:
        with sql_locked(site):
            asking = Asking(worker, who, what, **fields)
            asking.wait_counted(site)
            redis.enter_context(redis_stopped(site))
        wait_until(is_written, what="SQL to be written")
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: faults.is_gone(pid), what="the worker to end")
    asking.connection.close()
    site.wait_ready()


def test_an_account_is_there_when_its_maker_dies(site):
    anna = Member(site, "anna maria")
    die_between(site, site.workers[0], anna, "register",
                lambda: sql(site, "SELECT id FROM account WHERE name = ?", anna.name),
                name=anna.name, password=anna.password)
    forget_attempts(site)
    reply = anna.submit("register", name=anna.name, password=anna.password)
    assert (reply.status, reply.problem) == (409, "name-taken")
    anna.sign_in()
    assert len(anna.sessions()) == 1


def held_by(site, who, room):
    """At what the dying worker takes with it nothing can be seen."""
    return (Stream(site.workers[1], room, headers=who.cookie).opened(),
            site.gateways[0].websocket(headers=who.cookie))


def check_ended(site, held):
    stream, socket = held
    assert stream.end(SWEPT_S)[-1].type == "end"
    assert socket.closing(SWEPT_S).code == 1008
    wait_until(lambda: not endings(site), SWEPT_S, "it to be written off")
    stream.leave()
    socket.close()


def check_goes_on(site, held, room):
    stream, socket = held
    site.client.say("still here", room)
    assert stream.messages(1) == ["still here"]
    socket.send("ping")
    socket.read("pong")
    stream.leave()
    socket.close()


DOINGS = {
    "password": lambda who: {"password": who.password, "new_password": NEW_PASSWORD},
    "delete": lambda who: {"password": who.password},
}


@pytest.mark.parametrize("what", DOINGS)
def test_older_sessions_end_when_the_worker_died(site, room, what):
    anna, bert = register(site), register(site)
    phone = anna.elsewhere()
    mine, theirs = held_by(site, phone, room), held_by(site, bert, room)
    die_between(site, site.workers[0], anna, what, lambda: endings(site), **DOINGS[what](anna))
    check_ended(site, mine)
    check_nobody(site, anna, phone, what)
    check_goes_on(site, theirs, room)


def check_nobody(site, anna, phone, what):
    """The old password opens nothing, and what it opened is closed."""
    assert not anna.is_signed_in and not phone.is_signed_in
    forget_attempts(site)
    assert Member(site).submit("sign-in", name=anna.name, password=anna.password).status == 403
    if what == "password":
        new = Member(site, anna.name, NEW_PASSWORD).sign_in()
        assert len(new.sessions()) == 1


@pytest.mark.parametrize("what", DOINGS)
def test_older_sessions_end_when_redis_was_away(site, room, what):
    """Nobody dies: the worker says 503, and is as good as its word."""
    anna = register(site)
    phone = anna.elsewhere()
    mine = held_by(site, phone, room)
    with sql_locked(site):
        asking = Asking(site.workers[0], anna, what, **DOINGS[what](anna))
        asking.wait_counted(site)
        site.kill_redis()
    reply = asking.connection.read(20)
    assert (reply.status, reply.problem) == (503, "unavailable")
    assert endings(site)
    site.start_redis()
    site.wait_ready()
    check_ended(site, mine)
    check_nobody(site, anna, phone, what)


def test_a_worker_that_dies_while_redis_is_away(new_site, room):
    """Both, and Redis comes back much later than the worker.  Who does not hear Redis yet when it is told looks
    himself, now and then."""
    site = new_site(**{**SITE, "env": {**SITE["env"], "HOLDLINE_SESSION_CHECK_MS": 1000,
                                       "HOLDLINE_STREAM_QUIET_MS": 500}})
    anna = register(site)
    phone = anna.elsewhere()
    site.expect_error("worker_died")
    site.forget_pids()
    worker = site.workers[0]
    pid = worker.pid
    mine = held_by(site, phone, room)
    with sql_locked(site):
        asking = Asking(worker, anna, "password", **DOINGS["password"](anna))
        asking.wait_counted(site)
        site.kill_redis()
    wait_until(lambda: endings(site), what="SQL to be written")
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: worker.pid != pid, 20, "a new worker")
    asking.connection.close()
    site.start_redis()
    site.wait_ready()
    check_ended(site, mine)
    check_nobody(site, anna, phone, "password")
