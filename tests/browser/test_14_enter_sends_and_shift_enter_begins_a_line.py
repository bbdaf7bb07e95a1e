"""The keyboard in the composer."""

from selenium.webdriver.common.keys import Keys

COMPOSING = """
  const key = { key: 'Enter', bubbles: true, cancelable: true, ...arguments[0] };
  return document.querySelector('#body').dispatchEvent(new KeyboardEvent('keydown', key));
"""


def test_shift_enter_begins_a_line(wall):
    page = wall()

    page.type("one")
    page.press_together(Keys.SHIFT, Keys.ENTER)
    page.type("two")
    page.press(Keys.ENTER)

    page.wait_for_stored("one\ntwo")
    assert page.typed == ""


def test_the_button_sends(wall):
    page = wall()

    page.type("by hand")
    page.click("#composer button")

    page.wait_for_stored("by hand")


def test_enter_that_ends_a_composition_does_not_send(wall):
    page = wall()
    page.type("你好")

    # Chromium and Firefox say isComposing; Safari says only keyCode 229.
    assert page.chrome.run(COMPOSING, {"isComposing": True}), "the key was taken from the input method"
    assert page.chrome.run(COMPOSING, {"keyCode": 229}), "the key was taken from the input method"
    assert page.typed == "你好"

    page.press(Keys.ENTER)
    page.wait_for_stored("你好")


def test_nothing_is_sent_when_nothing_is_said(wall):
    page = wall()

    page.say("  \n ")
    page.press_together(Keys.CONTROL, "a")
    page.say("something")

    page.wait_for_stored("something")


def test_a_long_text_is_counted_in_characters(wall):
    page = wall()

    page.type("🍜" * 3599)
    assert not page.is_visible("#counter")
    page.type("🍜🍜")
    assert "399" in page.text_of("#counter")
    page.type("🍜" * 400)
    assert page.text_of("#counter") == "1 characters too many"

    page.press(Keys.ENTER)
    assert page.unsent == [] and len(page.typed) == 4001

    page.press(Keys.BACKSPACE)
    page.press(Keys.ENTER)
    page.wait_for_stored("🍜" * 4000)
