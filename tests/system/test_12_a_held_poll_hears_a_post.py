"""The main thing: who waits is told at once, whichever worker spoke."""

import time

from lib.wait import wait_until

AT_ONCE_S = 5  # a bound for slow machines; usually milliseconds


def test_in_the_same_worker(site, room):
    worker = site.workers[0]
    poll = site.hold(worker, room=room)
    worker.say("hello", room)
    assert poll.news() == ["hello"]


def test_from_the_other_worker(site, room):
    here, there = site.workers
    poll = site.hold(here, room=room)
    assert here.health["held"] == 1
    said = there.say("hello", room)
    assert poll.answer().json() == {"messages": [said], "cursor": said["id"]}


def test_both_workers_tell_theirs(site, room):
    polls = [site.hold(worker, room=room) for worker in site.workers]
    site.workers[0].say("hello", room)
    assert [poll.news() for poll in polls] == [["hello"]] * 2


def test_through_nginx(site, room):
    poll = site.hold(site.client, room=room)
    site.client.say("hello", room)
    assert poll.news() == ["hello"]


def test_at_once(site, room):
    poll = site.hold(site.client, room=room)
    started = time.monotonic()
    site.client.say("hello", room)
    poll.news()
    assert time.monotonic() - started < AT_ONCE_S


def test_after_an_older_message(site, room):
    older = site.client.say("before", room)
    poll = site.hold(site.client, cursor=older["id"], room=room)
    site.client.say("after", room)
    assert poll.news() == ["after"]


def test_a_post_elsewhere_wakes_nobody(site, room):
    poll = site.hold(site.workers[0], room=room)
    elsewhere = site.hold(site.workers[0], room="not-" + room)
    site.workers[0].say("hello", "not-" + room)
    assert elsewhere.news() == ["hello"]
    assert not poll.is_answered
    poll.leave()


def test_a_hundred_who_wait_are_all_told(site, room):
    polls = [worker.ask(room=room) for worker in site.workers for _ in range(50)]
    wait_until(lambda: site.held == 100, what="100 held polls")
    site.workers[0].say("hello", room)
    assert [poll.news() for poll in polls] == [["hello"]] * 100


def test_who_asks_again_waits_for_the_next(site, room):
    cursor = None
    for text in ("one", "two", "three"):
        poll = site.hold(site.client, cursor=cursor, room=room)
        site.client.say(text, room)
        news = poll.answer().json()
        assert [message["body"] for message in news["messages"]] == [text]
        cursor = news["cursor"]
