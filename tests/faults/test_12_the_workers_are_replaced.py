"""SIGHUP to the pool, again and again.

First run: nothing broke, by luck.  A worker said "ready", and the one before it
was told to go, before it had reached Redis; see test_10."""

import ledger
from crew import ENV, Crew

SITE = {"workers": 2, "env": ENV}
TIMES = 3


def test_nobody_notices(site, room):
    with Crew(site, room) as crew:
        for _ in range(TIMES):
            crew.goes_on(3)
            site.hup()
        crew.goes_on()
        crew.settle()
    crew.check_nothing_failed()
    ledger.check(crew)
