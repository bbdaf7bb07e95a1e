"""A process with 2 000 held polls is killed, while people talk.

First run: nothing broke."""

import faults
import ledger
from crew import ENV, Crew
from lib.wait import wait_until

COUNT = 2000
SITE = {"workers": 2, "env": {**ENV, "HOLDLINE_HOLD_MS": 50000}}


def test_they_are_forgotten_and_nobody_notices(site, room):
    empty = f"{room}-herd"
    with Crew(site, room) as crew:
        crew.goes_on()
        with faults.Herd(site, COUNT, empty) as herd:
            wait_until(lambda: site.held >= COUNT, 30, "all of them to be held")
            crew.goes_on(3)
            herd.vanish()
            wait_until(lambda: site.held <= len(crew.readers), 30, "them to be forgotten")
        crew.goes_on(3)
        crew.settle()
    crew.check_nothing_failed()
    ledger.check(crew)
