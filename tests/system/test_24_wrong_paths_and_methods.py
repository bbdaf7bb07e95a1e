"""404 and 405."""

import pytest

POSTS = ["/a/message/new", "/a/message/updates"]
GETS = ["/a/session", "/plain"]


@pytest.mark.parametrize("path", [
    "/a/", "/a/message", "/a/message/new/", "/a/message/newer", "/a/sessions",
    "/a/message/" + "x" * 2000,
])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_unknown_path_is_not_found(site, method, path):
    reply = site.client.request(method, path)
    assert (reply.status, reply.problem) == (404, "not-found")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"])
@pytest.mark.parametrize("path", POSTS)
def test_what_wants_a_post_says_so(site, method, path):
    reply = site.client.request(method, path)
    assert (reply.status, reply.problem) == (405, "method-not-allowed")
    assert reply.header("Allow") == "POST"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
@pytest.mark.parametrize("path", GETS)
def test_what_wants_a_get_says_so(site, method, path):
    reply = site.client.request(method, path)
    assert (reply.status, reply.problem) == (405, "method-not-allowed")
    assert "GET" in reply.header("Allow").split(", ")


def test_a_worker_asked_directly_says_the_same(site):
    worker = site.workers[0]
    assert worker.get("/nothing").problem == "not-found"
    reply = worker.get("/a/message/new")
    assert (reply.status, reply.header("Allow")) == (405, "POST")


def test_head_is_a_get_without_a_body(site, room):
    reply = site.client.request("HEAD", f"/plain?room={room}")
    assert (reply.status, reply.body) == (200, b"")
