"""Where more than 200 are in a room: how many, and some of them, at most once a second, and the last count always."""

import time

from lib.presence import Listener, present, wait_present

SITE = {"workers": 1, "gateways": 2, "nginx": False}
CROWD = 200


def enter(site, room, count, before=0):
    sockets = [site.gateways[0].websocket() for _ in range(count)]
    for socket in sockets:
        socket.subscribe(room)
    wait_present(site.workers[0], room, before + count, 20)
    return sockets


def until_count(listener, count):
    """The events up to the one in which so many are there."""
    events = [listener.event(timeout=10)]
    while events[-1].get("count") != count:
        events.append(listener.event(timeout=10))
    return events


def test_counts_in_place_of_events(site, room):
    sockets = enter(site, room, CROWD + 50)
    begun = time.monotonic()
    with Listener(site, room, site.gateways[1]) as one:
        assert one.first["count"] == CROWD + 51 and len(one.first["sample"]) == 20
        sockets += enter(site, room, 100, CROWD + 51)
        events = until_count(one, CROWD + 151)
        took = time.monotonic() - begun
        assert {each["event"] for each in events} == {"count"}
        assert len(events) <= 1 + took / 0.99
        assert all(len(each["sample"]) == 20 and set(each["sample"][0]) == {"person", "name"} for each in events)

        for socket in sockets[CROWD - 50:]:  # and back again
            socket.close()
        events = until_count(one, CROWD - 49)
        assert all(each["event"] == "count" or each["count"] <= CROWD for each in events)
        sockets[0].close()  # from there on each is told
        event = one.event(timeout=10)
        assert (event["event"], event["count"]) == ("leave", CROWD - 50)
    for socket in sockets:
        socket.close()


def test_who_asks_is_told_some_and_that_there_are_more(site, room):
    sockets = enter(site, room, CROWD + 1)
    told = present(site.workers[0], room)
    assert (told["count"], len(told["people"]), told["more"]) == (CROWD + 1, CROWD, True)
    sockets.pop().close()
    wait_present(site.workers[0], room, CROWD)
    told = present(site.workers[0], room)
    assert (len(told["people"]), told["more"]) == (CROWD, False)
    assert len({each["person"] for each in told["people"]}) == CROWD
    for socket in sockets:
        socket.close()


def test_typing_is_not_told(site, room):
    sockets = enter(site, room, CROWD + 1)
    with Listener(site, room, site.gateways[1]) as one:
        sockets[0].send("typing", room=room)
        sockets[1].close()
        assert one.event(timeout=10)["event"] == "count"
    for socket in sockets:
        socket.close()
