"""Redis is reached by a name, and the name's address changes: at the old one
nobody is there any more.

First run: nothing broke."""

import contextlib

import faults
import ledger
from crew import ENV, Crew
from lib.wait import wait_until
from redis_wire import RedisWire

NAME = "redis.holdline.test"
OLD, NEW = "127.0.0.2", "127.0.0.3"


def test_the_workers_follow(new_site, room, tmp_path):
    faults.need(faults.Hosts.why_not())
    hosts = faults.Hosts(tmp_path / "hosts", NAME, OLD)
    with contextlib.ExitStack() as wires:
        old = wires.enter_context(RedisWire(OLD))
        new = wires.enter_context(RedisWire(NEW, old.port))
        site = new_site(gateways=0, wire=old, wrapper=hosts.wrapper,
                        env={**ENV, "HOLDLINE_REDIS_URL": f"redis://{NAME}:{old.port}"})
        new.redis_socket = old.redis_socket
        with Crew(site, room) as crew:
            crew.goes_on(3)
            assert not new.connections
            old.cut()
            crew.fails()
            hosts.move(NEW)
            crew.goes_on()
            site.wait_ready()
            wait_until(lambda: new.connections == 3 * len(site.workers), what="all to have moved")
            crew.settle()
        crew.check_only_unavailable()
        ledger.check(crew)
