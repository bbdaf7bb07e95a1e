"""A worker that goes, or dies, with streams open."""

import os
import signal

from lib.stream import Ended, Stream, open_all
from lib.wait import wait_until

MANY = 60


def test_who_goes_tells_them_when_to_come_back(new_site, room):
    site = new_site(nginx=False, workers=1)
    worker = site.workers[0]
    said = worker.say("hello", room)["id"]
    streams = open_all(site, MANY, worker, room, cursor=said)
    site.pool.send_signal(signal.SIGTERM)
    for stream in streams:
        assert [event.data for event in stream.end()] == [None]  # where it stands
        assert stream.last_id == said
    retries = {stream.retry_ms for stream in streams}
    assert all(1 <= retry_ms <= 2000 for retry_ms in retries), retries
    assert len(retries) > MANY / 2, "not spread"
    assert site.pool.wait() == 0


def test_the_connection_goes_with_them(new_site, room):
    site = new_site(nginx=False, workers=1)
    with Stream(site.workers[0], room).opened() as stream:
        site.pool.send_signal(signal.SIGTERM)
        stream.end()
        assert stream._connection.is_closed_within(5)
    assert site.pool.wait() == 0


def test_a_message_in_the_last_moment_is_told_or_comes_after_the_last_id(new_site, room):
    site = new_site(nginx=False, workers=1)
    worker = site.workers[0]
    first = worker.say("first", room)["id"]
    streams = open_all(site, MANY, worker, room, cursor=first)
    post = worker.connect()
    post.send("POST", "/a/message/new", [("Content-Type", "application/x-www-form-urlencoded")],
              f"body=second&room={room}".encode())
    site.pool.send_signal(signal.SIGTERM)
    for stream in streams:
        told = [event.json["body"] for event in stream.end() if event.data]
        assert (told, stream.last_id == first) in ((["second"], False), ([], True))
    assert site.pool.wait() == 0


def test_through_nginx_they_end_in_order_and_go_on(site, room):
    cursor = site.client.say("before", room)["id"]
    streams = open_all(site, 20, site.client, room, cursor=cursor)
    site.hup()
    for stream in streams:
        stream.end()
    after = site.client.say("after", room)
    for old in streams:
        with Stream(site.client, room, last_event_id=old.last_id) as stream:
            assert stream.dispatched().json == after
        old.leave()


def test_a_worker_that_is_killed_breaks_them_off(site, room):
    site.expect_error("worker_died")
    site.forget_pids()
    cursor = site.client.say("before", room)["id"]
    streams = open_all(site, 20, site.client, room, cursor=cursor)
    worker = site.workers[0]
    count, pid = worker.health["held"], worker.pid
    assert 0 < count < 20, "nginx spreads them"
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: worker.is_ready and worker.pid != pid, what="a new worker")
    after = site.client.say("after", room)
    broken = 0
    for old in streams:
        try:
            assert old.dispatched().json == after
        except Ended:
            broken += 1
            with Stream(site.client, room, last_event_id=old.last_id) as stream:
                assert stream.dispatched().json == after
        old.leave()
    assert broken == count


def test_who_opens_one_at_a_worker_that_goes_is_sent_away(new_site, room):
    site = new_site(nginx=False, workers=1)
    worker = site.workers[0]
    for _ in range(100):
        worker.say("x" * 4000, room)
    kept = worker.connect()
    kept.send("GET", "/healthz")
    kept.read()
    worker.read(room=room)
    slow = Stream(worker, room).opened()  # its 1 MB keeps the worker there
    site.pool.send_signal(signal.SIGTERM)
    wait_until(lambda: site.log_lines("worker_draining"), what="it to go")

    class Kept:
        def connect(self):
            return kept
    with Stream(Kept(), "other-" + room) as stream:
        assert not [event for event in stream.end() if event.data]
        assert 1 <= stream.retry_ms <= 2000
    assert len([event for event in slow.end() if event.data]) == 100
    assert site.pool.wait() == 0


def test_a_worker_that_is_full_sends_them_away(new_site, room):
    site = new_site(nginx=False, workers=1, descriptors=64)
    worker = site.workers[0]
    streams = [Stream(worker, room).opened() for _ in range(50)]
    wait_until(lambda: site.held + sum(stream.is_hung_up for stream in streams) == 50,
               what="each to be held or sent away")
    sent_away = [stream for stream in streams if stream.is_hung_up]
    assert 0 < len(sent_away) < 20
    for stream in sent_away:
        assert not [event for event in stream.end() if event.data]
        assert 1 <= stream.retry_ms <= 2000
    assert worker.say("hello", room)
    for stream in streams:
        stream.leave()
