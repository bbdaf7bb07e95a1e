"""What can happen to a site, one function each: does it, and waits until it has
happened and what was broken is mended.  The tests and the soak share them."""

import contextlib
import os
import resource
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from lib.http_client import FORM
from lib.wait import wait_until

HERE = Path(__file__).parent
RECOVERY_S = 20
# A process of Redis that hits a limit of file size is told by an error, not killed.
FULL_DISK_WRAPPER = ("env", "--ignore-signal=XFSZ")
MISCONF_S = 20


# --- workers and nginx ---------------------------------------------------------

def signal_worker(site, worker, number):
    """Sends the signal and waits for the process that takes its place."""
    site.forget_pids()
    site.expect_error("worker_died")
    old = worker.pid
    os.kill(old, number)
    wait_until(lambda: is_gone(old), RECOVERY_S, "the worker to end")
    wait_until(lambda: worker.is_ready and worker.pid != old, RECOVERY_S, "a new worker")


def is_gone(pid):
    """Whether the process has ended and its parent knows."""
    return not Path(f"/proc/{pid}").exists()


def reload_nginx(site):
    """Waits until new processes have taken over, one for each core; the old ones
    may still answer the requests that they have."""
    before = children(site.nginx_pid)
    site.reload_nginx()
    wait_until(lambda: len(children(site.nginx_pid) - before) >= os.cpu_count(), RECOVERY_S,
               "new processes of nginx")


def children(pid):
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return {int(word) for word in text.split()}


# --- SQL -----------------------------------------------------------------------

@contextlib.contextmanager
def sql_locked(site):
    """Nobody else may write; reading goes on.  Who waits for it gives up after 2 s."""
    with contextlib.closing(sqlite3.connect(site.directory / "holdline.db", timeout=10, isolation_level=None)) as mine:
        mine.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            mine.execute("ROLLBACK")


# --- Redis ---------------------------------------------------------------------

def kill_redis(site):
    site.kill_redis()
    site.start_redis()
    site.wait_ready()


# What each worker and gateway has, by its kind: one that speaks, two that listen.
CONNECTIONS = {"normal": {"holdline-worker", "holdline-gateway"},
               "pubsub": {"holdline-subscriber", "holdline-notices"}}


def kill_connections(site, *kinds):
    """All connections of the workers and gateways that are `pubsub` or `normal`."""
    before = {kind: wait_connected(site, kind, set()) for kind in kinds}
    for kind in kinds:
        site.redis.execute_command("CLIENT", "KILL", "TYPE", kind)
    for kind in kinds:
        wait_connected(site, kind, before[kind])
    site.wait_ready()


def wait_connected(site, kind, but_for):
    """Waits until all have connections of that kind, others than those: their ids."""
    count = len([*site.workers, *site.gateways]) * (2 if kind == "pubsub" else 1)

    def all_connected():
        there = {each["id"] for each in site.redis.client_list(_type=kind) if each["name"] in CONNECTIONS[kind]}
        return there if len(there - but_for) >= count else None
    return wait_until(all_connected, RECOVERY_S, f"all to have connections of the kind {kind}")


@contextlib.contextmanager
def config(site, **settings):
    """Redis has these settings meanwhile; _ in a name stands for -."""
    before = {}
    for name, value in settings.items():
        name = name.replace("_", "-")
        before.update(site.redis.config_get(name))
        site.redis.config_set(name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            site.redis.config_set(name, value)


@contextlib.contextmanager
def paused_writes(site, at_least):
    """What Redis is told to write meanwhile it does at the end, in one go; not
    before so many connections wait for it."""
    site.redis.client_pause(10000, all=False)
    try:
        yield
        wait_until(lambda: len(blocked(site)) >= at_least, what="the writes to have reached Redis")
    finally:
        site.redis.client_unpause()


def blocked(site):
    return [each for each in site.redis.client_list(_type="normal") if "b" in each["flags"]]


@contextlib.contextmanager
def full_disk(site, room_left=100):
    """Redis's file cannot grow by more than so many bytes.  It is a limit of the
    process, so Redis must have been started with FULL_DISK_WRAPPER."""
    pid = site.redis_pid
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    size = max(file.stat().st_size
               for file in (site.directory / "redis").glob("appendonlydir/*.aof"))
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size + room_left, before[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)
    wait_until(lambda: site.redis.info("persistence")["aof_last_write_status"] == "ok", MISCONF_S,
               "Redis to notice that there is room again")


@contextlib.contextmanager
def no_descriptors(worker, waiting=10):
    """The worker has none left, and so many connections wait to be accepted."""
    pid = worker.pid
    before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    limit = max(descriptors(pid)) + 1
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (limit, before[1]))
    try:
        with contextlib.ExitStack() as idle:
            for _ in range(limit - len(descriptors(pid)) + waiting):
                idle.enter_context(worker.connect())
            wait_until(lambda: len(descriptors(pid)) >= limit, 10, "the worker to be full")
            yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_NOFILE, before)


def descriptors(pid):
    return [int(name) for name in os.listdir(f"/proc/{pid}/fd")]


# --- names ---------------------------------------------------------------------

class Hosts:
    """A name whose address can be changed: a file that the programs of a site
    see as /etc/hosts, by a mount that only they have.  `wrapper` is for
    Site(wrapper=...)."""

    def __init__(self, path, name, address):
        self._path = path
        self._name = name
        self.move(address)
        self.wrapper = ("unshare", "--mount", "sh", "-c",
                        'mount --bind "$0" /etc/hosts && exec "$@"', str(path))

    def move(self, address):
        self._path.write_text(f"127.0.0.1 localhost\n{address} {self._name}\n")

    @staticmethod
    def why_not():
        """Why this machine cannot do it; None if it can."""
        tried = subprocess.run(
            ["unshare", "--mount", "mount", "--bind", "/etc/hosts", "/etc/hosts"],
            capture_output=True, text=True)
        if tried.returncode == 0:
            return None
        return f"a private /etc/hosts needs root: {tried.stderr.strip()}"


# --- the clock -----------------------------------------------------------------

class WallClock:
    """The time of day of all programs of a site; see wall_clock.c.  `wrapper` is
    for Site(wrapper=...)."""

    def __init__(self, directory):
        library = directory / "wall_clock.so"
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", library, HERE / "wall_clock.c"],
                       check=True)
        self._path = directory / "wall_clock"
        self._path.write_bytes(bytes(8))
        self.wrapper = ("env", f"LD_PRELOAD={library}", f"WALL_CLOCK={self._path}")

    def jump(self, seconds):
        """From now on it is so much later than it is."""
        with open(self._path, "r+b", buffering=0) as file:
            file.write(struct.pack("=q", seconds))

    @staticmethod
    def ahead_s(site):
        """By how much Redis takes it to be later than it is."""
        return site.redis.time()[0] - time.time()


# --- clients -------------------------------------------------------------------

class Herd:
    """Clients in a process of their own, each with a poll, until it is killed:
    then all of them are gone at once, half of them without a FIN."""

    def __init__(self, site, count, room):
        self._child = subprocess.Popen(
            [sys.executable, HERE / "herd.py", str(site.port), str(count), room],
            stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        assert self._child.stdout.readline() == "asked\n", "the herd did not come"
        return self

    def __exit__(self, *_):
        self.vanish()

    def vanish(self):
        self._child.send_signal(signal.SIGKILL)
        self._child.wait()
        self._child.stdout.close()


class SlowReaders:
    """Each asks for all that there is and reads a byte of it each second."""

    def __init__(self, connect, count, room):
        self.seconds = 0
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._connections = [connect() for _ in range(count)]
        for each in self._connections:
            each.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)  # the least there is
            each.send("POST", "/a/message/updates", [("Content-Type", FORM)],
                      body=f"room={room}".encode())

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._is_over.set()
        self._thread.join()
        for each in self._connections:
            each.close()

    def _read(self):
        while not self._is_over.wait(1):
            if not all(each.sock.recv(1) for each in self._connections):
                return
            self.seconds += 1


def last(seconds):
    """So long the fault lasts.  That is a part of it, and not a way to wait until
    something has happened."""
    time.sleep(seconds)


def need(reason):
    """Skips the test if there is a reason to."""
    if reason:
        pytest.skip(reason)


def signal_gateway(site, number):
    """Sends the signal and waits for the process that takes its place."""
    gateway = site.gateways[0]
    site.forget_pids()
    site.expect_error("gateway_died")
    old = gateway.pid
    os.kill(old, number)
    wait_until(lambda: is_gone(old), RECOVERY_S, "the gateway to end")
    wait_until(lambda: gateway.is_ready and gateway.pid != old, RECOVERY_S, "a new gateway")
