"""Nothing that was typed is lost, and nothing is said twice."""

import pytest

from lib.wait import wait_until
from page import SOON
from wall_page import WallPage


@pytest.fixture
def without_redis(site):
    """Takes Redis away, and sees that it is back after the test."""
    away = []

    def stop():
        site.stop_redis()
        away.append(True)

    def start():
        site.start_redis()
        away.clear()
        site.wait_ready()

    stop.start_again = start
    yield stop
    if away:
        start()


def test_a_post_waits_for_redis(wall, site, room, without_redis):
    heron, otter = wall("heron"), wall("otter")
    heron.chrome.expect_failed_requests()
    otter.chrome.expect_failed_requests()
    heron.say("before")
    otter.wait_for_stored("before")

    without_redis()
    heron.say("meanwhile")
    heron.say("and another")
    wait_until(lambda: "server is away" in heron.fate, SOON, "the page to say so")
    heron.wait_for_unsent("meanwhile", "and another")
    heron.type("half a thou")

    without_redis.start_again()
    for page in (heron, otter):
        page.wait_for_stored("before", "meanwhile", "and another")
    heron.wait_for_unsent()
    assert heron.typed == "half a thou"
    assert len(site.room_log(room)) == 3


def test_it_waits_across_a_reload(wall, site, room, without_redis):
    page = wall()
    page.chrome.expect_failed_requests()
    without_redis()
    page.say("written in the dark")
    wait_until(lambda: "server is away" in page.fate, SOON, "the page to say so")

    page.chrome.driver.refresh()
    page.wait_for_unsent("written in the dark")

    without_redis.start_again()
    page.wait_for_stored("written in the dark")
    page.wait_for_unsent()
    assert len(site.room_log(room)) == 1


def test_a_lost_answer_does_not_make_two(browser, relay, site, room):
    page = WallPage(browser()).open(relay.url, room)
    page.chrome.expect_failed_requests()

    relay.lose_next_answer("/a/message/new")
    page.say("said once")
    wait_until(lambda: relay.has_lost, what="the answer to be lost")
    page.say("said after it")

    page.wait_for_stored("said once", "said after it")
    page.wait_for_unsent()
    assert len(site.room_log(room)) == 2


def test_redis_forgets_everything(wall, site, room):
    page = wall()
    page.chrome.expect_failed_requests()  # its session is forgotten, too
    page.say("old")
    page.wait_for_stored("old")

    site.redis.flushall()
    site.client.say("new", room)

    page.wait_for_stored("new")
    page.say("newer")
    page.wait_for_stored("new", "newer")
    page.wait_for_unsent()
