"""SIGHUP, while people talk."""

import os
import signal

from lib.crowd import check_nobody_notices
from lib.wait import wait_until

SITE = {"env": {"HOLDLINE_REPLAY": 10000}}
TIMES = 3


def test_all_are_new_afterwards(site):
    before = site.worker_pids()
    pool = site.pool.pid
    site.hup()
    assert not set(before) & set(site.worker_pids())
    assert site.pool.pid == pool and site.pool.is_running


def test_held_polls_are_told_to_come_back(site, room):
    polls = [site.client.ask(room=room) for _ in range(10)]
    wait_until(lambda: site.held == 10, what="10 held polls")
    site.hup()
    for poll in polls:
        news = poll.answer().json()
        assert "messages" not in news
        assert isinstance(news["retry_ms"], int) and news["retry_ms"] >= 0
        assert news["cursor"] == "0-0"


def test_nobody_notices(site, room):
    check_nobody_notices(site, room, lambda _: site.hup(), TIMES)


def test_asked_while_it_is_at_it_it_does_it_again(site, room):
    def count(event):
        return len(site.log_lines(event))

    begun, done = count("pool_reloading"), count("pool_reloaded")
    site.forget_pids()
    site.pool.send_signal(signal.SIGHUP)
    wait_until(lambda: count("pool_reloading") > begun, what="the pool to begin")
    site.pool.send_signal(signal.SIGHUP)
    wait_until(lambda: count("pool_reloaded") == done + 2, 40, "the pool to do it twice")
    site.wait_ready()
    assert site.client.say("hello", room)


def test_a_worker_that_is_stuck_does_not_hold_it_up(new_site, room):
    site = new_site(nginx=False, env={"HOLDLINE_DRAIN_MS": 200})
    site.expect_error("worker_killed")
    pool = site.pool.pid
    os.kill(site.worker_pids()[0], signal.SIGSTOP)
    site.forget_pids()
    site.pool.send_signal(signal.SIGHUP)
    wait_until(lambda: site.log_lines("pool_reloaded"), 20, "the pool to be done")
    assert site.pool.pid == pool and site.pool.is_running
    site.wait_ready()
    assert site.workers[0].say("hello", room)
