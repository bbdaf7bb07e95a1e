"""A tab that is closed."""

import contextlib

from lib.crowd import Reader, Speaker, check_once_and_in_order
from lib.wait import wait_until

MANY = 100


def test_through_nginx(site, room):
    polls = [site.client.ask(room=room) for _ in range(MANY)]
    wait_until(lambda: site.held == MANY, what="the polls to be held")
    for poll in polls:
        poll.leave()
    wait_until(lambda: site.held == 0, what="them to be forgotten")


def test_the_others_stay(site, room):
    staying = site.hold(site.client, room=room)
    site.hold(site.client, room=room).leave()
    wait_until(lambda: site.held == 1, what="one to be forgotten")
    site.client.say("hello", room)
    assert staying.news() == ["hello"]


def test_who_comes_back_with_his_cursor_misses_nothing(site, room):
    cursor = site.client.say("before", room)["id"]
    site.hold(site.client, cursor, room).leave()
    site.client.say("meanwhile", room)
    assert site.client.ask(cursor, room).news() == ["meanwhile"]


def test_leaving_and_coming_while_people_talk(site, room):
    """Readers at all doors, and others who ask and leave at once."""
    doors = [*site.workers, site.client]
    with contextlib.ExitStack() as crowd:
        readers = [crowd.enter_context(Reader([door], room)) for door in doors]
        readers.append(crowd.enter_context(Reader(doors, room)))
        with Speaker(doors, room) as speaker:
            for n in range(300):
                doors[n % 3].ask("0-0", room if n % 2 else "other").leave()
            speaker.has_said(50)
        for reader in readers:
            reader.has_heard(speaker.said)
    check_once_and_in_order(readers, speaker.said)
