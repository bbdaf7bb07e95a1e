"""kill -9 of the worker that removes somebody from a room, about when SQL has it: either he is in it still, everywhere,
or in no process any more within a second; and nothing is left to be told.

While the test has SQLite's file for itself the worker waits for it; then it is killed a moment after the lock is given
back, a little later each time.

First run: nothing broke."""

import os
import signal
import time

import faults
import pytest
from lib.database import Sqlite
from lib.http_client import FORM, encode_form
from lib.wait import wait_until
from lib.ways import HOLDS, OK, form
from lib.world import World

pytestmark = pytest.mark.alone
SITE = {"workers": 3, "gateways": 1, "trusted_proxies": "127.0.0.1", "env": {"HOLDLINE_HOLD_MS": 60000}}
AFTER_MS = [0, 0.3, 1, 3]
NOTICED_S = 1


class FileOf(Sqlite):
    """The site's own."""

    def __init__(self, site):
        self.file = site.directory / "holdline.db"


def remove_and_die(site, owner, who, room, after_ms):
    worker = site.workers[0]
    site.expect_error("worker_died")
    site.forget_pids()
    pid = worker.pid
    assert owner.at(worker).get(f"/plain?room={room}").status == 200  # its session and the room are known there
    with faults.sql_locked(site):
        connection = worker.connect()
        connection.send("POST", "/a/room/remove", [("Content-Type", FORM), *owner.headers], encode_form(
            {"room": room, "person": f"a{who.id}", "_xsrf": owner.xsrf}))
        assert worker.health["pid"] == pid  # it has had a turn since
    time.sleep(after_ms / 1000)
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: faults.is_gone(pid), what="the worker to end")
    connection.close()


def test_he_is_out_everywhere_or_in(site):
    world = World(site, FileOf(site))
    was_out = 0
    for after_ms in AFTER_MS:
        ann, ben = world.person(), world.person()
        room = world.room(owner=ann, members=[ann, ben])
        held = [hold(site, ben, room, (worker, site.gateways[0])) for hold in HOLDS for worker in site.workers[1:]]
        remove_and_die(site, ann, ben, room, after_ms)
        begun = time.monotonic()
        if ben.id in world.members(room):
            assert form(site, ben, room) == OK
            for one in held:
                one.hears("by a form")
        else:
            was_out += 1
            assert [one.end() for one in held] == ["room-not-found"] * len(held)
            assert time.monotonic() - begun < NOTICED_S
        for one in held:
            one.close()
        site.wait_ready()
        wait_until(lambda: world.count("room_change") == 0, what="all to be told")
    print(f"\nremoved before the worker died: {was_out} of {len(AFTER_MS)}")
