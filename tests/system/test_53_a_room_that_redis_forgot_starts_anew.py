"""A new epoch, and old cursors are answered with `reset` and what there is."""

import pytest


@pytest.fixture
def forget(site):
    """The ways in which Redis can lose its memory."""
    def flush():
        site.redis.flushall()

    def lose_the_disk():
        site.stop_redis()
        site.delete_redis_files()
        site.start_redis()
        site.wait_ready()

    return {"flushall": flush, "lost disk": lose_the_disk}


WAYS = pytest.mark.parametrize("way", ["flushall", "lost disk"])


@WAYS
def test_an_old_cursor_is_answered_with_reset(site, room, forget, way):
    old = site.client.say("before", room)
    forget[way]()
    new = site.client.say("after", room)
    assert new["id"].split("-")[0] != old["id"].split("-")[0]
    for door in (*site.workers, site.client):
        news = door.read(old["id"], room)
        assert news == {"messages": [new], "cursor": new["id"], "reset": True}


@WAYS
def test_a_poll_held_over_it_is_told(site, room, forget, way):
    old = site.client.say("before", room)
    polls = [site.hold(worker, old["id"], room) for worker in site.workers]
    forget[way]()
    new = site.client.say("after", room)
    for poll in polls:
        assert poll.answer().json() == {"messages": [new], "cursor": new["id"], "reset": True}


@WAYS
def test_while_there_is_nothing_at_all_it_is_held(site, room, forget, way):
    old = site.client.say("before", room)
    forget[way]()
    poll = site.hold(site.client, old["id"], room)
    new = site.client.say("after", room)
    assert poll.answer().json()["messages"] == [new]


def test_the_new_cursor_is_an_ordinary_one(site, room, forget):
    old = site.client.say("before", room)
    forget["flushall"]()
    site.client.say("after", room)
    cursor = site.client.read(old["id"], room)["cursor"]
    poll = site.hold(site.client, cursor, room)
    site.client.say("next", room)
    news = poll.answer().json()
    assert "reset" not in news
    assert [message["body"] for message in news["messages"]] == ["next"]


def test_of_several_rooms_those_concerned_are_named(site, room, forget):
    old = site.client.say("before", room)
    forget["flushall"]()
    site.client.say("after", room)
    other = "other-" + room
    fields = [("room", other), ("cursor", "0-0"), ("room", room), ("cursor", old["id"])]
    news = site.client.ask(fields=fields).answer().json()
    assert news["resets"] == [room]


@pytest.mark.parametrize("cursor", ["dead-1", "ffffffffffffffff-9007199254740991"])
def test_a_cursor_of_a_foreign_epoch_too(site, room, cursor):
    said = site.client.say("hello", room)
    news = site.client.read(cursor, room)
    assert news == {"messages": [said], "cursor": said["id"], "reset": True}


def test_a_cursor_from_the_future_too(site, room):
    said = site.client.say("hello", room)
    epoch, seq = said["id"].split("-")
    news = site.client.read(f"{epoch}-{int(seq) + 1}", room)
    assert news == {"messages": [said], "cursor": said["id"], "reset": True}


def test_in_a_room_without_messages_a_foreign_cursor_waits(site, room):
    poll = site.hold(site.client, "dead-1", room)
    said = site.client.say("hello", room)
    assert poll.answer().json()["messages"] == [said]


def test_a_head_that_was_lost_takes_its_list_with_it(new_site, room):
    site = new_site(nginx=False)
    one = site.workers[0]
    for text in ("old 1", "old 2", "old 3"):
        one.say(text, room)
    site.redis.delete(f"holdline:{{{room}}}:head")
    first = one.say("new 1", room)["id"]
    one.say("new 2", room)
    site.hup()  # workers that remember nothing
    news = site.workers[1].read(first, room)
    assert [each["body"] for each in news["messages"]] == ["new 2"]
    assert "gap" not in news and "reset" not in news
