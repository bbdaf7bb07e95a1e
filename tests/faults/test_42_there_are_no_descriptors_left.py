"""More clients than the workers have descriptors for: those who are in are
served, the others get in one after the other, and nothing that was acknowledged
is lost.

First run: no post was answered for 8 s and more, and some readers heard nothing
for 30 s.  nginx kept the connections of those who had been answered and used
them again, and the worker never got to those that waited in its queue.  A worker
that is short of descriptors now closes a connection when it has answered, and
one that is nearly so does not hold polls but sends them away for a moment."""

import faults
import ledger
from crew import ENV, Crew
from lib.wait import wait_until

LIMIT = 40
QUIET = 100
STARVED_S = 30  # who has waited for so long is forgotten
SITE = {"workers": 2, "descriptors": LIMIT, "env": {**ENV, "HOLDLINE_HOLD_MS": 2000}}


def are_full(site, crew):
    """A worker could not accept somebody, or sent somebody away before that."""
    return (site.log_lines("accept_paused")
            or any(reader.sent_away for reader in crew.readers))


def test_more_readers_than_descriptors(site, room):
    """All of them ask before somebody speaks again."""
    with Crew(site, room, readers=80, pause_s=0.3) as crew:
        wait_until(lambda: are_full(site, crew), what="the workers to be full")
        crew.goes_on(timeout=STARVED_S)
        crew.settle(STARVED_S)
    crew.check_only_unavailable()
    ledger.check(crew)


def test_posts_get_through_behind_a_herd_that_waits(site, room):
    """In a room where nobody speaks, so that nobody there is answered before the
    end of the hold."""
    with faults.Herd(site, QUIET, f"{room}-herd"), Crew(site, room) as crew:
        wait_until(lambda: are_full(site, crew), what="the workers to be full")
        crew.goes_on(3, STARVED_S)
        crew.settle(STARVED_S)
    crew.check_only_unavailable()
    ledger.check(crew)


def test_a_full_worker_finds_redis_again(site, room):
    with faults.Herd(site, QUIET, f"{room}-herd"), Crew(site, room) as crew:
        wait_until(lambda: are_full(site, crew), what="the workers to be full")
        for kind in ("normal", "pubsub"):
            site.redis.execute_command("CLIENT", "KILL", "TYPE", kind)
        crew.goes_on(3, STARVED_S)
        crew.settle(STARVED_S)
    crew.check_only_unavailable()
    ledger.check(crew)
