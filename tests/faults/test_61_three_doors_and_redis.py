"""As test_60, whatever happens to Redis."""

import faults
import ledger
from crew import ENV
from doors import DoorsCrew

SITE = {"workers": 2, "env": ENV}


def test_it_cuts_the_subscriptions(site, room):
    with DoorsCrew(site, room) as crew:
        crew.goes_on(3)
        faults.kill_connections(site, "pubsub")
        crew.goes_on(3)
        crew.settle()
    ledger.check(crew)
    crew.check_only_unavailable()


def test_it_is_killed(new_site, room):
    site = new_site(appendfsync="always")
    with DoorsCrew(site, room) as crew:
        for _ in range(2):
            crew.goes_on(3)
            faults.kill_redis(site)
        crew.goes_on(3)
        crew.settle()
    ledger.check(crew)


def test_it_loses_its_memory(site, room):
    with DoorsCrew(site, room) as crew:
        crew.goes_on(3)
        site.redis.flushall()
        crew.goes_on(3)
        crew.settle()
    ledger.check_with_losses_told(crew)
    assert all(reader.given_up for reader in crew.readers), "not everybody was told to start anew"
