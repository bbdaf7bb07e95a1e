"""HOLDLINE_GUESTS=no: who is not signed in is led to the account page, and from
there to where he wanted to go."""

import pytest

from account_page import AccountPage
from lib.member import have_heard
from lib.wait import wait_until
from meddler import PASSED, POLL, SILENT
from page import SOON
from wall_page import WallPage

SITE = dict(env={"HOLDLINE_GUESTS": "no"})


@pytest.fixture
def somebody(member):
    return member()


@pytest.mark.parametrize("via", [None, "ws", "stream", "poll"])
def test_from_the_wall_to_the_account_page_and_back(browser, somebody, site, room, via):
    browser().expect_failed_requests()
    here = WallPage(browser()).open(site.url, room, via, wait=False)
    page = AccountPage(browser())
    page.wait_for_path("/account")
    wait_until(lambda: page.is_visible("#sign-in"), SOON, "the form")
    assert page.text_of("[data-for=outsider]") == "Only those with an account may read and write here."
    assert not page.is_visible("#rename")

    page.sign_in(somebody.name, somebody.password)

    page.wait_for_path(f"/r/{room}")
    here.wait_for_state("live")
    here.wait_for_who(somebody.name, "account")
    here.say("let in")
    here.wait_for_stored("let in")
    if via:
        here.wait_for_way(via)


def test_an_account_can_be_made(browser, somebody, site, room):
    browser().expect_failed_requests()
    page = AccountPage(browser()).open(site.url, f"/r/{room}")

    page.register("New Here", "a kettle and two cups")

    page.wait_for_path(f"/r/{room}")
    WallPage(browser()).wait_for_who("New Here", "account")


def test_who_comes_back_without_is_told_and_not_sent_round(browser, site, room):
    browser().expect_failed_requests()
    here = WallPage(browser()).open(site.url, room, wait=False)
    page = AccountPage(browser())
    page.wait_for_path("/account")
    wait_until(lambda: page.is_visible("#sign-in"), SOON, "the form")

    page.click("#back")

    page.wait_for_path(f"/r/{room}")
    here.wait_for_state("refused")
    assert "Only those who are signed in" in here.state_words
    assert page.path == f"/r/{room}"
    here.click("#who")
    page.wait_for_path("/account")


@pytest.mark.parametrize("via", ["ws", "stream", "poll"])
def test_who_is_signed_out_elsewhere_goes_too(browser, somebody, site, room, via):
    browser().expect_failed_requests()
    page = AccountPage(browser()).open(site.url, f"/r/{room}?via={via}")
    page.sign_in(somebody.name, somebody.password)
    page.wait_for_path(f"/r/{room}")
    here = WallPage(browser())
    here.wait_for_state("live")
    here.wait_for_way(via)
    here.type("not sent yet")

    reply = somebody.browser.post_form("/a/account/sign-out",
                                       {"everywhere": 1, "_xsrf": somebody.browser.xsrf})
    assert reply.json() == {"ended": 2}

    page.wait_for_path("/account")
    wait_until(lambda: page.is_visible("#sign-in"), SOON, "the form")
    page.sign_in(somebody.name, somebody.password)
    page.wait_for_path(f"/r/{room}")
    here.wait_for_state("live")
    assert here.typed == "not sent yet"


def test_what_was_said_before_the_door_closed_is_sent_when_it_opens(browser, somebody, site, meddler, room):
    """The session ends, and before the page hears of it something is said."""
    browser().expect_failed_requests()
    page = AccountPage(browser()).open(meddler.url, f"/r/{room}?via=poll")
    page.sign_in(somebody.name, somebody.password)
    page.wait_for_path(f"/r/{room}")
    here = WallPage(browser())
    here.wait_for_state("live")
    polls = meddler.asked(POLL)
    meddler.treat(POLL, SILENT)
    wait_until(lambda: meddler.asked(POLL) > polls, SOON, "a poll that the site does not hear of")
    here.wait_for_state("live")
    somebody.browser.post_form("/a/account/sign-out", {"everywhere": 1, "_xsrf": somebody.browser.xsrf})
    have_heard(site)
    here.say("just too late")
    here.wait_until_visible("#unsent [data-fate=waiting]")

    meddler.treat(POLL, PASSED)
    meddler.cut(POLL)
    page.wait_for_path("/account")
    wait_until(lambda: page.is_visible("#sign-in"), SOON, "the form")
    assert site.room_log(room) == []
    page.sign_in(somebody.name, somebody.password)

    page.wait_for_path(f"/r/{room}")
    here.wait_for_stored("just too late")
    assert here.authors == [somebody.name]


def test_who_signs_out_stays_before_the_door(browser, somebody, site):
    browser().expect_failed_requests()
    page = AccountPage(browser()).open(site.url)
    page.sign_in(somebody.name, somebody.password)
    page.wait_for_who(somebody.name, "account")

    page.submit("sign-out")

    page.wait_for_said("You are signed out.")
    assert page.is_visible("#sign-in") and not page.is_visible("#rename")
    assert page.who == ("", "")
