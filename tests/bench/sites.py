"""What is measured: Holdline, and its peers, each a whole site of its own behind its own nginx.

    with HOLDLINE.start(workers=2) as site:
        site.port, site.dialect, site.groups

Each runs in a temporary directory, on the loopback only, and every program is ended by its own pid.
"""

import contextlib
import http.client
import os
import re
import resource
import shutil
import socket
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from lib.ports import free_port
from lib.process import Process
from lib.site import RELEASE, ROOT, Site
from lib.wait import wait_until

PEERS = Path(__file__).resolve().parent / "peers"
HOLDER = ROOT / "build/bench/holder"
NCHAN_MODULE = "load_module modules/ngx_nchan_module.so;"
DESCRIPTORS = resource.getrlimit(resource.RLIMIT_NOFILE)[1]


def children(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def gateways_of(pool):
    """The pids of a pool's gateways; the other members are workers."""
    return [pid for pid in children(pool) if Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[1] == b"gateway"]


def settled_nginx(pid):
    """The pids of an nginx, when all its processes are there and have made their tables: what they take before anybody
    comes is not to be charged to those who come."""
    def memory():
        return [re.search(r"Rss: *(\d+)", Path(f"/proc/{child}/smaps_rollup").read_text())[1] for child in children(pid)]

    def is_settled():
        before = memory()
        time.sleep(0.1)
        return len(before) == os.cpu_count() and before == memory()

    wait_until(is_settled, 10, "nginx to have settled")
    return [pid, *children(pid)]


@dataclass
class Running:
    """A site that runs: what the load generator has to know of it."""
    port: int
    dialect: str
    groups: dict  # name -> pids, whose cost is counted apart


# --- ours --------------------------------------------------------------------------------------------------------------

@contextlib.contextmanager
def start_holdline(workers, gateways, settings):
    """As `make run` has it, but without the limits per address, and without a line in the log for each request: the peers
    have neither."""
    env = {"HOLDLINE_LOG_LEVEL": "warn", **settings}
    with Site(workers=workers, gateways=gateways, env=env, binary=RELEASE) as site:
        nginx = int((site.directory / "nginx.pid").read_text())
        yield Running(site.port, "holdline", {
            "nginx": settled_nginx(nginx),
            "workers": [site.pool.pid, *site.worker_pids()],
            "gateways": gateways_of(site.pool.pid),
            "redis": [site.redis.info()["process_id"]],
        })


# --- the peers ---------------------------------------------------------------------------------------------------------

class Stage:
    """A directory, and the programs that were started in it."""

    def __init__(self):
        self.directory = Path(tempfile.mkdtemp(prefix="hlb-", dir="/tmp"))
        self.directory.chmod(0o755)
        self._processes = []

    def run(self, *argv, ready):
        """Starts a program, and waits until ready() is true."""
        name = Path(argv[0]).name
        process = Process(argv, self.directory / f"{name}.log", cwd=self.directory)
        self._processes.append(process)
        process.wait_ready(ready)
        return process.pid

    def run_nginx(self, peer, module="", **values):
        """nginx with peers/`peer`.conf, in which @NAME@ stands for values; returns its port and its pids."""
        port = free_port()
        values |= {"PORT": port, "STATE": self.directory, "NOFILE": min(DESCRIPTORS, 32768), "MODULE": module,
                   "USER": "user root;" if os.geteuid() == 0 else ""}
        conf = (PEERS / "nginx.conf.in").read_text().replace("@PEER@", (PEERS / f"{peer}.conf").read_text())
        for name, value in values.items():
            conf = conf.replace(f"@{name}@", str(value))
        (self.directory / "nginx.conf").write_text(conf)
        pid = self.run("nginx", "-c", self.directory / "nginx.conf", "-e", self.directory / "error.log",
                       "-g", "daemon off;", ready=lambda: listens(port))
        return port, settled_nginx(pid)

    def run_redis(self):
        """With the settings that ours has; returns its port and its pid."""
        port = free_port()
        data = self.directory / "redis"
        data.mkdir()
        pid = self.run("redis-server", ROOT / "tools/redis.conf", "--port", port, "--bind", "127.0.0.1", "--dir", data,
                       ready=lambda: listens(port))
        return port, pid

    def end(self):
        for process in reversed(self._processes):
            process.kill() if process.name == "holder" else process.stop()
        shutil.rmtree(self.directory, ignore_errors=True)


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def takes_posts(port):
    """Whether every process of nginx does; which one is asked, nobody knows."""
    for _ in range(20):
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request("POST", "/pub/ready", "ready")
        if connection.getresponse().status // 100 != 2:
            return False
        connection.close()
    return True


@contextlib.contextmanager
def stage():
    it = Stage()
    try:
        yield it
    finally:
        it.end()


@contextlib.contextmanager
def start_nchan(buffer):
    with stage() as it:
        redis_port, redis = it.run_redis()
        port, nginx = it.run_nginx("nchan", NCHAN_MODULE, REDIS_PORT=redis_port, BUFFER=buffer)
        wait_until(lambda: takes_posts(port), 10, "nchan to have found Redis")
        yield Running(port, "nchan", {"nginx": nginx, "redis": [redis]})


@contextlib.contextmanager
def start_chatdemo():
    with stage() as it:
        peer_port = free_port()
        tornado = it.run("/usr/bin/python3", PEERS / "chatdemo.py", peer_port, ready=lambda: listens(peer_port))
        port, nginx = it.run_nginx("chatdemo", PEER_PORT=peer_port)
        yield Running(port, "chatdemo", {"nginx": nginx, "workers": [tornado]})


@contextlib.contextmanager
def start_holder(dialect):
    with stage() as it:
        path = it.directory / "holder.sock"
        holder = it.run(HOLDER, path, ready=path.exists)
        port, nginx = it.run_nginx("holder")
        groups = {"nginx": nginx} if dialect == "static" else {"nginx": nginx, "workers": [holder]}
        yield Running(port, dialect, groups)


# --- all of them -------------------------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Server:
    name: str
    title: str
    _start: object
    _needs: tuple = ()  # (a file, Debian's package with it)

    @property
    def missing(self):
        """The package without which it cannot run; None if all is there."""
        return self._needs[1] if self._needs and not Path(self._needs[0]).exists() else None

    def start(self, workers=2, gateways=1, settings=None):
        """A context with the Running one.  What is said about workers, gateways and settings is for ours only."""
        if self._start is start_holdline:
            return start_holdline(workers, gateways, settings or {})
        return self._start()


OURS = "holdline"

NCHAN = ("/usr/lib/nginx/modules/ngx_nchan_module.so", "libnginx-mod-nchan")
TORNADO = ("/usr/lib/python3/dist-packages/tornado/web.py", "python3-tornado")

SERVERS = {server.name: server for server in (
    Server("holdline", "Holdline", start_holdline),
    Server("holder", "trivial FastCGI holder", lambda: start_holder("holder")),
    Server("nchan", "nchan with Redis", lambda: start_nchan(10), NCHAN),
    Server("nchan-kept", "nchan, 5 000 kept", lambda: start_nchan(5000), NCHAN),
    Server("chatdemo", "Tornado's chatdemo", start_chatdemo, TORNADO),
    Server("echo", "FastCGI echo", lambda: start_holder("echo")),
    Server("static", "nginx `return 200`", lambda: start_holder("static")),
)}
