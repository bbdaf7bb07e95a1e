"""When a session ends, every tab asks who it is now, and all hear the same."""

import pytest

from account_page import AccountPage
from lib.wait import wait_until
from meddler import SILENT
from page import SOON
from page_time import PATIENT, before_its_own
from tab_row import new_tab
from test_53_many_tabs_share_a_line import NO_LOCKS

TABS = 4
SIGN_OUT = """
  const done = arguments[arguments.length - 1];
  const _xsrf = document.cookie.match(/_xsrf=([^;]*)/)[1];
  fetch('/a/account/sign-out', { method: 'POST', body: new URLSearchParams({ _xsrf }) }).then(() => done());
"""

# The next answer to who one is comes when the test says so.
HOLD_BACK = """
  const ask = window.fetch;
  window.fetch = async (path, options) => {
    const answer = await ask(path, options);
    if (path !== '/a/session') return answer;
    window.fetch = ask;
    await new Promise((resolve) => { window.letGo = resolve; });
    return answer;
  };
  const channel = new BroadcastChannel('holdline.session');
  channel.onmessage = ({ data }) => { window.heard = data.name; };
  channel.postMessage({ name: 'somebody else', isAccount: false });
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

    def agree():
        names = {wall.who for wall in walls}
        return len(names) == 1 and (somebody.name, "account") not in names

    wait_until(agree, SOON, "the tabs to agree")
    page.chrome.driver.switch_to.window(account_tab)
    page.chrome.driver.refresh()
    now = page.wait_until_a_guest()
    assert [wall.who for wall in walls] == [(now, "guest")] * TABS
    assert script or guest == now

    for n, wall in enumerate(walls):
        wall.wait_for_state("live")
        wall.say(f"from tab {n}")
        wall.wait_for_unsent()
    for wall in walls:
        wall.wait_for_stored(*[f"from tab {n}" for n in range(TABS)])
    assert [wall.authors for wall in walls] == [[now] * TABS] * TABS


def test_what_was_asked_before_one_was_told_is_asked_again(tabs):
    """Without locks the old answer may come after the news."""
    (first, *_), page = tabs(NO_LOCKS)
    account_tab = page.chrome.driver.current_window_handle
    first.chrome.run(HOLD_BACK)
    wait_until(lambda: first.chrome.run("return 'letGo' in window"), SOON, "the old answer")

    page.chrome.driver.switch_to.window(account_tab)
    page.rename("Late Loon")
    page.wait_for_said("You are called Late Loon now.")
    first.wait_for(lambda: first.chrome.run("return window.heard"), "Late Loon")
    first.chrome.run("window.letGo()")

    first.wait_for_who("Late Loon", "guest")


def test_while_one_signs_in_nobody_else_gets_a_session(browser, account, member, meddler, room):
    """Its cookie could come after that of who has signed in, and take its place."""
    page = account(url=meddler.url)
    page.chrome.expect_failed_requests()
    meddler.treat("/a/account/sign-in", SILENT)
    page.sign_in("Slow Loris", "a kettle and two cups")
    wait_until(lambda: meddler.asked("/a/account/sign-in") == 1, SOON, "the request")
    sessions = meddler.asked("/a/session")

    other = new_tab(browser())
    before_its_own(other.chrome, PATIENT)
    other.open(meddler.url, room, wait=False)

    waiting = """
      const done = arguments[arguments.length - 1];
      navigator.locks.query().then(({ pending }) => done(pending.some(({ name }) => name === 'holdline.session')));
    """
    wait_until(lambda: other.chrome.driver.execute_async_script(waiting), SOON, "the other tab to wait")
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
    wait_until(lambda: page.chrome.run("return location.search") == "", SOON, "the page without ?via")
    page.wait_for_state("live")
    page.wait_for_way(way)

    for _ in range(3):
        guest = page.wait_until_a_guest()
        page.chrome.driver.execute_async_script(SIGN_OUT)
        page.wait_until_a_guest(but=guest)
        page.wait_for_state("live")

    page.wait_for_way(way)
