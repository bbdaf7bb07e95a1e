"""Stalled readers, and peers that are not there any more."""

import json
import time

import pytest

from lib.wait import wait_until
from lib.websocket import PONG, Closed, frame

pytestmark = pytest.mark.alone
SITE = {"env": {"HOLDLINE_PING_MS": 500, "HOLDLINE_PONG_MS": 1500, "HOLDLINE_STALL_MS": 1000}}


def test_a_stalled_one_among_two_hundred(new_site, room):
    """It takes nothing; the others hear everything at once, and it is cut off."""
    site = new_site(env={**SITE["env"], "HOLDLINE_PING_MS": 60000})
    gateway = site.gateways[0]
    good = [gateway.websocket() for _ in range(200)]
    stalled = gateway.websocket(receive_buffer=2048)
    for socket in (stalled, *good):
        socket.subscribe(room)
    text = "三" * 3900
    for n in range(40):
        site.client.say(f"{n} {text}", room)
        begun = time.monotonic()
        for socket in good:
            assert socket.read("message")["body"].startswith(f"{n} ")
        assert time.monotonic() - begun < 2
    wait_until(lambda: gateway.health["connections"] == 200, timeout=15, what="the end of the stalled one")
    newest = site.client.say("last", room)["id"]
    for socket in good:
        assert socket.read("message")["id"] == newest
    # What it was sent before can still be read; then it comes back with its cursor.
    heard = [None]
    with pytest.raises(AssertionError):
        while True:
            heard.append(stalled.read("message")["id"])
    assert len(heard) < 41
    with gateway.websocket() as again:
        again.subscribe(room, heard[-1])
        while again.read("message")["id"] != newest:
            pass
    for socket in good:
        socket.close()


def test_it_is_told_so_if_it_reads_on_in_time(new_site, room):
    site = new_site(env={"HOLDLINE_STALL_MS": 500})
    with site.gateways[0].websocket(receive_buffer=2048) as stalled:
        stalled.subscribe(room)
        while not site.log_lines("websocket_closes"):
            site.client.say("三" * 3900, room)
        closed = stalled.closing()
        assert (closed.code, closed.reason) == (4008, "slow")


def test_a_slow_one_hears_everything(new_site, room):
    """It takes little at a time, but it takes it."""
    site = new_site(env={})
    said = []
    with site.gateways[0].websocket(receive_buffer=2048) as slow:
        slow.subscribe(room)
        for n in range(30):
            said.append(site.client.say(f"{n} " + "三" * 3000, room)["id"])
        heard = []
        while len(heard) < 30:
            heard.append(slow.read("message", timeout=10)["id"])
        assert heard == said


def trickle(socket, count, per_s):
    """Takes so many bytes a second, until `count` messages have come: they."""
    messages = []
    begun = time.monotonic()
    taken = 0
    while len(messages) < count:
        due = int((time.monotonic() - begun) * per_s) - taken
        if due > 0:
            taken += socket.buffer(due)
        while (text := socket.take_text()) is not None:
            messages.append(json.loads(text))
        time.sleep(0.02)
    return messages


def test_who_takes_a_little_all_the_time_is_not_stalled(new_site, room):
    """What lies in the sockets is more than he takes in HOLDLINE_STALL_MS."""
    site = new_site(env={"HOLDLINE_STALL_MS": 1500, "HOLDLINE_PING_MS": 60000})
    said = [site.client.say(f"{n} " + "三" * 3900, room)["id"] for n in range(40)]
    with site.gateways[0].websocket() as slow:
        slow.subscribe(room)
        heard = trickle(slow, 8, per_s=60_000)
        heard += slow.read_messages(32)
        assert [message["id"] for message in heard] == said
    assert not site.log_lines("websocket_closes")


def test_a_ping_behind_what_is_written_is_waited_for(new_site, room):
    """As long as what stands before it is being taken."""
    site = new_site(env={"HOLDLINE_STALL_MS": 10000, "HOLDLINE_PING_MS": 300, "HOLDLINE_PONG_MS": 1500})
    for n in range(9):
        site.client.say(f"{n} " + "三" * 3900, room)
    with site.gateways[0].websocket() as slow:
        slow.subscribe(room)
        trickle(slow, 9, per_s=60_000)
        slow.send("ping")
        assert slow.read() == {"type": "pong"}
        assert slow.pings > 0
    assert not site.log_lines("websocket_closes")


def test_what_waits_for_a_stalled_one_is_bounded(new_site, room):
    """Answers, that nobody can catch up with by a cursor: 256 KB of them are kept."""
    site = new_site(env={"HOLDLINE_STALL_MS": 60000})
    with site.gateways[0].websocket(receive_buffer=2048) as stalled:
        for _ in range(60):
            stalled.send("post", room=room, body="hello", client_id="x" * 20000)  # is repeated in the error
        [line] = wait_until(lambda: site.log_lines("websocket_closes"), what="its end")
        assert line["code"] == "4008"
        assert 200_000 < int(line["unsent"]) <= 256 * 1024
        assert stalled.closing().code == 4008


def test_who_comes_and_leaves_does_not_wait_for_a_stalled_one(new_site, room):
    """He is told how things stand when he reads again."""
    site = new_site(env={})
    coming = '{"event":"join","person":"a17","name":"' + "x" * 20000 + '","count":7}'
    with site.gateways[0].websocket(receive_buffer=2048) as stalled:
        stalled.send("subscribe", room=room, presence=True)
        assert stalled.read()["type"] == "subscribed"
        wait_until(lambda: site.redis.pubsub_numsub(f"holdline:{{{room}}}:live")[0][1] == 1)
        for _ in range(60):
            site.redis.publish(f"holdline:{{{room}}}:live", coming)
            site.gateways[0].health  # each in a bundle of its own
        heard = [stalled.read("presence")]
        while heard[-1]["event"] != "count" or len(heard) < 3:
            heard.append(stalled.read("presence"))
        assert heard[-1]["count"] == 1 and len(heard) < 60


def test_who_never_answers_a_ping_is_gone(site):
    with site.gateways[0].websocket(pongs=False) as socket:
        closed = socket.closing()
        assert socket.pings == 1
        assert (closed.code, closed.reason) == (1008, "no pong")


def test_who_answers_stays(site):
    with site.gateways[0].websocket() as socket:
        def pings():
            try:
                socket.read_text(timeout=0.2)
            except AssertionError:
                return socket.pings >= 5
        wait_until(pings, what="five pings, the last of them later than an answer to the first may be")
        socket.send("ping")
        assert socket.read() == {"type": "pong"}


def test_a_ping_behind_much_else_may_be_answered_late(new_site, room):
    """It comes with what is written meanwhile, and counts from when that is read."""
    site = new_site(env={"HOLDLINE_PING_MS": 500, "HOLDLINE_PONG_MS": 10000})
    with site.gateways[0].websocket(pongs=False) as socket:
        socket.subscribe(room)

        def is_pinged():
            try:
                socket.read_text(timeout=0.2)
            except Closed:
                raise
            except AssertionError:
                return socket.pings == 1
        wait_until(is_pinged, what="a ping")
        for n in range(20):
            site.client.say(f"{n} " + "三" * 3900, room)
        socket.read_messages(20)
        with pytest.raises(AssertionError, match="no frame"):
            socket.read_text(timeout=1)
        socket.send_bytes(frame(b"\0", PONG))
        socket.send("ping")
        assert socket.read() == {"type": "pong"}


def test_who_talks_is_not_pinged(site):
    with site.gateways[0].websocket() as socket:
        begun = talked = time.monotonic()
        pauses = 0  # that the machine made
        while talked - begun < 1.5:
            socket.send("ping")
            assert socket.read() == {"type": "pong"}
            time.sleep(0.05)
            pauses += time.monotonic() - talked > 0.4
            talked = time.monotonic()
        assert socket.pings <= pauses


def test_one_that_is_held_costs_at_most_three_kilobytes(new_site, room):
    """The last quarter is for who it is, present in the room."""
    from lib.site import RELEASE
    site = new_site(binary=RELEASE, env={})
    gateway = site.gateways[0]
    sockets = []

    def memory_kb(count):
        """With so many there."""
        new = [gateway.websocket() for _ in range(count - len(sockets))]
        sockets.extend(new)
        for socket in new:
            socket.subscribe(room)
        wait_until(lambda: gateway.health["present"] == count, 20, "all of them to be there")
        with open(f"/proc/{gateway.pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))

    before = memory_kb(500)  # what is made once, for a crowd that comes, is there now
    each = (memory_kb(2500) - before) / 2000
    assert each <= 3, f"{each:.2f} KB each"
    for socket in sockets:
        socket.close()
