"""The scripts behind services/limits.c, on a Redis of their own: what a budget allows, and what it forgives."""

import time
from pathlib import Path

import pytest

from lib.redis_server import RedisServer
from lib.wait import wait_until

SCRIPTS = Path(__file__).resolve().parents[2] / "fcgi/services"
SLOW = 60_000  # ms: no budget grows while a test runs


@pytest.fixture(scope="module")
def redis(tmp_path_factory):
    server = RedisServer(tmp_path_factory.mktemp("limits"))
    server.start()
    try:
        yield server.client
    finally:
        server.stop()


class Limit:
    """Somebody at `address` who tries to be `name`; budgets are (burst, every_ms)."""

    def __init__(self, redis, address="192.0.2.1", name="anna", *, by_address=(100, SLOW), by_account=(100, SLOW),
                 by_pair=(100, SLOW), by_known=(100, SLOW)):
        self.redis = redis
        keys = [f"address:{address}", f"account:{name}", f"pair:{name}:{address}", f"known:{name}:{address}"]
        self.keys = ["holdline:limit:{test}:" + key for key in keys]
        self.budgets = [*by_address, *by_account, *by_pair, *by_known]
        self._try, self._done = (redis.register_script((SCRIPTS / f"{name}.lua").read_text())
                                 for name in ("limit_try", "limit_done"))

    def attempt(self):
        return self._try(keys=self.keys, args=self.budgets)

    def attempt_by_address(self):
        return self._try(keys=self.keys[:1], args=self.budgets[:2])

    def was_right(self):
        return self._done(keys=self.keys, args=[self.budgets[1], self.budgets[3], 1000])

    def attempts(self):
        """How many are allowed in a row."""
        count = 0
        while self.attempt() == 0:
            count += 1
        return count


@pytest.fixture
def limit(redis):
    redis.flushall()
    return lambda *args, **budgets: Limit(redis, *args, **budgets)


@pytest.mark.parametrize("budget", ["by_address", "by_account", "by_pair"])
def test_a_stranger_has_each_of_three_budgets(limit, budget):
    stranger = limit(**{budget: (3, SLOW)})
    assert stranger.attempts() == 3
    assert 0 < stranger.attempt() <= SLOW


def test_an_address_has_one_budget_for_all_accounts(limit):
    assert limit(name="anna", by_address=(3, SLOW)).attempts() == 3
    assert limit(name="bert", by_address=(3, SLOW)).attempt() > 0
    assert limit("192.0.2.2", "bert", by_address=(3, SLOW)).attempts() == 3


def test_an_account_has_one_budget_for_all_strangers(limit):
    assert limit("192.0.2.1", by_account=(5, SLOW), by_pair=(3, SLOW)).attempts() == 3
    assert limit("192.0.2.2", by_account=(5, SLOW), by_pair=(3, SLOW)).attempts() == 2
    assert limit("192.0.2.2", "bert", by_account=(5, SLOW), by_pair=(3, SLOW)).attempts() == 3


def test_where_there_is_no_account_the_address_counts(limit):
    creator = limit(by_address=(2, SLOW))
    assert [creator.attempt_by_address() for _ in range(2)] == [0, 0]
    assert creator.attempt_by_address() > 0


def test_the_wait_is_true(limit, redis):
    """Whoever waits as long as told is allowed then, and not before."""
    stranger = limit(by_pair=(2, 300))
    wait_ms = 0
    while wait_ms == 0:  # a budget grows meanwhile
        begin = time.monotonic()
        wait_ms = stranger.attempt()
    assert 0 < wait_ms <= 300
    wait_until(lambda: stranger.attempt() == 0, 5)
    assert (time.monotonic() - begin) * 1000 >= wait_ms - 2


def test_knocking_does_not_make_it_worse(limit, redis):
    stranger = limit(by_pair=(2, SLOW))
    stranger.attempts()
    before = {key: redis.get(key) for key in redis.keys("*")}
    waits = [stranger.attempt() for _ in range(20)]
    assert waits == sorted(waits, reverse=True)
    assert {key: redis.get(key) for key in redis.keys("*")} == before


def test_what_is_refused_by_one_budget_costs_no_other(limit, redis):
    limit(by_pair=(1, SLOW)).attempts()
    address, account = (redis.get(key) for key in limit().keys[:2])
    assert limit(by_pair=(1, SLOW)).attempt() > 0
    assert [redis.get(key) for key in limit().keys[:2]] == [address, account]


def test_who_was_right_pays_nothing(limit, redis):
    owner = limit(by_address=(2, SLOW), by_account=(2, SLOW), by_pair=(2, SLOW))
    assert owner.attempt() == 0
    owner.was_right()
    assert redis.keys("*") == [owner.keys[3]]
    assert 0 < redis.ttl(owner.keys[3]) <= 1000


def test_being_right_once_forgives_no_other_attempt(limit):
    """Who guesses could otherwise sign in to an account of his own in between."""
    assert limit(name="anna", by_address=(5, SLOW)).attempts() == 5
    own = limit(name="mallory", by_address=(6, SLOW))
    assert own.attempt() == 0
    own.was_right()
    assert limit(name="anna", by_address=(5, SLOW)).attempt() > 0


def test_who_is_known_has_a_budget_of_his_own(limit):
    owner = limit("192.0.2.9", by_known=(4, SLOW))
    owner.attempt()
    owner.was_right()
    strangers = [limit(f"198.51.100.{i}", by_account=(6, SLOW), by_pair=(3, SLOW)) for i in range(3)]
    assert sum(stranger.attempts() for stranger in strangers) == 6
    assert limit("192.0.2.10", by_account=(6, SLOW)).attempt() > 0  # the account is used up for strangers
    assert owner.attempts() == 4
    owner.was_right()
    assert owner.attempts() == 4


def test_who_is_known_costs_the_others_nothing(limit, redis):
    owner = limit()
    owner.attempt()
    owner.was_right()
    owner.attempts()
    assert sorted(redis.keys("*")) == sorted(owner.keys[2:])


def test_a_stranger_may_be_right_with_one_and_known_for_no_other(limit):
    owner = limit(name="anna", by_pair=(2, SLOW), by_known=(50, SLOW))
    owner.attempt()
    owner.was_right()
    assert limit(name="bert", by_pair=(2, SLOW), by_known=(50, SLOW)).attempts() == 2


def test_keys_end_by_themselves(limit, redis):
    """When their budgets are whole."""
    stranger = limit()
    assert stranger.attempt() == 0
    keys = redis.keys("*")
    assert len(keys) == 3 and all(0 < redis.pttl(key) <= SLOW for key in keys)
    brief = limit("192.0.2.2", "bert", by_address=(9, 100), by_account=(9, 100), by_pair=(9, 100))
    assert brief.attempt() == 0
    wait_until(lambda: not redis.exists(*brief.keys), 5)


def test_a_clock_that_was_set_back_locks_nobody_out(limit, redis):
    stranger = limit(by_pair=(2, 100))
    redis.set(stranger.keys[2], int(time.time() * 1000) + 10**9)
    assert stranger.attempt() <= 200


@pytest.mark.parametrize("junk", ["text", "list"])
def test_junk_under_the_keys_stops_nobody(limit, redis, junk):
    stranger = limit(by_pair=(2, SLOW))
    for key in stranger.keys[:3]:
        if junk == "text":
            redis.set(key, "holdline")
        else:
            redis.rpush(key, "holdline")
    assert stranger.attempts() == 2
    stranger.was_right()
