"""The html of a message: escaped, with links for http and https only."""

import pytest

from lib import markup


def element_of(message):
    root = markup.parse(message["html"])
    element, = root.children
    return element


def test_html_is_one_element_with_the_id(site, room):
    message = site.client.say("hello", room)
    element = element_of(message)
    assert (element.name, element.attributes["class"]) == ("div", "message")
    assert element.attributes["id"] == "m" + message["id"]
    assert element.with_class("author").text == message["author"]
    assert element.with_class("body").text == "hello"
    assert element.with_class("body").attributes["dir"] == "auto"
    assert "\n" not in message["html"]


@pytest.mark.parametrize("text", [
    pytest.param("<script>alert(1)</script>", id="a script"),
    pytest.param("<img src=x onerror=alert(1)>", id="an image"),
    pytest.param("</span></div><b>", id="closing tags"),
    pytest.param("\"double\" 'single' `back`", id="quotes"),
    pytest.param("AT&T &amp; &lt; &#60;", id="references"),
    pytest.param("{\"json\": [\\n]} \\u0041", id="JSON"),
    pytest.param("\U0001f44b\U0001f3fd \U0001f468\u200d\U0001f469\u200d\U0001f467 \u2764\ufe0f",
                 id="emoji"),
    pytest.param("\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627", id="right to left"),
    pytest.param("a\u202eb\u202cc", id="a direction override"),
    pytest.param("one\ntwo\n\nthree", id="lines"),
    pytest.param("%41%00 %s %n", id="percent signs"),
    pytest.param("\ufffd\U0010ffff\ue000", id="odd but valid characters"),
    pytest.param("]]> --> <!-- <![CDATA[", id="comments"),
])
def test_text_comes_back_as_it_was(site, room, text):
    message = site.client.say(text, room)
    body = element_of(message).with_class("body")
    assert message["body"] == text
    assert body.text == text
    assert {each.name for each in body.children if not isinstance(each, str)} <= {"br"}
    assert site.client.read(room=room)["messages"] == [message]


@pytest.mark.parametrize("text, link", [
    ("see http://example.com", "http://example.com"),
    ("https://example.com/a?b=c&d=%20#e now", "https://example.com/a?b=c&d=%20#e"),
    ("read https://example.com/x.", "https://example.com/x"),
    ("(https://example.com/x)", "https://example.com/x"),
    ("https://en.wikipedia.org/wiki/Tea_(drink)", "https://en.wikipedia.org/wiki/Tea_(drink)"),
    ("https://example.com/\"onmouseover=alert(1)", "https://example.com/"),
    ("<https://example.com/>", "https://example.com/"),
])
def test_addresses_become_links(site, room, text, link):
    body = element_of(site.client.say(text, room)).with_class("body")
    anchor, = body.all("a")
    assert body.text == text
    assert anchor.attributes["href"] == anchor.text == link
    assert {"nofollow", "noopener", "noreferrer"} <= set(anchor.attributes["rel"].split())


@pytest.mark.parametrize("text", [
    "javascript:alert(1)", "data:text/html,x", "ftp://example.com", "file:///etc/passwd",
    "vbscript:x", "//example.com", "http:", "http://", "java\tscript:alert(1)", "mailto:a@b.c",
])
def test_nothing_else_becomes_a_link(site, room, text):
    body = element_of(site.client.say(text, room)).with_class("body")
    assert body.text == text
    assert not body.all("a")
