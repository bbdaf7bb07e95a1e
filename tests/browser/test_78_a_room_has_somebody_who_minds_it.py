"""The owner of a room mutes and bans for a time, and pardons; who it is done to
is told why, and others see nothing of it."""

from lib.member import have_heard
from lib.wait import wait_until
from room_side import new_room, open_settings, wait_for_said
from page import SOON


def open_deeds(page):
    """Of the newest message."""
    page.chrome.run("""
      const li = document.querySelector('#messages li:last-child');
      li.scrollIntoView({ block: 'center' });
      li.querySelector('[data-deeds-open]').click();
    """)
    page.wait_until_visible("[data-deeds]")


def sanction(page, deed, minutes):
    open_deeds(page)
    page.click(f"[data-deeds] [data-deed={deed}]")
    page.chrome.run("document.querySelector('[data-minutes]').value = arguments[0]", minutes)
    page.click(f"[data-yes={deed}]")


def two_in_a_room(enter, site, title):
    heron, otter = enter("heron"), enter("otter")
    room = new_room(heron.member, title, otter.member)
    for page in (heron, otter):
        page.chrome.expect_failed_requests()
        page.open(site.url, room)
    otter.say("I shall be loud")
    heron.wait_for_stored("I shall be loud")
    wait_until(lambda: heron.is_visible_now("[data-deeds-open]"), SOON, "to be known as the owner")
    return heron, otter


def test_who_is_muted_reads_and_says_nothing(enter, site):
    heron, otter = two_in_a_room(enter, site, "Quiet room")
    assert not heron.is_visible_now("[data-deeds]")

    sanction(heron, "mute", "60")
    wait_until(lambda: heron.text_of("[data-deeds] [data-notice]") == f"{otter.member.name} is muted.", SOON,
               "to be told")
    have_heard(site)
    otter.say("LOUD")
    otter.wait_for(lambda: otter.notice,
                   ["Not sent: You may not write in this room for a time. Your text is here again."])
    heron.say("better")
    otter.wait_for_stored("I shall be loud", "better")

    open_settings(heron)
    heron.wait_until_visible("#sanctions [data-key='room.pardon']")
    heron.click("#sanctions [data-key='room.pardon']")
    wait_for_said(heron, f"{otter.member.name} is pardoned.")
    wait_until(lambda: not heron.is_visible_now("#sanctions-box"), SOON, "the list to be empty")


def test_who_is_banned_is_told(enter, site):
    heron, otter = two_in_a_room(enter, site, "Strict room")

    sanction(heron, "ban", "10")

    otter.wait_for_state("refused")
    otter.wait_for(lambda: otter.state_words, "The server refuses: You may not be in this room for a time.")


def test_the_owner_removes_what_others_say(enter, site):
    heron, otter = two_in_a_room(enter, site, "Clean room")

    open_deeds(heron)
    heron.click("[data-deeds] [data-deed=delete]")
    heron.click("[data-yes=delete]")

    for page in (heron, otter):
        page.wait_for_stored("This message was removed.")
