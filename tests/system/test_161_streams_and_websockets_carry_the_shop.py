"""Each change of a count is an event in a feed that is followed like a room, and is none."""

import pytest

from lib.shop import check_balance, coming, must
from lib.stream import NoStream, Stream
from lib.wait import wait_until

SITE = {"workers": 2, "gateways": 1}


@pytest.fixture
def come(site):
    with coming(site) as come:
        yield come
    check_balance(site)


def follow(site, **more):
    return Stream(site.client, path="/shop/stream", **more).opened()


def told(event):
    return event.json["sku"], event.json["available"]


def test_a_stream_goes_on_from_a_cursor(site, come):
    ann = come()
    cursor = must(ann.get("/shop/products"))["cursor"]
    with follow(site, cursor=cursor) as stream:
        ann.add("cup", 2)
        event = stream.dispatched()
        assert set(event.json) == {"id", "sku", "available"} and event.id == event.json["id"]
        assert told(event) == ("cup", 46)
        ann.remove("cup")
        assert told(stream.dispatched()) == ("cup", 48)
    with follow(site, last_event_id=event.id) as stream:
        assert told(stream.dispatched()) == ("cup", 48)


def test_a_cursor_of_another_time_is_a_reset(site, come):
    come().add("cup")
    with follow(site, cursor="abc-1") as stream:
        event = stream.dispatched()
        assert (event.type, event.json) == ("reset", {"feed": "shop"})


def test_a_stream_refuses_what_is_no_cursor(site):
    with pytest.raises(NoStream) as refused:
        follow(site, cursor="tea").leave()
    assert refused.value.reply.status == 400


def test_a_websocket_subscribes_to_it_beside_rooms(site, come, room):
    ann = come()
    cursor = must(ann.get("/shop/products"))["cursor"]
    socket = site.websocket()
    socket.subscribe(room)
    socket.send("subscribe", feed="shop", cursor=cursor)
    assert socket.read() == {"type": "subscribed", "feed": "shop", "cursor": cursor}
    ann.add("kettle", 3)
    event = socket.read("event")
    assert (event["feed"], event["sku"], event["available"]) == ("shop", "kettle", 2)
    site.client.say("hello", room)
    assert socket.read("message")["body"] == "hello"
    socket.send("unsubscribe", feed="shop")
    assert socket.read() == {"type": "unsubscribed", "feed": "shop"}
    ann.remove("kettle")
    socket.send("ping")
    assert socket.read() == {"type": "pong"}
    socket.close()


@pytest.mark.parametrize("feed", ["", "lobby", "=shop", 7])
def test_there_is_no_other_feed(site, feed):
    socket = site.websocket()
    socket.send("subscribe", feed=feed)
    assert socket.read("error")["problem"].endswith("field-invalid")
    socket.close()


def test_no_room_has_its_name(site):
    for name in ("=shop", "%3Dshop"):
        assert site.client.post("hello", name).problem == "room-invalid"
        assert site.client.ask(room=name).answer().problem == "room-invalid"


def test_nobody_is_present_in_it(site, come):
    visitor = site.browser()
    visitor.visit()
    before = set(site.redis.keys("*present*"))
    with Stream(visitor, path="/shop/stream", headers=[("Cookie", "; ".join(
            f"{name}={value}" for name, value in visitor.cookies.items()))]).opened() as stream:
        socket = site.websocket()
        socket.send("subscribe", feed="shop", presence=True)
        socket.read("subscribed")
        come().add("cup")
        stream.dispatched()
        assert not [key for key in set(site.redis.keys("*present*")) - before if "=shop" in key]
        socket.close()


def test_redis_shows_it_like_a_room(site, come):
    before = site.redis.llen("holdline:{=shop}:log")
    come().add("cup")
    wait_until(lambda: site.redis.llen("holdline:{=shop}:log") == min(before + 1, 200), what="the event in the log")
    assert '"sku":"cup"' in site.room_log("=shop")[-1]
