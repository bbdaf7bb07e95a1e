"""kill -9 of one worker after the other: nginx asks another one meanwhile, for
posts too, and the pool starts a new one.

First run: 3 posts were told 503 although Redis was well.  A worker that had
just been started took what waited in its socket before it had reached Redis.
It now accepts when it hears Redis."""

import signal

import faults
import ledger
from crew import ENV, Crew

SITE = {"workers": 3, "env": ENV}


def test_nobody_notices(site, room):
    with Crew(site, room) as crew:
        for worker in site.workers:
            crew.goes_on(3)
            faults.signal_worker(site, worker, signal.SIGKILL)
        crew.goes_on()
        crew.settle()
    crew.check_nothing_failed()
    ledger.check(crew)
