"""tools/run, which `make run` calls: everything for real, and all of it gone
afterwards."""

import os
import signal
import socket
import subprocess
from contextlib import contextmanager

import pytest

from lib.http_client import Browser, Client, HttpConnection
from lib.ports import free_port
from lib.process import Process
from lib.site import RELEASE, ROOT
from lib.wait import wait_until


class Run:
    """tools/run in a folder of its own."""

    def __init__(self, folder, port=None, **env):
        self.port = port or free_port()
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self.process = Process(
            [ROOT / "tools/run"], folder / "run.out",
            env={**os.environ, "PORT": str(self.port), "RUN_DIR": str(folder / "run"),
                 "WORKERS": "2", "HOLDLINE": str(RELEASE), **env})

    @property
    def client(self):
        return Client(lambda: HttpConnection("127.0.0.1", self.port))

    def browser(self):
        return Browser(lambda: HttpConnection("127.0.0.1", self.port),
                       origin=f"http://127.0.0.1:{self.port}")

    def wait_greeting(self):
        """The address is printed when everything answers."""
        self.process.wait_ready(lambda: f"http://localhost:{self.port}/" in self.process.output(),
                                30)

    def children(self):
        """Processes that have its folder in their words or environment."""
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/cmdline", "rb") as words, \
                        open(f"/proc/{pid}/environ", "rb") as env:
                    if str(self.folder).encode() in words.read() + env.read():
                        found.append(int(pid))
            except OSError:
                pass
        return found


@contextmanager
def running(folder, **options):
    run = Run(folder, **options)
    try:
        run.wait_greeting()
        yield run
    finally:
        run.process.stop(timeout=30)


def test_what_one_browser_says_another_hears(tmp_path):
    with running(tmp_path) as run:
        one, other = run.browser(), run.browser()
        one.visit()
        other.visit()
        assert run.client.get("/").status == 200
        poll = other.ask(room="tea")
        one.say("hello", "tea")
        assert poll.news() == ["hello"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_everything(tmp_path, number):
    with running(tmp_path) as run:
        assert len(run.children()) > 4
        run.process.stop(number, timeout=30)
        assert not run.children()


def test_what_was_said_is_there_after_a_restart(tmp_path):
    for _ in range(2):
        with running(tmp_path) as run:
            run.client.say("hello", "tea")
            said = len(run.client.read(room="tea")["messages"])
    assert said == 2


def test_two_side_by_side_do_not_disturb_each_other(tmp_path):
    with running(tmp_path / "one") as one, running(tmp_path / "other") as other:
        one.client.say("in one", "tea")
        other.client.say("in the other", "tea")
        for run, text in ((one, "in one"), (other, "in the other")):
            assert [each["body"] for each in run.client.read(room="tea")["messages"]] == [text]


def test_a_port_that_is_taken_is_a_clear_error(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        run = Run(tmp_path, port=port)
        assert run.process.wait(15) != 0
    assert f"port {port} is taken" in run.process.output()
    wait_until(lambda: not run.children())


def test_a_folder_in_use_is_a_clear_error(tmp_path):
    with running(tmp_path):
        ended = subprocess.run(
            [ROOT / "tools/run"], capture_output=True, text=True, timeout=15,
            env={**os.environ, "PORT": str(free_port()), "RUN_DIR": str(tmp_path / "run"),
                 "HOLDLINE": str(RELEASE)})
        assert ended.returncode != 0
        assert "in use" in ended.stderr


def test_long_names_of_folders_are_no_obstacle(tmp_path):
    """A unix socket's path may have 107 bytes."""
    with running(tmp_path / ("long" * 30)) as run:
        assert run.client.say("hello", "tea")
