"""Who asks for it is told between the messages, and stands where he stood."""

from lib.presence import Listener, wait_present
from lib.member import register
from lib.stream import Stream

SITE = {"workers": 2, "gateways": 1}


def test_between_the_messages(site, room):
    anna = register(site)
    tab = Stream(site.client, room, headers=anna.cookie)
    wait_present(site.client, room, 1)
    with tab, Stream(site.client, room, presence=1, headers=anna.cookie) as stream:
        first = stream.dispatched()
        assert first.type == "presence" and first.id is None
        assert (first.json["room"], first.json["event"], first.json["count"]) == (room, "count", 1)
        assert [each["name"] for each in first.json["sample"]] == [anna.name]
        said = site.client.say("hello", room)["id"]
        event = stream.dispatched()
        assert (event.type, event.id) == ("message", said)
        with Listener(site, room) as other:
            assert other.first["count"] == 2
            event = stream.dispatched()
            assert event.type == "presence" and event.id is None and event.json["event"] == "join"
            assert event.json["count"] == 2
        event = stream.dispatched()
        assert event.json["event"] == "leave"
        assert site.client.say("goodbye", room)["id"] == stream.dispatched().id


def test_several_rooms(site, room):
    rooms = [room, f"{room}-2"]
    with Stream(site.client, rooms, presence=1) as stream:
        assert {stream.dispatched().json["room"] for _ in rooms} == set(rooms)
        for each in rooms:
            with Listener(site, each):
                event = stream.dispatched().json
                assert (event["room"], event["event"], event["count"]) == (each, "join", 1)
            assert stream.dispatched().json["event"] == "leave"


def test_many_at_one_worker_are_told_the_same(site, room):
    streams = [Stream(site.workers[0], room, presence=1) for _ in range(30)]
    for stream in streams:
        assert stream.dispatched().json == {"room": room, "event": "count", "count": 0, "sample": []}
    with Listener(site, room):
        told = [stream.dispatched().json for stream in streams]
    assert all(each == told[0] for each in told) and told[0]["event"] == "join"
    for stream in streams:
        stream.leave()


def test_who_did_not_ask_is_not_told(site, room):
    with Stream(site.client, room, presence=0).opened() as stream:
        with Listener(site, room):
            site.client.say("hello", room)
        assert stream.messages(1) == ["hello"]
    assert site.client.get(f"/a/message/stream?room={room}&presence=yes").status == 400
