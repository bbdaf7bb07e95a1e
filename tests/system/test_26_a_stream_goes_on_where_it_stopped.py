"""Last-Event-ID and cursor, one room and several."""

import itertools

import pytest

from lib.stream import Stream

REPLAY = 20
SITE = {"env": {"HOLDLINE_REPLAY": REPLAY}}


@pytest.fixture(params=["worker", "nginx"])
def door(site, request):
    return site.client if request.param == "nginx" else site.workers[0]


def say_many(site, room, count):
    return [site.client.say(str(n), room) for n in range(count)]


@pytest.mark.parametrize("how", ["cursor", "last_event_id"])
def test_what_came_after_it(site, door, room, how):
    said = say_many(site, room, 5)
    with Stream(door, room, **{how: said[1]["id"]}) as stream:
        assert stream.event().id == said[1]["id"]
        assert [stream.dispatched().json for _ in range(3)] == said[2:]


def test_last_event_id_goes_before_cursor(site, door, room):
    """EventSource comes back to the address it was given at first."""
    said = say_many(site, room, 5)
    with Stream(door, room, cursor=said[0]["id"], last_event_id=said[3]["id"]) as stream:
        assert stream.messages(1) == ["4"]


def test_an_empty_last_event_id_is_none(site, door, room):
    said = say_many(site, room, 2)
    with Stream(door, room, cursor=said[0]["id"], last_event_id="") as stream:
        assert stream.messages(1) == ["1"]


def test_an_empty_cursor_is_none(site, door, room):
    say_many(site, room, 2)
    with Stream(door, room, cursor="") as stream:
        assert stream.messages(2) == ["0", "1"]


def test_a_gap_is_told_before_the_messages(site, door, room):
    said = say_many(site, room, REPLAY + 5)
    with Stream(door, room, cursor=said[2]["id"]) as stream:
        gap = stream.dispatched()
        assert (gap.type, gap.json) == ("gap", {"room": room})
        assert [stream.dispatched().json for _ in range(REPLAY)] == said[-REPLAY:]


def test_just_in_time_is_no_gap(site, door, room):
    said = say_many(site, room, REPLAY + 5)
    with Stream(door, room, cursor=said[4]["id"]) as stream:
        assert [stream.dispatched().json for _ in range(REPLAY)] == said[5:]


def test_who_reads_too_slowly_is_told_of_the_gap(new_site, room):
    """A worker keeps more than the list in Redis only for a second, and not too much."""
    site = new_site(nginx=False, workers=1, env={"HOLDLINE_REPLAY": 4})
    worker = site.workers[0]
    cursor = worker.say("first", room)["id"]
    with Stream(worker, room, cursor=cursor) as stream:
        stream.opened()
        for _ in range(60):
            worker.say("\U0001f600" * 4000, room)
        last = worker.say("last", room)
        events = []
        while not events or events[-1].id != last["id"]:
            events.append(stream.dispatched())
    types = [event.type for event in events]
    numbers = [int(event.id.split("-")[1]) for event in events if event.id]
    assert types.count("gap") == 1
    before = types.index("gap")
    assert numbers[:before] == list(range(2, 2 + before)), "what came before the gap is whole"
    assert numbers[before:] == list(range(numbers[before], 63)), "and what came after it"


def test_a_reset_is_told_before_the_messages(site, door, room):
    old = site.client.say("before", room)["id"]
    site.redis.flushall()
    new = site.client.say("after", room)
    with Stream(door, room, cursor=old) as stream:
        reset = stream.dispatched()
        assert (reset.type, reset.json) == ("reset", {"room": room})
        assert stream.dispatched().json == new


def test_a_reset_in_the_middle(site, door, room):
    old = site.client.say("before", room)["id"]
    with Stream(door, room, cursor=old) as stream:
        stream.opened()
        site.redis.flushall()
        new = site.client.say("after", room)
        assert stream.dispatched().type == "reset"
        assert stream.dispatched().json == new
        assert stream.last_id == new["id"]
        site.client.say("next", room)
        assert stream.messages(1) == ["next"]


def test_a_list_that_somebody_deleted_is_a_gap(site, door, room):
    said = say_many(site, room, 3)
    site.redis.delete(f"holdline:{{{room}}}:log")
    with Stream(site.workers[1], room, cursor=said[0]["id"]) as stream:
        event = stream.dispatched()
        assert event.type in ("gap", "message")  # a worker may still have them


# Several rooms.

def positions(event_id):
    return dict(one.split(":") for one in event_id.split(","))


def test_the_id_is_where_one_stands_in_all_of_them(site, door, room):
    tea, jam = "tea-" + room, "jam-" + room
    said = {tea: say_many(site, tea, 2), jam: say_many(site, jam, 3)}
    at = {tea: said[tea][0]["id"], jam: said[jam][0]["id"]}
    with Stream(door, [tea, jam], cursor=list(at.values())) as stream:
        assert positions(stream.event().id) == at
        for _ in range(3):
            event = stream.dispatched()
            at[event.json["room"]] = event.json["id"]
            assert event.id == ",".join(f"{name}:{at[name]}" for name in (tea, jam))


@pytest.mark.parametrize("how", ["cursor", "last_event_id"])
def test_every_id_resumes_exactly_there(site, door, room, how):
    """Also those in the middle of what is sent in one piece."""
    tea, jam, empty = "tea-" + room, "jam-" + room, "empty-" + room
    rooms = [tea, empty, jam]
    for n in range(6):
        site.client.say(f"tea {n}", tea)
        site.client.say(f"jam {n}", jam)
    with Stream(door, rooms) as stream:
        events = [stream.dispatched() for _ in range(12)]
    told = [event.json["id"] for event in events]
    assert len(set(told)) == 12
    for n, event in enumerate(events[:-1]):
        with Stream(door, rooms, **{how: event.id}) as stream:
            again = [stream.dispatched() for _ in range(11 - n)]
        assert {each.json["id"] for each in again} == set(told[n + 1:])
        assert {each.type for each in again} == {"message"}


def test_they_are_told_as_they_come(site, door, room):
    rooms = [f"{n}-{room}" for n in range(32)]
    with Stream(door, rooms) as stream:
        stream.opened()
        for name in rooms:
            site.client.say(name, name)
            assert stream.messages(1) == [name]
        assert positions(stream.last_id).keys() == set(rooms)
        last = stream.last_id
    with Stream(door, rooms, last_event_id=last) as stream:
        assert stream.event().id == last
        site.client.say("next", rooms[7])
        assert stream.messages(1) == ["next"]


def test_a_busy_room_does_not_keep_the_others_waiting(site, room):
    busy, calm = "busy-" + room, "calm-" + room
    for n in range(REPLAY):
        site.client.say("\U0001f600" * 4000, busy)
    site.client.say("hello", calm)
    with Stream(site.workers[0], [busy, calm]) as stream:
        events = [stream.dispatched() for _ in range(REPLAY + 1)]
    names = [event.json["room"] for event in events]
    assert names.index(calm) < REPLAY - 5
    of_busy = [event.json["id"] for event in events if event.json["room"] == busy]
    assert of_busy == [message["id"] for message in map(lambda e: e.json, events)
                       if message["room"] == busy]
    assert of_busy == sorted(of_busy, key=lambda one: int(one.split("-")[1]))


def test_rooms_may_be_left_and_entered_with_the_last_id(site, door, room):
    tea, jam, new = "tea-" + room, "jam-" + room, "new-" + room
    at = {name: say_many(site, name, 2)[0]["id"] for name in (tea, jam, new)}
    last = f"{tea}:{at[tea]},{jam}:{at[jam]}"
    with Stream(door, [jam, new], cursor=last) as stream:
        told = [stream.dispatched().json for _ in range(3)]
    assert sorted((message["room"], message["body"]) for message in told) == [
        (jam, "1"), (new, "0"), (new, "1")]


def test_one_room_may_have_that_form_too(site, door, room):
    said = say_many(site, room, 2)
    with Stream(door, room, cursor=f"{room}:{said[0]['id']}") as stream:
        assert stream.messages(1) == ["1"]


def test_a_poll_takes_it_too(site, room):
    """So that a page may change the door and keep its cursor."""
    tea, jam = "tea-" + room, "jam-" + room
    at = {name: say_many(site, name, 2)[0]["id"] for name in (tea, jam)}
    cursor = ",".join(f"{name}:{one}" for name, one in at.items())
    news = site.client.read(cursor, [tea, jam])
    assert [message["body"] for message in news["messages"]] == ["1", "1"]


@pytest.mark.parametrize("concerned", ["gap", "reset"])
def test_of_several_rooms_those_concerned_are_named(site, door, room, concerned):
    tea, jam = "tea-" + room, "jam-" + room
    first = site.client.say("first", tea)["id"]
    site.client.say("second", tea)
    said = say_many(site, jam, REPLAY + 2)
    old = said[0]["id"] if concerned == "gap" else "dead-1"
    with Stream(door, [tea, jam], cursor=[first, old]) as stream:
        events = [stream.dispatched() for _ in range(REPLAY + 2)]
    notices = [event for event in events if event.type != "message"]
    assert [(event.type, event.json) for event in notices] == [(concerned, {"room": jam})]
    of_jam = [event for event in events if event.json["room"] == jam]
    assert of_jam[0] is notices[0]


def test_once_each_over_many_breaks(site, room):
    """A reader who breaks off after every few messages and comes back at another door."""
    doors = itertools.cycle([*site.workers, site.client])
    rooms = ["tea-" + room, "jam-" + room]
    said, heard, last = [], [], None
    for n in range(40):
        said.append(site.client.say(str(n), rooms[n % 2])["id"])
        if n % 3 == 2:
            with Stream(next(doors), rooms, last_event_id=last) as stream:
                heard += [stream.dispatched().json["id"] for _ in range(2 if n % 2 else 3)]
                last = stream.last_id
    with Stream(next(doors), rooms, last_event_id=last) as stream:
        heard += [stream.dispatched().json["id"] for _ in range(len(said) - len(heard))]
    assert sorted(heard) == sorted(said)
