"""Every kind of bad input to a stream, and other sites."""

import pytest

PATH = "/a/message/stream"


def ask(site, query, headers=()):
    reply = site.client.get(f"{PATH}?{query}", headers)
    assert site.held == 0
    return reply


@pytest.mark.parametrize("query, problem", [
    pytest.param("room=Lobby", "room-invalid", id="room with a capital"),
    pytest.param("room=", "room-invalid", id="empty room"),
    pytest.param("room=tea&room=a/b", "room-invalid", id="bad second room"),
    pytest.param("room=tea%00", "room-invalid", id="room with NUL"),
    pytest.param("&".join(f"room=r{n}" for n in range(33)), "too-many-rooms", id="33 rooms"),
    pytest.param("room=tea&room=tea", "field-repeated", id="the same room twice"),
    pytest.param("room=tea&cursor=x", "cursor-invalid", id="no cursor"),
    pytest.param("room=tea&cursor=5f-01", "cursor-invalid", id="leading zero"),
    pytest.param("room=tea&cursor=5f-1%0a", "cursor-invalid", id="line feed"),
    pytest.param("room=tea&cursor=5f-1&cursor=5f-1", "field-repeated", id="one room, two cursors"),
    pytest.param("room=tea&room=jam&cursor=5f-1", "field-invalid", id="two rooms, one cursor"),
    pytest.param("room=tea&room=jam&cursor=tea:5f-1&cursor=jam:5f-1", "cursor-invalid",
                 id="a position for each"),
    pytest.param("room=tea&cursor=:5f-1", "cursor-invalid", id="position without a room"),
    pytest.param("room=tea&cursor=tea:", "cursor-invalid", id="position without a cursor"),
    pytest.param("room=tea&cursor=tea:5f-1,", "cursor-invalid", id="comma at the end"),
    pytest.param("room=tea&cursor=,tea:5f-1", "cursor-invalid", id="comma at the beginning"),
    pytest.param("room=tea&cursor=tea:5f-1,tea:5f-2", "cursor-invalid", id="position twice"),
    pytest.param("room=tea&cursor=tea:5f-1,5f-2", "cursor-invalid", id="half a position"),
    pytest.param("room=tea&cursor=tea:jam:5f-1", "cursor-invalid", id="two colons"),
    pytest.param("room=tea&cursor=Tea:5f-1", "cursor-invalid", id="position in a bad room"),
    pytest.param("room=tea&cursor=tea:5f-1%00", "cursor-invalid", id="position with NUL"),
    pytest.param("html=2", "field-invalid", id="html neither 0 nor 1"),
    pytest.param("html=0&html=0", "field-repeated", id="html twice"),
    pytest.param("room=%zz", "form-malformed", id="bad escape"),
    pytest.param("&".join("a=1" for _ in range(200)), "form-malformed", id="200 fields"),
])
def test_it_is_refused(site, query, problem):
    reply = ask(site, query)
    assert (reply.status, reply.problem) == (400, problem)
    assert reply.header("Cache-Control") == "no-store"


@pytest.mark.parametrize("query, last", [
    pytest.param("room=tea", "x", id="no cursor"),
    pytest.param("room=tea&cursor=5f-1", "x", id="no cursor, but a good field"),
    pytest.param("room=tea", "5f-1,5f-2", id="two cursors"),
    pytest.param("room=tea&room=jam", "5f-1", id="two rooms, one cursor"),
    pytest.param("room=tea&room=jam", "tea:5f-1,jam:x", id="a bad one among the positions"),
    pytest.param("room=tea", "a:1-1," * 1000, id="long and wrong"),
])
def test_a_last_event_id_is_refused(site, query, last):
    reply = ask(site, query, [("Last-Event-ID", last)])
    assert (reply.status, reply.problem) == (400, "cursor-invalid")


def test_people_get_a_page(site):
    reply = ask(site, "room=No", [("Accept", "text/html,*/*")])
    assert (reply.status, reply.content_type) == (400, "text/html")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_other_methods(site, method):
    reply = site.client.request(method, PATH)
    assert (reply.status, reply.problem) == (405, "method-not-allowed")
    assert reply.header("Allow") == "GET, HEAD"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("headers", [
    pytest.param([("Sec-Fetch-Site", "cross-site")], id="says cross-site"),
    pytest.param([("Origin", "http://evil.example")], id="foreign Origin"),
    pytest.param([("Origin", "null")], id="Origin null"),
    pytest.param([("Referer", "http://evil.example/page")], id="foreign Referer"),
])
def test_another_site_is_refused(site, method, headers):
    reply = site.client.request(method, PATH, headers)
    assert reply.status == 403
    if method == "GET":
        assert reply.problem == "cross-site"


@pytest.mark.parametrize("headers", [
    pytest.param([("Sec-Fetch-Site", "same-origin")], id="our page"),
    pytest.param([("Sec-Fetch-Site", "none")], id="the user"),
    pytest.param([("Origin", "http://HOST")], id="our Origin"),
    pytest.param([("Cookie", "holdline_session=" + "a" * 32)], id="a session without _xsrf"),
])
def test_our_own_pages_and_programs_are_served(site, headers):
    headers = [(name, value.replace("HOST", f"127.0.0.1:{site.port}")) for name, value in headers]
    assert site.client.request("HEAD", PATH, headers).status == 200
