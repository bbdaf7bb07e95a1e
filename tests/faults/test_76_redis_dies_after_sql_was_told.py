"""Redis is away when SQL has been told and Redis is to be, and so is perhaps the worker; see accounts.py.  A Redis that
was killed has not been told.

First run: nothing broke."""

import os
import signal

import faults
import pytest
from accounts import DOINGS, FOUR_WORKERS, Asking, check_ended, check_nobody, endings, held_by
from lib.member import register
from lib.wait import wait_until

SITE = FOUR_WORKERS


@pytest.mark.parametrize("what", DOINGS)
def test_older_sessions_end_when_redis_was_away(site, room, what):
    """Nobody dies: the worker says 503, and is as good as its word."""
    anna = register(site)
    phone = anna.elsewhere()
    mine = held_by(site, phone, room)
    with faults.sql_locked(site):
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
    site = new_site(env={**SITE["env"], "HOLDLINE_SESSION_CHECK_MS": 1000, "HOLDLINE_STREAM_QUIET_MS": 500})
    anna = register(site)
    phone = anna.elsewhere()
    site.expect_error("worker_died")
    site.forget_pids()
    worker = site.workers[0]
    pid = worker.pid
    mine = held_by(site, phone, room)
    with faults.sql_locked(site):
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
