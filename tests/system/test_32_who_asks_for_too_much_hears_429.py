"""nginx's limits per address, with LIMITS on."""

import contextlib
import time

from lib.wait import wait_until

SITE = {"limits": True}


def test_a_flood_of_posts_is_limited(site, room):
    """One connection, as fast as it goes: the burst is let through, then 429, once more than 50 a second came."""
    refused = None
    with site.connect() as connection:
        for n in range(5000):
            connection.send("POST", "/a/message/new",
                            [("Content-Type", "application/x-www-form-urlencoded")],
                            f"room={room}&body={n}".encode())
            reply = connection.read()
            if reply.status != 200:
                refused = reply
                break
    assert n >= 200, "the burst is for everybody"
    assert (refused.status, refused.problem) == (429, "too-many-requests")
    assert refused.header("Retry-After")
    assert len(site.room_log(room)) == 200  # the length of the replay list


def test_ordinary_use_is_not(site, room):
    """A page: a session, its files, polls one after the other."""
    browser = site.browser()
    browser.visit()
    for _ in range(100):
        assert browser.get("/").status == 200
    cursor = "0-0"
    site.workers[0].say("hello", room)
    for _ in range(50):
        assert browser.read(cursor, room)["messages"]


def answers(socket, count):
    return [socket.read() for _ in range(count)]


def test_posts_of_many_websockets_are_those_of_one_address(site, room):
    """Twenty of them, and as many posts as one may send at once."""
    each = 30
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(site.websocket()) for _ in range(20)]
        begun = time.monotonic()
        for number, socket in enumerate(sockets):
            for n in range(each):
                socket.send("post", room=room, body="x", client_id=f"k{number}-{n}")
        said = [answer for socket in sockets for answer in answers(socket, each)]
        posted = [answer for answer in said if answer["type"] == "posted"]
        refused = [answer for answer in said if answer["type"] == "error"]
        assert 200 <= len(posted) <= 201 + 50 * (time.monotonic() - begun)
        assert {answer["problem"] for answer in refused} == {"too-many-requests"}
        assert len({answer["client_id"] for answer in said}) == len(said)
    # Who comes back is the same address.
    with site.websocket() as again:
        for n in range(200):
            again.send("post", room=room, body="x", client_id=f"again-{n}")
        assert "error" in {answer["type"] for answer in answers(again, 200)}

        def may_again():
            again.send("post", room=room, body="x", client_id="last")
            return again.read()["type"] == "posted"
        wait_until(may_again, what="its share to come back")


def test_lines_count_too(site, room):
    with contextlib.ExitStack() as stack:
        chat = stack.enter_context(site.websocket(f"/chat?room={room}"))
        assert chat.read_text().endswith(" came")
        writers = [stack.enter_context(site.websocket()) for _ in range(4)]
        for number, writer in enumerate(writers):
            for n in range(190):
                writer.send("post", room=f"{room}-2", body="x", client_id=f"k{number}-{n}")
        for _ in range(190):
            chat.send_text("x")
        lines = [chat.read_text() for _ in range(190)]
        assert any(line.startswith("* Too many requests: ") for line in lines)
