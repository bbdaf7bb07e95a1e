"""Redis can write nothing to its file (MISCONF): posts are refused with 503,
reading goes on, and what was typed goes through when there is room again.

First run: nothing was lost.  But a worker that had to connect anew meanwhile could
not: Redis refuses even PING then, and the worker took that for "not there".
Those who waited at it were told 503 until there was room on the disk."""

import faults
import ledger
from crew import ENV, Crew
from lib.wait import wait_until

SITE = {"workers": 2, "env": ENV, "wrapper": faults.FULL_DISK_WRAPPER}


def test_nothing_is_lost(site, room):
    with Crew(site, room) as crew:
        for _ in range(2):
            crew.goes_on(3)
            with faults.full_disk(site):
                crew.fails(3)
                assert site.redis.info("persistence")["aof_last_write_status"] == "err"
            crew.goes_on()
        crew.settle()
    crew.check_only_unavailable()
    assert all(failure.who.startswith("poster") for failure in crew.failures), "readers too"
    ledger.check(crew)


def test_it_is_in_the_file_afterwards(site, room):
    with Crew(site, room) as crew:
        crew.goes_on(3)
        with faults.full_disk(site):
            crew.fails()
        crew.goes_on()
        crew.settle()
        site.stop_redis()
        site.start_redis()
        site.wait_ready()
    ledger.check(crew)


def test_who_reads_can_go_on_at_a_worker_that_lost_its_connections(site, room):
    """Redis refuses PING as well then."""
    said = site.client.say("before", room)
    with Crew(site, f"{room}-other") as crew:
        crew.goes_on()
        with faults.full_disk(site):
            crew.fails()
            for kind in ("normal", "pubsub"):
                site.redis.execute_command("CLIENT", "KILL", "TYPE", kind)
            for worker in site.workers:
                wait_until(lambda: worker.health["subscription"] == "up", what="the worker to hear Redis")
                assert worker.read(room=room)["messages"] == [said]
        crew.goes_on()
        crew.settle()
    ledger.check(crew)
