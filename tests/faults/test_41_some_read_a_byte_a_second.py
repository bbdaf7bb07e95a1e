"""Clients that take a byte a second of an answer of two megabytes, at nginx and
at a worker itself.

First run: nothing broke."""

import faults
import ledger
import pytest
from crew import ENV, Crew
from lib.wait import wait_until

SLOW = 20
SECONDS = 3
MESSAGES = 60
BIG = "\U0001f600" * 3990  # 16 KB, and as much again in its html
SITE = {"workers": 2, "env": ENV}


@pytest.mark.parametrize("where", ["nginx", "worker"])
def test_nobody_else_notices(site, room, where):
    large = f"{room}-large"
    worker = site.workers[0]
    for n in range(MESSAGES):
        worker.say(f"{BIG}{n}", large)
    connect = site.connect if where == "nginx" else worker.connect
    with Crew(site, room) as crew:
        crew.goes_on()
        before = worker.health["connections"]
        with faults.SlowReaders(connect, SLOW, large) as slow:
            crew.goes_on(10)
            wait_until(lambda: slow.seconds >= SECONDS, SECONDS + 30, "them to read some bytes")
            crew.goes_on(10)
        if where == "worker":  # nginx keeps the connections that they do not need any more, and may make some
            wait_until(lambda: worker.health["connections"] < before + SLOW, what="them to be forgotten")
        crew.settle()
    crew.check_nothing_failed()
    ledger.check(crew)
