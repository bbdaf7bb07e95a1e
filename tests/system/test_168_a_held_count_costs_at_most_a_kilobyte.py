"""Promise 7, for those who hold /status, measured on the program as it is delivered."""

import pytest

from lib.shop import Customer
from lib.site import RELEASE

pytestmark = pytest.mark.alone
SITE = {"nginx": False, "workers": 1, "gateways": 0, "binary": RELEASE}
MANY = 4000


def resident_kb(pid):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


def hold(site, count, **query):
    held = [Customer(site, door=site.workers[0]).ask(**query) for _ in range(count)]
    site.wait_held(count)
    return held


def leave(site, held):
    for status in held:
        status.leave()
    site.wait_held(0)


def test_memory_of_the_worker(site):
    cursor = Customer(site, door=site.workers[0]).status()["cursor"]
    pid = site.workers[0].pid
    leave(site, hold(site, 200, cursor=cursor))  # the loop's own tables, the first pages
    before = resident_kb(pid)
    held = hold(site, MANY, cursor=cursor)
    each = (resident_kb(pid) - before) / MANY
    leave(site, held)
    assert each < 1, f"{each:.2f} KB each"
