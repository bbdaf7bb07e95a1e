"""Five hundred race for ten: ten get one, and nobody is told anything else.

SHOP_RACES says how often (make shop-races: 100 times)."""

import os
import subprocess

import pytest

from lib.shop import check_balance, ordered, sql
from lib.shop_race import Race
from lib.site import SANITIZED

pytestmark = pytest.mark.alone
SITE = {"workers": 4, "gateways": 0}
RACES = int(os.environ.get("SHOP_RACES", "1"))
CLIENTS = 500


def restock(site):
    """Ten are there again: {sku: how many there ever were}"""
    sold = ordered(site).get("teapot", 0) - sum(change for change, in sql(site, "SELECT change FROM stock_adjustment"))
    if sold > 0:
        subprocess.run([SANITIZED, "shop", "stock", "teapot", f"+{sold}"], check=True, capture_output=True,
                       env=site.pool_env)
    return {"teapot": 10 + ordered(site).get("teapot", 0)}


@pytest.mark.parametrize("number", range(RACES))
def test_a_race(site, number):
    there_were = restock(site)
    check_balance(site, there_were)
    with Race(site, clients=CLIENTS) as race:
        race.run()
        assert len(race.winners) == 10
        race.check_counts()
        buyers, others = race.winners[:5], race.winners[5:]
        for racer in buyers:
            racer.checkout(f"race-{number}-{racer.session}")
        for racer in others:
            racer.remove()
        race.check_counts()
        assert {racer.told for racer in race.racers} == {5}
    assert len({racer.order for racer in buyers}) == 5
    check_balance(site, there_were)
