"""The shop in Chinese, on a phone, by keyboard, and for those who hear it."""

import pytest
from selenium.webdriver.common.keys import Keys

from chrome import PHONE, WIDE
from lib.wait import wait_until

STICKS_OUT = """
  const out = (e) => e.getBoundingClientRect().right > innerWidth + 0.5 || e.getBoundingClientRect().left < -0.5;
  return [...document.querySelectorAll('body *:not(.aloud, .skip)')].filter((e) => e.checkVisibility() && out(e))
    .map((e) => e.outerHTML);
"""
KEYS = """
  const done = arguments[arguments.length - 1];
  Promise.all(['en', 'zh'].map((code) => import(`/js/strings-shop-${code}.js`)))
    .then((modules) => done(modules.map((module) => Object.keys(module.default).sort())));
"""
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


def test_a_chinese_browser_gets_a_chinese_page(shop):
    page = shop("chinese", language="zh-CN")
    assert page.chrome.run("return document.documentElement.lang") == "zh-Hans"
    assert page.chrome.driver.title == "商店 · Holdline"
    assert page.text_of("[data-sku=teapot] [data-name]") == "茶壶"
    assert page.text_of("[data-sku=teapot] [data-left]") == "剩余 10 件"

    page.add("teapot")
    page.wait_for_cart(teapot=1)
    assert page.text_of("#items [data-name]") == "茶壶"
    page.check_out()
    page.wait_for_order()

    assert page.ordered == ["茶壶 × 1"]


# What shop-news.js gathers for so long is told when the test says so.
GATHER_MS = 4_000
GATHER = """
  const later = window.setTimeout;
  window.gathering = [];
  window.setTimeout = (run, ms, ...more) => (ms === arguments[0] ? -gathering.push(run) : later(run, ms, ...more));
  window.told = [];
  const news = document.querySelector('#news');
  new MutationObserver(() => told.push(news.textContent)).observe(news, { childList: true });
"""


def test_a_change_of_language_changes_what_is_told(shop, taken):
    page = shop()
    page.add("teapot")
    page.wait_for_cart(teapot=1)

    page.click("#language")

    assert page.text_of("#add-teapot") == "加入购物车"
    assert page.remark("teapot") == "购物车中有 1 件。"
    assert page.text_of("#items [data-clock]").startswith("保留 ")
    page.click("#language")
    assert page.left("teapot") == 9


def test_both_languages_have_all_strings(shop):
    english, chinese = shop().chrome.driver.execute_async_script(KEYS)

    assert english == chinese and len(english) > 40


@pytest.mark.parametrize("language", ["en-US", "zh-CN"])
def test_on_a_phone_nothing_sticks_out(shop, taken, language):
    page = shop("phone", language=language)
    page.chrome.set_size(PHONE)
    assert page.chrome.run(STICKS_OUT) == []

    page.add("teapot")
    page.wait_for_cart(teapot=1)
    taken("cup", but=0)
    page.wait_for(lambda: page.chrome.run("return document.querySelector('#add-cup').ariaDisabled"), "true")
    assert page.chrome.run(STICKS_OUT) == []
    page.check_out()
    page.wait_for_order()

    assert page.chrome.run(STICKS_OUT) == []
    assert page.chrome.run("return document.documentElement.scrollWidth") <= PHONE[0]


def test_letters_may_be_twice_as_large(shop):
    page = shop("phone")
    page.chrome.set_size(PHONE)
    page.add("teapot")
    page.wait_for_cart(teapot=1)

    page.chrome.run("document.documentElement.style.fontSize = '200%'")

    assert page.chrome.run(STICKS_OUT) == []
    assert page.chrome.run("return document.documentElement.scrollWidth") <= PHONE[0]


def test_on_a_phone_the_cart_is_a_touch_away(shop):
    page = shop()
    page.chrome.set_size(PHONE)
    assert not page.is_visible("#to-cart")

    page.add("teapot")
    page.wait_for_cart(teapot=1)
    page.click("#to-cart")

    wait_until(lambda: page.chrome.run("""
      const { top, bottom } = document.querySelector('#checkout').getBoundingClientRect();
      return top >= 0 && bottom <= innerHeight;
    """), what="the cart to be in sight")
    page.chrome.set_size(WIDE)
    assert not page.is_visible("#to-cart")


def test_all_of_it_is_done_with_the_keyboard(shop):
    page = shop()

    press_until(page, "#add-teapot")
    page.press(Keys.ENTER)
    page.wait_for_cart(teapot=1)
    assert page.focused == "add-teapot"
    page.press(Keys.SPACE)
    page.wait_for_cart(teapot=2)
    press_until(page, "#items [data-sku=teapot] [data-do=less]")
    page.press(Keys.ENTER)
    page.wait_for_cart(teapot=1)
    press_until(page, "#remove-teapot")
    page.press(Keys.ENTER)
    page.wait_for_cart()
    assert page.focused == "cart-title"

    page.chrome.run("document.querySelector('#add-cup').focus()")
    page.press(Keys.ENTER)
    page.wait_for_cart(cup=1)
    press_until(page, "#checkout button")
    page.press(Keys.ENTER)
    page.wait_for_order()
    assert page.focused == "order-title"
    press_until(page, "#order button")
    page.press(Keys.ENTER)
    assert page.focused == "cart-title"


def test_the_skip_link_skips(shop):
    page = shop()

    page.press(Keys.TAB, Keys.ENTER)

    wait_until(lambda: page.focused == "main", what="the focus at the products")


def test_what_one_does_is_read_aloud(shop):
    page = shop()

    page.add("teapot")
    page.wait_for(lambda: page.spoken, "Teapot: 1 in your cart.")
    page.step("teapot", "remove")
    page.wait_for(lambda: page.spoken, "Teapot: taken out of your cart.")


def test_a_crowd_is_not_read_aloud_one_by_one(shop, taken):
    """Of many changes the last counts are told, together."""
    page = shop()
    page.chrome.run(GATHER, GATHER_MS)

    for left in range(9, 3, -1):
        taken("teapot", but=left)
    taken("cup", but=2)
    page.wait_for_left("teapot", 4)
    page.wait_for_left("cup", 2)
    assert page.chrome.run("return told") == []

    page.chrome.run("gathering.forEach((tell) => tell())")

    page.wait_for(lambda: page.chrome.run("return told"), ["Teapot: 4 left. Tea cup: 2 left."])


def test_everything_has_a_name_and_the_focus_is_seen(shop):
    page = shop()
    page.add("teapot")
    page.wait_for_cart(teapot=1)

    nodes = page.chrome.cdp("Accessibility.getFullAXTree")["nodes"]
    names = [(node["role"]["value"], node.get("name", {}).get("value")) for node in nodes
             if node.get("role", {}).get("value") in ("button", "link", "list", "group", "heading")
             and not node.get("ignored")]
    assert [each for each in names if not each[1]] == []
    assert ("button", "Add to cart Teapot") in names and ("button", "Remove Teapot") in names
    assert ("group", "Teapot") in names
    press_until(page, "#add-cup")
    assert page.chrome.run("return getComputedStyle(document.activeElement).outlineStyle") != "none"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_written_can_be_read(shop, taken, scheme):
    page = shop()
    page.chrome.cdp("Emulation.setEmulatedMedia", features=[
        {"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": "reduce"}])
    page.add("teapot")
    page.wait_for_cart(teapot=1)
    taken("cup", but=1)
    taken("kettle", but=0)
    page.wait_for_left("kettle", 0)

    for selector in ("[data-sku=teapot] [data-left]", "[data-sku=cup] [data-left]", "[data-sku=kettle] [data-left]",
                     "[data-sku=teapot] [data-remark]", "[data-sku=kettle] [data-remark]", "[data-about]",
                     "#items [data-clock]", "#checkout [type=submit]", "[data-do=remove]"):
        assert page.chrome.run(CONTRAST, selector) >= 4.5, selector


def test_who_wants_no_motion_gets_none(shop):
    page = shop()
    page.chrome.cdp("Emulation.setEmulatedMedia", features=[{"name": "prefers-reduced-motion", "value": "reduce"}])

    moving = page.chrome.run("""
      return [...document.querySelectorAll('*')].filter((e) => {
        const style = getComputedStyle(e);
        return style.transitionDuration !== '0s' || style.animationName !== 'none';
      }).map((e) => e.outerHTML);
    """)

    assert moving == []


def test_without_a_script_it_says_so(browser, site):
    driver = browser("scriptless", javascript=False).driver

    driver.get(f"{site.url}/shop")

    words = driver.execute_script("return document.querySelector('#main').innerText")
    assert "The shop needs JavaScript" in words and "商店需要 JavaScript" in words


def test_one_comes_from_the_wall_and_goes_back(wall, shop):
    page = wall()

    page.click("a[href='/shop']")
    wait_until(lambda: page.chrome.driver.title == "Shop · Holdline", what="the shop")
    page.chrome.driver.find_element("link text", "To the wall").click()

    page.wait_for_path("/")
    page.wait_for_state("live")
    assert page.text_of("#room") == "lobby"


def press_until(page, selector):
    """Tab, until the element has the focus."""
    for _ in range(40):
        if page.chrome.run("return document.activeElement === document.querySelector(arguments[0])", selector):
            return
        page.press(Keys.TAB)
    raise AssertionError(f"no way to {selector} by keyboard")
