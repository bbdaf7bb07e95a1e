"""Making an account, from the wall and back to it."""

import pytest
from selenium.webdriver.common.keys import Keys

from account_page import AccountPage
from lib.wait import wait_until
from meddler import SILENT
from page import SOON

GOOD = "a kettle and two cups"


def test_from_the_wall_and_back(wall, account, member, room):
    """The name is the account's from then on, in what is said too."""
    page = wall()
    name = page.wait_until_a_guest()
    assert name in page.text_of("#who") and "guest" in page.text_of("#who")
    page.click("#who")
    there = account_here(page)
    assert there.text_of("#back") == f"Back to #{room}"

    there.register("Zoë of the wall", GOOD)

    there.wait_for_path(f"/r/{room}")
    page.wait_for_state("live")
    page.wait_for_who("Zoë of the wall", "account")
    assert "signed in" in page.text_of("#who")
    page.say("with a name of my own")
    page.wait_for_stored("with a name of my own")
    assert page.authors == ["Zoë of the wall"]


def test_without_a_place_to_go_to_one_stays(account, member):
    page = account()

    page.register("Stays here", GOOD)

    page.wait_for_who("Stays here", "account")
    page.wait_for_said("The account is made, and you are signed in.")
    assert page.focused == "said"
    assert page.is_visible("#sessions") and not page.is_visible("#register")


@pytest.mark.parametrize("name, words", [
    ("ab", "A name has at least 3 characters."),
    ("a" * 33, "A name has at most 32 characters."),
    ("two  spaces", "A name has single spaces between its parts, and none at its ends."),
    ("-dash", "A name begins with a letter or a digit."),
    ("Heron!", "A name is made of letters, digits, spaces and -\u00a0_\u00a0.\u00a0'"),
    ("pаypal", "The letters of a name are of one script, so that no two names look the same."),
])
def test_a_name_that_cannot_be_is_refused_at_its_field(account, member, name, words):
    page = account()
    page.chrome.expect_failed_requests()

    page.register(name, GOOD)

    page.wait_for_error("register-name", words)
    assert (page.value_of("register-name"), page.value_of("register-password")) == (name, GOOD)
    assert not page.is_invalid("register-password")
    page.press("x")
    assert not page.is_invalid("register-name") and not page.text_of("#register-name-error")


@pytest.mark.parametrize("password, words", [
    ("short", "A password has at least 8 characters."),
    ("password1", "This is one of the passwords that others try first. Please take another one."),
    ("Own Name 7", "The password must not be the name."),
])
def test_so_is_a_password(account, member, password, words):
    page = account()
    page.chrome.expect_failed_requests()

    page.register("Own Name 7", password)

    page.wait_for_error("register-password", words)
    assert page.value_of("register-password") == password
    assert not page.is_invalid("register-name")


def test_a_name_that_somebody_has_is_taken(account, member):
    page = account()
    page.chrome.expect_failed_requests()

    page.register(member().name.upper(), GOOD)

    page.wait_for_error("register-name", "Somebody is called that already, or something that looks the same.")


def test_what_is_missing_is_said_without_asking_the_server(account, member, meddler):
    page = account(url=meddler.url)

    page.submit("register")

    page.wait_for_error("register-name", "Please enter a name.")
    assert page.text_of("#register-password-error") == "Please enter a password."
    assert meddler.asked("/a/account/register") == 0


def test_while_it_is_under_way_it_says_so(account, member, meddler):
    page = account(url=meddler.url)
    page.chrome.expect_failed_requests()
    meddler.treat("/a/account/register", SILENT)

    page.register("Patient", GOOD)

    assert page.text_of("#register [type=submit]") == "One moment…"
    assert page.chrome.run("return document.querySelector('#register [type=submit]').ariaDisabled") == "true"
    page.submit("register")
    page.fill(register_name="Patience")
    page.press(Keys.ENTER)
    wait_until(lambda: meddler.open_at("/a/account/register") == 1, SOON, "the request")
    meddler.cut("/a/account/register")
    page.wait_for_notice("register", "The server cannot be reached.")
    assert meddler.asked("/a/account/register") == 1
    assert page.text_of("#register [type=submit]") == "Create the account"
    assert page.value_of("register-password") == GOOD


def test_a_password_can_be_looked_at(account, member):
    page = account()
    page.fill(register_password=GOOD)
    button = "[data-shows=register-password]"
    shown = "return document.getElementById('register-password').type"
    assert page.chrome.run(shown) == "password"

    page.click(button)
    assert page.chrome.run(shown) == "text" and page.text_of(button) == "Hide"
    page.click(button)
    assert page.chrome.run(shown) == "password" and page.text_of(button) == "Show"

    page.click(button)
    page.submit("register")
    assert page.chrome.run(shown) == "password"


def test_no_password_is_kept(account, member):
    page = account()

    page.register("Keeps nothing", GOOD)

    page.wait_for_who("Keeps nothing", "account")
    kept = page.chrome.run("return JSON.stringify([{ ...localStorage }, { ...sessionStorage }])")
    typed = page.chrome.run("return [...document.querySelectorAll('input')].map((input) => input.value).join()")
    assert GOOD not in kept and GOOD not in typed
    assert GOOD not in page.chrome.driver.current_url


def account_here(page):
    """The account page to which the wall has led."""
    there = AccountPage(page.chrome)
    wait_until(lambda: there.path == "/account" and there.is_visible("[data-for]"), SOON, "the account page")
    return there
