"""Posts through a WebSocket: stored once, in the name of the session."""

import pytest

from lib.wait import wait_until

SITE = {"env": {"HOLDLINE_SESSION_CHECK_MS": 300}}
MANY = 800  # in 200 and 50 a second, however slowly they come


def session_of(browser):
    """The headers of a handshake that carries the session of a browser."""
    return [("Cookie", "; ".join(f"{name}={value}" for name, value in browser.cookies.items()))]


def test_posted_means_stored(site, room):
    with site.websocket() as socket:
        id = socket.post(room, "kettle is on", "k1")
    [message] = site.client.read(room=room)["messages"]
    assert (message["id"], message["body"], message["client_id"]) == (id, "kettle is on", "k1")


def test_a_repeated_post_is_one_message(site, room):
    with site.websocket() as socket:
        first = socket.post(room, "once", "k1")
        assert socket.post(room, "once", "k1") == first
    with site.websocket() as other:
        assert other.post(room, "once", "k1") == first
    assert len(site.client.read(room=room)["messages"]) == 1


def test_it_is_the_same_once_as_through_the_form(site, room):
    said = site.client.say("once", room, client_id="k1")
    with site.websocket() as socket:
        assert socket.post(room, "once", "k1") == said["id"]


def test_another_body_under_the_same_id_is_an_error(site, room):
    with site.websocket() as socket:
        socket.post(room, "one", "k1")
        socket.send("post", room=room, body="two", client_id="k1")
        error = socket.read("error")
        assert error["problem"] == "client-id-reused"
        assert (error["client_id"], error["room"]) == ("k1", room)


def test_many_posts_at_once_stay_in_order(site, room):
    with site.websocket() as socket:
        for n in range(100):
            socket.send("post", room=room, body=str(n), client_id=f"k{n}")
        posted = [socket.read("posted") for _ in range(100)]
    assert [one["client_id"] for one in posted] == [f"k{n}" for n in range(100)]
    heard = site.client.read(room=room)["messages"]
    assert [message["body"] for message in heard] == [str(n) for n in range(100)]


def test_without_a_session_it_is_a_guest_with_one_name(site, room):
    with site.websocket() as one, site.websocket() as other:
        one.post(room, "a", "k1")
        one.post(room, "b", "k2")
        other.post(room, "c", "k3")
    a, b, c = [message["author"] for message in site.client.read(room=room)["messages"]]
    assert a == b != c


def test_guests_leave_nothing_in_redis(site, room):
    before = len(site.redis.keys("holdline:session:*"))
    with site.websocket() as socket:
        socket.post(room, "a", "k1")
    assert len(site.redis.keys("holdline:session:*")) == before


def test_with_a_session_it_has_its_name(site, room):
    browser = site.browser()
    name = browser.get("/a/session").json()["name"]
    with site.websocket(headers=session_of(browser)) as socket:
        socket.post(room, "it is me", "k1")
    assert site.client.read(room=room)["messages"][0]["author"] == name


@pytest.mark.parametrize("cookie", ["holdline_session=", "holdline_session=x",
                                    "holdline_session=" + "A" * 43])
def test_with_a_made_up_one_it_is_a_guest(site, room, cookie):
    with site.websocket(headers=[("Cookie", cookie)]) as socket:
        socket.post(room, "who am I", "k1")
    assert site.client.read(room=room)["messages"][0]["author"]


def test_when_the_session_ends_so_does_the_connection(site):
    browser = site.browser()
    browser.get("/a/session")
    with site.websocket(headers=session_of(browser)) as socket, site.websocket() as guest:
        wait_until(lambda: site.redis.keys("holdline:session:*"), what="the session")
        for key in site.redis.keys("holdline:session:*"):
            site.redis.delete(key)
        closed = socket.closing()
        assert (closed.code, closed.reason) == (1008, "session ended")
        guest.send("ping")
        assert guest.read() == {"type": "pong"}


def test_more_than_its_share_is_refused_with_the_client_id(site, room):
    with site.websocket() as socket:
        for n in range(MANY):
            socket.send("post", room=room, body="x", client_id=f"k{n}")
        answers = [socket.read() for _ in range(MANY)]
        posted = [one for one in answers if one["type"] == "posted"]
        refused = [one for one in answers if one["type"] == "error"]
        assert 200 <= len(posted) < MANY
        assert {one["problem"] for one in refused} == {"too-many-requests"}
        assert len({one["client_id"] for one in answers}) == MANY
        # Its share comes back.
        def may_again():
            socket.send("ping")
            return socket.read()["type"] == "pong"
        wait_until(may_again, what="a token")


def test_who_does_not_listen_to_that_is_sent_away(site, room):
    with site.websocket() as socket:
        try:
            for n in range(5000):
                socket.send("post", room=room, body="x", client_id=f"k{n}")
        except ConnectionError:
            pass
        closed = socket.closing(timeout=10)
        # None: it did not listen to the goodbye either.
        assert closed.code is None or (closed.code, closed.reason) == (1008, "too many requests")


def test_without_redis_nothing_is_claimed(site, room):
    browser = site.browser()
    browser.get("/a/session")
    with site.websocket() as socket, site.websocket(headers=session_of(browser)) as visitor:
        for one in (socket, visitor):
            one.post(room, "before", "k0")
        site.stop_redis()
        for one in (socket, visitor):
            one.send("post", room=room, body="away", client_id="k1")
            assert one.read("error", timeout=10)["problem"] == "unavailable"
        with site.websocket(headers=session_of(browser)) as late:
            late.send("post", room=room, body="away", client_id="k1")
            assert late.read("error", timeout=10)["problem"] == "unavailable"
            site.start_redis()
            site.wait_ready()
            for one in (socket, visitor, late):
                one.post(room, "away", "k1")
