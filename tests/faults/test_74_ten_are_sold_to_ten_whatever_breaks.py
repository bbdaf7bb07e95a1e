"""The race for ten while a worker is killed and Redis is started anew.  Redis's file is written before it answers
(appendfsync always), so who was told that one is in the cart has it afterwards as well.

SHOP_RACES says how often, like for tests/system/test_166."""

import os

import faults
import pytest
from lib.shop import Customer, check_balance
from lib.shop_race import Race
from lib.wait import wait_until

pytestmark = pytest.mark.alone
SITE = {"workers": 4, "gateways": 0, "appendfsync": "always"}
RACES = int(os.environ.get("SHOP_RACES", "1"))
CLIENTS = 500


def kill_a_worker(site):
    faults.signal_worker(site, site.workers[0], 9)


def start_redis_anew(site):
    faults.kill_redis(site)


def both(site):
    kill_a_worker(site)
    start_redis_anew(site)


@pytest.mark.parametrize("number", range(RACES))
@pytest.mark.parametrize("fault", [kill_a_worker, start_redis_anew, both])
def test_a_race(new_site, fault, number):
    site = new_site()
    site.expect_error("worker_died")
    with Race(site, clients=CLIENTS) as race:
        race.start()
        wait_until(lambda: race.running < CLIENTS, what="the first answer")
        fault(site)
        race.wait()
        assert len(race.winners) == 10
        assert all(winner.in_cart()[0]["quantity"] == 1 for winner in race.winners)
        race.check_counts()
        fault(site)
        for winner in race.winners:
            winner.checkout(f"race-{winner.session}")
        race.check_counts()
    assert len({winner.order for winner in race.winners}) == 10
    check_balance(site)


def test_leases_that_end_under_load_go_back_once(new_site):
    """Everybody lets go by doing nothing, while others ask on, and a worker dies."""
    site = new_site(env={"HOLDLINE_SHOP_LEASE_S": 1})
    site.expect_error("worker_died")
    with Race(site, "kettle", clients=200) as race:
        race.run()
        assert len(race.winners) >= 5
        kill_a_worker(site)
        wait_until(lambda: {racer.told for racer in race.racers} == {5}, 20, "all of them to be back, and seen by all")
    check_balance(site)
    assert Customer(site).products()["kettle"]["available"] == 5
