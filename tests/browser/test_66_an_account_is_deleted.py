"""Deleting the account: with the password, and if one is sure."""

import pytest

from lib.member import have_heard


@pytest.fixture
def somebody(member):
    return member()


@pytest.fixture
def page(account, somebody):
    page = account()
    page.sign_in(somebody.name, somebody.password)
    page.wait_for_who(somebody.name, "account")
    page.chrome.expect_failed_requests()
    return page


def test_it_is_gone(page, somebody, site):
    assert f"delete the account {somebody.name}" in page.text_of("#delete-sure-words")

    page.delete(somebody.password)

    page.wait_for_said("The account is deleted.")
    page.wait_until_a_guest()
    assert not somebody.may_sign_in()
    have_heard(site)
    assert somebody.browser.get("/a/session").json()["account"] is False


def test_one_must_be_sure(page, somebody):
    page.delete(somebody.password, sure=False)

    page.wait_for_error("delete-sure", "Tick this box if you are sure.")
    assert page.value_of("delete-password") == somebody.password
    page.click("#delete-sure")
    assert not page.is_invalid("delete-sure")
    assert somebody.may_sign_in()


def test_the_password_must_be_right(page, somebody):
    page.delete("not the password")

    page.wait_for_error("delete-password", "This is not your password.")
    assert page.who == (somebody.name, "account")
    assert somebody.may_sign_in()


def test_the_wall_elsewhere_goes_on_as_a_guest(page, somebody, account, wall, room):
    elsewhere = account("elsewhere")
    elsewhere.sign_in(somebody.name, somebody.password)
    elsewhere.wait_for_who(somebody.name, "account")
    there = wall("elsewhere")
    there.chrome.expect_failed_requests()
    there.wait_for_who(somebody.name, "account")
    there.say("this stays")
    there.wait_for_stored("this stays")

    page.delete(somebody.password)

    there.wait_until_a_guest(but=somebody.name)
    there.wait_for_state("live")
    assert there.stored == ["this stays"] and there.authors == [somebody.name]
