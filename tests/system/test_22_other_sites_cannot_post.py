"""Sec-Fetch-Site, Origin, Referer."""

import pytest

PATHS = ["/a/message/new", "/a/message/updates"]


def post(site, path, room, headers):
    headers = [(name, value.replace("HOST", f"127.0.0.1:{site.port}")) for name, value in headers]
    return site.client.post_form(path, {"body": "hello", "room": room}, headers)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("headers", [
    pytest.param([("Sec-Fetch-Site", "cross-site")], id="says cross-site"),
    pytest.param([("Sec-Fetch-Site", "cross-site"), ("Origin", "http://HOST")],
                 id="cross-site whatever Origin says"),
    pytest.param([("Origin", "http://evil.example")], id="foreign Origin"),
    pytest.param([("Origin", "null")], id="Origin null"),
    pytest.param([("Origin", "http://HOST.evil.example")], id="Origin that begins with ours"),
    pytest.param([("Origin", "http://evil.example/HOST")], id="Origin with ours in its path"),
    pytest.param([("Origin", "http://HOST@evil.example")], id="Origin with ours as a user"),
    pytest.param([("Origin", "http://127.0.0.1:1")], id="another port"),
    pytest.param([("Origin", "http://evil.example"), ("Referer", "http://HOST/")],
                 id="foreign Origin whatever Referer says"),
    pytest.param([("Referer", "http://evil.example/page")], id="foreign Referer"),
    pytest.param([("Referer", "http://evil.example/?http://HOST/")], id="Referer with ours in it"),
])
def test_another_site_is_refused(site, room, path, headers):
    reply = post(site, path, room, headers)
    assert (reply.status, reply.problem) == (403, "cross-site")
    assert not site.room_log(room)


@pytest.mark.parametrize("headers", [
    pytest.param([], id="a program"),
    pytest.param([("Sec-Fetch-Site", "same-origin"), ("Origin", "http://HOST")], id="our page"),
    pytest.param([("Sec-Fetch-Site", "none")], id="the user"),
    pytest.param([("Origin", "http://HOST")], id="our Origin, older browser"),
    pytest.param([("Origin", "https://HOST")], id="behind a proxy with TLS"),
    pytest.param([("Referer", "http://HOST/r/tea?x=http://evil.example")], id="our Referer"),
])
def test_our_own_pages_and_programs_are_served(site, room, headers):
    assert post(site, PATHS[0], room, headers).status == 200


def test_reading_a_page_from_a_foreign_link_is_no_harm(site, room):
    headers = [("Sec-Fetch-Site", "cross-site"), ("Referer", "http://evil.example/")]
    assert site.client.get(f"/plain?room={room}", headers).status == 200
