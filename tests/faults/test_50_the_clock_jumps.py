"""The time of day of nginx, the workers and Redis jumps by an hour, forth and
back, while people talk.

First run: nothing broke in Holdline.  libfaketime hung Redis; see wall_clock.c."""

import time
from datetime import datetime

import faults
import ledger
from crew import ENV, Crew
from lib.site import RELEASE
from lib.wait import wait_until

HOUR_S = 3600
# Not with sanitizers: theirs has to be the first library, too.
SITE = {"workers": 2, "env": ENV, "binary": RELEASE}


def test_nobody_notices(new_site, room, tmp_path):
    clock = faults.WallClock(tmp_path)
    site = new_site(wrapper=clock.wrapper)
    with Crew(site, room) as crew:
        for n, seconds in enumerate((HOUR_S, 0, -HOUR_S, 0)):
            crew.goes_on(3)
            clock.jump(seconds)
            wait_until(lambda: abs(clock.ahead_s(site) - seconds) <= 2, 10, "the clock to jump")
            crew.goes_on(3)
            before = time.time()
            sent_at = datetime.fromisoformat(site.client.say(f"jump {n}", room)["sent_at"])
            assert before - 1 <= sent_at.timestamp() - seconds <= time.time() + 1, "not for the workers"
        crew.settle()
    crew.check_nothing_failed()
    ledger.check(crew)
