"""Readers of a stream that take nothing any more."""

import socket

import pytest

from lib.stream import Ended, Stream, open_all
from lib.wait import wait_until

SITE = {"workers": 1, "env": {"HOLDLINE_STREAM_QUIET_MS": 500}}
GOOD = 20
MESSAGES = 300
BIG = "\U0001f600" * 3990  # 16 KB, and as much again in its html
CUT_S = 30


def stall(door, room, cursor):
    stream = Stream(door, room, cursor=cursor).opened()
    stream.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
    return stream


def streams_that_ended(site):
    """How long each of them was there, in seconds."""
    return [int(line["ms"]) / 1000 for line in site.log_lines("request") if line["route"] == "/a/message/stream"]


def test_the_others_are_told_at_once_and_they_are_cut_off(site, room):
    worker = site.workers[0]
    cursor = worker.say("before", room)["id"]
    doors = [worker, site.client]
    stalled = [stall(door, room, cursor) for door in doors]
    good = open_all(site, GOOD, site.client, room, cursor=cursor)
    with site.probe(worker) as probe:
        for n in range(MESSAGES):  # more than fits into any socket, TCP's included
            worker.say(f"{n} {BIG}", room)
            for stream in good:
                assert stream.messages(1, timeout=10) == [f"{n} {BIG}"]
    probe.check()
    # They are neither held nor gone: what they were told last is not out.
    wait_until(lambda: worker.health["held"] == GOOD, what="the others only to be held")
    wait_until(lambda: len(streams_that_ended(site)) == 2, CUT_S + 15, "them to be cut off")
    assert min(streams_that_ended(site)) >= CUT_S
    for stream in good:
        worker.say("still here", room)
        stream.leave()
    # They hear of what they missed when they come back with the last id that they have.
    for door, stream in zip(doors, stalled):
        with pytest.raises(Ended):
            while True:
                stream.event(timeout=10)
        number = int(stream.last_id.split("-")[1])
        with Stream(door, room, last_event_id=stream.last_id) as again:
            event = again.dispatched(timeout=10)
            assert event.type == "gap" or event.id.endswith(f"-{number + 1}")
