"""SIGSTOP of Redis for 5 s, then SIGCONT.  It then does what lies in its
sockets, also what was answered 503 long ago.

First run: nothing broke.  Posts were told 503 after 2 s, and sending them again
under the same client_id made one message of them."""

import faults
import ledger
from crew import ENV, Crew

SITE = {"workers": 2, "env": ENV}
HANGS_S = 5


def test_who_asks_again_finds_everything_once(site, room):
    with Crew(site, room) as crew:
        crew.goes_on(3)
        with site.redis_hanging():
            faults.last(HANGS_S)
            assert all(worker.get("/readyz").status == 503 for worker in site.workers)
        crew.goes_on()
        site.wait_ready()
        crew.settle()
    crew.check_only_unavailable()
    ledger.check(crew)
    assert any(poster.resent for poster in crew.posters)
