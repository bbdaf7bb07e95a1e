"""The cursor goes with the page from one way to the next."""

import threading

from lib.wait import wait_until
from meddler import BUFFERED, POLL, REFUSED, STREAM, WEBSOCKET
from wall_page import WallPage

MESSAGES = 120


class Talker(threading.Thread):
    """Says number after number, until all are said."""

    def __init__(self, client, room):
        super().__init__(daemon=True)
        self._client, self._room = client, room
        self.go_on = threading.Semaphore(0)
        self.said = 0

    def run(self):
        for n in range(MESSAGES):
            self.go_on.acquire()
            self._client.say(f"number {n}", self._room)
            self.said = n + 1

    def let(self, count):
        for _ in range(count):
            self.go_on.release()


def test_nothing_is_lost_or_doubled(browser, meddler, site, room):
    page = WallPage(browser()).open(meddler.url, room)
    page.chrome.expect_failed_requests()
    assert page.way == "ws"
    talker = Talker(site.client, room)
    talker.start()

    talker.let(40)
    meddler.treat(WEBSOCKET, REFUSED)
    wait_until(lambda: page.way == "stream", 40, "the stream")
    talker.let(40)
    meddler.treat(STREAM, BUFFERED)
    wait_until(lambda: page.way == "poll", 40, "the poll")
    talker.let(40)

    wait_until(lambda: talker.said == MESSAGES, 20, "all to be said")
    page.wait_for_stored(*[f"number {n}" for n in range(MESSAGES)])
    wait_until(lambda: meddler.open_at(WEBSOCKET, STREAM) == 0, what="the other ways to be left")


def test_another_way_for_each_reload(browser, meddler, site, room):
    page = WallPage(browser())
    page.chrome.expect_failed_requests()
    talker = Talker(site.client, room)
    talker.start()

    for way in ("poll", "stream", "ws", "poll"):
        talker.let(MESSAGES // 4)
        page.open(meddler.url, room, via=way)

    wait_until(lambda: talker.said == MESSAGES, 20, "all to be said")
    page.wait_for_stored(*[f"number {n}" for n in range(MESSAGES)])


def test_the_line_is_cut_again_and_again(browser, meddler, site, room):
    page = WallPage(browser()).open(meddler.url, room)
    page.chrome.expect_failed_requests()
    talker = Talker(site.client, room)
    talker.start()

    for _ in range(6):
        talker.let(MESSAGES // 6)
        for path in (WEBSOCKET, STREAM, POLL):
            meddler.cut(path)
        wait_until(lambda: meddler.open_at(WEBSOCKET, STREAM, POLL) == 1, 40, "a line")

    page.wait_for_stored(*[f"number {n}" for n in range(MESSAGES)])
    page.wait_for_state("live")
