"""One tab holds the line, and all hear it."""

import json

import pytest

from lib.wait import wait_until
from meddler import LINES
from page import SOON
from page_time import SLOW
from tab_row import new_tab

FEW = 3

# A tab that neither hears the others nor tells them anything, while it is stopped.
CAN_STOP = """
  window.BroadcastChannel = class extends BroadcastChannel {
    postMessage(word) { if (!window.isStopped) super.postMessage(word); }
    set onmessage(hear) { super.onmessage = (event) => window.isStopped || hear(event); }
  };
"""
NO_LOCKS = "Object.defineProperty(Navigator.prototype, 'locks', { value: undefined });"
NO_CHANNEL = "delete window.BroadcastChannel;"


@pytest.fixture
def open_tab(browser, meddler, room):
    """open_tab() is one more tab of the same browser."""

    def open_one(room=room, via=None, script=""):
        browser().expect_failed_requests()
        tab = new_tab(browser())
        tab.chrome.cdp("Page.addScriptToEvaluateOnNewDocument", source=script)
        return tab.open(meddler.url, room, via)

    return open_one


def one_line(meddler):
    return meddler.open_at(*LINES) == 1


@pytest.mark.parametrize(("via", "count"), [("ws", 8), ("stream", 20), ("poll", 8)])
def test_many_tabs_hold_one_line(open_tab, meddler, site, room, via, count):
    """HTTP/1.1 gives them six connections: all of them load and post."""
    tabs = [open_tab(via=via) for _ in range(count)]
    wait_until(lambda: one_line(meddler), SOON, "one line")
    assert [tab.is_shared for tab in tabs] == [False] + [True] * (count - 1)

    for n, tab in enumerate(tabs):
        tab.say(f"from tab {n}")

    # They do not wait for each other: the order is that of the room.
    wait_until(lambda: len(site.room_log(room)) == count, SOON, "all to be said")
    said = [json.loads(message)["body"] for message in site.room_log(room)]
    assert sorted(said) == sorted(f"from tab {n}" for n in range(count))
    for tab in tabs:
        tab.wait_for_stored(*said)
        tab.wait_for_unsent()
        tab.wait_for_way(via)
    wait_until(lambda: one_line(meddler), SOON, "one line")
    assert len(site.room_log(room)) == count


@pytest.mark.parametrize("via", ["ws", "stream", "poll"])
def test_tabs_in_different_rooms(open_tab, meddler, site, room, via):
    rooms = [room, f"{room[:50]}-2", f"{room[:50]}-3"]
    site.client.say("old", rooms[1])
    tabs = [open_tab(each, via) for each in rooms]

    for n, tab in enumerate(tabs):
        tab.say(f"in room {n}")

    tabs[0].wait_for_stored("in room 0")
    tabs[1].wait_for_stored("old", "in room 1")
    tabs[2].wait_for_stored("in room 2")
    wait_until(lambda: one_line(meddler), SOON, "one line")


@pytest.mark.parametrize("via", ["ws", "stream", "poll"])
def test_another_takes_over(open_tab, meddler, site, room, via):
    first, *others = [open_tab(via=via) for _ in range(FEW)]
    site.client.say("before", room)
    others[0].wait_for_stored("before")

    first.close(others[0])
    site.client.say("after", room)

    for tab in others:
        tab.wait_for_stored("before", "after")
    wait_until(lambda: one_line(meddler), SOON, "one line")
    wait_until(lambda: [tab.is_shared for tab in others].count(False) == 1, SOON, "one of them to lead")


@pytest.mark.parametrize("via", ["ws", "stream", "poll"])
def test_a_line_has_thirty_two_rooms(open_tab, meddler, site, room, via):
    """The tab that is in one more has a line of its own."""
    first = open_tab(via=via)
    first.chrome.run("""
      const others = new BroadcastChannel(arguments[0]);
      for (let n = 2; n <= 32; n++) {
        others.postMessage({ type: 'join', tab: `tab-${n}`, room: `room-${n}`, cursor: '' });
      }
    """, f"holdline.{via}")
    one_more = open_tab(f"{room[:50]}-2", via)

    wait_until(lambda: meddler.open_at(*LINES) == 2, SOON, "two lines")
    first.say("here")
    one_more.say("and there")
    first.wait_for_stored("here")
    one_more.wait_for_stored("and there")
    assert not one_more.is_shared


def test_one_that_stops_is_replaced(open_tab, meddler, site, room):
    """As a phone stops a tab that is not seen, with the lock in its hand."""
    first, second = open_tab(script=CAN_STOP), open_tab()
    assert second.is_shared
    first.chrome.run("window.isStopped = true")

    # It looks every some seconds, or when it is looked at.
    second.chrome.run("dispatchEvent(new Event('online'))")
    wait_until(lambda: not second.is_shared, 30, "the second to lead")
    site.client.say("without the first", room)
    second.wait_for_stored("without the first")

    first.chrome.run("window.isStopped = false")
    first.chrome.run("dispatchEvent(new Event('online'))")
    first.wait_for_stored("without the first")
    wait_until(lambda: one_line(meddler), SOON, "one line")
    wait_until(lambda: first.is_shared, SOON, "the first to follow")


def test_each_tab_has_what_its_room_had(open_tab, site, room):
    for n in range(30):
        site.client.say(f"line {n}", room)

    for tab in [open_tab(script=SLOW) for _ in range(FEW)]:
        tab.wait_for_stored(*[f"line {n}" for n in range(30)])
        assert not tab.chrome.run("return document.querySelector('#messages [data-fresh]')")


def test_a_tab_that_slept_catches_up(open_tab, site, room):
    leader, sleeper = open_tab(), open_tab(script=CAN_STOP)
    site.client.say("before", room)
    sleeper.wait_for_stored("before")

    sleeper.chrome.run("window.isStopped = true")
    for n in range(5):
        site.client.say(f"meanwhile {n}", room)
    leader.wait_for_stored("before", *[f"meanwhile {n}" for n in range(5)])
    assert sleeper.stored == ["before"]

    sleeper.chrome.run("window.isStopped = false")
    site.client.say("after", room)
    sleeper.wait_for_stored("before", *[f"meanwhile {n}" for n in range(5)], "after")


@pytest.mark.parametrize("without", [NO_LOCKS, NO_CHANNEL], ids=["locks", "channel"])
def test_without_the_means_each_is_alone(open_tab, meddler, without):
    tabs = [open_tab(script=without) for _ in range(2)]

    wait_until(lambda: meddler.open_at(*LINES) == 2, SOON, "two lines")
    tabs[0].say("to the other")
    for tab in tabs:
        tab.wait_for_stored("to the other")
        assert not tab.is_shared
