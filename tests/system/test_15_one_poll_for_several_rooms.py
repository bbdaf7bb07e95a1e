"""Repeated pairs of room and cursor."""


def pairs(*rooms_and_cursors):
    return [pair for room, cursor in rooms_and_cursors
            for pair in (("room", room), ("cursor", cursor))]


def names(room, count):
    return [f"{n}-{room}" for n in range(count)]


def test_what_is_new_in_any_of_them(site, room):
    tea, milk = names(room, 2)
    first = site.client.say("kettle", tea)
    said = [site.client.say(text, name)
            for text, name in (("pour", milk), ("stir", tea), ("sip", tea))]
    poll = site.client.ask(fields=pairs((tea, first["id"]), (milk, "0-0")))
    news = poll.answer().json()
    assert news["messages"] == [said[1], said[2], said[0]]
    assert news["cursors"] == {tea: said[2]["id"], milk: said[0]["id"]}
    assert news["cursor"] == said[2]["id"]


def test_without_cursors_everything_there_is(site, room):
    tea, milk = names(room, 2)
    said = [site.client.say("kettle", tea), site.client.say("pour", milk)]
    news = site.client.ask(fields=[("room", tea), ("room", milk)]).answer().json()
    assert news["messages"] == said


def test_an_empty_cursor_stands_for_none(site, room):
    tea, milk = names(room, 2)
    old = site.client.say("kettle", tea)
    said = site.client.say("pour", milk)
    news = site.client.ask(fields=pairs((tea, old["id"]), (milk, ""))).answer().json()
    assert news["messages"] == [said]


def test_a_held_poll_hears_each_of_them(site, room):
    rooms = names(room, 3)
    for spoken_in in rooms:
        cursors = [site.client.say("before", name)["id"] for name in rooms]
        poll = site.hold(site.client, fields=pairs(*zip(rooms, cursors)))
        said = site.workers[1].say("hello", spoken_in)
        news = poll.answer().json()
        assert news["messages"] == [said]
        expected = dict(zip(rooms, cursors)) | {spoken_in: said["id"]}
        assert news["cursors"] == expected
        assert news["cursor"] == expected[rooms[0]]


def test_thirty_two_rooms(site, room):
    rooms = names(room, 32)
    poll = site.hold(site.client, fields=pairs(*((name, "0-0") for name in rooms)))
    said = site.client.say("hello", rooms[-1])
    news = poll.answer().json()
    assert news["messages"] == [said]
    assert set(news["cursors"]) == set(rooms)


def test_a_reply_has_an_end(site, room):
    """Rooms that are full of long messages come one after the other; nothing is lost between."""
    rooms = names(room, 8)
    said = [site.client.say(f"{n} " + "三" * 3900, name)["id"] for name in rooms for n in range(50)]
    worker = site.workers[0]
    for name in rooms:
        worker.read(room=name)  # so it knows them all
    cursors = dict.fromkeys(rooms, "0-0")
    heard = []
    replies = 0
    while len(heard) < len(said):
        reply = worker.ask(fields=pairs(*cursors.items())).answer()
        assert len(reply.body) < 6 << 20
        news = reply.json()
        heard += [message["id"] for message in news["messages"]]
        assert "gap" not in news and set(news["cursors"]) == set(rooms)
        cursors = news["cursors"]
        replies += 1
    assert heard == said
    assert replies > 1
