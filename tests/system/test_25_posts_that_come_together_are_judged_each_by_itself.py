"""While a room's post is on its way to Redis, others of that room wait and go together (store_append.c)."""

from contextlib import contextmanager

import pytest

from lib.http_client import FORM, encode_form

TOGETHER = 100  # more than one batch takes
PAUSE_MS = 1000  # a command may take 2 s


@pytest.fixture
def author(site):
    """Somebody whose session the worker knows, so that nothing but the posts waits for Redis."""
    browser = site.workers[0].browser()
    browser.visit()
    return browser


class Post:
    def __init__(self, site, author, room, **fields):
        cookies = "; ".join(f"{name}={value}" for name, value in author.cookies.items())
        form = encode_form({"room": room, "_xsrf": author.xsrf, **fields})
        self.connection = site.workers[0].connect()
        self.connection.send("POST", "/a/message/new", [("Content-Type", FORM), ("Cookie", cookies)], form)

    def reply(self):
        with self.connection:
            return self.connection.read()


@contextmanager
def together(site, author, room):
    """What is posted in it reaches Redis in one go, behind a first one that goes alone.  Redis goes on by itself
    before anybody gives up waiting for it, however long the test takes."""
    site.redis.client_pause(PAUSE_MS, all=False)
    posts = [Post(site, author, room, body="the first", client_id="first")]
    yield posts
    site.redis.client_unpause()
    posts[0] = posts[0].reply()
    assert posts[0].status == 200
    posts[1:] = [post.reply() for post in posts[1:]]


def test_each_has_its_place(site, room, author):
    with together(site, author, room) as posts:
        posts += [Post(site, author, room, body=f"number {n}", client_id=f"k{n}") for n in range(TOGETHER)]
    said = [reply.json() for reply in posts]
    assert {message["body"] for message in said[1:]} == {f"number {n}" for n in range(TOGETHER)}
    heard = site.client.read(room=room)["messages"]
    assert len(heard) == TOGETHER + 1
    assert sorted(said, key=lambda message: message["id"]) == sorted(heard, key=lambda message: message["id"])


def test_a_reader_hears_all_of_them(site, room, author):
    cursor = site.client.say("before", room)["id"]
    poll = site.hold(site.workers[1], cursor, room)
    with together(site, author, room) as posts:
        posts += [Post(site, author, room, body=f"number {n}", client_id=f"k{n}") for n in range(5)]
    heard = poll.answer().json()
    bodies = [message["body"] for message in heard["messages"]]
    while len(bodies) < 6:
        heard = site.workers[1].read(heard["cursor"], room)
        bodies += [message["body"] for message in heard["messages"]]
    assert bodies == ["the first"] + [f"number {n}" for n in range(5)]


def test_a_repetition_is_recognised_among_them(site, room, author):
    with together(site, author, room) as posts:
        posts += [Post(site, author, room, body="hello", client_id="once") for _ in range(3)]
        posts.append(Post(site, author, room, body="goodbye", client_id="once"))
        posts.append(Post(site, author, room, body="last", client_id="last"))
    assert posts[1].json() == posts[2].json() == posts[3].json()
    assert (posts[4].status, posts[4].problem) == (409, "client-id-reused")
    assert posts[5].json()["body"] == "last"
    assert len(site.room_log(room)) == 3


def test_junk_under_one_key_costs_that_one_only(site, room, author):
    site.redis.sadd(f"holdline:{{{room}}}:sent:bad", "junk")
    with together(site, author, room) as posts:
        posts += [Post(site, author, room, body=name, client_id=name) for name in ("before", "bad", "after")]
    assert [reply.status for reply in posts] == [200, 200, 503, 200]
    assert posts[2].problem == "unavailable"
    assert len(site.room_log(room)) == 3


def test_who_leaves_meanwhile_takes_nobody_along(site, room, author):
    with together(site, author, room) as posts:
        posts += [Post(site, author, room, body=f"number {n}", client_id=f"k{n}") for n in range(4)]
        posts.pop(2).connection.close()
    assert [reply.status for reply in posts] == [200] * 4
