"""The ways into a room: what somebody may hear or say there, at each door.

    for way in READING:  way(site, person, room)    "ok", or the slug of the problem
    for way in WRITING:  way(site, person, room)    the same
    for hold in HOLDS:   with hold(site, person, room) as held:
                             held.hears("kettle is on")
                             held.end()             the slug with which it ended

`person` is a lib.person.Person; one without cookies is nobody, and at a socket a visitor."""

import contextlib
import json

from lib.stream import NoStream, Stream
from lib.websocket import Closed

OK = "ok"


def outcome(reply):
    return OK if reply.status == 200 else reply.problem


# --- what can be asked for -------------------------------------------------------------------------------------------

def poll(site, person, room):
    """There must be something in the room."""
    with contextlib.closing(PollOf(person, room, None)) as one:
        return outcome(one.poll.answer())


def stream(site, person, room):
    try:
        with Stream(person, room, headers=person.headers) as one:
            one.opened()
            return OK
    except NoStream:
        return person.get(f"/a/message/stream?room={room}").problem


def socket(site, person, room):
    with person.websocket() as one:
        one.send("subscribe", room=room)
        answer = one.read("subscribed", "error")
        assert answer["room"] == room
        return answer.get("problem", OK)


def chat(site, person, room):
    """There must be something in the room."""
    with person.websocket(f"/chat?room={room}") as one:
        try:
            line = one.read_text()
            if not line.startswith("* "):
                return OK
            assert one.read_text() == line, "the end was expected"
        except Closed as closed:
            assert closed.code == 1008, closed
            return closed.reason
    return OK


def plain(site, person, room):
    return outcome(person.get(f"/plain?room={room}"))


def present(site, person, room):
    return outcome(person.get(f"/a/room/present?room={room}"))


READING = [poll, stream, socket, chat, plain, present]


def form(site, person, room):
    return outcome(person.post_fields("/a/message/new", room=room, body="by a form"))


def frame(site, person, room):
    with person.websocket() as one:
        one.send("post", room=room, body="by a frame", client_id="k1")
        answer = one.read("posted", "error")
        return answer.get("problem", OK)


def line(site, person, room):
    """He may read the room."""
    with person.websocket(f"/chat?room={room}") as one:
        one.send_text("by a line")
        while True:
            said = one.read_text()
            if said.endswith(": by a line"):
                return OK
            for title, slug in TITLES.items():
                if said.startswith(f"* {title}:"):
                    return slug


TITLES = {"Muted": "muted", "Archived": "room-archived", "Blocked": "blocked", "Try again": "unavailable"}
WRITING = [form, frame, line]


# --- what is held ----------------------------------------------------------------------------------------------------

class PollOf:
    def __init__(self, person, room, cursor):
        self.poll = person.ask(cursor, room, headers=person.headers, _xsrf=person.xsrf)

    def close(self):
        self.poll.leave()


class Hold:
    """`doors`: a worker and a gateway; else those that nginx chooses."""

    def __init__(self, site, person, room, doors=None):
        self.site, self.person, self.room = site, person, room
        worker, self.gateway = doors or (None, None)
        self.at = person.at(worker) if worker else person
        said = site.room_log(room)
        self.cursor = json.loads(said[-1])["id"] if said else "0-0"
        self.begin()

    def websocket(self, target):
        if self.gateway:
            return self.gateway.websocket(target, self.person.headers)
        return self.person.websocket(target)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class HeldPoll(Hold):
    def begin(self):
        self.one = PollOf(self.at, self.room, self.cursor)

    def hears(self, body, timeout=15):
        reply = self.one.poll.answer(timeout).json()
        assert [message["body"] for message in reply["messages"]] == [body]
        self.cursor = reply["cursor"]
        self.begin()

    def end(self, timeout=15):
        return self.one.poll.answer(timeout).problem

    def close(self):
        self.one.close()


class HeldStream(Hold):
    def begin(self):
        self.one = Stream(self.at, self.room, cursor=self.cursor, headers=self.person.headers).opened()

    def hears(self, body, timeout=15):
        assert self.one.messages(1, timeout) == [body]

    def end(self, timeout=15):
        [event] = [each for each in self.one.end(timeout) if each.data is not None]
        assert event.type == "end", event
        return event.json["reason"]

    def close(self):
        self.one.leave()


class HeldSocket(Hold):
    def begin(self):
        self.one = self.websocket("/ws")
        self.one.subscribe(self.room, cursor=self.cursor)

    def hears(self, body, timeout=15):
        assert self.one.read("message", timeout=timeout)["body"] == body

    def end(self, timeout=15):
        """The connection goes on."""
        error = self.one.read("error", timeout=timeout)
        assert error["room"] == self.room
        self.one.send("ping")
        assert self.one.read("pong")
        return error["problem"]

    def close(self):
        self.one.close()


class HeldChat(Hold):
    def begin(self):
        self.one = self.websocket(f"/chat?room={self.room}")
        while not self.one.read_text().endswith(" came"):
            pass

    def hears(self, body, timeout=15):
        while not (said := self.one.read_text(timeout)).endswith(f": {body}"):
            assert said.startswith("* "), said

    def end(self, timeout=15):
        closed = self.one.closing(timeout)
        assert closed.code == 1008, closed
        return closed.reason

    def close(self):
        self.one.close()


HOLDS = [HeldPoll, HeldStream, HeldSocket, HeldChat]
