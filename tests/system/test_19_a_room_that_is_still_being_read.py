"""A long list is read in slices; meanwhile nothing of it is told, and nothing
is skipped."""

import pytest

SITE = {"nginx": False}
MANY = 200


@pytest.fixture
def rooms(site, room):
    """A long one and a short one, which no worker has in memory."""
    writer = site.workers[0]
    long, short = f"{room}-long", f"{room}-short"
    ids = [writer.say(f"{number} " + "x" * 3800, long)["id"] for number in range(MANY)]
    writer.say("hello", short)
    site.hup()
    return long, short, ids


def poll(site, rooms, cursors):
    fields = []
    for each in rooms:
        fields.append(("room", each))
        if cursors is not None:
            fields.append(("cursor", cursors[each]))
    return site.workers[1].post_form("/a/message/updates", fields).json()


def told_until(site, rooms, cursors, count):
    """The messages of as many polls as it takes to have `count`."""
    told = []
    while len(told) < count:
        news = poll(site, rooms, cursors)
        assert "gap" not in news and "reset" not in news
        told += [(each["room"], each["id"]) for each in news["messages"]]
        cursors = news["cursors"]
    return told


def test_without_a_cursor_all_of_it_comes(site, rooms):
    long, short, ids = rooms
    told = told_until(site, (long, short), None, MANY + 1)
    assert [each for room, each in told if room == long] == ids
    assert len([each for room, each in told if room == short]) == 1


def test_with_a_cursor_no_gap_is_claimed(site, rooms):
    long, short, ids = rooms
    told = told_until(site, (long, short), {long: ids[149], short: "0-0"}, 51)
    assert [each for room, each in told if room == long] == ids[150:]
