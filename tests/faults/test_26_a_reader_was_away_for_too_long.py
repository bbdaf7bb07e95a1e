"""A cursor that is older than the replay list, while people talk: told of the
gap, once, and given the oldest that there is.

First run: nothing broke."""

import ledger
from crew import ENV, Crew
from lib.wait import wait_until

# Who is there but is not let run for a while must not miss so many.
REPLAY = 300
SITE = {"workers": 2, "env": {**ENV, "HOLDLINE_REPLAY": REPLAY}}
AWAY = 3


def test_it_is_told_of_the_gap(site, room):
    with Crew(site, room, pause_s=0.02) as crew:
        crew.goes_on(3)
        away, there = crew.readers[:AWAY], crew.readers[AWAY:]
        for reader in away:
            reader.is_away = True
        acked = crew.acked
        # A few more: who is away from now on still hears the end of his last poll.
        wait_until(lambda: crew.acked > acked + 1.2 * REPLAY, 60, "the list to move on")
        for reader in away:
            reader.is_away = False
        crew.goes_on()
        crew.settle()
    crew.check_nothing_failed()
    ledger.check_with_losses_told(crew)
    for reader in away:
        assert len(reader.gaps) == 1 and not reader.given_up
        before, after = reader.gaps[0]
        ids = [each for _, each in reader.heard]
        assert ids.index(after) == ids.index(before) + 1
        assert ledger.seq_of(after) > ledger.seq_of(before) + 1
        # From there on it is complete.
        rest = reader.heard[ids.index(after):]
        assert len(rest) >= REPLAY and rest == there[0].heard[-len(rest):]
    for reader in there:
        assert not reader.gaps and not reader.given_up
        assert reader.heard == there[0].heard
