"""The rooms beside the messages, and the settings of the one that is shown; and
what members do without a page."""

from lib.wait import wait_until
from page import SOON


def ask(member, path, status=200, **fields):
    """POST, as that member; the answer."""
    reply = member.browser.post_form(path, {**fields, "_xsrf": member.browser.xsrf})
    assert reply.status == status, reply
    return reply.json()


def new_room(owner, title, *members):
    """A private room of his; its name."""
    room = ask(owner, "/a/room/new", 201, title=title)["room"]
    for each in members:
        ask(owner, "/a/room/invite", room=room, name=each.name)
        ask(each, "/a/room/join", room=room)
    return room


def rooms_of(page, part):
    """The lines of a list: mine, invited, direct or public."""
    return page.chrome.run("""
      const lines = document.querySelectorAll(`[data-rooms=${arguments[0]}]:not([hidden]) li`);
      return [...lines].map((li) => [li.querySelector('[data-room-title]').textContent,
        li.querySelector('[data-count]:not([hidden])')?.textContent ?? '']);
    """, part)


def wait_for_rooms(page, part, *lines):
    """Each is a title, or a title and what is said beside it."""
    wanted = [[line, ""] if isinstance(line, str) else list(line) for line in lines]
    wait_until(lambda: rooms_of(page, part) == wanted, SOON, f"{part} to be {wanted}")


def wait_for_title(page, title):
    script = "return document.querySelector('#room')?.textContent"
    wait_until(lambda: page.chrome.run(script) == title, SOON, f"the title {title}")


def open_settings(page):
    page.wait_until_visible("#settings-open")
    page.wait_until_visible("#here")  # which moves it aside
    page.click("#settings-open")
    page.wait_until_visible("#settings")


def wait_for_said(page, words):
    wait_until(lambda: page.text_of("#settings-said") == words, SOON, f"to be told: {words}")


def members_of(page):
    return page.chrome.run("""
      return [...document.querySelectorAll('#members li')].map((li) => [li.querySelector('[data-name]').textContent,
        li.querySelector('[data-what]:not([hidden])')?.textContent ?? '']);
    """)


def wait_for_members(page, *lines):
    wait_until(lambda: sorted(members_of(page)) == sorted(map(list, lines)), SOON, f"the members {lines}")


def press_twice(page, selector):
    page.click(selector)
    wait_until(lambda: page.text_of(selector) == "Sure? Once more", SOON, "to be asked")
    page.click(selector)
