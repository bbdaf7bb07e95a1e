"""Cursors, gaps and resets through a WebSocket."""

REPLAY = 10
SITE = {"env": {"HOLDLINE_REPLAY": REPLAY}}


def subscribe_to_break(socket, room, cursor):
    """Subscribes with a cursor that does not fit: the frame that says so.  If the
    gateway has to ask Redis first, the ordinary one comes before it."""
    answer = socket.subscribe(room, cursor)
    return answer if answer.keys() & {"gap", "reset"} else socket.read("subscribed")


def bodies(messages):
    return [message["body"] for message in messages]


def test_it_hears_what_came_after_its_cursor(site, room):
    said = [site.client.say(str(n), room) for n in range(5)]
    with site.websocket() as socket:
        assert socket.subscribe(room, said[1]["id"])["cursor"] == said[1]["id"]
        assert bodies(socket.read_messages(3)) == ["2", "3", "4"]
        site.client.say("5", room)
        assert socket.read("message")["body"] == "5"


def test_with_the_newest_cursor_it_hears_only_what_comes(site, room):
    newest = site.client.say("old", room)["id"]
    with site.websocket() as socket:
        socket.subscribe(room, newest)
        site.client.say("new", room)
        assert socket.read("message")["body"] == "new"


def test_without_one_it_hears_what_there_is(site, room):
    said = [site.client.say(str(n), room) for n in range(3)]
    with site.websocket() as socket:
        assert socket.subscribe(room)["cursor"] == ""
        heard = socket.read_messages(3)
    for message in heard:
        assert message.pop("type") == "message"
    assert heard == said


def test_a_message_is_that_of_a_poll(site, room):
    site.client.say("see http://example.com", room)
    polled = site.client.read(room=room)["messages"]
    plain = site.client.read(room=room, html="0")["messages"]
    with site.websocket() as socket:
        socket.subscribe(room)
        assert socket.read("message") == {"type": "message", **polled[0]}
        socket.subscribe(room, html=False)
        assert socket.read("message") == {"type": "message", **plain[0]}


def test_who_comes_too_late_is_told_of_a_gap(site, room):
    said = [site.client.say(str(n), room) for n in range(25)]
    with site.websocket() as socket:
        answer = subscribe_to_break(socket, room, said[3]["id"])
        assert answer == {"type": "subscribed", "room": room, "gap": True,
                          "cursor": said[-REPLAY - 1]["id"]}
        assert bodies(socket.read_messages(REPLAY)) == [str(n) for n in range(15, 25)]


def test_a_room_that_began_anew_is_told_of_in_the_middle(site, room):
    site.client.say("before", room)
    with site.websocket() as socket:
        socket.subscribe(room)
        socket.read("message")
        site.redis.flushall()
        new = site.client.say("after", room)
        broken = socket.read("subscribed")
        assert broken["reset"] is True
        assert broken["cursor"].split("-")[0] == new["id"].split("-")[0]
        assert socket.read("message")["id"] == new["id"]


def test_a_foreign_cursor_is_a_reset(site, room):
    message = site.client.say("here", room)
    with site.websocket() as socket:
        assert subscribe_to_break(socket, room, "abc-5")["reset"] is True
        assert socket.read("message")["id"] == message["id"]


def test_subscribing_again_begins_again(site, room):
    said = [site.client.say(str(n), room) for n in range(3)]
    with site.websocket() as socket:
        socket.subscribe(room, said[1]["id"])
        assert bodies(socket.read_messages(1)) == ["2"]
        socket.subscribe(room, said[0]["id"])
        assert bodies(socket.read_messages(2)) == ["1", "2"]
        site.client.say("3", room)
        assert bodies(socket.read_messages(1)) == ["3"]


def test_after_unsubscribing_nothing_comes(site, room):
    other = "other-" + room
    with site.websocket() as socket:
        socket.subscribe(room)
        socket.subscribe(other)
        socket.send("unsubscribe", room=room)
        assert socket.read() == {"type": "unsubscribed", "room": room}
        site.client.say("unheard", room)
        site.client.say("heard", other)
        assert socket.read("message")["body"] == "heard"


def test_several_rooms_go_their_own_ways(site, room):
    rooms = [f"{room}-{n}" for n in range(4)]
    with site.websocket() as socket:
        for name in rooms:
            socket.subscribe(name)
        for name in rooms:
            site.client.say(f"in {name}", name)
        heard = socket.read_messages(len(rooms))
        assert {message["room"]: message["body"] for message in heard} == {
            name: f"in {name}" for name in rooms}


def test_a_redis_that_was_away_brings_what_was_missed(site, room):
    with site.websocket() as socket:
        socket.subscribe(room)
        site.client.say("before", room)
        socket.read_messages(1)
        site.stop_redis()
        site.start_redis()
        site.wait_ready()
        site.client.say("after", room)
        assert socket.read("message", timeout=10)["body"] == "after"


def test_a_long_backlog_comes_whole(new_site, room):
    """More than a packet holds, and than the socket takes at once."""
    site = new_site(env={"HOLDLINE_REPLAY": 100})
    said = [site.client.say(str(n) + "三" * 3900, room)["id"] for n in range(100)]
    with site.websocket(receive_buffer=4096) as socket:
        socket.subscribe(room)
        assert [message["id"] for message in socket.read_messages(100, timeout=20)] == said
