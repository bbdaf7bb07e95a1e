"""A private Redis on a unix socket, with the settings that `make run` has."""

import contextlib
import shutil
import signal
from pathlib import Path
from urllib.parse import quote

import redis

from lib.ports import free_port
from lib.process import Process

SETTINGS = Path(__file__).resolve().parents[2] / "tools/redis.conf"


def everything(client):
    """What each key holds; nothing, of one that goes meanwhile."""
    read = {"string": client.get, "list": lambda key: client.lrange(key, 0, -1), "hash": client.hgetall,
            "zset": lambda key: client.zrange(key, 0, -1), "none": lambda key: None}
    return {key: read[client.type(key)](key) for key in client.keys("*")}


class RedisServer:
    """`appendfsync`: when the file reaches the disk, unless as in redis.conf.
    `password`: it listens on a port, too, and wants this; `url` is then that of
    its database 3 there.  `wrapper`: the words before those of redis-server."""

    def __init__(self, directory, appendfsync=None, password=None, wrapper=()):
        self._directory = directory
        self._wrapper = wrapper
        self._data = directory / "redis"
        self._data.mkdir()
        self.socket = directory / "redis.sock"
        self.url = f"unix://{self.socket}"
        self._options = ["--port", "0", "--unixsocket", self.socket, "--dir", self._data,
                         "--enable-debug-command", "local"]
        if appendfsync:
            self._options += ["--appendfsync", appendfsync]
        if password:
            port = free_port()
            self.url = f"redis://:{quote(password, safe='')}@localhost:{port}/3"
            self._options += ["--port", port, "--requirepass", password]
        self.client = redis.Redis(unix_socket_path=str(self.socket), password=password,
                                  db=3 if password else 0, decode_responses=True)
        self._process = None

    @property
    def is_running(self):
        return self._process is not None and self._process.is_running

    @property
    def pid(self):
        return self._process.pid

    def start(self):
        self._process = Process([*self._wrapper, "redis-server", SETTINGS, *self._options],
                                self._directory / "redis.log")
        self._process.wait_ready(self._answers)

    def stop(self):
        """In order: what it has is on the disk afterwards."""
        if self._process:
            self._process.stop(signal.SIGTERM)
        self.client.connection_pool.disconnect()

    def kill(self):
        """As a crash would."""
        self._process.kill()
        self.client.connection_pool.disconnect()

    @contextlib.contextmanager
    def hanging(self):
        """It is there, takes what is sent and says nothing."""
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def delete_files(self):
        shutil.rmtree(self._data)
        self._data.mkdir()

    def _answers(self):
        try:
            return self.client.ping()
        except (redis.ConnectionError, redis.BusyLoadingError):
            return False
