"""Contacts: one asks, the other accepts or not, and either may end it."""

from lib.wait import wait_until
from page import SOON


def contacts_of(page):
    """The lines of the list: who, what he is, what can be done."""
    return page.chrome.run("""
      return [...document.querySelectorAll('#contact-list li')].map((li) => [
        li.querySelector('[data-name]').textContent,
        li.querySelector('[data-what]:not([hidden])')?.textContent ?? '',
        [...li.querySelectorAll('button')].map((button) => button.textContent),
      ]);
    """)


def wait_for_contacts(page, *lines):
    wait_until(lambda: contacts_of(page) == [list(line) for line in lines], SOON, f"the contacts {lines}")


def ask(page, name):
    page.fill("#contact-name", name)
    page.click("#contact-ask [type=submit]")


def deed(page, key):
    page.click(f"#contact-list [data-key='contacts.{key}']")


def test_who_is_asked_accepts(enter):
    heron, otter = enter("heron"), enter("otter")
    heron.open_fold("#contacts")

    ask(heron, otter.member.name)
    wait_for_contacts(heron, (otter.member.name, "asked", ["Withdraw"]))

    otter.look_again()
    wait_for_contacts(otter, (heron.member.name, "asks you", ["Accept", "Refuse", "Block"]))
    assert otter.text_of("#contacts-asking") == "1 ask you"
    otter.open_fold("#contacts")
    deed(otter, "accept")

    wait_for_contacts(otter, (heron.member.name, "", ["Write", "Remove", "Block"]))
    heron.look_again()
    wait_for_contacts(heron, (otter.member.name, "", ["Write", "Remove", "Block"]))


def test_what_ends_something_is_asked_twice(enter):
    heron, otter = enter("heron"), enter("otter")
    heron.open_fold("#contacts")
    ask(heron, otter.member.name)
    wait_for_contacts(heron, (otter.member.name, "asked", ["Withdraw"]))
    otter.look_again()
    otter.open_fold("#contacts")
    wait_for_contacts(otter, (heron.member.name, "asks you", ["Accept", "Refuse", "Block"]))

    deed(otter, "block")
    wait_for_contacts(otter, (heron.member.name, "asks you", ["Accept", "Refuse", "Sure? Once more"]))
    deed(otter, "block")
    wait_for_contacts(otter, (heron.member.name, "blocked", ["Unblock"]))

    deed(otter, "unblock")
    wait_for_contacts(otter)


def test_why_it_cannot_be_is_said(enter):
    page = enter("heron")
    page.open_fold("#contacts")
    page.chrome.expect_failed_requests()

    for name, why in [("nobody of that name", "There is no account of that name."),
                      (page.member.name, "That is you."), ("", "Something is to be written here.")]:
        ask(page, name)
        wait_until(lambda: page.text_of("#contact-ask [data-notice]") == why, SOON, f"to be told: {why}")
        assert page.chrome.run("return document.activeElement.id") == "contact-name"
        assert page.chrome.run("return document.activeElement.value") == name


def test_guests_have_none(wall):
    page = wall()

    page.wait_until_a_guest()
    assert not page.is_visible("#contacts")
    assert "need an account" in page.text_of("#side [data-for=guest]")
