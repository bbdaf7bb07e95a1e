"""A private room is made in the list of rooms, and whom its owner names is
asked in there."""

from lib.wait import wait_until
from room_side import (ask, new_room, open_settings, rooms_of, wait_for_members, wait_for_rooms,
                       wait_for_said, wait_for_title)
from page import SOON


def make_room(page, title, topic=""):
    page.open_fold("details:has(#room-new)")
    page.fill("#new-title", title)
    page.fill("#new-topic", topic)
    page.click("#room-new [type=submit]")


def test_who_is_invited_comes_in(enter):
    heron, otter = enter("heron"), enter("otter")

    make_room(heron, "The Kettle Club", "tea, and what goes with it")
    heron.wait_for_path("/r/~.+")
    wait_for_title(heron, "The Kettle Club")
    heron.wait_for_state("live")
    assert heron.chrome.driver.title == "The Kettle Club · Holdline"
    assert heron.text_of("#topic") == "tea, and what goes with it"
    wait_for_rooms(heron, "mine", "The Kettle Club")

    open_settings(heron)
    heron.fill("#invite-name", otter.member.name)
    heron.click("#invite [type=submit]")
    wait_for_said(heron, "The invitation is made.")
    wait_for_members(heron, (heron.member.name, "owner"), (otter.member.name, "invited"))
    heron.click("#settings-close")

    otter.look_again()
    wait_for_rooms(otter, "invited", "The Kettle Club")
    otter.click("[data-rooms=invited] [data-do=accept]")
    wait_for_title(otter, "The Kettle Club")
    otter.wait_for_state("live")
    otter.say("thank you")
    heron.wait_for_stored("thank you")


def test_who_refuses_does_not(enter):
    heron, otter = enter("heron"), enter("otter")
    room = new_room(heron.member, "Choir")
    ask(heron.member, "/a/room/invite", room=room, name=otter.member.name)

    otter.look_again()
    wait_for_rooms(otter, "invited", "Choir")
    otter.click("[data-rooms=invited] [data-do=refuse]")

    wait_for_rooms(otter, "invited")
    assert rooms_of(otter, "mine") == []


def test_what_is_no_title_is_said(enter):
    page = enter()
    page.chrome.expect_failed_requests()

    make_room(page, "Tea\u200b")
    wait_until(lambda: page.text_of("#room-new [data-notice]").startswith("A title is a line of"), SOON, "the reason")
    assert page.chrome.run("return document.activeElement.id") == "new-title"
    assert page.path != "/r/~"


def test_unread_messages_are_counted(enter, site):
    heron, otter = enter("heron"), enter("otter")
    room = new_room(heron.member, "Walks", otter.member)
    for text in ("one", "two"):
        ask(heron.member, "/a/message/new", room=room, body=text, client_id=text)

    otter.look_again()
    wait_for_rooms(otter, "mine", ("Walks", "2 unread"))
    otter.click("[data-rooms=mine] a")
    otter.wait_for_stored("one", "two")

    def is_read():
        mine = otter.member.browser.get("/a/room/list").json()["mine"]
        return [each["unread"] for each in mine] == [0]
    wait_until(is_read, SOON, "the server to know that they are read")
    otter.open(site.url)
    wait_for_rooms(otter, "mine", "Walks")


def test_public_rooms_are_listed_to_guests(wall, room):
    page = wall()
    page.say("for everybody")
    page.wait_for_stored("for everybody")

    def is_listed():
        page.look_again()
        return room in [title for title, _ in rooms_of(page, "public")]
    wait_until(is_listed, SOON, "the room to be listed")
    assert rooms_of(page, "mine") == []


def test_two_who_know_each_other_talk(enter):
    heron, otter = enter("heron"), enter("otter")
    ask(heron.member, "/a/contact/ask", name=otter.member.name)
    ask(otter.member, "/a/contact/ask", name=heron.member.name)
    heron.look_again()
    heron.open_fold("#contacts")

    wait_until(lambda: heron.is_visible("[data-key='contacts.write']"), SOON, "the contact")
    heron.click("[data-key='contacts.write']")
    heron.wait_for_path("/r/~.+")
    wait_for_title(heron, otter.member.name)
    heron.wait_for_state("live")
    heron.say("only to you")
    heron.wait_for_unsent()

    otter.look_again()
    wait_for_rooms(otter, "direct", (heron.member.name, "1 unread"))
    otter.click("[data-rooms=direct] a")
    otter.wait_for_stored("only to you")
