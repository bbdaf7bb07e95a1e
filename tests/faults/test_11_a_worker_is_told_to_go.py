"""SIGTERM of one worker after the other: held polls are answered "no news, come
back in a random moment", new ones go elsewhere, and nothing fails.

First run: those who waited were sent away as promised, but 2 posts were told 503
by the worker that took the place; see test_10."""

import signal

import faults
import ledger
from crew import ENV, Crew
from lib.wait import wait_until

SITE = {"workers": 3, "env": ENV}
QUIET = 30  # who waits in a room where nobody speaks


def test_nobody_notices(site, room):
    with Crew(site, room) as crew:
        for worker in site.workers:
            crew.goes_on(3)
            faults.signal_worker(site, worker, signal.SIGTERM)
        crew.goes_on()
        crew.settle()
    crew.check_nothing_failed()
    ledger.check(crew)
    assert {line["status"] for line in site.log_lines("worker_died")} == {"0"}


def test_who_waits_is_sent_away_to_come_back(new_site, room):
    """And a worker that has answered all may go: it could take its time for much longer than is waited for it here."""
    site = new_site(env={"HOLDLINE_HOLD_MS": 60000, "HOLDLINE_DRAIN_MS": 60000})
    polls = [site.client.ask("0-0", room) for _ in range(QUIET)]
    wait_until(lambda: site.held == QUIET, what="all to be held")
    here = site.workers[0].health["held"]
    assert here > 0, "nginx spreads them"
    faults.signal_worker(site, site.workers[0], signal.SIGTERM)
    wait_until(lambda: sum(poll.is_answered for poll in polls) == here, what="as many to be answered")
    sent_away = [poll.answer().json() for poll in polls if poll.is_answered]
    assert all("messages" not in news and news["cursor"] == "0-0" for news in sent_away)
    moments = {news["retry_ms"] for news in sent_away}
    assert len(moments) > 1, "all of them at the same moment"
    site.client.say("hello", room)
    for poll in polls:
        poll.leave()
