"""Backoff: a crash loop does not become a busy loop, and others go on."""

import os
import signal

from lib.wait import wait_until


def test_the_delay_grows(new_site, room):
    site = new_site(nginx=False)
    site.expect_error("worker_died")
    worker, other = site.workers
    staying = other.pid
    for _ in range(4):
        old = worker.pid
        os.kill(old, signal.SIGKILL)
        wait_until(lambda: worker.pid != old, 15, "a new worker")
        assert other.say("still here", room)
    delays = [int(line["in_ms"]) for line in site.log_lines("worker_restarts")]
    assert len(delays) == 4
    assert delays == sorted(delays) and 2 * delays[0] < delays[-1] < 5000
    assert other.pid == staying
    site.forget_pids()
