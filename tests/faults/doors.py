"""A crew that comes through all doors: polls, event streams, WebSockets, and some who change between them all the time.

    with DoorsCrew(site, room) as crew: ...as with a Crew...

A connection that breaks is no failure: a stream and a socket have no other way to say it.  Who was cut off comes back
with the cursor; what counts is what was heard."""

import base64
import http.client
import itertools
import json
import os
import struct
import time
from urllib.parse import urlencode

from crew import LONG, POST_S, RETRY_S, Answer, Crew, Failure, Pause, Poster, Reader
from lib.http_client import FORM, encode_form, form_of
from lib.reply import Reply
from lib.stream import Event, HttpBody

CHUNK = 65536
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
# A stream says something every 20 s, a gateway pings every 25 s.
SILENT_S = 40
STAY_S = 30


class Broken(Exception):
    """The connection ended, or nothing came for too long."""


# --- the doors: each is a generator that listens until `until` has come, or the connection ends ----------------------

def by_poll(reader, connection, until):
    while time.monotonic() < until:
        form = encode_form(form_of(room=reader.crew.room, cursor=reader.cursor, html=0))
        connection.send("POST", "/a/message/updates", [("Content-Type", FORM)], form)
        if not (yield Answer(connection, until - time.monotonic())):
            return
        reply = connection.read(LONG)
        if reply.status != 200:
            reader.refused(reply)
            return
        news = reply.json()
        reader.take_news(news)
        if "retry_ms" in news or reply.header("Connection") == "close":
            return


def by_stream(reader, connection, until):
    query = urlencode({"room": reader.crew.room, "cursor": reader.cursor, "html": 0})
    connection.send("GET", f"/a/message/stream?{query}", [("Accept", "text/event-stream")])
    body = HttpBody()
    text = b""
    while time.monotonic() < until and not body.is_whole:
        text += body.feed((yield from received(connection, until)))
        if body.reply is not None and body.reply.status != 200:
            reader.refused(body.reply)
            return
        *events, text = text.split(b"\n\n")
        for each in events:
            reader.take_event(Event(each.decode().split("\n")))
    if body.is_whole:
        reader.come_later()


def by_socket(reader, connection, until):
    sock = Socket(connection)
    if not (yield from sock.open("/ws", until)):
        reader.refused(sock.reply)
        return
    sock.send({"type": "subscribe", "room": reader.crew.room, "cursor": reader.cursor, "html": False})
    while time.monotonic() < until:
        frame = yield from sock.frame(until)
        if frame is None:
            return
        reader.take_frame(frame)


DOORS = {"poll": by_poll, "stream": by_stream, "socket": by_socket}


def received(connection, until):
    """What comes next on the connection; b"" when `until` has come first."""
    wait = min(until - time.monotonic(), SILENT_S)
    if not (yield Answer(connection, max(wait, 0))):
        if time.monotonic() < until:
            raise Broken("silent")
        return b""
    data = connection.sock.recv(CHUNK)
    if not data:
        raise Broken("closed")
    return data


class Socket:
    """A WebSocket (RFC 6455) whose frames are JSON."""

    def __init__(self, connection):
        self.connection = connection
        self.reply = None
        self._raw = b""

    def open(self, target, until):
        """Whether it was; else `reply` says why."""
        key = base64.b64encode(os.urandom(16)).decode()
        self.connection.send("GET", target, [("Connection", "Upgrade"), ("Upgrade", "websocket"),
                                             ("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", key)])
        while b"\r\n\r\n" not in self._raw:
            data = yield from received(self.connection, until)
            if not data:
                raise Broken("not opened in time")
            self._raw += data
        head, _, rest = self._raw.partition(b"\r\n\r\n")
        line, *fields = head.decode("latin-1").split("\r\n")
        status = int(line.split(" ")[1])
        self.reply = Reply(status, [tuple(field.split(": ", 1)) for field in fields], rest)
        self._raw = rest
        return status == 101

    def send(self, frame):
        self._send(TEXT, json.dumps(frame).encode())

    def frame(self, until):
        """The next, or None when `until` has come or the other side closes."""
        while True:
            opcode, payload = self._take()
            if opcode == TEXT:
                return json.loads(payload)
            if opcode == CLOSE:
                return None
            if opcode == PING:
                self._send(PONG, payload)
            if opcode is None:
                data = yield from received(self.connection, until)
                if not data:
                    return None
                self._raw += data

    def _send(self, opcode, payload):
        mask = os.urandom(4)
        size = len(payload)
        head = struct.pack("!BB", 0x80 | opcode, 0x80 | size) if size < 126 \
            else struct.pack("!BBH", 0x80 | opcode, 0x80 | 126, size)
        masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
        self.connection.sock.sendall(head + mask + masked)

    def _take(self):
        """One frame of what has come, or (None, b"")."""
        if len(self._raw) < 2:
            return None, b""
        opcode, size, at = self._raw[0] & 15, self._raw[1] & 127, 2
        if size == 126:
            size, at = int.from_bytes(self._raw[2:4], "big"), 4
        elif size == 127:
            size, at = int.from_bytes(self._raw[2:10], "big"), 10
        if len(self._raw) < at + size:
            return None, b""
        payload = self._raw[at:at + size]
        self._raw = self._raw[at + size:]
        return opcode, payload


# --- people ---------------------------------------------------------------------------------------------------------

class DoorReader(Reader):
    """Comes through `doors` in turn, and stays `stay_s` in each unless it is sent away."""

    def __init__(self, crew, name, doors, stay_s):
        super().__init__(crew, name, True)
        self.doors = doors
        self.stay_s = stay_s
        self.breaks = 0
        self._gap_before = None
        self._retry_s = 0        # before he comes again
        self._stream_retry_s = 0 # the same if the stream that he hears is ended in order

    def life(self):
        for door in itertools.cycle(self.doors):
            while self.is_away:
                yield Pause(RETRY_S)
            self._retry_s = 0
            try:
                self._connection = self.crew.connect()
                yield from DOORS[door](self, self._connection, time.monotonic() + self.stay_s)
            except (Broken, OSError, http.client.HTTPException):
                self.breaks += 1
                self._retry_s = max(self._retry_s, RETRY_S)
            self.close()
            if self._retry_s:
                yield Pause(self._retry_s)

    def refused(self, reply):
        self.crew.failures.append(Failure(self.name, reply))
        self._retry_s = RETRY_S

    def come_later(self):
        self._retry_s = self._stream_retry_s

    def take_news(self, news):
        self._take(news)
        self._retry_s = news.get("retry_ms", 0) / 1000

    def take_event(self, event):
        if event.retry_ms is not None:
            self._stream_retry_s = event.retry_ms / 1000
        if event.type == "reset":
            self._reset()
        elif event.type == "gap":
            self._gap_before = self.cursor
        elif event.data is not None:
            self._hear(event.json)
        if event.id is not None:
            self.cursor = event.id

    def take_frame(self, frame):
        if frame["type"] == "subscribed":
            if frame.get("reset"):
                self._reset()
            if frame.get("gap"):
                self._gap_before = self.cursor
        elif frame["type"] == "message":
            self._hear(frame)
            self.cursor = frame["id"]
        elif frame["type"] == "closing":
            self._retry_s = frame["retry_ms"] / 1000
        else:
            raise AssertionError(f"{self.name} was told {frame}")

    def _reset(self):
        self.given_up.append(self.heard)
        self.heard = []

    def _hear(self, message):
        if self._gap_before is not None:
            self.gaps.append((self._gap_before, message["id"]))
            self._gap_before = None
        self.heard.append((message["body"], message["id"]))


class SocketPoster(Poster):
    """Posts through a WebSocket, and again on a new one when it breaks."""

    def __init__(self, crew, name):
        super().__init__(crew, name, True, True)
        self._socket = None

    def _post(self, body):
        until = time.monotonic() + POST_S
        try:
            if self._socket is None and not (yield from self._open(until)):
                return None
            self._socket.send({"type": "post", "room": self.crew.room, "body": body, "client_id": body})
            while True:
                frame = yield from self._socket.frame(until)
                if frame is None:
                    raise Broken("closed")
                if frame.get("client_id") == body:
                    return frame if frame["type"] == "posted" else self._refused(frame)
        except (Broken, OSError):
            self._leave()
            return None

    def _open(self, until):
        self._connection = self.crew.connect()
        self._socket = Socket(self._connection)
        if (yield from self._socket.open("/ws", until)):
            return True
        self.crew.failures.append(Failure(self.name, self._socket.reply))
        self._leave()
        return False

    def _refused(self, frame):
        if frame["problem"] != "unavailable":
            self.crew.failures.append(Failure(self.name, AssertionError(frame)))
        return None

    def _leave(self):
        self.close()
        self._socket = None


class DoorsCrew(Crew):
    """`each`: readers at each door, and as many who change it ten times a second."""

    def __init__(self, site, room, each=4, posters=2, **more):
        super().__init__(site, room, readers=0, posters=posters, **more)
        for door in DOORS:
            self.readers += [DoorReader(self, f"{door}-{n}", [door], STAY_S) for n in range(each)]
        self.readers += [DoorReader(self, f"changing-{n}", list(DOORS), 0.1) for n in range(each)]
        self.posters += [SocketPoster(self, f"socket-poster-{n}") for n in range(posters)]
