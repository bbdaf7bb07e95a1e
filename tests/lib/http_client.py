"""Those who talk to Holdline: through nginx, or to the socket of one worker.

    Client ---connect()---> HttpConnection | fcgi_client.Connection
      |
      +-- ask() ---> Poll: a request that is on its way, perhaps held

A Browser is a Client that keeps cookies and sends back its _xsrf."""

import http.client
import http.cookies
import select
import socket
import time
from urllib.parse import urlencode

from lib.connection import Connection
from lib.reply import Reply

FORM = "application/x-www-form-urlencoded"


class HttpConnection(Connection):
    """HTTP/1.1 over TCP, with the interface of fcgi_client.Connection; or, if
    `port` is a path, over a unix socket."""

    def __init__(self, host, port):
        self._host = f"{host}:{port}" if isinstance(port, int) else host
        super().__init__(connect_to(host, port))

    def send(self, method, target, headers=(), body=b""):
        lines = [f"{method} {target} HTTP/1.1"]
        if not any(name.lower() == "host" for name, _ in headers):
            lines.append(f"Host: {self._host}")
        if body or method == "POST":
            lines.append(f"Content-Length: {len(body)}")
        lines += [f"{name}: {value}" for name, value in headers]
        self.sock.sendall("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)

    def read(self, timeout=15, method="GET"):
        self.sock.settimeout(timeout)
        response = http.client.HTTPResponse(self.sock, method=method)
        try:
            response.begin()
            return Reply(response.status, response.getheaders(), response.read())
        finally:
            response.close()


def connect_to(host, port):
    if isinstance(port, int):
        sock = socket.create_connection((host, port), timeout=10)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    else:
        sock = socket.socket(socket.AF_UNIX)
        sock.settimeout(10)
        sock.connect(str(port))
    return sock


class Client:
    """Somebody without a memory: every request is on a connection of its own."""

    def __init__(self, connect):
        self.connect = connect

    def request(self, method, target, headers=(), body=b"", timeout=10):
        with self.connect() as connection:
            connection.send(method, target, headers, body)
            return connection.read(timeout, method)

    def get(self, target, headers=()):
        return self.request("GET", target, headers)

    def post_form(self, target, fields=(), headers=(), timeout=10):
        """`fields`: a list of pairs, a dict, or the encoded form as bytes."""
        body = encode_form(fields)
        return self.request("POST", target, [("Content-Type", FORM), *headers], body, timeout)

    def post(self, body, room=None, **more):
        """What came of saying something: the Reply."""
        return self.post_form("/a/message/new", form_of(body=body, room=room, **more))

    def say(self, body, room=None, **more):
        """Says something, which must succeed: the message."""
        reply = self.post(body, room, **more)
        assert reply.status == 200, reply
        return reply.json()

    def ask(self, cursor=None, room=None, fields=None, headers=(), **more):
        """A poll, sent; `fields` (list of pairs) instead of the usual ones."""
        if fields is None:
            fields = form_of(cursor=cursor, room=room, **more)
        return Poll(self.connect(), fields, headers)

    def read(self, cursor=None, room=None, timeout=15, **more):
        """What a poll is answered, which must be a 200: the object."""
        reply = self.ask(cursor, room, **more).answer(timeout)
        assert reply.status == 200, reply
        return reply.json()


class Poll:
    """A request for news on a connection of its own."""

    def __init__(self, connection, fields, headers=()):
        self._connection = connection
        self.started_at = time.monotonic()
        connection.send("POST", "/a/message/updates", [("Content-Type", FORM), *headers],
                        encode_form(fields))

    @property
    def is_answered(self):
        """Something came: an answer, or the end of the connection."""
        return self.is_answered_within(0)

    def is_answered_within(self, timeout):
        poller = select.poll()  # not select(), which knows only 1024 descriptors
        poller.register(self._connection, select.POLLIN)
        return bool(poller.poll(timeout * 1000))

    def answer(self, timeout=15):
        """The Reply, waited for; the connection ends with it."""
        try:
            return self._connection.read(timeout)
        except socket.timeout:
            raise AssertionError(f"no answer to a poll within {timeout} s") from None
        finally:
            self.leave()

    def news(self, timeout=15):
        """The bodies of the messages that it is answered."""
        reply = self.answer(timeout)
        assert reply.status == 200, reply
        return [message["body"] for message in reply.json()["messages"]]

    def leave(self):
        """As when the tab is closed."""
        self._connection.close()


class Browser(Client):
    """Somebody with cookies; sends Origin as browsers do, and _xsrf."""

    def __init__(self, connect, origin=None):
        super().__init__(connect)
        self.origin = origin
        self.cookies = {}

    @property
    def xsrf(self):
        return self.cookies.get("_xsrf")

    def request(self, method, target, headers=(), body=b"", timeout=10):
        reply = super().request(method, target, [*headers, *self._own_headers(method)], body,
                                timeout)
        self._keep_cookies(reply)
        return reply

    def visit(self):
        """Asks who it is: the first contact of the page.  {"name", "_xsrf"}"""
        reply = self.get("/a/session")
        assert reply.status == 200, reply
        return reply.json()

    def post(self, body, room=None, **more):
        more.setdefault("_xsrf", self.xsrf)
        return super().post(body, room, **more)

    def ask(self, cursor=None, room=None, fields=None, headers=(), **more):
        if fields is None:
            more.setdefault("_xsrf", self.xsrf)
        return super().ask(cursor, room, fields, [*headers, *self._own_headers("POST")], **more)

    def _own_headers(self, method):
        headers = []
        if self.cookies:
            cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            headers.append(("Cookie", cookie))
        if self.origin and method == "POST":
            headers += [("Origin", self.origin), ("Sec-Fetch-Site", "same-origin")]
        return headers

    def _keep_cookies(self, reply):
        for name, morsel in set_cookies(reply).items():
            self.cookies[name] = morsel.value
            if morsel["max-age"] == "0":
                del self.cookies[name]


def set_cookies(reply):
    """The cookies a reply sets: name -> http.cookies.Morsel."""
    jar = http.cookies.SimpleCookie()
    for header in reply.headers("Set-Cookie"):
        jar.load(header)
    return jar


def form_of(**fields):
    """The pairs that have a value; a list is a repeated field."""
    pairs = []
    for name, value in fields.items():
        values = value if isinstance(value, (list, tuple)) else [value]
        pairs += [(name, each) for each in values if each is not None]
    return pairs


def encode_form(fields):
    if isinstance(fields, bytes):
        return fields
    if isinstance(fields, dict):
        fields = list(fields.items())
    return urlencode(fields, encoding="utf-8").encode("ascii")
