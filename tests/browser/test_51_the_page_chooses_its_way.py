"""WebSocket, else event stream, else long poll, as far as proxies let it."""

import time

import pytest

from lib.wait import wait_until
from meddler import BUFFERED, PASSED, POLL, REFUSED, SILENT, STALLED, STREAM, WEBSOCKET
from wall_page import WallPage

SESSION = "/a/session"
FALL_BACK_S = 25  # two ways that bring nothing, each given some seconds, on a busy machine


@pytest.fixture
def page(browser, meddler, room):
    """page() opens the wall behind the meddler; the browser's only one."""

    def open_page(**more):
        chrome = browser()
        chrome.expect_failed_requests()
        return WallPage(chrome).open(meddler.url, room, **more)

    return open_page


def test_the_best_one_is_the_websocket(page, meddler):
    assert page().way == "ws"
    assert meddler.open_at(WEBSOCKET) == 1
    assert meddler.open_at(STREAM, POLL) == 0


@pytest.mark.parametrize("how", [REFUSED, SILENT, BUFFERED])
def test_a_websocket_that_does_not_pass(browser, page, meddler, site, room, how):
    browser()  # which takes its time
    began = time.monotonic()
    meddler.treat(WEBSOCKET, how)

    opened = page()

    assert opened.way == "stream"
    assert time.monotonic() - began < FALL_BACK_S
    site.client.say("through the stream", room)
    opened.wait_for_stored("through the stream")


@pytest.mark.parametrize("how", [REFUSED, SILENT, BUFFERED])
def test_neither_does_the_stream(browser, page, meddler, site, room, how):
    browser()
    began = time.monotonic()
    for path in (WEBSOCKET, STREAM):
        meddler.treat(path, how)
    site.client.say("before", room)

    opened = page()

    assert opened.way == "poll"
    assert time.monotonic() - began < FALL_BACK_S
    site.client.say("through the poll", room)
    opened.wait_for_stored("before", "through the poll")


def test_what_worked_is_remembered_for_the_visit(page, meddler, room):
    meddler.treat(WEBSOCKET, REFUSED)
    opened = page()
    assert opened.way == "stream"
    asked = meddler.asked(WEBSOCKET)

    opened.open(meddler.url, f"{room[:50]}-2")

    assert opened.way == "stream"
    assert meddler.asked(WEBSOCKET) == asked


@pytest.mark.parametrize("via", ["ws", "stream", "poll"])
def test_one_way_can_be_asked_for(page, meddler, via):
    assert page(via=via).way == via


def test_and_then_it_is_no_other(page, meddler):
    meddler.treat(STREAM, REFUSED)

    opened = page(via="stream", wait=False)
    wait_until(lambda: meddler.asked(STREAM) >= 3, 30, "three tries")
    assert opened.state in ("connecting", "reconnecting", "waiting")

    meddler.treat(STREAM, PASSED)
    opened.wait_for_state("live")
    assert opened.way == "stream"


def test_a_server_that_is_away_is_no_reason_to_change(page, meddler):
    opened = page()
    assert opened.way == "ws"
    doors = (SESSION, POLL, STREAM, WEBSOCKET)  # never the line alone

    for path in doors:
        meddler.treat(path, REFUSED)
    before = meddler.asked(SESSION)
    wait_until(lambda: meddler.asked(SESSION) >= before + 4, 30, "some tries")
    for path in reversed(doors):
        meddler.treat(path, PASSED)

    opened.wait_for_state("live")
    assert opened.way == "ws"


def test_a_line_that_keeps_back_what_was_said_is_left(page, meddler, site, room):
    """It was good when it was opened; what one says oneself does not come."""
    opened = page()
    assert opened.way == "ws"

    meddler.treat(WEBSOCKET, STALLED)
    opened.say("shown all the same")

    wait_until(lambda: opened.stored == ["shown all the same"], FALL_BACK_S, "what was said")
    assert opened.way == "stream"
