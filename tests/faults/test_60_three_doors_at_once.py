"""Readers and posters at all three doors, and readers who change door ten times a second, whatever happens behind them:
nothing acknowledged lost, nothing doubled, one order."""

import os
import signal

import pytest

import faults
import ledger
from crew import ENV
from doors import DoorsCrew

SITE = {"workers": 2, "env": ENV}


def kill_a_worker(site):
    faults.signal_worker(site, site.workers[0], signal.SIGKILL)


def tell_a_worker_to_go(site):
    faults.signal_worker(site, site.workers[1], signal.SIGTERM)


def replace_all(site):
    site.hup()


def kill_the_gateway(site):
    faults.signal_gateway(site, signal.SIGKILL)


def tell_the_gateway_to_go(site):
    faults.signal_gateway(site, signal.SIGTERM)


def reload_nginx(site):
    faults.reload_nginx(site)


def cut_the_subscriptions(site):
    faults.kill_connections(site, "pubsub")


@pytest.mark.parametrize("disturb", [
    kill_a_worker, tell_a_worker_to_go, replace_all, kill_the_gateway, tell_the_gateway_to_go, reload_nginx,
    cut_the_subscriptions,
], ids=lambda disturb: disturb.__name__)
def test_nothing_is_lost(site, room, disturb):
    with DoorsCrew(site, room) as crew:
        crew.goes_on(3)
        disturb(site)
        crew.goes_on(3)
        crew.settle()
    ledger.check(crew)
    if disturb not in (kill_the_gateway, tell_the_gateway_to_go):
        crew.check_only_unavailable()


def test_redis_is_killed(new_site, room):
    site = new_site(appendfsync="always")
    with DoorsCrew(site, room) as crew:
        for _ in range(2):
            crew.goes_on(3)
            faults.kill_redis(site)
        crew.goes_on(3)
        crew.settle()
    ledger.check(crew)


def test_redis_loses_its_memory(site, room):
    with DoorsCrew(site, room) as crew:
        crew.goes_on(3)
        site.redis.flushall()
        crew.goes_on(3)
        crew.settle()
    ledger.check_with_losses_told(crew)
    assert all(reader.given_up for reader in crew.readers), "not everybody was told to start anew"


def test_who_changes_door_all_the_time_misses_nothing(site, room):
    with DoorsCrew(site, room, each=1, posters=1, pause_s=0.01) as crew:
        crew.goes_on(150)
        crew.settle()
    crew.check_nothing_failed()
    ledger.check(crew)
