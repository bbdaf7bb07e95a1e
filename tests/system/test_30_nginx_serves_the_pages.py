"""Static pages: caching, compression, what is not there."""

import gzip

import pytest

from lib.http_client import Client

GZIP = [("Accept-Encoding", "gzip")]


@pytest.mark.parametrize("path", ["/", "/r/tea", "/r/a.b_c-9", "/r/~0123456789abcdef01234567", "/account", "/join", "/shop", "/problems"])
def test_a_page_is_html(site, path):
    reply = site.client.get(path)
    assert (reply.status, reply.header("Content-Type")) == (200, "text/html; charset=utf-8")


@pytest.mark.parametrize("path", ["/r/Tea", "/r/~tea", "/r/", "/r/a/b", "/r/-", "/r/" + "a" * 65,
                                  "/nothing", "/.git/config", "/..%2f..%2fetc/passwd"])
def test_what_is_not_there_is_not_found(site, path):
    assert site.client.get(path).status in (400, 404)


def test_a_page_is_asked_for_again_but_not_sent_again(site):
    first = site.client.get("/")
    assert first.header("Cache-Control") == "no-cache"
    again = site.client.get("/", [("If-None-Match", first.header("ETag"))])
    assert (again.status, again.body) == (304, b"")


def test_a_page_is_compressed_for_who_takes_that(site):
    plain, packed = site.client.get("/"), site.client.get("/", GZIP)
    assert plain.header("Content-Encoding") is None
    assert packed.header("Content-Encoding") == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert "Accept-Encoding" in packed.header("Vary")


def test_a_backlog_is_compressed(site, room):
    for n in range(20):
        site.client.say(f"{n} " + "x" * 1000, room)
    packed = site.client.ask(room=room, headers=GZIP).answer()
    assert packed.header("Content-Encoding") == "gzip"
    assert len(packed.body) < 10_000


def test_what_carries_a_token_is_not_compressed(site, room):
    """The size of a token packed together with a stranger's words tells of it."""
    for n in range(20):
        site.client.say(f"{n} " + "x" * 1000, room)
    assert site.client.get(f"/plain?room={room}", GZIP).header("Content-Encoding") is None
    assert site.client.get("/a/session", GZIP).header("Content-Encoding") is None


@pytest.mark.parametrize("path", ["/", "/r/tea", "/account", "/join", "/shop", "/problems"])
def test_pages_cannot_be_posted_to(site, path):
    reply = site.client.request("POST", path)
    assert (reply.status, reply.problem) == (405, "method-not-allowed")
    assert "GET" in reply.header("Allow")


def test_without_javascript_the_wall_is_the_plain_page(site):
    reply = site.client.get("/r/tea?plain=1")
    assert (reply.status, reply.header("Location")) == (303, "/plain?room=tea")


def test_only_one_connection_is_needed(site):
    with site.connect() as connection:
        for path in ("/", "/a/session", "/problems"):
            connection.send("GET", path)
            assert connection.read().status == 200


def test_a_client_needs_no_host_of_a_certain_name(site):
    assert Client(site.connect).get("/", [("Host", "wall.example")]).status == 200
