"""A socket has two rooms: in one of them there is news of which SQL has to say who may hear it, of the other it takes
nothing for now."""

import json

from lib.member import have_heard
from lib.wait import wait_until
from lib.world import World

SITE = {"workers": 1, "gateways": 1, "trusted_proxies": "127.0.0.1"}
DATABASES = ["sqlite", "postgres"]
LONG = "三" * 3900


def change(site, room):
    """All processes look again at who may be there."""
    site.redis.publish("holdline:rooms", room)
    have_heard(site)


def say_past_the_workers(site, room):
    """The newest message once more, as one that a worker has let through just before: its id."""
    message = json.loads(site.room_log(room)[-1])
    epoch, number = message["id"].split("-")
    message |= {"id": f"{epoch}-{int(number) + 1}", "prev": int(number)}
    site.redis.hset(f"holdline:{{{room}}}:head", "seq", int(number) + 1)
    site.redis.rpush(f"holdline:{{{room}}}:log", json.dumps(message))
    site.redis.publish(f"holdline:{{{room}}}", json.dumps(message))
    return message["id"]


def next_in(socket, room):
    """The id of the next message, which is one of that room."""
    message = socket.read("message")
    assert message["room"] == room
    return message["id"]


def test_the_room_changes_while_he_takes_nothing(site, database, room):
    [gateway] = site.gateways
    site.expect_error("sql_down", "sql_job_failed")
    world = World(site, database)
    ann = world.person("Ann")
    closed = world.room(owner=ann, members=[ann])
    for each in (closed, room):
        ann.say("hello", each)
    with gateway.websocket(headers=ann.headers, receive_buffer=2048) as slow, ann.websocket() as quick:
        for socket, each in ((quick, closed), (slow, closed), (slow, room)):
            socket.subscribe(each, "0-0")
            next_in(socket, each)

        with database.away():
            wait_until(lambda: any(line["process"] == "gateway-1" for line in site.log_lines("sql_down")),
                       what="the gateway to notice")
            change(site, closed)
            said = [say_past_the_workers(site, closed)]
            elsewhere = [ann.say("here it is known", room)["id"]]
            assert next_in(slow, room) == elsewhere[0]
            elsewhere += [ann.say(LONG, room)["id"] for _ in range(60)]
        assert next_in(quick, closed) == said[0]
        wait_until(lambda: site.workers[0].health["sql"] == "up", what="the worker to notice, too")
        for text in ("it changes once more", "and once more"):
            change(site, closed)
            said.append(ann.say(text, closed)["id"])
            assert next_in(quick, closed) == said[-1]

        heard = {closed: [], room: elsewhere[:1]}
        while len(heard[closed]) < len(said) or len(heard[room]) < len(elsewhere):
            message = slow.read("message")
            heard[message["room"]].append(message["id"])
        assert heard == {closed: said, room: elsewhere}
