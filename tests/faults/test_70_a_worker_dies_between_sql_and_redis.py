"""kill -9 of a worker when SQL has been told and Redis has not; see accounts.py.  A Redis that was stopped may still find
in its socket what the worker had asked for.

First run: nothing broke."""

import contextlib
import os
import signal

import faults
import pytest
from accounts import DOINGS, FOUR_WORKERS, Asking, check_ended, check_goes_on, check_nobody, endings, held_by, sql
from lib.member import Member, forget_attempts, register
from lib.wait import wait_until

SITE = FOUR_WORKERS


def die_between(site, worker, who, what, is_written, **fields):
    """Has the worker do it, and kills it in between."""
    site.expect_error("worker_died")
    site.forget_pids()
    pid = worker.pid
    while pid is not None:
        with contextlib.ExitStack() as redis:
            with faults.sql_locked(site):
                asking = Asking(worker, who, what, **fields)
                asking.wait_counted(site)
                redis.enter_context(site.redis_hanging())
            # On a machine that is too busy the worker has given up by now: once more then.
            wait_until(lambda: is_written() or asking.is_answered, what="SQL to be written")
            if is_written():
                os.kill(pid, signal.SIGKILL)
                wait_until(lambda: faults.is_gone(pid), what="the worker to end")
                pid = None
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


@pytest.mark.parametrize("what", DOINGS)
def test_older_sessions_end_when_the_worker_died(site, room, what):
    anna, bert = register(site), register(site)
    phone = anna.elsewhere()
    mine, theirs = held_by(site, phone, room), held_by(site, bert, room)
    die_between(site, site.workers[0], anna, what, lambda: endings(site), **DOINGS[what](anna))
    check_ended(site, mine)
    check_nobody(site, anna, phone, what)
    check_goes_on(site, theirs, room)
