"""http and https addresses become links, nothing else does, and the page
agrees with the server about where an address ends."""

import pytest

from lib import markup

TEXTS = [
    "see http://example.com",
    "See https://example.com/a?b=c&d=e#f, or not.",
    "(https://example.com/wiki/Tea_(drink))",
    "https://example.com/(a)) [https://example.com/b] {https://example.com/c}",
    "HTTPS://EXAMPLE.COM! xhttp://example.com _http://example.com",
    "“https://example.com”。https://例子.测试/路径，然后",
    "http://[::1]:8080/ http://[nothing",
    "https://a.example\nhttps://b.example",
    "https://example.com/<b>'\"",
    "https://... http:// https://)",
    "javascript:alert(1) data:text/html,x ftp://example.com mailto:a@example.com //example.com",
    "https://example.com/javascript:alert(1)",
    "https://" + "a" * 300 + ".example/" + ")" * 50,
]


@pytest.mark.parametrize("text", TEXTS)
def test_the_page_links_what_the_server_links(wall, site, room, text):
    sent = site.client.say(text, room)

    page = wall()
    page.wait_for_stored(text)

    assert links_of(page) == [(a.attributes["href"], a.text) for a in markup.parse(sent["html"]).all("a")]


def test_a_link_is_safe(wall):
    page = wall()

    page.say("http://example.com and javascript:alert(1)")
    page.wait_for_stored("http://example.com and javascript:alert(1)")

    assert links_of(page) == [("http://example.com", "http://example.com")]
    rel = page.chrome.run("return document.querySelector('[data-body] a').rel")
    assert {"nofollow", "ugc", "noopener", "noreferrer"} <= set(rel.split())


def links_of(page):
    script = """return [...document.querySelectorAll('[data-body] a')]
      .map((a) => [a.getAttribute('href'), a.textContent])"""
    return [tuple(link) for link in page.chrome.run(script)]
