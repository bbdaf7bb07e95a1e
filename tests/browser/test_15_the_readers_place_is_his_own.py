"""News does not move somebody who reads further up."""

import pytest

from lib.wait import wait_until

AT_END = """
  const { scrollHeight, scrollTop, clientHeight } = document.querySelector('#scroller');
  return scrollHeight - scrollTop - clientHeight < 5;
"""

# A browser tells the page of a scroll with the next frame; news may be faster.
NOT_TOLD = """
  document.querySelector('#scroller').addEventListener('scroll', (event) => event.stopImmediatePropagation(), true);
"""


LINES = 60


def fill(site, room, count=LINES):
    for n in range(count):
        site.client.say(f"line {n}", room)


@pytest.fixture
def full_wall(wall, site, room):
    """With more than there is room for, at its end."""
    fill(site, room)
    page = wall()
    wait_until(lambda: len(page.stored) == LINES, what="what was said before")
    wait_until(lambda: page.chrome.run(AT_END), what="the end")
    return page


def test_who_is_at_the_end_stays_there(full_wall, site, room):
    page = full_wall

    site.client.say("news", room)
    wait_until(lambda: "news" in page.stored, what="the news")

    # The page may just have got smaller, of which it is told with the next frame.
    wait_until(lambda: page.chrome.run(AT_END), what="the end")
    assert not page.is_visible("#below")


@pytest.mark.parametrize("told", [True, False], ids=["scroll event", "news before the scroll event"])
def test_who_reads_further_up_is_told_and_not_moved(full_wall, site, room, told):
    page = full_wall
    if not told:
        page.chrome.run(NOT_TOLD)
    page.chrome.run("document.querySelector('#scroller').scrollTop = 100")

    site.client.say("news", room)
    wait_until(lambda: "news" in page.stored, what="the news")
    assert page.chrome.run("return document.querySelector('#scroller').scrollTop") == 100

    assert page.is_visible("#below")
    page.click("#below")
    wait_until(lambda: page.chrome.run(AT_END) and not page.is_visible("#below"), what="the end")


def test_what_one_says_oneself_is_always_seen(full_wall):
    page = full_wall
    page.chrome.run("document.querySelector('#scroller').scrollTop = 100")

    page.say("my own")

    wait_until(lambda: page.chrome.run(AT_END), what="the end")


def test_only_the_newest_five_hundred_are_kept(wall, site, room):
    page = wall()
    # In helpings, as the room itself remembers fewer.
    for helping in range(3):
        fill(site, room, 180)
        wait_until(lambda: page.stored[-1:] == ["line 179"] and len(page.stored) >= min(500, 180 * helping + 180),
                   20, "the news")

    assert len(page.stored) == 500
