"""What somebody is answered at each door when he wants to read a room, or to say
something in it: "ok", or the slug of the problem.

Whoever it is, a fresh connection is made each time.  The room has a message in
it, so that nobody is held."""

import itertools
import re

from lib.stream import PATH, NoStream, Stream
from lib.websocket import Closed

# What /chat calls what went wrong.
TITLES = {"No such room": "room-not-found", "Banned": "banned", "Muted": "muted", "Archived": "room-archived",
          "Blocked": "blocked"}

_numbers = itertools.count(1)


def outcome(reply):
    return "ok" if reply.status in (200, 201) else reply.problem


# Reading.

def read_by_poll(person, room):
    return outcome(person.ask(room=room).answer())


def read_by_stream(person, room):
    with Stream(person, room=room, headers=person.headers) as stream:
        try:
            stream.opened()
            return "ok"
        except NoStream:  # which has come so far as its status
            return outcome(person.get(f"{PATH}?room={room}"))


def read_by_socket(person, room):
    with person.websocket() as socket:
        socket.send("subscribe", room=room)
        answer = socket.read("subscribed", "error")
        return answer.get("problem", "ok")


def read_by_chat(person, room):
    """He is told what was said before he is told anything else, or it ends."""
    with person.websocket(f"/chat?room={room}") as chat:
        try:
            line = chat.read_text()
            if not line.startswith("* "):
                return "ok"
            chat.closing()
            return problem_of(line)
        except Closed as closed:
            assert closed.code == 1008
            return TITLES[closed.reason.capitalize()]


def read_by_page(person, room):
    return outcome(person.get(f"/plain?room={room}"))


def read_who_is_present(person, room):
    return outcome(person.get(f"/a/room/present?room={room}"))


# Saying something.

def post_by_form(person, room):
    return outcome(person.post(f"form {next(_numbers)}", room))


def post_by_socket(person, room):
    with person.websocket() as socket:
        socket.send("post", room=room, body="socket", client_id=f"d{next(_numbers)}")
        return socket.read("posted", "error").get("problem", "ok")


def post_by_chat(person, room):
    """Also of who hears nothing there: then it is the reading that is refused."""
    body = f"chat {next(_numbers)}"
    with person.websocket(f"/chat?room={room}") as chat:
        try:
            chat.send_text(body)
            while not (line := chat.read_text()).endswith(body):
                if problem_of(line) != "ok":
                    return problem_of(line)
            return "ok"
        except Closed as closed:
            assert closed.code == 1008
            return TITLES[closed.reason.capitalize()]


def type_by_form(person, room):
    return outcome(person.post_fields("/a/room/typing", room=room))


def problem_of(line):
    """Of a line of the chat: "* No such room: There is none ..."."""
    said = re.match(r"\* ([A-Z][a-z ]+): ", line)
    return TITLES[said[1]] if said and said[1] in TITLES else "ok"


READING = {"poll": read_by_poll, "stream": read_by_stream, "ws": read_by_socket, "chat": read_by_chat,
           "plain": read_by_page, "present": read_who_is_present}
SAYING = {"form": post_by_form, "ws": post_by_socket, "chat": post_by_chat, "typing": type_by_form}
