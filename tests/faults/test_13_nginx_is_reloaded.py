"""SIGHUP to nginx, again and again: its old processes end when the polls that
they hold are answered.

First run: nothing broke."""

import faults
import ledger
from crew import ENV, Crew

SITE = {"workers": 2, "env": ENV}
TIMES = 5


def test_nobody_notices(site, room):
    with Crew(site, room) as crew:
        for _ in range(TIMES):
            crew.goes_on(3)
            faults.reload_nginx(site)
        crew.goes_on()
        crew.settle()
    crew.check_nothing_failed()
    ledger.check(crew)
