"""SIGSTOP of Redis until all have noticed, then SIGCONT.  It then does what lies in its
sockets, also what was answered 503 long ago.

First run: nothing broke.  Posts were told 503 after 2 s, and sending them again
under the same client_id made one message of them."""

import ledger
from crew import ENV, Crew
from lib.wait import wait_until

SITE = {"workers": 2, "env": ENV}
NOTICED_S = 20  # no heartbeat for 3 s


def test_who_asks_again_finds_everything_once(site, room):
    with Crew(site, room) as crew:
        crew.goes_on(3)
        with site.redis_hanging():
            crew.fails()
            wait_until(lambda: not any(worker.is_ready for worker in site.workers), NOTICED_S, "all to notice")
        crew.goes_on()
        site.wait_ready()
        crew.settle()
    crew.check_only_unavailable()
    ledger.check(crew)
    assert any(poster.resent for poster in crew.posters)
