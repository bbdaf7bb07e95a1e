"""Reading and posting with a browser that runs no script."""

from urllib.parse import urlsplit

import pytest
from selenium.webdriver.common.by import By

from lib.wait import wait_until


@pytest.fixture
def scriptless(browser):
    return browser("scriptless", javascript=False).driver


def test_one_lands_on_the_plain_page_of_the_room(scriptless, site, room):
    site.client.say("said before <b>&</b> after", room)

    scriptless.get(f"{site.url}/r/{room}")

    wait_for_plain(scriptless, room)
    assert "said before <b>&</b> after" in bodies(scriptless)


def test_the_lobby_too(scriptless, site):
    scriptless.get(f"{site.url}/")

    wait_for_plain(scriptless, "lobby")


def test_one_can_say_something_twice(scriptless, site, room):
    """The second time there is a session, and so a token is needed."""
    scriptless.get(f"{site.url}/r/{room}")

    for text in ("first\nof two", "second"):
        wait_for_plain(scriptless, room)
        scriptless.find_element(By.NAME, "body").send_keys(text)
        scriptless.find_element(By.CSS_SELECTOR, "form button").click()
        wait_until(lambda: text in bodies(scriptless), what="what was said")

    assert bodies(scriptless) == ["first\nof two", "second"]
    authors = texts(scriptless, ".messages .author")
    assert len(authors) == 2 and len(set(authors)) == 1


def test_it_is_seen_by_those_with_a_script(scriptless, wall, site, room):
    page = wall()
    scriptless.get(f"{site.url}/r/{room}")
    wait_for_plain(scriptless, room)

    scriptless.find_element(By.NAME, "body").send_keys("by form")
    scriptless.find_element(By.CSS_SELECTOR, "form button").click()

    page.wait_for_stored("by form")


def test_a_mistake_is_a_page_too(scriptless, browser, site, room):
    browser("scriptless", javascript=False).expect_failed_requests()
    scriptless.get(f"{site.url}/r/{room}")
    wait_for_plain(scriptless, room)

    scriptless.find_element(By.NAME, "body").send_keys("   ")
    scriptless.find_element(By.CSS_SELECTOR, "form button").click()

    wait_until(lambda: scriptless.find_elements(By.CSS_SELECTOR, "main.problem"), what="the page of the problem")


def wait_for_plain(driver, room):
    def is_there():
        url = urlsplit(driver.current_url)
        return url.path == "/plain" and url.query == f"room={room}" and driver.find_elements(By.NAME, "body")

    wait_until(is_there, what=f"the plain page of {room}")


def bodies(driver):
    return texts(driver, ".messages .body")


def texts(driver, selector):
    """As a reader sees them, in one step: the page may be about to change.
    (The driver's own scripts run where those of pages do not.)"""
    return driver.execute_script(
        "return [...document.querySelectorAll(arguments[0])].map((e) => e.innerText)", selector)
