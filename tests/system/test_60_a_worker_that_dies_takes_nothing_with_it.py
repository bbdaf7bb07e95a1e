"""kill -9: the pool starts another one behind the same socket, and nginx asks
another meanwhile, so that nobody who came through nginx notices."""

import os
import signal

from lib.crowd import check_nobody_notices
from lib.wait import wait_until

SITE = {"env": {"HOLDLINE_REPLAY": 10000}}


def kill(site, worker):
    """Ends the process and waits for the one that takes its place."""
    site.forget_pids()
    old = worker.pid
    os.kill(old, signal.SIGKILL)
    wait_until(lambda: worker.is_ready and worker.pid != old, what="a new worker")


def test_another_takes_its_place(site):
    site.expect_error("worker_died")
    worker, other = site.workers
    staying = other.pid
    kill(site, worker)
    assert other.pid == staying
    assert site.worker_pids() == [worker.pid, other.pid]


def test_held_polls_go_on_at_another(site, room):
    site.expect_error("worker_died")
    polls = [site.client.ask(room=room) for _ in range(20)]
    wait_until(lambda: site.held == 20, what="20 held polls")
    assert site.workers[0].health["held"] > 0, "nginx spreads them"
    kill(site, site.workers[0])
    wait_until(lambda: site.held == 20, what="all to be held again")
    assert not any(poll.is_answered for poll in polls)
    site.client.say("hello", room)
    assert [poll.news() for poll in polls] == [["hello"]] * 20


def test_nobody_notices(site, room):
    site.expect_error("worker_died")
    check_nobody_notices(site, room, lambda n: kill(site, site.workers[n % 2]), 4)


def test_who_talks_to_a_worker_directly_sees_its_end(site, room):
    site.expect_error("worker_died")
    worker = site.workers[0]
    poll = site.hold(worker, room=room)
    kill(site, worker)
    assert poll.is_answered_within(1)
    poll.leave()
