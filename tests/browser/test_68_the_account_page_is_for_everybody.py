"""The account page in Chinese, on a phone, by keyboard, and for those who hear
it."""

import pytest
from selenium.webdriver.common.keys import Keys

from chrome import PHONE
from lib.wait import wait_until
from page import SOON

STICKS_OUT = """
  const out = (e) => e.getBoundingClientRect().right > innerWidth + 0.5 || e.getBoundingClientRect().left < -0.5;
  return [...document.querySelectorAll('body *:not(.aloud, .skip)')].filter((e) => e.checkVisibility() && out(e))
    .map((e) => e.outerHTML);
"""
LONG_NAME = "Wide Mouthed Frog Of The Marshes"
LONG_PASSWORD = "kettle and cups " * 16
KEYS = """
  const done = arguments[arguments.length - 1];
  Promise.all(['en', 'zh'].map((code) => import(`/js/strings-account-${code}.js`)))
    .then((modules) => done(modules.map((module) => Object.keys(module.default).sort())));
"""


def test_a_chinese_browser_gets_a_chinese_page(account, member):
    somebody = member()
    page = account("chinese", language="zh-CN")
    page.chrome.expect_failed_requests()
    assert page.chrome.run("return document.documentElement.lang") == "zh-Hans"
    assert page.chrome.driver.title == "账号 · Holdline"
    assert page.text_of("#sign-in [type=submit]") == "登录"

    page.sign_in(somebody.name, "不是这个密码")
    page.wait_for_error("sign-in-password", "名称或密码不正确。")
    page.sign_in(somebody.name, somebody.password)

    page.wait_for_said("您已登录。")
    page.wait_for_sessions("Linux 上的 Chrome", "curl")


def test_a_name_may_be_chinese(account, member):
    page = account("chinese", language="zh-CN")

    page.register("苍鹭与水獭", "水壶和两只杯子都在")

    page.wait_for_who("苍鹭与水獭", "account")


def test_a_change_of_language_changes_what_is_told(account, member):
    page = account()
    page.chrome.expect_failed_requests()
    page.submit("sign-in")
    page.wait_for_error("sign-in-name", "Please enter a name.")

    page.click("#language")

    assert page.text_of("#sign-in-name-error") == "请输入名称。"
    assert page.text_of("[data-shows=sign-in-password]") == "显示"
    page.fill(sign_in_name="x")
    assert not page.text_of("#sign-in-name-error")
    page.click("#language")
    assert not page.text_of("#sign-in-name-error")


def test_both_languages_have_all_strings(account):
    english, chinese = account().chrome.driver.execute_async_script(KEYS)

    assert english == chinese and len(english) > 70


def test_every_refusal_has_words(account, site):
    """Of those that may come here: of a name, a password, an attempt."""
    slugs = account().chrome.driver.execute_async_script("""
      const done = arguments[arguments.length - 1];
      fetch('/problems').then((answer) => answer.text()).then((html) => {
        const page = new DOMParser().parseFromString(html, 'text/html');
        done([...page.querySelectorAll('section')].map((section) => section.id));
      });
    """)
    concerned = [slug for slug in slugs if slug.startswith(("name-", "password-", "credentials-", "too-many-a"))]
    assert len(concerned) > 18

    told = account().chrome.driver.execute_async_script("""
      const [slugs, done] = arguments;
      import('/js/strings.js').then(({ reasonOf }) =>
        done(slugs.map((slug) => reasonOf({ status: 400, slug, detail: '' }))));
    """, [slug for slug in concerned if slug != "name-is-fixed"] + ["busy", "sign-in-required", "session-ended"])
    assert not [words for words in told if words.startswith("The server answered")]


@pytest.mark.parametrize("language", ["en-US", "zh-CN"])
def test_on_a_phone_nothing_sticks_out(account, member, site, language):
    member()  # room for one more account
    page = account("phone", language=language)
    page.chrome.set_size(PHONE)
    page.chrome.expect_failed_requests()
    page.submit("sign-in")
    page.wait_for_error("sign-in-name")
    assert page.chrome.run(STICKS_OUT) == []

    page.register(LONG_NAME, LONG_PASSWORD)
    page.wait_for_who(LONG_NAME, "account")
    wait_until(lambda: page.sessions, SOON, "the sessions")
    page.submit("delete")
    page.wait_for_error("delete-password")

    assert page.chrome.run(STICKS_OUT) == []
    assert page.chrome.run("return document.documentElement.scrollWidth") <= PHONE[0]
    page.delete(LONG_PASSWORD)
    page.wait_until_a_guest()


def test_a_long_name_leaves_room_on_the_wall(account, wall):
    """For what else is in its head."""
    page = account(next="/")
    page.chrome.set_size(PHONE)
    page.rename("Wide Mouthed Frog Of The Swamps")
    page.wait_for_path("/")

    here = wall()

    here.wait_for_who("Wide Mouthed Frog Of The Swamps", "guest")
    assert here.chrome.run(STICKS_OUT.replace("*:not(", "*:not(#room, ")) == []
    for selector in ("#language", "#connection", "#side-open", "#who [data-kind-words]"):
        assert here.is_visible(selector), selector
    middles = here.chrome.run("""
      return ['#connection', '#who', '#language'].map((selector) => {
        const { top, bottom } = document.querySelector(selector).getBoundingClientRect();
        return Math.round((top + bottom) / 2);
      });
    """)
    assert max(middles) - min(middles) <= 1, "they stand in one row"


def test_all_of_it_is_done_with_the_keyboard(account, member):
    """Signing in with a mistake first, and out again."""
    somebody = member()
    page = account()
    page.chrome.expect_failed_requests()

    press_until(page, "sign-in-name")
    page.press(somebody.name, Keys.TAB, "not the password", Keys.ENTER)
    page.wait_for_error("sign-in-password")
    page.press(*[Keys.BACKSPACE] * len("not the password"), somebody.password)
    page.press(Keys.TAB, Keys.SPACE)
    assert page.chrome.run("return document.getElementById('sign-in-password').type") == "text"
    page.press(Keys.TAB, Keys.ENTER)

    page.wait_for_said("You are signed in.")
    assert page.focused == "said"
    page.wait_for_sessions("Chrome on Linux", "curl")
    press_until(page, "#sign-out button")
    page.press(Keys.ENTER)
    page.wait_for_said("You are signed out.")
    assert page.focused == "said"


def test_the_skip_link_skips(account):
    page = account()

    page.press(Keys.TAB, Keys.ENTER)

    wait_until(lambda: page.focused == "main", SOON, "the focus in the content")


def test_everything_has_a_name_and_the_focus_is_seen(account, member):
    somebody = member()
    page = account()
    page.sign_in(somebody.name, somebody.password)
    page.wait_for_sessions("Chrome on Linux", "curl")

    nodes = page.chrome.cdp("Accessibility.getFullAXTree")["nodes"]
    nameless = [node for node in nodes
                if node.get("role", {}).get("value") in ("button", "textbox", "checkbox", "link", "list")
                and not node.get("ignored") and not node.get("name", {}).get("value")]
    assert nameless == []
    press_until(page, "password-current")
    assert page.chrome.run("return getComputedStyle(document.activeElement).outlineStyle") != "none"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_written_can_be_read(account, member, scheme):
    """The pairs of ink and ground that are new here, against 4.5."""
    somebody = member()
    page = account()
    page.chrome.cdp("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    page.sign_in(somebody.name, somebody.password)
    page.wait_for_said("You are signed in.")
    page.submit("delete")
    page.wait_for_error("delete-password")

    for selector in ("#said", "#delete-password-error", "#delete [type=submit]", "#who .kind", "#delete .tick"):
        assert page.chrome.run(CONTRAST, selector) >= 4.5, selector


CONTRAST = """
  const light = (rgb) => {
    const [r, g, b] = rgb.map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const rgbOf = (color) => color.match(/[\\d.]+/g).map(Number);
  const element = document.querySelector(arguments[0]);
  const ink = rgbOf(getComputedStyle(element).color);
  let under = element;
  while (rgbOf(getComputedStyle(under).backgroundColor)[3] === 0) under = under.parentElement;
  const [a, b] = [light(ink.slice(0, 3)), light(rgbOf(getComputedStyle(under).backgroundColor).slice(0, 3))];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
"""


def press_until(page, wanted):
    """Tab, until the element has the focus: an id, or a selector."""
    selector = wanted if "#" in wanted else f"#{wanted}"
    for _ in range(60):
        if page.chrome.run("return document.activeElement === document.querySelector(arguments[0])", selector):
            return
        page.press(Keys.TAB)
    raise AssertionError(f"no way to {wanted} by keyboard")
