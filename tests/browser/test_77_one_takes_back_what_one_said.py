"""What one said oneself is edited, or deleted, and everybody sees it change in
its place, whichever way the line is held."""

import pytest
from selenium.webdriver.common.keys import Keys

from lib.wait import wait_until
from page import SOON

TOMBSTONE = "This message was removed."


def marks(page):
    """Whether each message says that it was edited."""
    return page.chrome.run("""
      return [...document.querySelectorAll('#messages li')].map((li) => !li.querySelector('[data-mark]').hidden);
    """)


def start(page, deed, number=0):
    """With the message of that number."""
    page.chrome.run("""
      const li = document.querySelectorAll('#messages li')[arguments[0]];
      li.scrollIntoView({ block: 'center' });
      li.querySelector('[data-deeds-open]').focus();
    """, number)
    page.press(Keys.ENTER)
    page.wait_until_visible("[data-deeds]")
    page.click(f"[data-deeds] [data-deed={deed}]")


def rewrite(page, text):
    page.wait_until_visible("[data-edit] textarea")
    page.chrome.run("document.querySelector('[data-edit] textarea').select()")
    page.chrome.cdp("Input.insertText", text=text)
    page.press(Keys.ENTER)


def wait_until_saved(page):
    """The feed may bring it before the answer does, with which the field goes."""
    wait_until(lambda: not page.is_visible_now("[data-edit]"), SOON, "the field to go")


def has_deeds(page):
    return page.chrome.run("return [...document.querySelectorAll('#messages li')]"
                           ".map((li) => li.querySelector('[data-deeds-open]') !== null)")


@pytest.mark.parametrize("way", ["ws", "stream", "poll"])
def test_all_see_it_change(wall, way):
    heron, otter = wall("heron", via=way), wall("otter", via=way)
    for text in ("I was here frist", "a secret", "the end"):
        heron.say(text)
    otter.wait_for_stored("I was here frist", "a secret", "the end")
    heron.wait_for_unsent()
    heron.wait_for_stored("I was here frist", "a secret", "the end")
    assert has_deeds(heron) == [True] * 3 and has_deeds(otter) == [False] * 3

    start(heron, "edit")
    rewrite(heron, "I was here first")
    wait_until_saved(heron)
    for page in (heron, otter):
        page.wait_for_stored("I was here first", "a secret", "the end")
        assert marks(page) == [True, False, False]

    start(heron, "delete", 1)
    heron.click("[data-yes=delete]")
    for page in (heron, otter):
        page.wait_for_stored("I was here first", TOMBSTONE, "the end")
    assert has_deeds(heron) == [True, False, True]

    otter.say("what was it?")
    heron.wait_for_stored("I was here first", TOMBSTONE, "the end", "what was it?")


def test_who_comes_later_sees_only_what_is_said_now(wall):
    heron = wall("heron")
    for text in ("one", "two"):
        heron.say(text)
    heron.wait_for_stored("one", "two")
    for text in ("uno", "eins"):
        start(heron, "edit")
        rewrite(heron, text)
        wait_until_saved(heron)
        heron.wait_for_stored(text, "two")
    start(heron, "delete", 1)
    heron.click("[data-yes=delete]")
    heron.wait_for_stored("eins", TOMBSTONE)

    otter = wall("otter")

    otter.wait_for_stored("eins", TOMBSTONE)
    assert marks(otter) == [True, False]


def test_one_may_leave_it_as_it_was(wall):
    page = wall()
    page.say("well said")
    page.wait_for_stored("well said")

    start(page, "edit")
    page.wait_until_visible("[data-edit] textarea")
    page.chrome.cdp("Input.insertText", text=" or not")
    page.press(Keys.ESCAPE)
    wait_until_saved(page)
    assert page.stored == ["well said"]
    assert page.chrome.run("return document.activeElement.hasAttribute('data-deeds-open')"), "the focus is kept"

    start(page, "delete")
    page.click("[data-no]")
    assert page.stored == ["well said"] and not page.is_visible_now("[data-deeds]")


def test_why_it_cannot_be_is_said_at_the_message(wall):
    page = wall()
    page.chrome.expect_failed_requests()
    page.say("short")
    page.wait_for_stored("short")

    start(page, "edit")
    rewrite(page, "long " * 900)

    wait_until(lambda: page.chrome.run("return document.querySelector('[data-edit] [data-notice]').textContent")
               == "A message has at most 4,000 characters.", SOON, "to be told")
    assert page.stored == ["short"]
