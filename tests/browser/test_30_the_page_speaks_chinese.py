"""English and Simplified Chinese: by the browser's language, or as chosen."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KEYS = """
  const [part, done] = arguments;
  Promise.all(['en', 'zh'].map((code) => import(`/js/strings-${part}${code}.js`)))
    .then((modules) => done(modules.map((module) => Object.keys(module.default).sort())));
"""


def test_a_chinese_browser_gets_a_chinese_page(wall):
    page = wall("chinese", language="zh-CN")

    assert page.chrome.run("return document.documentElement.lang") == "zh-Hans"
    assert page.state_words == "已连接"
    assert page.text_of("#composer button") == "发送"
    assert page.chrome.run("return document.querySelector('#body').placeholder") == "说点什么…"


def test_other_browsers_get_an_english_page(wall):
    page = wall()

    assert page.chrome.run("return document.documentElement.lang") == "en"
    assert page.text_of("#composer button") == "Send"


def test_the_choice_is_remembered(wall):
    page = wall()
    page.say("the words of people stay as they are")
    page.wait_for_stored("the words of people stay as they are")

    page.click("#language")
    assert page.text_of("#composer button") == "发送"
    assert page.stored == ["the words of people stay as they are"]

    page.chrome.driver.refresh()
    page.wait_for_state("live")
    assert page.text_of("#composer button") == "发送"

    page.click("#language")
    assert page.state_words == "live"


@pytest.mark.parametrize("part", ["", "account-", "rooms-"])
def test_both_languages_have_all_strings(wall, part):
    english, chinese = wall().chrome.driver.execute_async_script(KEYS, part)

    assert english == chinese


def test_every_problem_of_the_wire_is_explained(browser, site):
    wire = (ROOT / "docs/wire.md").read_text()
    slugs = {slug for row in re.findall(r"^\| [45]\d\d \|(.*)\|$", wire, re.M)
             for slug in re.findall(r"`([a-z0-9]+(?:-[a-z0-9]+)*)`", row)}
    chrome = browser()
    chrome.driver.get(f"{site.url}/problems")

    explained = chrome.run("return [...document.querySelectorAll('section')].map((e) => e.id)")
    assert set(explained) == slugs and len(slugs) > 15
    chinese = chrome.run("return document.querySelectorAll('section > [lang=zh-Hans]').length")
    assert chinese == len(explained)
