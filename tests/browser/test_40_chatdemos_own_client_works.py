"""The client of Tornado's chatdemo, unmodified, with jQuery, from Debian's
packages; and the same in our own words where these are not installed."""

from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from foreign_site import HERE, ForeignSite
from lib.wait import wait_until
from page import SOON
from wall_page import WallPage

SITE = dict(env={"HOLDLINE_HOLD_MS": 1500})
ORIGINAL = Path("/usr/share/doc/python-tornado-doc/examples/chat/static/chat.js")
JQUERY = Path("/usr/share/javascript/jquery/jquery.min.js")
DEMO = HERE / "chatdemo"


def original():
    if not (ORIGINAL.exists() and JQUERY.exists()):
        pytest.skip("not installed: python-tornado-doc, libjs-jquery")
    return {"chat.js": ORIGINAL.read_bytes(), "jquery.js": JQUERY.read_bytes()}


def retold():
    return {"chat.js": (DEMO / "client.js").read_bytes(), "jquery.js": b""}


@pytest.fixture(params=[original, retold], ids=["original", "retold"])
def chatdemo(request, browser, site):
    page = (DEMO / "page.html").read_bytes
    with ForeignSite(site.port, "/chatdemo/", page, request.param()) as demo:
        chrome = browser("heron")
        chrome.driver.get(demo.url)
        yield chrome
        chrome.driver.get("about:blank")  # it asks for no more


@pytest.fixture
def texts(request):
    """New ones for each test: chatdemo knows a single room, the lobby."""
    return [f"{n}. <b>of</b> \"{request.node.name}\" 🍜" for n in range(3)]


def test_it_hears_what_is_said_on_the_wall(chatdemo, browser, site, texts):
    wall = WallPage(browser("otter")).open(site.url)

    for text in texts:
        wall.say(text)

    wait_until(lambda: among(texts, shown(chatdemo)) == texts, SOON, "each of them once")


def test_the_wall_hears_what_it_says(chatdemo, browser, site, texts):
    wall = WallPage(browser("otter")).open(site.url)

    # More than once: from the second on there is a session and a token.
    for text in texts:
        say(chatdemo, text)

    wait_until(lambda: among(texts, wall.stored) == texts, SOON, "the wall to have them")
    wait_until(lambda: among(texts, shown(chatdemo)) == texts, SOON, "each of them once")


def test_it_asks_again_when_the_hold_ends(chatdemo, site, texts):
    say(chatdemo, texts[0])
    before = polls_answered(chatdemo)
    wait_until(lambda: polls_answered(chatdemo) >= before + 3, 30, "three polls to be answered")

    site.client.say(texts[1])

    wait_until(lambda: among(texts, shown(chatdemo)) == texts[:2], SOON, "what was said after them")


def say(chrome, text):
    chrome.run("document.querySelector('#message').focus()")
    chrome.cdp("Input.insertText", text=text)
    chrome.driver.find_element(By.ID, "message").send_keys(Keys.ENTER)
    wait_until(lambda: text in shown(chrome), SOON, text)
    wait_until(lambda: chrome.run("return document.querySelector('#message').value") == "", SOON, "an empty field")


def shown(chrome):
    return chrome.run("return [...document.querySelectorAll('#inbox .body')].map((e) => e.textContent)")


def among(texts, all_texts):
    return [each for each in all_texts if each in texts]


def polls_answered(chrome):
    return chrome.run("return performance.getEntriesByType('resource')"
                      ".filter((e) => e.name.endsWith('/a/message/updates')).length")
