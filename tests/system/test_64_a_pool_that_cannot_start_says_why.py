"""Startup dies, with one line."""

import os
import subprocess

import pytest

from lib import log
from lib.wait import wait_until


def start(site, **settings):
    """Runs `serve` once more, with other settings; it has to end by itself."""
    env = {**site.pool_env, "HOLDLINE_LISTEN": f"unix:{site.directory}/other-%d.sock", **settings}
    return subprocess.run([site.binary, "serve"], env=env, capture_output=True, text=True,
                          timeout=30)


@pytest.mark.parametrize("settings", [
    pytest.param({"HOLDLINE_WORKERS": "many"}, id="workers that are no number"),
    pytest.param({"HOLDLINE_WORKERS": "0"}, id="no workers"),
    pytest.param({"HOLDLINE_WORKERS": "-1"}, id="negative workers"),
    pytest.param({"HOLDLINE_HOLD_MS": "50s"}, id="a time with a unit"),
    pytest.param({"HOLDLINE_REPLAY": "99999999999999999999"}, id="a number too big"),
    pytest.param({"HOLDLINE_REDIS_URL": "http://localhost"}, id="a URL that is not Redis's"),
    pytest.param({"HOLDLINE_LOG_LEVEL": "loud"}, id="an unknown log level"),
    pytest.param({"HOLDLINE_LISTEN": "nonsense"}, id="an address that is none"),
    pytest.param({"HOLDLINE_LISTEN": "unix:/no/such/folder/%d.sock"}, id="no such folder"),
    pytest.param({"HOLDLINE_LISTEN": "unix:/tmp/" + "x" * 120 + "-%d.sock"}, id="a path too long"),
])
def test_a_wrong_setting(site, settings):
    ended = start(site, **settings)
    assert ended.returncode == 1
    errors = [line for line in log.parse(ended.stderr) if line.level == "error"]
    assert len(errors) == 1, ended.stderr
    assert not log.sanitizer_reports(ended.stderr)
    assert ended.stdout == ""


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["serve", "more"], ["worker", "more"]],
                         ids=" ".join)
def test_a_wrong_command(site, arguments):
    env = {**site.pool_env, "HOLDLINE_LISTEN": f"unix:{site.directory}/other-%d.sock"}
    ended = subprocess.run([site.binary, *arguments], capture_output=True, text=True, timeout=30,
                           env=env)
    assert ended.returncode != 0
    assert "usage" in ended.stderr


def test_a_second_pool_does_not_take_the_sockets_of_the_first(new_site, room):
    site = new_site(nginx=False)
    ended = start(site, HOLDLINE_LISTEN=site.pool_env["HOLDLINE_LISTEN"])
    assert ended.returncode == 1
    assert site.workers[0].say("hello", room)


def test_redis_may_come_later(new_site, room):
    site = new_site(nginx=False, redis=False)
    worker = site.workers[0]
    assert worker.get("/readyz").status == 503
    assert worker.post("hello", room).status == 503
    site.start_redis()
    wait_until(lambda: all(each.is_ready for each in site.workers))
    assert worker.say("hello", room)


def test_a_socket_that_was_left_behind_is_no_obstacle(new_site):
    site = new_site(nginx=False)
    pids = [one.pid for one in [*site.workers, *site.gateways]]
    site.pool.kill()
    wait_until(lambda: not [pid for pid in pids if os.path.exists(f"/proc/{pid}")], what="all processes to end")
    site.start_pool()
    site.wait_ready()
