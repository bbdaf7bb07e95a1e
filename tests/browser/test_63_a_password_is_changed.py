"""Changing the password: here one stays, everywhere else one is signed out."""

import pytest

from lib.member import have_heard

NEW = "another kettle, two more cups"


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


def test_the_new_one_holds_and_the_old_one_does_not(page, somebody):
    page.change_password(somebody.password, NEW)

    page.wait_for_notice("password", "The password is changed. Everywhere else you are signed out.")
    page.wait_for_sessions("Chrome on Linux")
    assert page.who == (somebody.name, "account")
    assert page.value_of("password-current") == page.value_of("password-new") == ""
    assert somebody.may_sign_in(NEW) and not somebody.may_sign_in()


def test_elsewhere_one_is_a_guest(page, somebody, account, wall):
    other = account("elsewhere", next="/r/tea")
    other.sign_in(somebody.name, somebody.password)
    other.wait_for_path("/r/tea")
    there = wall("elsewhere")
    there.wait_for_who(somebody.name, "account")
    there.chrome.expect_failed_requests()

    page.change_password(somebody.password, NEW)

    guest = there.wait_until_a_guest()
    assert guest != somebody.name
    assert there.notice == [f"You are signed out. What you write now comes from the guest {guest}."]
    there.wait_for_state("live")
    there.say("as a guest now")
    there.wait_for_stored("as a guest now")
    assert there.authors == [guest]


def test_the_present_one_must_be_right(page, somebody):
    page.chrome.expect_failed_requests()

    page.change_password("not the password", NEW)

    page.wait_for_error("password-current", "This is not your password.")
    assert page.value_of("password-new") == NEW
    assert somebody.may_sign_in()


def test_the_new_one_must_be_a_good_one(page, somebody):
    page.chrome.expect_failed_requests()

    page.change_password(somebody.password, "password1")

    page.wait_for_error("password-new",
                        "This is one of the passwords that others try first. Please take another one.")
    assert not page.is_invalid("password-current")


def test_who_was_signed_out_meanwhile_is_told(page, somebody, site):
    """He is a guest, and nothing is done in a name that is not his any more."""
    page.chrome.expect_failed_requests()
    reply = somebody.browser.post_form("/a/account/sign-out", {"everywhere": 1, "_xsrf": somebody.browser.xsrf})
    assert reply.status == 200
    have_heard(site)

    page.change_password(somebody.password, NEW)

    page.wait_for_said("You are not signed in any more.")
    page.wait_until_a_guest()
    assert page.value_of("password-current") == page.value_of("password-new") == ""
    assert somebody.may_sign_in()
