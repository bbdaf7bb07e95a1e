"""CLIENT KILL of the workers' connections, those that listen and those that
speak.

First run: nothing broke."""

import faults
import ledger
import pytest
from crew import ENV, Crew

SITE = {"workers": 2, "env": ENV}
TIMES = 5


@pytest.mark.parametrize("kind", ["pubsub", "normal"])
def test_nothing_is_lost_or_doubled(site, room, kind):
    with Crew(site, room) as crew:
        for _ in range(TIMES):
            crew.goes_on(2)
            faults.kill_connections(site, kind)
        crew.goes_on()
        crew.settle()
    crew.check_only_unavailable()
    ledger.check(crew)


def test_both_at_once(site, room):
    with Crew(site, room) as crew:
        for _ in range(TIMES):
            crew.goes_on(2)
            faults.kill_connections(site, "pubsub", "normal")
        crew.goes_on()
        crew.settle()
    crew.check_only_unavailable()
    ledger.check(crew)
