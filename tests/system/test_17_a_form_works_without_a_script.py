"""`next`, and the room as a plain page."""

from urllib.parse import parse_qsl, urlencode

import pytest

from lib import markup

HTML = [("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")]


@pytest.mark.parametrize("path", ["/", "/r/tea", "/plain?room=tea", "/plain?room=tea#end"])
def test_a_post_with_next_goes_there(site, room, path):
    reply = site.client.post("hello", room, next=path)
    assert reply.status == 303, reply
    assert reply.header("Location") in (path, site.url + path)
    assert len(site.room_log(room)) == 1


def test_repeated_it_goes_there_again(site, room):
    for _ in range(2):
        reply = site.client.post("hello", room, next="/r/tea", client_id="once")
        assert reply.status == 303, reply
    assert len(site.room_log(room)) == 1


def test_the_plain_page_shows_the_room(site, room):
    for text in ("first <b>", "second"):
        site.client.say(text, room)
    reply = site.client.get(f"/plain?room={room}")
    assert (reply.status, reply.content_type) == (200, "text/html")
    text = markup.parse(reply.text).text
    assert text.index("first <b>") < text.index("second")


def test_the_plain_page_of_an_empty_room(site, room):
    reply = site.client.get(f"/plain?room={room}")
    assert reply.status == 200, reply
    assert markup.parse(reply.text).all("form")


def test_without_a_room_it_is_the_lobby(site):
    site.client.say("to whom it may concern")
    assert "to whom it may concern" in site.client.get("/plain").text


def test_a_wrong_room_is_an_error_page(site):
    reply = site.client.get("/plain?" + urlencode({"room": "No Such"}), HTML)
    assert (reply.status, reply.content_type) == (400, "text/html")


def test_its_form_posts(site, room):
    """Fills in the form as a browser does and sends it with its cookies."""
    browser = site.browser()
    page = f"/plain?room={room}"
    form = markup.parse(browser.get(page, HTML).text).all("form")[-1]
    assert form.attributes["method"].lower() == "post"
    fields = [(each.attributes["name"], each.attributes.get("value", ""))
              for each in form.all("input") if each.attributes.get("name", "body") != "body"]
    reply = browser.post_form(form.attributes["action"], [*fields, ("body", "hello")], HTML)
    assert reply.status == 303, reply
    path, _, query = reply.header("Location").removeprefix(site.url).partition("?")
    assert path == "/plain"
    assert ("room", room) in parse_qsl(query.partition("#")[0])
    assert "hello" in browser.get(page, HTML).text


def test_an_error_is_a_page_for_who_wants_html_first(site, room):
    reply = site.client.post_form("/a/message/new", {"body": " ", "room": room}, HTML)
    assert (reply.status, reply.content_type) == (400, "text/html")
    assert markup.parse(reply.text).all("title")


def test_an_error_of_nginx_is_a_page_too(site, room):
    reply = site.client.post_form("/a/message/new", {"body": "x" * 70_000, "room": room}, HTML)
    assert (reply.status, reply.content_type) == (413, "text/html")
    assert "<h1>" in reply.text
