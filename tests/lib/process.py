"""A program that a test starts and stops, by its own pid."""

import signal
import subprocess

from lib.wait import wait_until


class Process:
    """Runs `argv`, with both outputs in the file `log_path`."""

    def __init__(self, argv, log_path, env=None, cwd=None):
        self.name = str(argv[0]).rsplit("/", 1)[-1]
        self.log_path = log_path
        with open(log_path, "ab") as log:
            self._child = subprocess.Popen(
                [str(word) for word in argv], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=env, cwd=cwd)

    @property
    def pid(self):
        return self._child.pid

    @property
    def exit_code(self):
        """None while it runs."""
        return self._child.poll()

    @property
    def is_running(self):
        return self.exit_code is None

    def output(self):
        """What it said so far; nothing, when its folder is gone already."""
        try:
            return self.log_path.read_text(errors="replace")
        except FileNotFoundError:
            return ""

    def send_signal(self, number):
        self._child.send_signal(number)

    def wait(self, timeout=30):
        try:
            return self._child.wait(timeout)
        except subprocess.TimeoutExpired:
            raise AssertionError(
                f"{self.name} did not end within {timeout} s:\n{self.output()}") from None

    def stop(self, number=signal.SIGTERM, timeout=30):
        """Asks it to end, waits for that and returns the exit code.  One that
        does not listen is killed, and that fails the test."""
        if self.is_running:
            self.send_signal(number)
        try:
            return self.wait(timeout)
        finally:
            self.kill()

    def kill(self):
        if self.is_running:
            self._child.kill()
        self._child.wait()

    def wait_ready(self, condition, timeout=30):
        """Waits for condition(), which shows that the program is ready; fails
        at once, with what it said, when the program ends instead."""
        def ready_or_gone():
            if not self.is_running:
                raise AssertionError(
                    f"{self.name} ended with {self.exit_code}:\n{self.output()}")
            return condition()
        wait_until(ready_or_gone, timeout, f"{self.name} to be ready")
