"""The settings of a private room: its owner's are many, a member's are few."""

from lib.member import have_heard
from room_side import (new_room, open_settings, press_twice, wait_for_members, wait_for_rooms,
                       wait_for_said, wait_for_title)


def test_it_is_called_something_else(enter, site):
    heron, otter = enter("heron"), enter("otter")
    room = new_room(heron.member, "Old Name", otter.member)
    for page in (heron, otter):
        page.open(site.url, room)

    open_settings(heron)
    heron.fill("#title-field", "New Name")
    heron.click("#set-title [type=submit]")
    wait_for_said(heron, "Saved.")
    wait_for_title(heron, "New Name")
    heron.fill("#topic-field", "what it is about")
    heron.click("#set-topic [type=submit]")

    heron.wait_for(lambda: heron.text_of("#topic"), "what it is about")
    otter.look_again()
    wait_for_title(otter, "New Name")


def test_a_member_is_removed_and_another_becomes_the_owner(enter, site):
    heron, otter, crane = enter("heron"), enter("otter"), enter("crane")
    room = new_room(heron.member, "Three", otter.member, crane.member)
    heron.open(site.url, room)
    open_settings(heron)
    wait_for_members(heron, (heron.member.name, "owner"), (otter.member.name, ""), (crane.member.name, ""))

    press_twice(heron, line_of(heron, otter) + " [data-key='room.remove']")
    wait_for_said(heron, f"{otter.member.name} is removed.")
    wait_for_members(heron, (heron.member.name, "owner"), (crane.member.name, ""))

    press_twice(heron, line_of(heron, crane) + " [data-key='room.hand-over']")
    wait_for_said(heron, f"The room is {crane.member.name}’s now.")
    wait_for_members(heron, (heron.member.name, ""), (crane.member.name, "owner"))
    assert not heron.is_visible("#archive") and heron.is_visible("#leave")


def test_a_member_leaves(enter, site):
    heron, otter = enter("heron"), enter("otter")
    otter.chrome.expect_failed_requests()  # that he is out may be told before he is answered; then the page looks
    otter.open(site.url, new_room(heron.member, "Not For Me", otter.member))
    open_settings(otter)
    assert not otter.is_visible("#set-title")
    assert otter.chrome.run("return document.querySelectorAll('#members button').length") == 0

    press_twice(otter, "#leave")

    otter.wait_for_path("/")
    otter.wait_for_state("live")
    wait_for_rooms(otter, "mine")


def test_an_archived_room_is_only_read(enter, site):
    page = enter()
    page.chrome.expect_failed_requests()
    page.open(site.url, new_room(page.member, "Done With"))
    page.say("the last word")
    page.wait_for_unsent()
    open_settings(page)

    press_twice(page, "#archive")
    wait_for_said(page, "The room is archived: it can be read, and nobody writes here any more.")
    page.click("#settings-close")
    page.wait_for(lambda: page.text_of("#topic"), "This room is archived. Nobody writes here any more.")
    have_heard(site)
    page.say("one more")
    page.wait_for(lambda: page.typed, "one more")
    assert page.notice == ["Not sent: This room is archived. Nobody writes here any more. Your text is here again."]
    assert page.stored == ["the last word"]

    open_settings(page)
    assert not page.is_visible("#set-title") and not page.is_visible("#archive")
    press_twice(page, "#leave")
    page.wait_for_path("/")
    page.wait_for_state("live")
    wait_for_rooms(page, "mine")


def line_of(heron, other):
    """In the list of members that Heron sees."""
    return "#members " + heron.chrome.run("""
      const line = [...document.querySelectorAll('#members li')].find((li) => li.textContent.includes(arguments[0]));
      return `[data-key='${line.dataset.key}']`;
    """, other.member.name)
