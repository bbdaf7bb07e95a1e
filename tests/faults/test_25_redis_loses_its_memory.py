"""FLUSHALL while people talk: a new epoch, and every reader is told once that
the room started anew.

First run: nothing broke."""

import ledger
from crew import ENV, Crew

SITE = {"workers": 2, "env": ENV}
TIMES = 3


def test_every_reader_is_told(site, room):
    with Crew(site, room) as crew:
        for _ in range(TIMES):
            crew.goes_on(3)
            site.redis.flushall()
        crew.goes_on(3)
        crew.settle()
    crew.check_nothing_failed()
    ledger.check_with_losses_told(crew)
    for reader in crew.readers:
        assert not reader.gaps
        assert len(reader.given_up) == TIMES, f"{reader.name}: {len(reader.given_up)} resets"
