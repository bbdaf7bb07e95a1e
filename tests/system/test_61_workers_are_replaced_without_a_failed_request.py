"""SIGHUP, while people talk."""

import contextlib
import signal

from lib.crowd import Reader, Speaker, check_once_and_in_order
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
    with contextlib.ExitStack() as crowd:
        readers = [crowd.enter_context(Reader([site.client], room)) for _ in range(3)]
        with Speaker([site.client], room, "a") as one, \
                Speaker([site.client], room, "b", with_client_id=False) as other:
            for _ in range(TIMES):
                one.has_said(30)
                site.hup()
            one.has_said(30)
        said = one.said | other.said
        for reader in readers:
            reader.has_heard(said)
    for person in (one, other, *readers):
        assert not person.failures
    check_once_and_in_order(readers, said)
    assert len(readers[0].heard) == len(said), "a post was done twice"


def test_asked_while_it_is_at_it_it_does_it_again(site, room):
    def count(event):
        return len(site.log_lines(event))

    begun, done = count("pool_reloading"), count("pool_reloaded")
    site.forget_pids()
    site.pool.send_signal(signal.SIGHUP)
    wait_until(lambda: count("pool_reloading") > begun, what="the pool to begin")
    site.pool.send_signal(signal.SIGHUP)
    wait_until(lambda: count("pool_reloaded") == done + 2, 20, "the pool to do it twice")
    site.wait_ready()
    assert site.client.say("hello", room)
