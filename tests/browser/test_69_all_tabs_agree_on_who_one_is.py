"""When a session ends, every tab asks who it is now, and all hear the same."""

import pytest

from account_page import AccountPage
from lib.wait import wait_until
from meddler import SILENT
from tab_row import new_tab
from test_53_many_tabs_share_a_line import NO_LOCKS

TABS = 4
SIGN_OUT = """
  const done = arguments[arguments.length - 1];
  const _xsrf = document.cookie.match(/_xsrf=([^;]*)/)[1];
  fetch('/a/account/sign-out', { method: 'POST', body: new URLSearchParams({ _xsrf }) }).then(() => done());
"""


@pytest.fixture
def tabs(browser, member, site, room):
    """tabs(script) are walls, and the last of them an account page; the script
    runs in them before their own."""

    def open_them(script):
        browser().expect_failed_requests()
        walls = []
        for _ in range(TABS):
            tab = new_tab(browser())
            tab.chrome.cdp("Page.addScriptToEvaluateOnNewDocument", source=script)
            walls.append(tab.open(site.url, room, "poll"))
        browser().driver.switch_to.new_window("tab")
        browser().cdp("Page.addScriptToEvaluateOnNewDocument", source=script)
        return walls, AccountPage(browser()).open(site.url)

    return open_them


@pytest.mark.parametrize("script", ["", NO_LOCKS], ids=["locks", "no locks"])
def test_signing_in_and_out(tabs, member, site, room, script):
    """Without locks each tab holds a line, and all of them are told at once."""
    somebody = member()
    walls, page = tabs(script)
    account_tab = page.chrome.driver.current_window_handle

    page.sign_in(somebody.name, somebody.password)
    page.wait_for_who(somebody.name, "account")
    for wall in walls:
        wall.wait_for_who(somebody.name, "account")

    page.chrome.driver.switch_to.window(account_tab)
    assert page.who == (somebody.name, "account")
    page.submit("sign-out")
    guest = page.wait_until_a_guest()
    wait_until(lambda: len({wall.who for wall in walls}) == 1, 10, "the tabs to agree")
    page.chrome.driver.switch_to.window(account_tab)
    page.chrome.driver.refresh()
    now = page.wait_until_a_guest()
    assert [wall.who for wall in walls] == [(now, "guest")] * TABS
    assert script or guest == now

    for n, wall in enumerate(walls):
        wall.wait_for_state("live")
        wall.say(f"from tab {n}")
        wall.wait_for_unsent()
    assert [wall.authors for wall in walls] == [[now] * TABS] * TABS


def test_while_one_signs_in_nobody_else_gets_a_session(browser, account, member, meddler, room):
    """Its cookie could come after that of who has signed in, and take its place."""
    page = account(url=meddler.url)
    page.chrome.expect_failed_requests()
    meddler.treat("/a/account/sign-in", SILENT)
    page.sign_in("Slow Loris", "a kettle and two cups")
    wait_until(lambda: meddler.asked("/a/account/sign-in") == 1, 10, "the request")
    sessions = meddler.asked("/a/session")

    other = new_tab(browser()).open(meddler.url, room, wait=False)

    waiting = """
      const done = arguments[arguments.length - 1];
      navigator.locks.query().then(({ pending }) => done(pending.some(({ name }) => name === 'holdline.session')));
    """
    wait_until(lambda: other.chrome.driver.execute_async_script(waiting), 10, "the other tab to wait")
    assert meddler.asked("/a/session") == sessions
    meddler.cut("/a/account/sign-in")
    other.wait_for_state("live")
    assert meddler.asked("/a/session") == sessions + 1


@pytest.mark.parametrize("way", ["ws", "stream", "poll"])
def test_the_way_of_the_line_is_not_to_blame(wall, way):
    """Sessions that end soon, one after the other, do not look like a way on
    which nothing comes."""
    page = wall(via=way)
    page.chrome.expect_failed_requests()
    page.chrome.run("sessionStorage.setItem('holdline.way', JSON.stringify(arguments[0]))", way)
    page.chrome.run("location.search = ''")
    wait_until(lambda: page.chrome.run("return location.search") == "", 10, "the page without ?via")
    page.wait_for_state("live")
    assert page.way == way

    for _ in range(3):
        guest = page.wait_until_a_guest()
        page.chrome.driver.execute_async_script(SIGN_OUT)
        page.wait_until_a_guest(but=guest)
        page.wait_for_state("live")

    assert page.way == way
