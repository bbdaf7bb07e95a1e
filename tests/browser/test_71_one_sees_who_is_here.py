"""Who is here is shown whichever way the line is held, and once for all tabs."""

import pytest
from selenium.webdriver.common.keys import Keys

from lib.wait import wait_until
from tab_row import new_tab
from page import SOON

LEAVES_S = 45  # who polls: a grace of 10 s, and the others ask every 15 s; and a busy machine


def people(page):
    return page.chrome.run(
        "return [...document.querySelectorAll('#people [data-name]')].map((name) => name.textContent)")


def wait_for_people(page, *names, seconds=SOON):
    wait_until(lambda: people(page) == sorted(names) and page.text_of("#here-count") == f"{len(names)} here",
               seconds, f"{names} to be here")


@pytest.mark.parametrize("way", ["ws", "stream"])
def test_who_comes_and_goes_is_shown(wall, way):
    heron = wall("heron", via=way)
    me = heron.wait_until_a_guest()
    wait_for_people(heron, me)

    otter = wall("otter", via=way)
    other = otter.wait_until_a_guest()
    wait_for_people(heron, me, other)
    wait_for_people(otter, me, other)

    otter.chrome.driver.get("about:blank")
    wait_for_people(heron, me, seconds=LEAVES_S)


def test_who_polls_is_here_and_sees_it(wall):
    heron, otter = wall("heron", via="ws"), wall("otter", via="poll")
    both = heron.wait_until_a_guest(), otter.wait_until_a_guest()

    wait_for_people(heron, *both)
    otter.look_again()
    wait_for_people(otter, *both)

    heron.chrome.driver.get("about:blank")
    wait_for_people(otter, both[1], seconds=LEAVES_S)


def test_many_tabs_are_one_person(browser, wall, site, room):
    heron = wall("heron")
    me = heron.wait_until_a_guest()

    tabs = [new_tab(heron.chrome).open(site.url, room) for _ in range(2)]

    for tab in tabs:
        wait_for_people(tab, me)


def test_the_list_is_opened_and_closed_with_the_keyboard(wall):
    page = wall()
    page.wait_until_a_guest()
    page.wait_until_visible("#here")
    is_open = "return document.querySelector('#here').open"
    assert not page.chrome.run(is_open)

    page.chrome.run("document.querySelector('#here-count').focus()")
    page.press(Keys.ENTER)
    wait_until(lambda: page.chrome.run(is_open), SOON, "the list to open")
    page.press(Keys.ESCAPE)
    wait_until(lambda: not page.chrome.run(is_open), SOON, "the list to close")
    assert page.chrome.run("return document.activeElement.id") == "here-count"
