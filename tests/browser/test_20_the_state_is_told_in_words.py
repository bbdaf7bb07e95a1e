"""The page says how it stands with the server, and mends it by itself."""

import pytest

from lib.wait import wait_until
from page_time import PATIENT
from wall_page import WallPage


def test_the_server_goes_away_and_comes_back(browser, relay, site, room):
    page = WallPage(browser()).open(relay.url, room)
    page.chrome.expect_failed_requests()
    assert page.state_words == "live"

    relay.cut()
    page.wait_for_trouble("No answer from the server")

    relay.mend()
    page.wait_for_state("live")
    assert page.state_words == "live"
    assert not page.is_visible("#connection button")

    site.client.say("you are back", room)
    page.wait_for_stored("you are back")


def test_one_need_not_wait(browser, relay, room):
    page = WallPage(browser()).open(relay.url, room)
    page.chrome.expect_failed_requests()
    page.chrome.run(PATIENT)
    relay.cut()
    page.wait_for_state("waiting")

    relay.mend()
    page.click("#connection button")

    page.wait_for_state("live")


def test_a_short_failure_is_not_made_much_of(browser, relay, site, room):
    page = WallPage(browser()).open(relay.url, room)
    page.chrome.expect_failed_requests()
    page.chrome.run("""
      window.seen = [];
      new MutationObserver(() => seen.push(document.querySelector('#connection').dataset.state))
        .observe(document.querySelector('#connection'), { attributeFilter: ['data-state'] });
    """)

    relay.end_connections()
    site.client.say("still there", room)

    page.wait_for_stored("still there")
    assert "waiting" not in page.chrome.run("return window.seen")


def test_without_a_network_it_says_so(wall, site, room):
    page = wall()
    page.chrome.expect_failed_requests()

    set_offline(page, True)
    page.wait_for_trouble("offline")

    site.client.say("meanwhile", room)
    set_offline(page, False)
    page.wait_for_state("live")
    page.wait_for_stored("meanwhile")


def test_nginx_is_restarted(wall, site, room):
    page = wall()
    page.chrome.expect_failed_requests()
    page.say("before")
    page.wait_for_stored("before")

    site.restart_nginx()
    page.say("after")

    page.wait_for_stored("before", "after")
    page.wait_for_unsent()
    page.wait_for_state("live")


@pytest.mark.parametrize("via", ["stream", "poll"])
def test_a_page_that_was_left_holds_nothing(wall, site, room, via):
    """Browsers keep such a page, and its requests, for the "back" button."""
    page = wall(via=via)
    wait_until(lambda: site.held == 1, what="the line to be held")

    page.chrome.driver.get("about:blank")
    wait_until(lambda: site.held == 0, what="the line to end")
    site.client.say("meanwhile", room)
    page.chrome.driver.back()

    page.wait_for_stored("meanwhile")
    page.wait_for_state("live")


def set_offline(page, offline):
    page.chrome.cdp("Network.enable")
    page.chrome.cdp("Network.emulateNetworkConditions", offline=offline, latency=0,
                    downloadThroughput=-1, uploadThroughput=-1)
