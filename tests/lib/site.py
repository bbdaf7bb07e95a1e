"""A whole Holdline of one's own: Redis, the pool of workers, nginx.

Everything runs in a temporary directory with a short name (a unix socket's
path may have 107 bytes), on the loopback only.  nginx's configuration is made
by nginx/make-conf, as for `make run`; each program is the test's to stop, kill
and start again."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from lib import fcgi_client, log
from lib.http_client import Browser, Client, HttpConnection
from lib.ports import free_port, free_ports
from lib.probe import Probe
from lib.process import Process
from lib.redis_server import RedisServer
from lib.wait import wait_until
from lib.websocket import WebSocket

ROOT = Path(__file__).resolve().parents[2]
SANITIZED = ROOT / "build/san/holdline"
RELEASE = ROOT / "build/holdline"
READY_S = 20


class Worker(Client):
    """One worker of the pool, spoken to on its own socket: a path, or an
    address and a port."""

    def __init__(self, number, socket):
        super().__init__(lambda: fcgi_client.Connection(socket))
        self.number = number
        self.socket = socket

    @property
    def upstream(self):
        """Its address, as nginx wants it."""
        if isinstance(self.socket, tuple):
            return "{}:{}".format(*self.socket)
        return f"unix:{self.socket}"

    @property
    def health(self):
        """What /healthz says: the object."""
        return self.get("/healthz").json()

    @property
    def pid(self):
        return self.health["pid"]

    @property
    def is_ready(self):
        """Whether it reaches Redis and hears it."""
        return self.get("/readyz").status == 200

    def browser(self):
        return Browser(self.connect)


class Gateway(Client):
    """One gateway of the pool, spoken to on its own socket."""

    def __init__(self, number, socket):
        super().__init__(lambda: HttpConnection("gateway", socket))
        self.number = number
        self.socket = socket
        self.upstream = f"unix:{socket}"

    @property
    def health(self):
        """What /healthz says: the object."""
        return self.get("/healthz").json()

    @property
    def pid(self):
        return self.health["pid"]

    @property
    def is_ready(self):
        """Whether it reaches Redis and hears it."""
        return self.get("/readyz").status == 200

    def websocket(self, target="/ws", headers=(), **more):
        return WebSocket(self.socket, target, headers, **more)


class Site:
    """`env`: further HOLDLINE_ variables.  `limits`: with nginx's limits per
    address.  `nginx=False` leaves it out, for tests that need only workers.
    `redis=False`: it is not started yet.  `appendfsync`, `password`: Redis's,
    see RedisServer.  `ports`: workers listen on ports.  `descriptors`: the most
    that the pool and each worker may have.  `wrapper`: words that each program is
    started with, such as ["env", "NAME=value"]; they must end in an exec.  `wire`:
    stands between the workers and Redis; is told `redis_socket` and says `url`."""

    def __init__(self, workers=2, gateways=1, env=None, limits=False, nginx=True, redis=True,
                 appendfsync=None, password=None, ports=False, descriptors=None, trusted_proxies="",
                 wrapper=(), wire=None, binary=SANITIZED):
        self.binary = Path(binary).resolve()
        self.directory = Path(tempfile.mkdtemp(prefix="hl-", dir="/tmp"))
        self.directory.chmod(0o755)
        first_port = free_ports(workers) if ports else None
        self.workers = [
            Worker(number, ("127.0.0.1", first_port + number - 1) if ports
                   else self.directory / f"worker-{number}.sock")
            for number in range(1, workers + 1)]
        self.gateways = [Gateway(number, self.directory / f"gateway-{number}.sock")
                         for number in range(1, gateways + 1)]
        self.port = None
        self._redis = RedisServer(self.directory, appendfsync, password, wrapper)
        self._redis_url = self._redis.url
        if wire:
            wire.redis_socket = self._redis.socket
            self._redis_url = wire.url
        self._settings = {name: str(value) for name, value in (env or {}).items()}
        self._limits = limits
        self._wants_redis = redis
        self._descriptors = descriptors
        self._trusted_proxies = trusted_proxies
        self._wrapper = wrapper
        self._wants_nginx = nginx
        self._pool = None
        self._nginx = None
        self._log_seen = 0
        self._expected_errors = set()
        self._pids = None

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self._end_everything()
            raise
        return self

    def __exit__(self, kind, *_):
        try:
            if kind is None:
                self.check()
                self.stop()
        finally:
            self._end_everything()

    # What a test talks to.

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def websocket(self, target="/ws", headers=(), **more):
        """A WebSocket through nginx."""
        return WebSocket(("127.0.0.1", self.port), target, headers,
                         host=f"127.0.0.1:{self.port}", **more)

    @property
    def redis(self):
        return self._redis.client

    @property
    def client(self):
        """A client without cookies, through nginx."""
        return Client(self.connect)

    def browser(self):
        """A new visitor, through nginx."""
        return Browser(self.connect, origin=self.url)

    def connect(self):
        return HttpConnection("127.0.0.1", self.port)

    def room_log(self, room):
        """The replay list as Redis has it, oldest first, each as its JSON."""
        return self.redis.lrange(f"holdline:{{{room}}}:log", 0, -1)

    @property
    def held(self):
        """How many requests are held by all the workers."""
        return sum(worker.health["held"] for worker in self.workers)

    def hold(self, client, cursor=None, room=None, **more):
        """A poll that is held: sent, and seen in the count of the workers."""
        before = self.held
        poll = client.ask(cursor, room, **more)
        self.wait_held(before + 1)
        return poll

    def wait_held(self, count):
        wait_until(lambda: self.held == count, what=f"{count} held polls")

    def wait_ready(self, timeout=READY_S):
        wait_until(lambda: all(one.is_ready for one in [*self.workers, *self.gateways]), timeout,
                   "all workers and gateways to be ready")

    def probe(self, worker):
        """A Probe of the worker, with the limit that fits the program."""
        return Probe(worker, is_sanitized=b"__asan_init" in self.binary.read_bytes())

    # Its programs.

    @property
    def pool(self):
        return self._pool

    def start(self):
        if self._wants_redis:
            self._redis.start()
        self.start_pool()
        if self._wants_nginx:
            self._start_nginx()

    def stop(self):
        """All of it in order, as Ctrl-C does.  The pool must end well, with
        everything freed."""
        if self._nginx:
            assert self._nginx.stop() == 0, self._nginx.output()
        self.stop_pool()
        self._redis.stop()
        assert not self.nginx_complaints(), "\n".join(self.nginx_complaints())

    def start_pool(self):
        argv = [*self._wrapper, self.binary, "serve"]
        if self._descriptors:
            argv = ["prlimit", f"--nofile={self._descriptors}", "--", *argv]
        self._pool = Process(argv, self.directory / "holdline.log", self.pool_env)
        self._pool.wait_ready(self._workers_answer, READY_S)
        self._pids = self._member_pids()

    def _workers_answer(self):
        """And are ready, if there is a Redis."""
        return all(one.is_ready if self._redis.is_running else one.health
                   for one in [*self.workers, *self.gateways])

    def answers(self):
        """Whether any worker does."""
        def does(worker):
            try:
                return bool(worker.health)
            except OSError:
                return False
        return any(does(worker) for worker in self.workers)

    def set_env(self, **env):
        """For the next start of the pool."""
        self._settings.update(env)

    def stop_pool(self, timeout=15):
        """In order; one that a test killed is not asked how it ended."""
        code = self._pool.stop(timeout=timeout)
        assert not log.sanitizer_reports(self.log_text()), self.log_text()
        assert code in (0, -signal.SIGKILL), f"the pool ended with {code}:\n{self.log_text()}"

    def hup(self, times=1):
        """Has the pool replace its workers and waits until it has."""
        done = len(self.log_lines("pool_reloaded")) + times
        self.forget_pids()
        for _ in range(times):
            self._pool.send_signal(signal.SIGHUP)
        wait_until(lambda: len(self.log_lines("pool_reloaded")) >= done, READY_S,
                   "the workers to be replaced")
        self.wait_ready()

    def worker_pids(self):
        return [worker.pid for worker in self.workers]

    def _member_pids(self):
        return [one.pid for one in [*self.workers, *self.gateways]]

    def stop_redis(self):
        self._redis.stop()

    def kill_redis(self):
        self._redis.kill()

    def start_redis(self):
        self._redis.start()

    @property
    def redis_pid(self):
        return self._redis.pid

    @property
    def nginx_pid(self):
        return self._nginx.pid

    @property
    def redis_is_running(self):
        return self._redis.is_running

    def redis_hanging(self):
        """A context in which Redis takes everything and answers nothing."""
        return self._redis.hanging()

    def delete_redis_files(self):
        self._redis.delete_files()

    def reload_nginx(self):
        self._nginx.send_signal(signal.SIGHUP)

    def nginx_access_log(self):
        return (self.directory / "access.log").read_text()

    def wait_nginx_logged(self, *words):
        """Has nginx's processes write what they have gathered, which they do now and then
        anyway, and waits for all these words."""
        self._nginx.send_signal(signal.SIGUSR1)
        wait_until(lambda: all(each in self.nginx_access_log() for each in words),
                   what=f"{words} in the access log")

    def restart_nginx(self):
        self._nginx.stop()
        self._run_nginx()
        self._nginx.wait_ready(self._nginx_listens)

    # What must be so after every test.

    def log_text(self):
        return self._pool.output() if self._pool else ""

    def nginx_complaints(self):
        """Lines of nginx's error log that somebody would have to act upon."""
        text = (self.directory / "error.log").read_text() if self._nginx else ""
        return [line for line in text.splitlines()
                if re.search(r"\[(emerg|alert)\]", line)]

    def log_lines(self, event=None):
        """What the pool and its workers logged so far."""
        return [line for line in log.parse(self.log_text()) if event in (None, line.event)]

    def expect_error(self, *events):
        """The present test may cause `error` lines with these events."""
        self._expected_errors.update(events)

    def forget_pids(self):
        """The present test replaced workers: other pids are no mistake."""
        self._pids = None

    def check(self):
        """Nothing is held, nothing was wrong, no worker died."""
        text = self._new_log_text()
        expected, self._expected_errors = self._expected_errors, set()
        assert not log.sanitizer_reports(text), text
        assert not log.strange_lines(text), "\n".join(log.strange_lines(text))
        errors = [line.text for line in log.parse(text)
                  if line.level == "error" and line.event not in expected]
        assert not errors, "\n".join(errors)
        if self._pool.is_running:
            wait_until(lambda: self.held == 0, what="no request to be held")
            before, self._pids = self._pids, self._member_pids()
            assert before in (None, self._pids), f"a worker or a gateway died: {before} {self._pids}"

    # How it is done.

    @property
    def _listen_pattern(self):
        """HOLDLINE_LISTEN for all the workers."""
        return self.workers[0].upstream.replace("worker-1.sock", "worker-%d.sock")

    def _new_log_text(self):
        """What was logged since this was asked for the last time; a line that is
        just being written is for the next time."""
        with open(self._pool.log_path, "rb") as file:
            file.seek(self._log_seen)
            new = file.read()
        new = new[:new.rfind(b"\n") + 1]
        self._log_seen += len(new)
        return new.decode(errors="replace")

    @property
    def pool_env(self):
        """The environment of `holdline serve`."""
        return {
            "PATH": os.environ["PATH"],
            "ASAN_OPTIONS": "detect_leaks=1:abort_on_error=0",
            "UBSAN_OPTIONS": "print_stacktrace=1",
            "HOLDLINE_WORKERS": str(len(self.workers)),
            "HOLDLINE_LISTEN": self._listen_pattern,
            "HOLDLINE_GATEWAYS": str(len(self.gateways)),
            "HOLDLINE_GATEWAY_LISTEN": f"unix:{self.directory}/gateway-%d.sock",
            "HOLDLINE_REDIS_URL": self._redis_url,
            "HOLDLINE_DATA_DIR": str(self.directory),
            **self._settings,
        }

    def _start_nginx(self):
        """On a port that is free.  Somebody may take it before nginx does; then
        nginx says so, and another one is tried."""
        for _ in range(10):
            self.port = free_port()
            self._make_conf()
            self._run_nginx()
            try:
                self._nginx.wait_ready(self._nginx_listens)
                return
            except AssertionError:
                if "Address already in use" not in self._nginx.output():
                    raise
        raise AssertionError("no free port")

    def _make_conf(self):
        conf = subprocess.run(
            [ROOT / "nginx/make-conf"], check=True, capture_output=True, text=True,
            env={
                "PATH": os.environ["PATH"],
                "UPSTREAM": " ".join(worker.upstream for worker in self.workers),
                "GATEWAYS": " ".join(gateway.upstream for gateway in self.gateways)
                            or "127.0.0.1:9",
                "LISTEN": f"127.0.0.1:{self.port}",
                "LOGS": str(self.directory),
                "STATE": str(self.directory),
                "NGINX_USER": "root" if os.geteuid() == 0 else "",
                "LIMITS": "on" if self._limits else "off",
                "TRUSTED_PROXIES": self._trusted_proxies,
            }).stdout
        (self.directory / "nginx.conf").write_text(conf)

    def _run_nginx(self):
        self._nginx = Process(
            [*self._wrapper, "nginx", "-c", self.directory / "nginx.conf",
             "-e", self.directory / "nginx.log", "-g", "daemon off;"],
            self.directory / "nginx.log")

    def _nginx_listens(self):
        """nginx writes its pid after it has bound the port."""
        return (self.directory / "nginx.pid").exists() and self.client.get("/healthz")

    def _end_everything(self):
        for process in (self._nginx, self._pool):
            if process:
                process.kill()
        self._redis.stop()
        shutil.rmtree(self.directory, ignore_errors=True)
