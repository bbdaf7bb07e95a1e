"""The room is in the address, and what is said in one stays there."""

from lib.wait import wait_until
from wall_page import WallPage


def test_a_room_does_not_hear_another(browser, site, room):
    here = WallPage(browser("heron")).open(site.url, room)
    there = WallPage(browser("otter")).open(site.url, f"{room[:50]}-2")

    here.say("said here")
    there.say("said there")

    here.wait_for_stored("said here")
    there.wait_for_stored("said there")


def test_the_site_itself_is_the_lobby(browser, site):
    lobby = WallPage(browser("heron")).open(site.url)
    by_name = WallPage(browser("otter")).open(site.url, "lobby")

    lobby.say("hello, lobby")

    by_name.wait_for_stored("hello, lobby")
    assert lobby.text_of("#room") == by_name.text_of("#room") == "lobby"


def test_one_can_go_to_another_room(wall, site):
    page = wall()

    page.enter_room_name(" Green.Tea ")
    wait_until(lambda: page.chrome.driver.current_url == f"{site.url}/r/green.tea", what="the other room")

    page.wait_for_state("live")
    assert page.text_of("#room") == "green.tea"


def test_a_name_that_no_room_can_have_is_refused_in_words(wall):
    page = wall()
    before = page.chrome.driver.current_url

    page.enter_room_name("no/room!")

    assert "name of a room" in page.chrome.run("return document.querySelector('#room-name').validationMessage")
    assert page.chrome.driver.current_url == before
