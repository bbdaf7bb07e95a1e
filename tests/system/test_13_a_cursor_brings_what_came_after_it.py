"""Catching up."""

import threading

import pytest

SITE = {"env": {"HOLDLINE_REPLAY": 1000}}
MANY = 300


def test_only_what_came_after(site, room):
    said = [site.client.say(str(n), room) for n in range(5)]
    news = site.client.read(cursor=said[2]["id"], room=room)
    assert news == {"messages": said[3:], "cursor": said[4]["id"]}


def test_the_start_cursor_brings_everything(site, room):
    said = [site.client.say(str(n), room) for n in range(3)]
    news = site.client.read(cursor="0-0", room=room)
    assert news["messages"] == said
    assert "reset" not in news and "gap" not in news


def test_in_a_room_without_messages_the_start_cursor_waits(site, room):
    poll = site.hold(site.client, cursor="0-0", room=room)
    site.client.say("the first", room)
    assert poll.news() == ["the first"]


def test_html_0_leaves_html_out(site, room):
    said = site.client.say("hello", room)
    del said["html"]
    assert site.client.read(room=room, html=0)["messages"] == [said]


def test_html_0_counts_for_held_polls_too(site, room):
    """Of one worker, which renders an answer once for all who get the same."""
    worker = site.workers[0]
    without, full = site.hold(worker, room=room, html=0), site.hold(worker, room=room)
    said = worker.say("hello", room)
    assert full.answer().json()["messages"] == [said]
    del said["html"]
    assert without.answer().json()["messages"] == [said]


class Reader(threading.Thread):
    """Polls one room until it has `count` messages."""

    def __init__(self, client, room, count):
        super().__init__(daemon=True)
        self.client, self.room, self.count = client, room, count
        self.ids = []
        self.start()

    def run(self):
        cursor = None
        while len(self.ids) < self.count:
            news = self.client.read(cursor, self.room, timeout=20)
            self.ids += [message["id"] for message in news["messages"]]
            cursor = news["cursor"]


def test_hundreds_at_once_come_in_one_order_to_everybody(site, room):
    """Through both workers and nginx, while readers of all three poll."""
    doors = [*site.workers, site.client]
    readers = [Reader(door, room, MANY) for door in doors for _ in range(2)]
    said = []

    def speak(door):
        for n in range(MANY // len(doors)):
            said.append(door.say(str(n), room)["id"])

    speakers = [threading.Thread(target=speak, args=[door]) for door in doors]
    for speaker in speakers:
        speaker.start()
    for thread in speakers + readers:
        thread.join(60)
    in_order = sorted(said, key=lambda each: int(each.split("-")[1]))
    assert len(in_order) == MANY
    for reader in readers:
        assert reader.ids == in_order


@pytest.mark.parametrize("missed", [1, 100])
def test_who_comes_back_misses_nothing(site, room, missed):
    first = site.client.say("before", room)
    said = [site.client.say(str(n), room)["id"] for n in range(missed)]
    news = site.client.read(cursor=first["id"], room=room)
    assert [message["id"] for message in news["messages"]] == said
