"""How long others have to wait, measured by a process of its own.

    with site.probe(worker) as probe:
        ...do something bad to the worker...
    probe.check()

A thread would share Python's lock with the test and measure that instead.  And
other programs may want the machine's cores: the time for which the worker or
the probe was ready to run and was not let is known to the kernel, and is taken
off."""

import json
import select
import subprocess
import sys
import time
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from lib import fcgi_client  # noqa: E402

PAUSE_S = 0.002
AT_LEAST = 100
# The promise for the program as it is delivered; the sanitizers make it some
# five times slower.
LIMIT_MS = 10
SANITIZED_LIMIT_MS = 50
# Who comes anew waits behind all the others who came anew.
NEW_LIMIT_MS = 1000


class Probe:
    """Asks one worker for /healthz, again and again, on one connection and on
    new ones in turn."""

    def __init__(self, worker, is_sanitized):
        self._worker = worker
        self._limit_ms = SANITIZED_LIMIT_MS if is_sanitized else LIMIT_MS
        self._kept_ms, self._new_ms = [], []

    def __enter__(self):
        self._child = subprocess.Popen(
            [sys.executable, __file__, str(self._worker.socket)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._child.stdout.readline() == "ready\n"
        return self

    def __exit__(self, *_):
        output, _ = self._child.communicate()  # closes its stdin: it ends
        assert self._child.returncode == 0, "the probe was not answered"
        self._kept_ms, self._new_ms = (sorted(each) for each in json.loads(output))

    @property
    def worst_ms(self):
        """On the connection that was there."""
        return self._kept_ms[-1]

    def check(self):
        """On a connection that is there, as nginx has them, all answers but one
        in a hundred come within the limit."""
        count = len(self._kept_ms)
        median, late = self._kept_ms[count // 2], self._kept_ms[(count - 1) * 99 // 100]
        said = (f"{count} answers: median {median:.1f} ms, p99 {late:.1f} ms, "
                f"worst {self.worst_ms:.1f} ms; "
                f"on new connections worst {self._new_ms[-1]:.1f} ms")
        assert late < self._limit_ms, said
        assert self._new_ms[-1] < NEW_LIMIT_MS, said


def main(path):
    kept_ms, new_ms = [], []
    with fcgi_client.Connection(path) as kept:
        pids = [ask(kept)["pid"], "self"]
        print("ready", flush=True)
        while not is_told_to_end() or len(kept_ms) < AT_LEAST:
            kept_ms.append(time_of(lambda: ask(kept), pids))
            new_ms.append(time_of(lambda: ask_anew(path), pids))
    print(json.dumps([kept_ms, new_ms]))


def ask(connection):
    connection.send("GET", "/healthz")
    return connection.read().json()


def ask_anew(path):
    with fcgi_client.Connection(path) as connection:
        ask(connection)


def time_of(action, pids):
    """Milliseconds of it, without those in which the processes waited for a
    core."""
    waited = sum(map(waited_ns, pids))
    started = time.perf_counter_ns()
    action()
    took = time.perf_counter_ns() - started
    waited = sum(map(waited_ns, pids)) - waited
    return max(took - waited, 0) / 1e6


def waited_ns(pid):
    """For how long a process was ready to run and had to wait (proc(5))."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[1])
    except FileNotFoundError:
        return 0  # a kernel that does not count it


def is_told_to_end():
    """Its standard input was closed; waits a moment for that."""
    return bool(select.select([sys.stdin], [], [], PAUSE_S)[0])


if __name__ == "__main__":
    main(sys.argv[1])
