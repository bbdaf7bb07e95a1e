"""Redis ends a subscription whose output buffer overflows.

First run: nothing broke.  It took more than one message to overflow: the longest
stays just below the 16 KB that Redis does not count."""

import itertools
import os
import signal
from concurrent.futures import ThreadPoolExecutor

import faults
import ledger
from crew import ENV, Crew
from lib.wait import wait_until

SITE = {"workers": 2, "gateways": 0, "env": ENV}
# With a number the longest that may be said.  One stays just below the 16 KB that
# Redis sends without calling them a buffer; several at once do not.
BIG = "\U0001f600" * 3995
TIMES = 3
NUMBERS = itertools.count(1)


def test_more_at_once_than_fits(site, room):
    """It ends both subscriptions, and what was said has to be read."""
    posters = [worker.browser() for worker in site.workers]
    for poster in posters:
        poster.visit()
    with Crew(site, room) as crew, ThreadPoolExecutor() as threads:
        crew.goes_on(2)
        with faults.config(site, client_output_buffer_limit="pubsub 1 0 0"):
            for _ in range(TIMES):
                before = ended_subscriptions(site)
                # Again, as a worker that has another post under way sends ours after it.
                wait_until(lambda: ended_subscriptions(site) >= before + 2
                           or say_at_once(site, posters, threads, room), 30, "both subscriptions to be ended")
                site.wait_ready()
            crew.goes_on()
        crew.settle()
    crew.check_nothing_failed()
    ledger.check(crew)


def say_at_once(site, posters, threads, room):
    """What the workers ask of Redis meanwhile is done in one go at the end."""
    with faults.paused_writes(site, len(site.workers)):
        replies = [threads.submit(poster.post, f"{BIG}{next(NUMBERS)}", room) for poster in posters]
    assert [reply.result().status for reply in replies] == [200, 200]


def ended_subscriptions(site):
    return sum(line["connection"] == "holdline-subscriber"
               for line in site.log_lines("redis_down"))


def test_a_worker_that_does_not_read(site, room):
    """Stopped until Redis has had enough of it.  What it had asked of Redis it may then have to give up: that is told."""
    stopped, other = site.workers
    with Crew(site, room) as crew:
        crew.goes_on(2)
        with faults.config(site, client_output_buffer_limit="pubsub 65536 0 0"):
            pid = stopped.pid
            os.kill(pid, signal.SIGSTOP)
            try:
                for n in range(100):
                    other.say(f"{BIG}.{n}", room)
                    if subscriptions(site) == 1:
                        break
                assert subscriptions(site) == 1, "Redis took it all"
            finally:
                os.kill(pid, signal.SIGCONT)
        crew.goes_on()
        site.wait_ready()
        crew.settle()
    crew.check_only_unavailable()
    ledger.check(crew)


def subscriptions(site):
    return sum(each["name"] == "holdline-subscriber"
               for each in site.redis.client_list(_type="pubsub"))
