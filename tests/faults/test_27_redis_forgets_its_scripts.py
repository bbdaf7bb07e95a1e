"""SCRIPT FLUSH while people talk.

First run: nothing broke."""

import ledger
from crew import ENV, Crew

SITE = {"workers": 2, "env": ENV}
TIMES = 20


def test_nobody_notices(site, room):
    with Crew(site, room) as crew:
        for _ in range(TIMES):
            crew.goes_on()
            site.redis.script_flush()
        crew.goes_on()
        crew.settle()
    crew.check_nothing_failed()
    ledger.check(crew)
