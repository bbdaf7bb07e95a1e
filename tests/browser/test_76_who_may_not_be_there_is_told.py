"""A room that is not for us says so, whichever way the line is held; another
room that this browser reads goes on."""

import pytest

from lib.member import have_heard
from room_side import ask, new_room
from tab_row import new_tab

NOT_FOR_US = ("The server refuses: There is no such room, or it is not for you. If you were invited, sign in, "
              "and accept it in the list of rooms.")


@pytest.mark.parametrize("way", ["ws", "stream", "poll"])
def test_who_is_removed_hears_nothing_more(enter, member, site, way):
    owner, page = member(), enter()
    page.chrome.expect_failed_requests()
    room = new_room(owner, f"Closed to {page.member.name}", page.member)
    page.open(site.url, room, way)

    ask(owner, "/a/room/remove", room=room, person=person_of(owner, room, page.member))
    page.wait_for_state("refused")
    page.wait_for(lambda: page.state_words, NOT_FOR_US)

    ask(owner, "/a/message/new", room=room, body="now that we are alone", client_id="k1")
    ask(owner, "/a/room/invite", room=room, name=page.member.name)
    ask(page.member, "/a/room/join", room=room)
    have_heard(site)
    page.click("#connection button")
    page.wait_for_state("live")
    page.wait_for_stored("now that we are alone")


@pytest.mark.parametrize("way", ["ws", "stream", "poll"])
def test_another_tab_goes_on(enter, member, site, room, way):
    owner, page = member(), enter(via=way)
    page.chrome.expect_failed_requests()
    closed = new_room(owner, f"Two tabs of {page.member.name}", page.member)
    first = new_tab(page.chrome).open(site.url, room, way)
    second = new_tab(page.chrome).open(site.url, closed, way)

    ask(owner, "/a/room/remove", room=closed, person=person_of(owner, closed, page.member))
    second.wait_for_state("refused")
    ask(owner, "/a/message/new", room=room, body="still with us?", client_id="k1")

    first.wait_for_stored("still with us?")
    assert first.state == "live"
    assert second.state == "refused"


def test_a_guest_is_told_that_an_account_is_needed(wall, member, site):
    page = wall()
    page.chrome.expect_failed_requests()

    page.open(site.url, new_room(member(), "Not for guests"), wait=False)

    page.wait_for_state("refused")
    page.wait_for(lambda: page.state_words, NOT_FOR_US)
    assert page.is_visible("#side-account")


def person_of(owner, room, member):
    """Who that is for others."""
    members = owner.browser.get(f"/a/room?room={room}").json()["members"]
    return next(each["person"] for each in members if each["name"] == member.name)
