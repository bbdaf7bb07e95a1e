"""Redis stopped: who posts hears 503, who waits goes on waiting, and at the
deadline is not told "no news"; with Redis back all is well within a second."""

import time

import pytest

from lib.wait import wait_until

HOLD_MS = 3000
SITE = {"env": {"HOLDLINE_HOLD_MS": HOLD_MS}}
DEADLINE_S = HOLD_MS / 1000 + 3
WELL_AGAIN_S = 1


@pytest.fixture
def without_redis(site):
    """Redis is away; the test may bring it back."""
    site.stop_redis()
    yield
    if not site.redis_is_running:
        site.start_redis()
    site.wait_ready()


def is_unavailable(reply):
    assert (reply.status, reply.problem) == (503, "unavailable")
    assert int(reply.header("Retry-After")) >= 1
    return True


def test_a_post_is_503_with_retry_after(site, room, without_redis):
    for door in (*site.workers, site.client):
        assert is_unavailable(door.post("hello", room))


@pytest.mark.alone
def test_it_is_said_soon(site, room, without_redis):
    started = time.monotonic()
    site.client.post("hello", room)
    assert time.monotonic() - started < 3


@pytest.mark.parametrize("path", ["/a/session", "/plain"])
def test_what_needs_redis_is_503(site, path, without_redis):
    assert is_unavailable(site.client.get(path))


def test_bad_input_is_still_called_so(site, room, without_redis):
    assert site.client.post("", room).problem == "body-empty"


def test_the_workers_know_and_say_so(site, without_redis):
    for worker in site.workers:
        wait_until(lambda: worker.health["redis"] == worker.health["subscription"] == "down")
        assert worker.get("/readyz").status == 503


@pytest.mark.alone
def test_who_waits_is_told_503_at_the_deadline(site, room):
    waiting = site.hold(site.client, room=room)
    site.stop_redis()
    late = site.client.ask(cursor="0-0", room=room)
    assert is_unavailable(waiting.answer(DEADLINE_S))
    assert is_unavailable(late.answer(DEADLINE_S))
    assert time.monotonic() - waiting.started_at > HOLD_MS / 1000 * 0.7
    site.start_redis()
    site.wait_ready()


@pytest.mark.alone
def test_after_its_return_all_is_well_within_a_second(site, room):
    """After an absence of some seconds, in which the workers tried in vain."""
    said = site.client.say("before", room)
    site.stop_redis()
    site.client.ask(said["id"], room).answer(DEADLINE_S)
    waiting = site.client.ask(said["id"], room)
    site.start_redis()
    back = time.monotonic()
    wait_until(lambda: site.client.post("after", room, client_id="k").status == 200, 5)
    assert time.monotonic() - back < WELL_AGAIN_S
    assert waiting.news() == ["after"]
    site.wait_ready()
    assert time.monotonic() - back < WELL_AGAIN_S + 0.5


def test_what_was_said_is_there_afterwards(site, room):
    said = [site.client.say(str(n), room) for n in range(3)]
    site.stop_redis()
    site.start_redis()
    site.wait_ready()
    assert site.client.read(room=room)["messages"] == said
    new = site.client.say("new", room)
    assert site.client.read(said[-1]["id"], room)["messages"] == [new]


def test_after_a_restart_no_id_is_given_twice(site, room):
    """A crash may have taken some with it: the numbers leap over these."""
    before = site.client.say("before", room)["id"]
    site.stop_redis()
    site.start_redis()
    site.wait_ready()
    after = site.client.say("after", room)["id"]
    assert after.split("-")[0] == before.split("-")[0]
    assert int(after.split("-")[1]) > int(before.split("-")[1]) + 1


def test_a_held_poll_survives_a_short_absence(new_site, room):
    site = new_site(nginx=False, env={"HOLDLINE_HOLD_MS": 60000})
    polls = [worker.ask(room=room) for worker in site.workers]
    wait_until(lambda: site.held == 2, what="2 held polls")
    site.stop_redis()
    site.start_redis()
    site.wait_ready()
    site.workers[0].say("hello", room)
    assert [poll.news() for poll in polls] == [["hello"]] * 2


@pytest.mark.alone
def test_others_do_not_wait_for_redis(site, room, without_redis):
    with site.probe(site.workers[0]) as probe:
        for _ in range(20):
            site.workers[0].post("hello", room)
    probe.check()
