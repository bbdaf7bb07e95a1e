"""Signing out: here, in the other tabs, and everywhere."""

import json

import pytest

from account_page import AccountPage
from lib.member import have_heard
from lib.wait import wait_until
from meddler import PASSED, POLL, REFUSED, SILENT
from page import SOON
from tab_row import new_tab
from wall_page import WallPage


@pytest.fixture
def somebody(member):
    return member()


@pytest.fixture
def tabs(browser, account, somebody, site, room):
    """tabs(via) is a wall and, in another tab of that browser, the account
    page, both signed in."""

    def open_both(via=None):
        account(next="/").sign_in(somebody.name, somebody.password)
        AccountPage(browser()).wait_for_path("/")
        browser().expect_failed_requests()
        browser().driver.get("about:blank")
        wall = new_tab(browser()).open(site.url, room, via)
        wall.wait_for_who(somebody.name, "account")
        page = AccountTab(browser())
        page.open(site.url)
        page.wait_for_who(somebody.name, "account")
        return wall, page

    return open_both


class AccountTab(AccountPage):
    """An account page that comes to the front when something is asked of it."""

    def __init__(self, chrome):
        chrome.driver.switch_to.new_window("tab")
        self._chrome = chrome
        self._handle = chrome.driver.current_window_handle

    @property
    def chrome(self):
        if self._chrome.driver.current_window_handle != self._handle:
            self._chrome.driver.switch_to.window(self._handle)
        return self._chrome


@pytest.mark.parametrize("via", ["ws", "stream", "poll"])
def test_the_other_tab_is_a_guest_too(tabs, somebody, site, room, via):
    wall, page = tabs(via)

    page.submit("sign-out")

    page.wait_for_said("You are signed out.")
    guest = page.wait_until_a_guest()
    wall.wait_for_who(guest, "guest")
    wall.wait_for_state("live")
    wall.say("who am I?")
    wall.wait_for_stored("who am I?")
    assert wall.authors == [guest]
    wall.wait_for_way(via)


def test_nothing_of_the_account_is_left_on_the_page(tabs, somebody):
    _, page = tabs()
    page.fill(password_current=somebody.password)

    page.submit("sign-out")

    page.wait_until_a_guest()
    assert page.sessions == []
    assert somebody.name not in page.chrome.run("return document.body.textContent")
    assert page.value_of("password-current") == ""


def test_nor_when_the_server_is_away_then(account, somebody, meddler):
    page = account(url=meddler.url)
    page.sign_in(somebody.name, somebody.password)
    page.wait_for_who(somebody.name, "account")
    page.chrome.expect_failed_requests()
    meddler.treat("/a/session", REFUSED)

    page.submit("sign-out")

    page.wait_for_said("You are signed out.")
    assert page.is_visible("#no-answer") and not page.is_visible("[data-for]")
    meddler.treat("/a/session", PASSED)
    page.click("#no-answer button")
    page.wait_until_a_guest()
    assert not page.is_visible("#no-answer")


def test_elsewhere_one_stays(tabs, somebody):
    _, page = tabs()

    page.submit("sign-out")

    page.wait_for_said("You are signed out.")
    assert somebody.browser.get("/a/session").json()["account"] is True


def test_or_not_if_one_wants(tabs, somebody, site):
    wall, page = tabs()

    page.submit("sign-out-everywhere")

    page.wait_for_said("You are signed out everywhere.")
    wall.wait_for_who(page.wait_until_a_guest(), "guest")
    have_heard(site)
    assert somebody.browser.get("/a/session").json()["account"] is False


def test_the_button_in_the_list_does_the_same(tabs, somebody):
    _, page = tabs()
    page.wait_for_sessions("Chrome on Linux", "curl")

    page.click("#sessions [aria-current] button")

    page.wait_for_said("You are signed out.")
    page.wait_until_a_guest()


def test_who_has_not_heard_of_it_sees_it_in_what_he_says(browser, account, somebody, site, meddler, room):
    """As when the end of the session and the end of a poll cross."""
    page = account(next=f"/r/{room}?via=poll", url=meddler.url)
    page.sign_in(somebody.name, somebody.password)
    page.wait_for_path(f"/r/{room}")
    here = WallPage(browser())
    here.wait_for_state("live")
    here.wait_for_who(somebody.name, "account")
    browser().expect_failed_requests()
    polls = meddler.asked(POLL)
    meddler.treat(POLL, SILENT)
    wait_until(lambda: meddler.asked(POLL) > polls, SOON, "a poll that the site does not hear of")
    here.wait_for_state("live")
    reply = somebody.browser.post_form("/a/account/sign-out", {"everywhere": 1, "_xsrf": somebody.browser.xsrf})
    assert reply.json() == {"ended": 2}
    have_heard(site)

    here.say("as whom?")

    guest = here.wait_until_a_guest(but=somebody.name)
    assert meddler.open_at(POLL) == 1, "the end of the poll has told it"
    wait_until(lambda: site.room_log(room), SOON, "it to be stored")
    assert [message["author"] for message in map(json.loads, site.room_log(room))] == [guest]


def test_back_on_the_wall_by_the_back_button(browser, account, somebody, wall, room):
    """The browser may show the page as it was; the name is as it is."""
    page = account(next=f"/r/{room}")
    page.sign_in(somebody.name, somebody.password)
    page.wait_for_path(f"/r/{room}")
    here = wall()
    here.wait_for_who(somebody.name, "account")
    here.click("#who")
    page.wait_for_path("/account")
    page.wait_for_who(somebody.name, "account")
    page.chrome.expect_failed_requests()
    page.submit("sign-out")
    guest = page.wait_until_a_guest()

    page.chrome.driver.back()

    here.wait_for_who(guest, "guest")
    here.wait_for_state("live")
