"""360 pixels: nothing sticks out, everything can be reached."""

import pytest

from chrome import PHONE
from wall_page import WallPage

# The name of the room is cut off by the element around it.
STICKS_OUT = """
  const out = (e) => e.getBoundingClientRect().right > innerWidth + 0.5 || e.getBoundingClientRect().left < -0.5;
  return [...document.querySelectorAll('body *:not(#room)')].filter((e) => e.checkVisibility() && out(e)).map((e) => e.outerHTML);
"""
LONG = "a" * 300 + " https://example.com/" + "b" * 300


@pytest.mark.parametrize("language", ["en-US", "zh-CN"])
def test_nothing_sticks_out(wall, language):
    page = wall("phone", language=language)
    page.chrome.set_size(PHONE)
    page.say(LONG)
    page.wait_for_stored(LONG)
    page.open_side()
    assert page.is_visible("#side")

    assert page.chrome.run("return document.documentElement.scrollWidth") <= PHONE[0]
    assert page.chrome.run("return document.querySelector('#scroller').scrollWidth <= "
                           "document.querySelector('#scroller').clientWidth")
    assert page.chrome.run(STICKS_OUT) == []


def test_a_long_name_leaves_room_for_the_rest(browser, site):
    chrome = browser()
    chrome.set_size(PHONE)
    page = WallPage(chrome).open(site.url, "a-very-long-name-of-a-room.which-goes-on_and-on-and-on-and-on-64")

    assert page.chrome.run(STICKS_OUT) == []
    assert page.is_visible("#language") and page.is_visible("#connection")


def test_the_composer_is_at_the_bottom(wall):
    page = wall()
    page.chrome.set_size(PHONE)

    bottom = page.chrome.run("return document.querySelector('#composer').getBoundingClientRect().bottom")
    assert PHONE[1] - 40 < bottom <= PHONE[1]


@pytest.mark.parametrize("path", ["/problems", "/account", "/join", "/shop", "/nowhere", "/plain?room=lobby"])
def test_the_other_pages_fit_too(browser, site, path):
    chrome = browser()
    chrome.expect_failed_requests()  # /nowhere is a 404
    chrome.set_size(PHONE)
    chrome.driver.get(site.url + path)

    assert chrome.run("return document.documentElement.scrollWidth") <= PHONE[0]
