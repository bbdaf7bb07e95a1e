"""FLUSHALL while people talk: a new epoch, and every reader is told once that
the room started anew.

First run: nothing broke."""

import ledger
from crew import ENV, Crew
from lib.wait import wait_until

SITE = {"workers": 2, "env": ENV}
TIMES = 3


def wait_all_in_epoch(crew):
    """Until every reader has heard something of the present one."""
    def are_all_there():
        epoch = crew.site.redis.hget(f"holdline:{{{crew.room}}}:head", "epoch")
        return all(ledger.epoch_of(reader.cursor) == epoch for reader in crew.readers)
    wait_until(are_all_there, what="every reader to be in the present epoch")


def test_every_reader_is_told(site, room):
    with Crew(site, room) as crew:
        for _ in range(TIMES):
            crew.goes_on(3)
            wait_all_in_epoch(crew)
            site.redis.flushall()
        crew.goes_on(3)
        crew.settle()
    crew.check_nothing_failed()
    ledger.check_with_losses_told(crew)
    for reader in crew.readers:
        assert not reader.gaps
        assert len(reader.given_up) == TIMES, f"{reader.name}: {len(reader.given_up)} resets"
