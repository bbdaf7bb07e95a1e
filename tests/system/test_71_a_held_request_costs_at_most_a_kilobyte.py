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


def hold(site, room, clients):
    polls = [client.ask("0-0", room) for client in clients]
    site.wait_held(len(clients))
    return polls


def leave(site, polls):
    for poll in polls:
        poll.leave()
    site.wait_held(0)


def cost_kb(site, room, clients):
    """Of each of their polls."""
    pid = site.workers[0].pid
    leave(site, hold(site, room, clients[:200]))  # the loop's own tables, the first pages
    before = resident_kb(pid)
    polls = hold(site, room, clients)
    wait_until(lambda: site.workers[0].health["present"] in (0, len(clients)), 20, "all of them to be there")
    after = resident_kb(pid)
    with open(f"/proc/{pid}/status") as status:
        threads = next(int(line.split()[1]) for line in status if line.startswith("Threads"))
    assert threads < 12
    leave(site, polls)
    return (after - before) / len(clients)


def test_memory_of_the_worker(site, room):
    each = cost_kb(site, room, [site.workers[0]] * MANY)
    assert each < 0.7, f"{each:.2f} KB each"


def test_memory_with_sessions(site, room):
    """Who has one is present in the room; there are 10 000 that a worker remembers, too."""
    browsers = [site.workers[0].browser() for _ in range(MANY)]
    for browser in browsers:
        browser.visit()
    each = cost_kb(site, room, browsers)
    print(f"{each:.2f} KB each")
    assert each < 1, f"{each:.2f} KB each"
