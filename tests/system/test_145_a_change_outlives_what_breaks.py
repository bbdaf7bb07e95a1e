"""Workers and Redis restarted in between, a worker that heard nothing of it, two who change at once: one order, and no old text."""

import threading

import pytest

from lib.person import Person, refused
from lib.revising import delete, edit, must
from lib.stream import Stream
from lib.wait import wait_until

SITE = {"workers": 2, "gateways": 1, "trusted_proxies": "127.0.0.1"}
OLD = "the old text"


@pytest.fixture
def ann(site):
    return Person(site).be_a_guest()


def test_after_a_restart_of_redis_the_numbers_leap(site, room, ann):
    said = ann.say(OLD, room)
    ann.say("between", room)
    site.stop_redis()
    site.start_redis()
    site.wait_ready()
    event = must(edit(ann, said, "new"))
    seq = [int(each["id"].split("-")[1]) for each in (said, event)]
    assert seq[1] > seq[0] + 1_000_000
    must(edit(ann, said, "newer"))
    must(delete(ann, said))
    for worker in site.workers:
        for cursor in (None, said["id"], "0-0"):
            messages = worker.read(cursor, room)["messages"]
            assert {each["body"] for each in messages} <= {"", "between"} and len(messages) in (4, 5)


def test_after_a_restart_of_the_pool(site, room, ann):
    said = ann.say(OLD, room)
    event = must(edit(ann, said, "new"))
    site.stop_pool()
    site.forget_pids()
    site.start_pool()
    assert ann.read(said["id"], room)["messages"] == [event]
    must(delete(ann, said))
    assert OLD not in str(ann.read(room=room)) and "new" not in str(ann.read(room=room))


def test_a_worker_that_was_away_is_right_when_it_is_back(site, room, ann):
    """It has the old text in memory, and hears nothing of the change."""
    said = ann.say(OLD, room)
    last = ann.say("last", room)
    here, there = site.workers
    polls = [site.hold(here, last["id"], room), site.hold(there, last["id"], room)]
    with Stream(here, room, cursor=last["id"]) as stream:
        stream.opened()
        site.redis.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
        event = must(delete(ann, said))
        for poll in polls:
            assert poll.answer().json()["messages"] == [event]
        assert stream.dispatched().json == event
    for worker in site.workers:
        for cursor in (None, "0-0"):
            assert [each["body"] for each in worker.read(cursor, room)["messages"]] == ["", "last", ""]


def test_many_changes_while_nobody_hears(site, room, ann):
    """Cut off again and again, all workers tell the same in the end."""
    said = [ann.say(f"{OLD} {n}", room) for n in range(10)]
    for worker in site.workers:
        worker.read(room=room)
    for n, each in enumerate(said):
        site.redis.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
        last = must(edit(ann, each, f"new {n}") if n % 2 else delete(ann, each))
    heads = []
    for worker in site.workers:
        wait_until(lambda: worker.read(room=room)["cursor"] == last["id"], what="the worker to know of the last one")
        heads.append(worker.read(room=room))
    assert heads[0] == heads[1]
    assert OLD not in str(heads)
    assert [each["body"] for each in heads[0]["messages"][:10]] == [
        f"new {n}" if n % 2 else "" for n in range(10)]


@pytest.mark.parametrize("second", ["edit", "delete"])
def test_two_at_once_are_one_after_the_other(site, room, ann, second):
    """From two workers, while streams and polls at both follow."""
    others = [ann.at(worker) for worker in site.workers]
    said = [ann.say(f"{OLD} {n}", room) for n in range(20)]
    streams = [Stream(worker, room, cursor=said[-1]["id"]).opened() for worker in site.workers]
    barrier = threading.Barrier(2)
    answers = ([], [])

    def change(which):
        for each in said:
            barrier.wait(30)
            if which == 0 or second == "edit":
                answers[which].append(edit(others[which], each, f"{which}"))
            else:
                answers[which].append(delete(others[which], each))
    threads = [threading.Thread(target=change, args=[which]) for which in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done = [must(reply) for replies in answers for reply in replies if reply.status == 200]
    for reply in answers[0] + answers[1]:
        assert reply.status == 200 or refused(reply) == (409, "message-deleted")
    done.sort(key=lambda event: int(event["id"].split("-")[1]))
    heard = [[stream.dispatched().json for _ in done] for stream in streams]
    for stream in streams:
        stream.leave()
    rooms = [worker.read(room=room)["messages"] for worker in site.workers]
    assert [event["id"] for event in heard[0]] == [event["id"] for event in heard[1]] == [event["id"] for event in done]
    assert rooms[0] == rooms[1]
    assert OLD not in str(rooms)
    last = {event["of"]: event for event in done}
    for each in rooms[0][:len(said)]:
        assert each["body"] == last[each["id"]]["body"]


def test_a_full_redis_changes_nothing(site, room, ann):
    """Of the several writes all are done, or none."""
    said = ann.say(OLD, room)
    before = site.room_log(room)
    site.redis.config_set("maxmemory", 1)
    site.redis.config_set("maxmemory-policy", "noeviction")
    try:
        assert edit(ann, said, "new").status == delete(ann, said).status == 503
    finally:
        site.redis.config_set("maxmemory", 0)
    assert site.room_log(room) == before
    must(edit(ann, said, "new"))


def test_redis_may_forget_the_script(site, room, ann):
    said = ann.say(OLD, room)
    must(edit(ann, said, "new"))
    site.redis.script_flush()
    must(edit(ann, said, "newer"))
    site.redis.script_flush()
    must(delete(ann, said))


def test_without_redis_it_is_unavailable(site, room, ann):
    said = ann.say(OLD, room, client_id="k1")
    site.stop_redis()
    try:
        assert (edit(ann, said, "new").status, delete(ann, said).status) == (503, 503)
    finally:
        site.start_redis()
        site.wait_ready()
    assert site.client.read(room=room)["messages"][0]["body"] == OLD


def test_a_room_that_redis_forgot(site, room, ann):
    said = ann.say(OLD, room)
    site.redis.delete(f"holdline:{{{room}}}:head")
    assert refused(edit(ann, said, "new")) == (404, "message-not-found")
    ann.say("anew", room)
    assert refused(edit(ann, said, "new")) == (404, "message-not-found")
