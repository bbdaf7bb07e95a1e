"""Its connections are alive and nothing comes: SIGSTOP."""

import time

from lib.wait import wait_until

HOLD_MS = 5000
SITE = {"env": {"HOLDLINE_HOLD_MS": HOLD_MS}}


def test_a_post_is_given_up_and_repeated_is_one_message(site, room):
    site.client.say("before", room)
    with site.redis_hanging():
        started = time.monotonic()
        reply = site.client.post("hello", room, client_id="k")
        assert reply.status == 503, reply
        assert time.monotonic() - started < 5
        with site.probe(site.workers[0]) as probe:
            for worker in site.workers:
                assert worker.post("hello", room, client_id="k").status == 503
    probe.check()
    back = time.monotonic()
    wait_until(lambda: site.client.post("hello", room, client_id="k").status == 200)
    assert time.monotonic() - back < 1
    site.wait_ready()
    assert len(site.room_log(room)) == 2


def test_no_news_is_not_claimed(site, room):
    """The worker notices that nothing is heard any more, and does not say that
    there is nothing."""
    cursor = site.client.say("before", room)["id"]
    poll = site.hold(site.client, cursor, room)
    with site.redis_hanging():
        reply = poll.answer(HOLD_MS / 1000 + 3)
    assert reply.status == 503, reply
    site.wait_ready()
