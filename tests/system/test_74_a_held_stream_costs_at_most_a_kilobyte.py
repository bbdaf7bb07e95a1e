"""As test_71, for streams."""

import pytest

from lib.site import RELEASE
from lib.stream import open_all
from lib.wait import wait_until

pytestmark = pytest.mark.alone
SITE = {"nginx": False, "workers": 1, "binary": RELEASE}
MANY = 4000


def resident_kb(pid):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


def leave(site, streams):
    for stream in streams:
        stream.leave()
    wait_until(lambda: site.held == 0, 20, "them to be forgotten")


def test_memory_of_the_worker(site, room):
    worker = site.workers[0]
    pid = worker.pid
    leave(site, open_all(site, 200, worker, room))  # the loop's own tables, the first pages
    before = resident_kb(pid)
    streams = open_all(site, MANY, worker, room)
    held = resident_kb(pid)
    assert (held - before) / MANY < 0.7, f"{(held - before) / MANY:.2f} KB each"
    # And no more when they have been told something.
    for n in range(20):
        worker.say(str(n), room)
        assert all(stream.messages(1, timeout=20) == [str(n)] for stream in streams)
    told = resident_kb(pid)
    assert (told - before) / MANY < 0.7, f"{(told - before) / MANY:.2f} KB each, after news"
    leave(site, streams)
