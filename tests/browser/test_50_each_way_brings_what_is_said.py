"""WebSocket, event stream, long poll: the same room through each of them."""

import pytest

from lib.wait import wait_until
from page_time import SLOW, before_its_own
from wall_page import WallPage

WAYS = ("ws", "stream", "poll")
WORDS = {"ws": "live by WebSocket", "stream": "live by event stream", "poll": "live by long poll"}

# An event stream, cut between any two of its characters.
TAKE_APART = """
  const [text, done] = arguments;
  import('/js/event-text.js').then(({ EventText }) => {
    const seen = new Set();
    for (let at = 0; at <= text.length; at++) {
      const events = new EventText();
      const all = [...events.add(text.slice(0, at)), ...events.add(text.slice(at))];
      seen.add(JSON.stringify([all, events.retries]));
    }
    done([...seen]);
  });
"""


@pytest.fixture(params=WAYS)
def via(request):
    return request.param


def test_each_sees_what_the_other_says(wall, via):
    heron, otter = wall("heron", via=via), wall("otter", via=via)

    heron.say("Is anybody there?")
    otter.wait_for_stored("Is anybody there?")
    otter.say("I am.")

    for page in (heron, otter):
        page.wait_for_stored("Is anybody there?", "I am.")
        page.wait_for_unsent()
        page.wait_for_way(via)


def test_they_mix(wall, site, room):
    pages = [wall("heron", via="ws"), wall("otter", via="stream"), wall("stork", via="poll")]

    for n, page in enumerate(pages):
        page.say(f"number {n}")
        for each in pages:
            each.wait_for_stored(*[f"number {i}" for i in range(n + 1)])


def test_what_was_there_before_is_no_news(browser, wall, site, room, via):
    before_its_own(browser("heron"), SLOW)
    for n in range(30):
        site.client.say(f"line {n}", room)

    page = wall(via=via)

    page.wait_for_stored(*[f"line {n}" for n in range(30)])
    assert not page.chrome.run("return document.querySelector('#messages [data-fresh]')")
    site.client.say("news", room)
    wait_until(lambda: page.chrome.run("return document.querySelector('#messages [data-fresh]')"), what="the news")


def test_what_was_said_meanwhile_is_there_once(browser, relay, site, room, via):
    page = WallPage(browser()).open(relay.url, room, via)
    page.chrome.expect_failed_requests()
    site.client.say("before", room)
    page.wait_for_stored("before")

    relay.cut()
    site.client.say("meanwhile", room)
    page.wait_for_state("waiting")
    relay.mend()

    page.wait_for_stored("before", "meanwhile")
    page.wait_for_way(via)


def test_the_server_is_replaced_by_a_new_one(wall, site, room, via):
    page = wall(via=via)
    page.chrome.expect_failed_requests()
    page.say("before")
    page.wait_for_stored("before")

    site.hup()
    site.client.say("after", room)

    page.wait_for_stored("before", "after")
    page.wait_for_state("live")
    page.wait_for_way(via)


def test_a_room_that_began_anew_is_shown_anew(wall, site, room, via):
    page = wall(via=via)
    page.chrome.expect_failed_requests()  # its session is forgotten, too
    site.client.say("old", room)
    page.wait_for_stored("old")

    site.redis.flushall()
    for text in ("new", "newer"):
        site.client.say(text, room)

    page.wait_for_stored("new", "newer")
    assert len(page.chrome.run("return [...document.querySelectorAll('[data-note]')]")) == 1


def test_one_can_see_which_way_it_is(wall, via):
    page = wall(via=via)

    assert page.chrome.run("return document.querySelector('#connection').title") == WORDS[via]
    page.click("#language")
    assert "实时连接" in page.chrome.run("return document.querySelector('#connection').title")


def test_an_event_stream_may_be_cut_anywhere(wall):
    text = ('retry: 1500\r\nid: 5f-1\n\n: quiet\n\nevent: reset\ndata: {"room":"tea"}\n\n'
            "id: 5f-2\ndata: one\ndata:two\nunknown\n\nevent: none\n\ndata\n\ndata: not whole\n")

    seen = wall().chrome.driver.execute_async_script(TAKE_APART, text)

    assert seen == ['[[{"type":"reset","data":"{\\"room\\":\\"tea\\"}"},{"type":"message","data":"one\\ntwo"},'
                    '{"type":"message","data":""}],[1500]]']
