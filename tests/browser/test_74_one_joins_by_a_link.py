"""Who has the link of an invitation joins by saying so; its secret stays in no
address."""

from urllib.parse import urlparse

from account_page import AccountPage
from lib.wait import wait_until
from room_side import new_room, open_settings, wait_for_title
from page import SOON


def link_of(page):
    """Made in the settings of the room that is shown."""
    open_settings(page)
    page.click("#link [type=submit]")
    page.wait_until_visible("#link-address")
    link = page.chrome.run("return document.querySelector('#link-address').value")
    assert urlparse(link).path == "/join" and len(urlparse(link).fragment) >= 16
    return link


def test_one_joins(enter, site):
    heron, otter, crane = enter("heron"), enter("otter"), enter("crane")
    room = new_room(heron.member, "The Lighthouse")
    link = link_of(heron.open(site.url, room))

    otter.chrome.driver.get(link)
    otter.wait_until_visible("#join")
    assert otter.chrome.run("return location.href").endswith("/join")
    otter.click("#join")
    wait_for_title(otter, "The Lighthouse")
    otter.wait_for_state("live")

    crane.chrome.expect_failed_requests()
    crane.chrome.driver.get(link)
    crane.wait_until_visible("#join")
    crane.click("#join")
    wait_until(lambda: crane.text_of("#notice").startswith("This link was used"), SOON, "to be told why not")


def test_a_guest_signs_in_first(enter, site, browser, member):
    heron, chrome = enter("heron"), browser("otter")
    link = link_of(heron.open(site.url, new_room(heron.member, "The Harbour")))
    otter = member()

    chrome.driver.get(link)
    page = AccountPage(chrome)
    wait_until(lambda: page.is_visible("#account"), SOON, "the way to an account")
    assert not page.is_visible("#join")
    page.click("#account")
    wait_until(lambda: page.is_visible("#sign-in"), SOON, "the account page")
    page.sign_in(otter.name, otter.password)

    page.wait_for_path("/join")
    wait_until(lambda: page.is_visible("#join"), SOON, "to be asked")
    page.click("#join")
    wait_until(lambda: page.path.startswith("/r/~") and page.text_of("#room") == "The Harbour", SOON, "the room")


def test_half_a_link_is_told(browser, site):
    page = AccountPage(browser())
    page.chrome.driver.get(f"{site.url}/join")

    wait_until(lambda: "not whole" in page.text_of("[data-for=nobody]"), SOON, "to be told")
    assert not page.is_visible("#join")
