"""client_id."""

from concurrent.futures import ThreadPoolExecutor

from lib.http_client import FORM

TIMES = 50


def test_the_first_result_is_answered_again(site, room):
    first = site.client.say("hello", room, client_id="once")
    assert site.client.say("hello", room, client_id="once") == first
    assert len(site.room_log(room)) == 1


def test_by_another_worker_too(site, room):
    here, there = site.workers
    assert here.say("hello", room, client_id="once") == there.say("hello", room, client_id="once")


def test_readers_hear_it_once(site, room):
    first = site.client.say("hello", room, client_id="once")
    poll = site.hold(site.client, cursor=first["id"], room=room)
    site.client.say("hello", room, client_id="once")
    site.client.say("next", room)
    assert poll.news() == ["next"]


def test_what_is_tidied_to_the_same_text_is_the_same(site, room):
    first = site.client.say("a\nb", room, client_id="once")
    assert site.client.say(" a\r\nb ", room, client_id="once") == first


def test_fifty_at_once_through_both_workers(site, room):
    def say(n):
        return site.workers[n % 2].say("hello", room, client_id="once")

    with ThreadPoolExecutor(TIMES) as pool:
        results = list(pool.map(say, range(TIMES)))
    assert all(result == results[0] for result in results)
    assert len(site.room_log(room)) == 1


def test_another_body_is_a_conflict(site, room):
    site.client.say("hello", room, client_id="once")
    before = site.room_log(room)
    reply = site.client.post("goodbye", room, client_id="once")
    assert (reply.status, reply.problem) == (409, "client-id-reused")
    assert site.room_log(room) == before


def test_another_room_is_another_message(site, room):
    first = site.client.say("hello", room, client_id="once")
    second = site.client.say("hello", "other-" + room, client_id="once")
    assert first["room"] != second["room"]


def test_another_client_id_is_another_message(site, room):
    first = site.client.say("hello", room, client_id="once")
    assert site.client.say("hello", room, client_id="twice")["id"] != first["id"]


def test_redis_forgets_it_after_five_minutes(site, room):
    site.client.say("hello", room, client_id="once")
    seconds = site.redis.ttl(f"holdline:{{{room}}}:sent:once")
    assert 290 < seconds <= 300


def test_posts_without_any_id_are_messages_of_their_own(site, room):
    """Neither the client's nor nginx's: from a web server set up by hand."""
    for text in ("one", "two", "two"):
        with site.workers[0].connect() as connection:
            connection.send("POST", "/a/message/new", [("Content-Type", FORM)],
                            f"room={room}&body={text}".encode(), params=[("REQUEST_ID", "")])
            assert connection.read().status == 200
    assert len(site.room_log(room)) == 3
