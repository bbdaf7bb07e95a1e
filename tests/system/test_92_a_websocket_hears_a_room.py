"""WebSocket: subscribe, hear, say, through nginx."""


def test_what_is_said_is_heard(site, room):
    with site.websocket() as reader, site.websocket() as writer:
        assert reader.subscribe(room) == {"type": "subscribed", "room": room, "cursor": ""}
        id = writer.post(room, "kettle is on", "k1")
        message = reader.read("message")
        assert message["id"] == id
        assert message["room"] == room
        assert message["body"] == "kettle is on"
        assert message["client_id"] == "k1"
        assert message["html"].startswith("<div ")
        site.client.say("from the form", room)
        assert reader.read("message")["body"] == "from the form"
