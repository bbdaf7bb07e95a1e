"""tests/lib/sql_jobs.c, which does jobs as a worker would."""

import itertools
import subprocess

from lib import log
from lib.site import ROOT
from lib.wait import wait_until

PROGRAM = ROOT / "build/san/tests/lib/sql_jobs"
# A full disk is made of a limit, of which one hears by a signal.
WRAPPER = ("env", "--ignore-signal=XFSZ")


class SqlJobs:
    """`wrapper`: the words before the program's own."""

    def __init__(self, url, log_path, wrapper=WRAPPER):
        self.log_path = log_path
        self.words = (f"w{i}" for i in itertools.count())
        self.done = []  # the words that were acknowledged
        with open(log_path, "ab") as errors:
            self._child = subprocess.Popen([*wrapper, str(PROGRAM), url], stdin=subprocess.PIPE,
                                           stdout=subprocess.PIPE, stderr=errors, text=True)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self._child.stdin.close()
        code = self._child.wait(20)
        self._child.stdout.close()
        if kind is None:
            assert code == 0, self.log_path.read_text()
            assert not log.sanitizer_reports(self.log_path.read_text()), self.log_path.read_text()

    @property
    def pid(self):
        return self._child.pid

    def ask(self, command):
        """What it says to that, without the command."""
        self._child.stdin.write(command + "\n")
        self._child.stdin.flush()
        answer = self._child.stdout.readline()
        assert answer.startswith(command), answer + self.log_path.read_text()
        return answer[len(command):].strip()

    def put(self, word=None):
        word = word or next(self.words)
        answer = self.ask(f"put {word}")
        if answer == "ok":
            self.done.append(word)
        return answer

    def begin_puts(self, count):
        """So many at once; end_puts reads how they ended."""
        for number in range(count):
            self._child.stdin.write(f"put {number}-of-{self.pid}\n")
        self._child.stdin.flush()

    def end_puts(self, count):
        return [self._child.stdout.readline().split()[-1] for _ in range(count)]

    @property
    def count(self):
        answer = self.ask("count")
        return int(answer.removeprefix("ok ")) if answer.startswith("ok ") else answer

    @property
    def is_up(self):
        return self.ask("state") == "up"

    def wait_up(self, timeout=10):
        wait_until(lambda: self.is_up, timeout, "the database to be up")

    def events(self, event):
        return [line for line in log.parse(self.log_path.read_text()) if line.event == event]
