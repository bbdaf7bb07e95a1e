"""A private PostgreSQL on a unix socket.

It refuses to run as root: then it runs as somebody else, in a folder that is
his."""

import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import quote

from lib.process import Process
from lib.wait import wait_until

USER = "holdline"
DATABASE = "postgres"
# What a crash of the machine would take is not what these tests are about.
OPTIONS = ["-c", "listen_addresses=", "-c", "fsync=off", "-c", "full_page_writes=off",
           "-c", "max_connections=30", "-c", "shared_buffers=16MB",
           "-c", "autovacuum=off"]  # who gives up soon must not meet its locks

# Which Holdline needs, too.  A function, what it returns, and what it takes.
LIBPQ = ctypes.CDLL("libpq.so.5")
for function, result, *arguments in [
        (LIBPQ.PQconnectdb, ctypes.c_void_p, ctypes.c_char_p),
        (LIBPQ.PQfinish, None, ctypes.c_void_p),
        (LIBPQ.PQerrorMessage, ctypes.c_char_p, ctypes.c_void_p),
        (LIBPQ.PQexec, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p),
        (LIBPQ.PQresultStatus, ctypes.c_int, ctypes.c_void_p),
        (LIBPQ.PQntuples, ctypes.c_int, ctypes.c_void_p),
        (LIBPQ.PQnfields, ctypes.c_int, ctypes.c_void_p),
        (LIBPQ.PQgetvalue, ctypes.c_char_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_int),
        (LIBPQ.PQclear, None, ctypes.c_void_p)]:
    function.restype, function.argtypes = result, arguments
COMMAND_OK, TUPLES_OK = 1, 2


class PostgresError(Exception):
    """What the server, or its library, says of a statement."""


def program(name):
    """Debian has a folder for each version, which is in nobody's PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"),
                   key=lambda path: int(path.parts[4]))
    return str(found[-1]) if found else shutil.which(name)


def is_installed():
    return program("postgres") is not None


def somebody():
    """Who it runs as: a name when that is somebody else than we are."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


class PostgresServer:
    """Empty, and not started."""

    def __init__(self):
        self.directory = Path(tempfile.mkdtemp(prefix="hl-pg-", dir="/tmp"))
        user = somebody()
        self._as = ["setpriv", f"--reuid={user}", "--clear-groups", "--"] if user else []
        if user:
            self.directory.chmod(0o755)
            shutil.chown(self.directory, user)
        self.url = f"postgres://{USER}@/{DATABASE}?host={quote(str(self.directory), safe='')}"
        self._data = self.directory / "data"
        self._process = None
        subprocess.run([*self._as, program("initdb"), "-D", self._data, "-U", USER, "-A", "trust",
                        "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
                       check=True, capture_output=True, cwd="/")

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.remove()
            raise
        return self

    def __exit__(self, *_):
        self.remove()

    def start(self):
        self._process = Process([*self._as, program("postgres"), "-D", self._data, "-k",
                                 self.directory, *OPTIONS], self.directory / "log", cwd="/")
        self._process.wait_ready(lambda: self._answers(), 30)

    def stop(self):
        """At once, and in order: who is connected is sent away."""
        self._process.stop(signal.SIGINT)

    def crash(self):
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait()

    def restart(self):
        self.stop()
        self.start()

    def remove(self):
        if self._process and self._process.is_running:
            self.crash()
        shutil.rmtree(self.directory)

    @contextlib.contextmanager
    def hanging(self):
        """All of it is there, takes what is sent and says nothing.

        The server is stopped before the processes that it started are counted,
        and goes on after them: so there are no others, and none is gone."""
        os.kill(self._process.pid, signal.SIGSTOP)
        status = Path(f"/proc/{self._process.pid}/status")
        wait_until(lambda: "State:\tT" in status.read_text(), what="the server to stop")
        children = self._children()
        try:
            for pid in children:
                os.kill(pid, signal.SIGSTOP)
            yield
        finally:
            for pid in [*children, self._process.pid]:
                os.kill(pid, signal.SIGCONT)

    def ask(self, statement):
        """Rows of lines, fields between '|', as psql would write them.

        By its library: half of the tests ask several times, and to start psql takes
        longer than all else that they do."""
        connection = LIBPQ.PQconnectdb(self.url.encode())
        try:
            result = LIBPQ.PQexec(connection, statement.encode())
            try:
                if LIBPQ.PQresultStatus(result) not in (COMMAND_OK, TUPLES_OK):
                    raise PostgresError(LIBPQ.PQerrorMessage(connection).decode())
                return ["|".join(LIBPQ.PQgetvalue(result, row, column).decode()
                                 for column in range(LIBPQ.PQnfields(result)))
                        for row in range(LIBPQ.PQntuples(result))]
            finally:
                LIBPQ.PQclear(result)
        finally:
            LIBPQ.PQfinish(connection)

    @contextlib.contextmanager
    def session(self, statement):
        """Somebody who has done that and waits, until the end of the context."""
        psql = subprocess.Popen(self._psql(), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                text=True)
        try:
            psql.stdin.write(f"{statement}\\echo done\n")
            psql.stdin.flush()
            while psql.stdout.readline() not in ("done\n", ""):
                pass
            yield
        finally:
            psql.communicate("")

    def _psql(self, statement=None):
        words = ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", self.url]
        return words + (["-c", statement] if statement else [])

    def _answers(self):
        return subprocess.run(self._psql("SELECT 1"), capture_output=True).returncode == 0

    def _children(self):
        parent = self._process.pid
        return list(map(int, Path(f"/proc/{parent}/task/{parent}/children").read_text().split()))
