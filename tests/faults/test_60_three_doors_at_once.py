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


@pytest.mark.parametrize("disturb", [
    kill_a_worker, tell_a_worker_to_go, replace_all, kill_the_gateway, tell_the_gateway_to_go, reload_nginx,
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


def test_who_changes_door_all_the_time_misses_nothing(site, room):
    with DoorsCrew(site, room, each=1, posters=1, pause_s=0.01) as crew:
        crew.goes_on(150)
        crew.settle()
    crew.check_nothing_failed()
    ledger.check(crew)
