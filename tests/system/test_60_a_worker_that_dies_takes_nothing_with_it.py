"""kill -9: the pool starts another one behind the same socket, and nginx asks
another meanwhile, so that nobody who came through nginx notices."""

import contextlib
import os
import signal

from lib.crowd import Reader, Speaker, check_once_and_in_order
from lib.wait import wait_until

SITE = {"env": {"HOLDLINE_REPLAY": 10000}}


def kill(site, worker):
    """Ends the process and waits for the one that takes its place."""
    site.forget_pids()
    old = worker.pid
    os.kill(old, signal.SIGKILL)
    wait_until(lambda: worker.is_ready and worker.pid != old, 10, "a new worker")


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
    """Posts without a client_id too: nginx's id of the request stands in."""
    site.expect_error("worker_died")
    with contextlib.ExitStack() as crowd:
        readers = [crowd.enter_context(Reader([site.client], room)) for _ in range(3)]
        with Speaker([site.client], room, "a") as one, \
                Speaker([site.client], room, "b", with_client_id=False) as other:
            for worker in (*site.workers, *site.workers):
                one.has_said(20)
                kill(site, worker)
            one.has_said(20)
        said = one.said | other.said
        for reader in readers:
            reader.has_heard(said)
    for person in (one, other, *readers):
        assert not person.failures
    check_once_and_in_order(readers, said)
    assert len(readers[0].heard) == len(said), "a post was done twice"


def test_who_talks_to_a_worker_directly_sees_its_end(site, room):
    site.expect_error("worker_died")
    worker = site.workers[0]
    poll = site.hold(worker, room=room)
    kill(site, worker)
    assert poll.is_answered_within(1)
    poll.leave()
