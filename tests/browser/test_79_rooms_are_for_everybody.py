"""The rooms and their settings on a phone, with the keyboard alone, and in both
languages."""

import pytest
from selenium.webdriver.common.keys import Keys

from chrome import PHONE
from lib.wait import wait_until
from room_side import new_room, open_settings, wait_for_title
from test_31_it_is_readable_on_a_phone import STICKS_OUT
from page import SOON

# What the wall's own scripts cannot bring about, or tell in another way.
NOT_HERE = ("name-", "password-", "cart-", "client-", "quantity-", "action-", "frame-", "field-", "form-malformed", "next-",
            "not-a-form", "sold-out", "product-", "cursor-", "credentials-", "type-unknown", "upgrade-",
            "method-", "busy", "minutes-")
LONG_TITLE = "A title that goes on and on until there are eighty characters of it, or so it is"


@pytest.mark.parametrize("language", ["en-US", "zh-CN"])
def test_nothing_sticks_out_on_a_phone(enter, site, language):
    page = enter("phone", language=language)
    page.chrome.set_size(PHONE)
    page.open(site.url, new_room(page.member, LONG_TITLE))
    wait_for_title(page, LONG_TITLE)
    page.say("w" * 300)
    wait_until(lambda: page.is_visible_now("[data-deeds-open]"), SOON, "the message")

    page.click("[data-deeds-open]")
    page.wait_until_visible("[data-deeds]")
    assert page.chrome.run(STICKS_OUT) == []
    open_settings(page)
    page.click("#link [type=submit]")
    page.wait_until_visible("#link-address")
    assert page.chrome.run(STICKS_OUT) == []
    page.click("#settings-close")
    page.open_fold("#contacts")
    page.wait_until_visible("[data-rooms=mine] a")
    # A long title is cut off by the link around it.
    assert page.chrome.run(STICKS_OUT.replace("#room", "#room, [data-room-title]")) == []


def test_the_sheet_of_rooms_opens_and_closes(wall):
    page = wall()
    page.chrome.set_size(PHONE)
    assert not page.is_visible("#side")

    page.chrome.run("document.querySelector('#side-open').focus()")
    page.press(Keys.ENTER)
    page.wait_until_visible("#side")
    assert page.chrome.run("return document.activeElement.id") == "side-title"
    assert page.chrome.run("return document.querySelector('#side-open').ariaExpanded") == "true"

    page.press(Keys.ESCAPE)
    wait_until(lambda: not page.is_visible("#side"), SOON, "the sheet to close")
    assert page.chrome.run("return document.activeElement.id") == "side-open"


def test_the_settings_give_the_focus_back(enter, site):
    page = enter()
    page.open(site.url, new_room(page.member, "Focus"))
    open_settings(page)
    assert page.chrome.run("return document.querySelector('#settings').contains(document.activeElement)")

    page.press(Keys.ESCAPE)

    wait_until(lambda: not page.is_visible("#settings"), SOON, "the settings to close")
    assert page.chrome.run("return document.activeElement.id") == "settings-open"


def test_a_refresh_takes_nobodys_focus(enter, site):
    page = enter()
    new_room(page.member, "One")
    page.look_again()
    page.wait_until_visible("[data-rooms=mine] a")
    page.chrome.run("window.link = document.querySelector('[data-rooms=mine] a'); link.focus()")

    new_room(page.member, "Two")
    page.look_again()
    wait_until(lambda: page.chrome.run("return document.querySelectorAll('[data-rooms=mine] a').length") == 2, SOON,
               "the other room")

    assert page.chrome.run("return document.activeElement === window.link")


def test_every_refusal_has_words(wall):
    wall_words, explained = wall().chrome.driver.execute_async_script("""
      const done = arguments[arguments.length - 1];
      Promise.all([import('/js/strings-en.js'), import('/js/strings-rooms-en.js'),
        fetch('/problems').then((answer) => answer.text())]).then(([common, rooms, html]) => {
        const page = new DOMParser().parseFromString(html, 'text/html');
        const keys = Object.keys({ ...common.default, ...rooms.default });
        done([keys, [...page.querySelectorAll('section')].map(({ id }) => id)]);
      });
    """)

    slugs = [slug for slug in explained if not slug.startswith(NOT_HERE) and slug != "too-many-rooms"]
    assert len(slugs) > 30
    assert [slug for slug in slugs if f"problem.{slug}" not in wall_words] == []
