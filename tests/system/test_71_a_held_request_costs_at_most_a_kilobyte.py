"""Promise 7, measured on the program as it is delivered."""

import pytest

from lib.site import RELEASE
from lib.wait import wait_until

pytestmark = pytest.mark.alone
SITE = {"nginx": False, "workers": 1, "binary": RELEASE}
MANY = 4000


def resident_kb(pid):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


def test_memory_of_the_worker(site, room):
    worker = site.workers[0]
    pid = worker.pid

    def hold(count):
        polls = [worker.ask(room=room) for _ in range(count)]
        wait_until(lambda: worker.health["held"] == count, 20, f"{count} held polls")
        return polls

    for poll in hold(200):  # the loop's own tables, the first pages
        poll.leave()
    wait_until(lambda: worker.health["held"] == 0)
    before = resident_kb(pid)
    polls = hold(MANY)
    after = resident_kb(pid)
    assert (after - before) / MANY < 1, f"{(after - before) / MANY:.2f} KB each"
    with open(f"/proc/{pid}/status") as status:
        threads = next(int(line.split()[1]) for line in status if line.startswith("Threads"))
    assert threads < 10
    for poll in polls:
        poll.leave()
