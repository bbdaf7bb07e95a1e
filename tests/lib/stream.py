"""The event stream, as a browser's EventSource would see it.

    with Stream(site.client, room="tea") as stream:
        stream.event()     the next event, comments and "retry:" lines left out
        stream.messages(3) the next three, which must be messages

Works through nginx and at the socket of a worker alike.  Nothing is read unless
it is asked for."""

import json
import select
import socket
import time
from urllib.parse import urlencode

from lib import fcgi_client
from lib.http_client import form_of
from lib.wait import wait_until

PATH = "/a/message/stream"
CHUNK = 65536


class NoStream(AssertionError):
    """It was refused: `reply`."""

    def __init__(self, reply):
        super().__init__(f"no stream: {reply}")
        self.reply = reply


class Ended(Exception):
    """The stream is over.  `is_whole`: it ended as it should."""

    def __init__(self, is_whole):
        super().__init__("in order" if is_whole else "broken off")
        self.is_whole = is_whole


class Event:
    """`id`: None where there is no such line; `data`: the text, or None."""

    def __init__(self, lines):
        fields = [(name, value.removeprefix(" "))
                  for name, _, value in (line.partition(":") for line in lines)]
        unknown = {name for name, _ in fields} - {"id", "event", "data", "retry", ""}
        assert not unknown, lines
        of = dict(fields)
        data = [value for name, value in fields if name == "data"]
        self.id = of.get("id")
        self.type = of.get("event", "message")
        self.data = "\n".join(data) if data else None
        self.retry_ms = int(of["retry"]) if "retry" in of else None
        self.comment = of.get("")

    @property
    def json(self):
        return json.loads(self.data)

    def __repr__(self):
        return f"<Event {self.type} id={self.id} retry={self.retry_ms} {self.data!r}>"


class Stream:
    """`client`: whose connection it takes.  `last_event_id`: as the header."""

    def __init__(self, client, room=None, cursor=None, last_event_id=None, headers=(), path=PATH, **more):
        self.room = room
        self.last_id = last_event_id
        self.retry_ms = None
        self.comments = []
        query = urlencode(form_of(room=room, cursor=cursor, **more))
        if last_event_id is not None:
            headers = [*headers, ("Last-Event-ID", last_event_id)]
        self._connection = client.connect()
        is_fcgi = isinstance(self._connection, fcgi_client.Connection)
        self._decoder = FcgiBody() if is_fcgi else HttpBody()
        self._text = b""
        self._connection.send("GET", f"{path}?{query}" if query else path,
                              [("Accept", "text/event-stream"), *headers])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.leave()

    def leave(self):
        self._connection.close()

    @property
    def sock(self):
        return self._connection.sock

    @property
    def is_hung_up(self):
        """Whether the other side has closed it; what it sent may still be read."""
        poller = select.poll()
        poller.register(self.sock, select.POLLRDHUP)
        return bool(poller.poll(0))

    @property
    def reply(self):
        """Status and headers; waits for them."""
        while self._decoder.reply is None:
            self._receive(time.monotonic() + 15)
        assert self._decoder.reply.status == 200, self._decoder.reply
        return self._decoder.reply

    def opened(self):
        """Waits for the beginning: itself."""
        wait_for = time.monotonic() + 15
        while self.retry_ms is None:
            self._any_event(wait_for)
        return self

    def event(self, timeout=15):
        """The next event that a page would see, or that says where it stands."""
        deadline = time.monotonic() + timeout
        while True:
            event = self._any_event(deadline)
            if event.data is not None or event.id is not None:
                return event

    def dispatched(self, timeout=15):
        """The next that a page would see."""
        deadline = time.monotonic() + timeout
        while True:
            event = self._any_event(deadline)
            if event.data is not None:
                return event

    def messages(self, count, timeout=15):
        """The bodies of the next messages."""
        events = [self.dispatched(timeout) for _ in range(count)]
        assert all(event.type == "message" for event in events), events
        return [event.json["body"] for event in events]

    def comment(self, timeout=15):
        """The next comment; events before it are an error."""
        deadline = time.monotonic() + timeout
        while not self.comments:
            event = self._any_event(deadline)
            assert event.data is None, event
        return self.comments.pop(0)

    def end(self, timeout=10):
        """The events until the end, which must be in order."""
        events = []
        try:
            while True:
                events.append(self.event(timeout))
        except Ended as end:
            assert end.is_whole, "the stream broke off"
            return events

    # How it is done.

    def _any_event(self, deadline):
        while b"\n\n" not in self._text:
            self._receive(deadline)
        one, _, self._text = self._text.partition(b"\n\n")
        event = Event(one.decode().split("\n"))
        if event.id is not None:
            self.last_id = event.id
        if event.retry_ms is not None:
            self.retry_ms = event.retry_ms
        if event.comment is not None:
            self.comments.append(event.comment)
        return event

    def _receive(self, deadline):
        if self._decoder.is_whole:
            raise Ended(True)
        self._connection.sock.settimeout(max(deadline - time.monotonic(), 0.001))
        try:
            data = self._connection.sock.recv(CHUNK)
        except socket.timeout:
            raise AssertionError("nothing came on the stream in time") from None
        except ConnectionResetError:
            data = b""
        if not data:
            raise Ended(False)
        self._text += self._decoder.feed(data)
        if self._decoder.reply is not None and self._decoder.reply.status != 200:
            raise NoStream(self._decoder.reply)


class HttpBody:
    """The body of a reply in chunks (RFC 9112, section 7.1)."""

    def __init__(self):
        self.reply = None
        self.is_whole = False
        self._raw = b""

    def feed(self, data):
        self._raw += data
        if self.reply is None:
            head, end, rest = self._raw.partition(b"\r\n\r\n")
            if not end:
                return b""
            line, _, fields = head.partition(b"\r\n")
            status = b"Status: " + line.split(b" ", 1)[1]
            self.reply = fcgi_client.parse_cgi_reply(status + b"\r\n" + fields + b"\r\n\r\n")
            self._raw = rest
            assert self.reply.status != 200 or self.reply.header("Transfer-Encoding") == "chunked"
        body = b""
        while not self.is_whole:
            size, end, rest = self._raw.partition(b"\r\n")
            length = int(size, 16) if end else 0
            if not end or len(rest) < length + 2:
                return body
            body, self._raw = body + rest[:length], rest[length + 2:]
            self.is_whole = length == 0
        return body


class FcgiBody:
    """What the STDOUT records of a worker carry."""

    def __init__(self):
        self.reply = None
        self.is_whole = False
        self._raw = b""
        self._head = b""

    def feed(self, data):
        self._raw += data
        output = b""
        while len(self._raw) >= 8:
            length = int.from_bytes(self._raw[4:6], "big")
            whole = 8 + length + self._raw[6]
            if len(self._raw) < whole:
                break
            self.is_whole = self._raw[1] == fcgi_client.END_REQUEST
            output += b"" if self.is_whole else self._raw[8:8 + length]
            self._raw = self._raw[whole:]
        if self.reply is not None:
            return output
        self._head += output
        head, end, rest = self._head.partition(b"\r\n\r\n")
        if not end:
            return b""
        self.reply = fcgi_client.parse_cgi_reply(head + b"\r\n\r\n")
        return rest


def open_all(site, count, client, room, **more):
    """So many streams, all of them held."""
    before = site.held
    streams = [Stream(client, room=room, **more).opened() for _ in range(count)]
    wait_until(lambda: site.held == before + count, 20, f"{count} held streams")
    return streams
