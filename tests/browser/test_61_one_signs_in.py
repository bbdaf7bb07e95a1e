"""Signing in, and where one goes on to."""

import pytest

from lib.wait import wait_until

WRONG = "The name or the password is wrong."


def test_one_is_oneself_again(account, member, wall, room):
    somebody = member()
    page = account(next=f"/r/{room}")

    page.sign_in(somebody.name, somebody.password)

    page.wait_for_path(f"/r/{room}")
    wall().wait_for_who(somebody.name, "account")


def test_a_wrong_password_is_said_and_what_was_typed_stays(account, member):
    somebody = member()
    page = account(next="/r/tea")
    page.chrome.expect_failed_requests()

    page.sign_in(somebody.name, "not the password")

    page.wait_for_error("sign-in-password", WRONG)
    assert page.value_of("sign-in-name") == somebody.name
    assert page.value_of("sign-in-password") == "not the password"
    assert page.path == "/account" and page.who[1] == "guest"
    page.sign_in(somebody.name, somebody.password)
    page.wait_for_path("/r/tea")


def test_so_is_a_name_that_nobody_has(account, member):
    page = account()
    page.chrome.expect_failed_requests()

    page.sign_in("Nobody At All", "not the password")

    page.wait_for_error("sign-in-password", WRONG)


def test_after_too_many_attempts_the_seconds_are_told(account, member, site):
    page = account()
    page.chrome.expect_failed_requests()
    for _ in range(5):
        wrong = {"name": "Much Wanted", "password": "not the password"}
        assert site.client.post_form("/a/account/sign-in", wrong).problem == "credentials-wrong"

    page.sign_in("Much Wanted", "not the password")

    page.wait_for_notice("sign-in", "There were too many attempts. Try again in ")
    seen = "return document.querySelector('#sign-in [data-notice] [aria-hidden]').textContent"
    aloud = "return document.querySelector('#sign-in [data-notice] .aloud').textContent"
    first = page.chrome.run(aloud)
    wait_until(lambda: page.chrome.run(seen) != first, what="the seconds to go down")
    assert page.chrome.run(aloud) == first
    assert page.value_of("sign-in-password") == "not the password"


@pytest.mark.parametrize("next", [
    "//evil.example/", "https://evil.example/", "/\\evil.example/", "\\\\evil.example/", "/\t/evil.example/",
    "javascript:alert(1)", "evil.example", "/\\", "",
])
def test_nobody_is_led_away(account, member, next):
    somebody = member()
    page = account(next=next)
    assert page.chrome.run("return document.querySelector('#back').href") == f"{somebody.site.url}/"

    page.sign_in(somebody.name, somebody.password)

    page.wait_for_who(somebody.name, "account")
    page.wait_for_said("You are signed in.")
    assert page.path == "/account"


def test_a_path_that_looks_like_another_site_is_a_path(account, member):
    somebody = member()
    page = account(next="/.//evil.example/")
    page.chrome.expect_failed_requests()  # there is nothing at that path

    page.sign_in(somebody.name, somebody.password)

    page.wait_for_path("//evil.example/")
    assert page.chrome.driver.current_url.startswith(f"{somebody.site.url}/")


def test_a_guest_in_another_tab_becomes_who_has_signed_in(account, member, browser, wall, site, room):
    """And what he has begun to write is still there."""
    somebody = member()
    first = wall()
    guest = first.wait_until_a_guest()
    first.type("begun as a guest")
    chrome = browser()
    first_tab = chrome.driver.current_window_handle
    chrome.driver.switch_to.new_window("tab")
    page = account()
    assert page.who == (guest, "guest")

    page.sign_in(somebody.name, somebody.password)
    page.wait_for_who(somebody.name, "account")

    chrome.driver.switch_to.window(first_tab)
    first.wait_for_who(somebody.name, "account")
    first.wait_for_state("live")
    assert first.typed == "begun as a guest"
    first.say(", sent signed in")
    first.wait_for_stored("begun as a guest, sent signed in")
    assert first.authors == [somebody.name]


def test_the_fields_are_known_to_password_managers(account, member):
    page = account()

    hints = page.chrome.run("""
      return Object.fromEntries([...document.querySelectorAll('.field input')].map((i) => [i.id, i.autocomplete]));
    """)

    assert hints["sign-in-name"] == hints["register-name"] == "username"
    assert hints["sign-in-password"] == hints["password-current"] == hints["delete-password"] == "current-password"
    assert hints["register-password"] == hints["password-new"] == "new-password"
