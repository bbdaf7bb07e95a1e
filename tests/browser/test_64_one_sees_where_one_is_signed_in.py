"""The list of sessions, and the end of one of them."""

import pytest

from lib.member import have_heard
from lib.wait import wait_until
from meddler import PASSED, REFUSED

IPHONE = ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
          "Version/17.4 Mobile/15E148 Safari/604.1")
DEVICES = [
    (IPHONE, "Safari on iPhone"),
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Windows"),
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 "
     "Safari/537.36 Edg/139.0.0.0", "Edge on Windows"),
    ("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Mobile "
     "Safari/537.36", "Chrome on Android"),
    ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 "
     "Safari/605.1.15", "Safari on macOS"),
    ("Mozilla/5.0 (iPad; CPU OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/139.0 "
     "Mobile/15E148 Safari/604.1", "Chrome on iPad"),
    ("curl/8.5.0", "curl"),
    ("my own <b>program</b> 1.0", "my own <b>program</b> 1.0"),
    ("", "Unknown device"),
]


@pytest.fixture
def somebody(member):
    return member()


@pytest.fixture
def page(account, somebody):
    page = account()
    page.sign_in(somebody.name, somebody.password)
    page.wait_for_who(somebody.name, "account")
    page.wait_for_sessions("Chrome on Linux", "curl")
    return page


def test_devices_are_said_in_words(page):
    words = page.chrome.driver.execute_async_script("""
      const [devices, done] = arguments;
      Promise.all([import('/js/device.js'), import('/js/strings.js')]).then(([{ deviceOf }, { text }]) =>
        done(devices.map((each) => { const { key, values } = deviceOf(each); return text(key, values); })));
    """, [device for device, _ in DEVICES])

    assert words == [expected for _, expected in DEVICES]


def test_this_one_is_marked(page):
    assert page.sessions == [
        {"device": "Chrome on Linux", "is_this": True, "button": "Sign out"},
        {"device": "curl", "is_this": False, "button": "End"},
    ]


def test_times_are_said_and_change_with_the_language(page):
    """In both languages they are there, and they are not the same words."""
    english = page.text_of("#sessions li .hint")
    assert english.startswith("Since ") and "Last seen " in english

    page.click("#language")

    chinese = page.text_of("#sessions li .hint")
    assert chinese.startswith("登录于 20") and "最近使用：20" in chinese


def test_one_that_is_ended_is_gone(page, somebody, site):
    somebody.sign_in(IPHONE)
    page.chrome.driver.refresh()
    page.wait_for_sessions("Safari on iPhone", "Chrome on Linux", "curl")

    page.click("#sessions li:last-child button")

    page.wait_for_sessions("Safari on iPhone", "Chrome on Linux")
    assert page.text_of("#sessions-said") == "That session has ended."
    assert page.chrome.run("return document.activeElement.closest('#sessions li') !== null")
    have_heard(site)
    assert somebody.browser.get("/a/session").json()["account"] is False


def test_one_that_had_ended_is_gone_too(page, somebody):
    somebody.browser.post_form("/a/account/sign-out", {"_xsrf": somebody.browser.xsrf})

    page.click("#sessions li:last-child button")

    page.wait_for_sessions("Chrome on Linux")


def test_a_button_says_to_those_who_hear_it_what_it_ends(page):
    name = page.chrome.cdp("Accessibility.getFullAXTree")["nodes"]
    buttons = [node["name"]["value"] for node in name
               if node.get("role", {}).get("value") == "button" and node.get("name")]

    assert "End curl" in buttons and "Sign out Chrome on Linux" in buttons


@pytest.mark.parametrize("via", ["ws", "stream", "poll"])
def test_the_wall_of_that_session_goes_on_as_a_guest(page, somebody, account, wall, site, room, via):
    """And misses nothing there."""
    elsewhere = account("elsewhere")
    elsewhere.sign_in(somebody.name, somebody.password)
    elsewhere.wait_for_who(somebody.name, "account")
    there = wall("elsewhere", via=via)
    there.chrome.expect_failed_requests()
    there.wait_for_who(somebody.name, "account")
    page.chrome.driver.refresh()
    page.wait_for_sessions("Chrome on Linux", "Chrome on Linux", "curl")
    assert [each["is_this"] for each in page.sessions] == [False, True, False]

    page.click("#sessions li:first-child button")

    there.wait_until_a_guest(but=somebody.name)
    site.client.say("while you change", room)
    there.wait_for_stored("while you change")
    there.wait_for_state("live")
    site.client.say("and after it", room)
    there.wait_for_stored("while you change", "and after it")
    there.wait_for_way(via)


def test_a_list_that_does_not_come_can_be_asked_for_again(account, member, meddler):
    somebody = member()
    page = account(url=meddler.url)
    page.chrome.expect_failed_requests()
    meddler.treat("/a/account/sessions", REFUSED)
    page.sign_in(somebody.name, somebody.password)
    page.wait_for_who(somebody.name, "account")
    wait_until(lambda: page.is_visible("#sessions-notice"), what="to be told")

    meddler.treat("/a/account/sessions", PASSED)
    page.click("#sessions-notice button")

    page.wait_for_sessions("Chrome on Linux", "curl")
    assert not page.is_visible("#sessions-notice")
