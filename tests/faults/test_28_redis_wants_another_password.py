"""Redis is given another password, and then the one again that the workers
have; and the same with the right to subscribe.

First run: nothing broke."""

import faults
import ledger
import pytest
from crew import ENV, Crew
from lib.wait import wait_until

RIGHT, OTHER = "the right one", "another one"
SITE = {"workers": 2, "env": ENV, "password": RIGHT}


def test_they_come_back_when_theirs_is_right_again(site, room):
    with Crew(site, room) as crew:
        for _ in range(2):
            crew.goes_on(3)
            with faults.config(site, requirepass=OTHER):
                for kind in ("normal", "pubsub"):
                    site.redis.execute_command("CLIENT", "KILL", "TYPE", kind)
                crew.fails()
                wait_until(lambda: not any(worker.is_ready for worker in site.workers), what="all to have noticed")
            crew.goes_on()
            site.wait_ready()
        crew.settle()
    crew.check_only_unavailable()
    ledger.check(crew)


def test_what_they_say_in_the_log(site):
    """Why, and not with which password."""
    with faults.config(site, requirepass=OTHER):
        before = len(site.log_lines("redis_down"))
        site.redis.execute_command("CLIENT", "KILL", "TYPE", "normal")
        wait_until(lambda: len(site.log_lines("redis_down")) > before)
    site.wait_ready()
    assert RIGHT not in site.log_text()


@pytest.fixture
def no_channels(site):
    """Takes the right to all channels from the workers' user, and gives it."""
    yield lambda: site.redis.execute_command("ACL", "SETUSER", "default", "resetchannels")
    site.redis.execute_command("ACL", "SETUSER", "default", "allchannels")


def test_they_may_not_subscribe_for_a_while(site, room, no_channels):
    """Redis ends the subscriptions; a post, which publishes, is refused."""
    with Crew(site, room) as crew:
        crew.goes_on(3)
        no_channels()
        crew.fails()
        site.redis.execute_command("ACL", "SETUSER", "default", "allchannels")
        crew.goes_on()
        site.wait_ready()
        crew.settle()
    crew.check_only_unavailable()
    ledger.check(crew)
