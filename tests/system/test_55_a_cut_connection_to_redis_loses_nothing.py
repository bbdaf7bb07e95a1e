"""CLIENT KILL of either connection, while people talk."""

import contextlib

import pytest

from lib.crowd import Reader, Speaker, check_once_and_in_order
from lib.wait import wait_until

SITE = {"env": {"HOLDLINE_REPLAY": 10000}}
TIMES = 5
LAST_WORDS = 20


@pytest.mark.parametrize("kind", ["pubsub", "normal"])
def test_everybody_hears_everything_once(site, room, kind):
    doors = [*site.workers, site.client]
    with contextlib.ExitStack() as crowd:
        readers = [crowd.enter_context(Reader([door], room)) for door in doors]
        readers.append(crowd.enter_context(Reader(doors, room)))
        with Speaker(doors, room) as speaker:
            for _ in range(TIMES):
                speaker.has_said(30)
                wait_until(lambda: site.redis.execute_command("CLIENT", "KILL", "TYPE", kind) >= 1,
                           what="a connection to cut")
                wait_until(lambda: all(worker.is_ready for worker in site.workers))
            speaker.has_said(30)
        for reader in readers:
            reader.has_heard(speaker.said)
    check_once_and_in_order(readers, speaker.said)


def test_a_poll_held_over_it_hears_what_was_said_meanwhile(site, room):
    poll = site.hold(site.workers[0], room=room)
    site.redis.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
    site.workers[1].say("hello", room)
    assert poll.news() == ["hello"]
    site.wait_ready()


def test_the_last_word_is_heard_too(site, room):
    """While the worker reads what it missed, which takes a while with a long
    backlog, it hears what is being said.  Nothing comes after the last word
    that would show it that one is missing."""
    here, there = site.workers
    for n in range(200):
        there.say(f"{n} " + "x" * 3900, room)
    cursor = here.read(room=room)["cursor"]
    for n in range(LAST_WORDS):
        site.redis.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
        said = [there.say(str(each), room)["id"] for each in range(5 + 7 * n % 40)]
        while cursor != said[-1]:
            cursor = here.read(cursor, room)["cursor"]
    site.wait_ready()
