"""FastCGI spoken to the socket of one worker, well or badly.

The functions make records as bytes, so that a test can bend them; Connection
sends them and reads replies.  Numbers and layouts: the FastCGI specification,
section 8."""

import secrets
import socket
import struct
import time

from lib import connection
from lib.reply import Reply

VERSION = 1
BEGIN_REQUEST, ABORT_REQUEST, END_REQUEST, PARAMS, STDIN, STDOUT, STDERR, DATA, GET_VALUES = (
    range(1, 10))
RESPONDER, AUTHORIZER = 1, 2
KEEP_CONNECTION = 1
CONTENT_MAX = 0xFFFF


def record(kind, content=b"", request_id=1, version=VERSION, padding=0):
    head = struct.pack(">BBHHBx", version, kind, request_id, len(content), padding)
    return head + content + bytes(padding)


def stream(kind, content, request_id=1):
    """As many records as it takes, and the empty one that ends it."""
    parts = [content[i:i + CONTENT_MAX] for i in range(0, len(content), CONTENT_MAX)]
    return b"".join(record(kind, part, request_id) for part in parts) + record(
        kind, b"", request_id)


def begin(role=RESPONDER, flags=KEEP_CONNECTION, request_id=1):
    return record(BEGIN_REQUEST, struct.pack(">HB5x", role, flags), request_id)


def length(number):
    return struct.pack(">B", number) if number < 128 else struct.pack(">I", number | 0x80000000)


def name_value(name, value):
    name, value = to_bytes(name), to_bytes(value)
    return length(len(name)) + length(len(value)) + name + value


def request(method="GET", target="/healthz", headers=(), body=b"", params=(),
            flags=KEEP_CONNECTION):
    """A whole, valid request; `params`: further pairs, beside those of a
    request without TLS."""
    pairs = [*cgi_params(method, target, headers, body), *params]
    encoded = b"".join(name_value(*pair) for pair in pairs)
    return begin(flags=flags) + stream(PARAMS, encoded) + stream(STDIN, body)


def cgi_params(method, target, headers=(), body=b""):
    """What nginx would make of the request, were it to trust who brings it: list of
    pairs.  The values are the project's nginx/ files' to define; here are those
    that a worker reads."""
    path, _, query = target.partition("?")
    params = {
        "REQUEST_METHOD": method,
        "DOCUMENT_URI": path,
        "QUERY_STRING": query,
        "CONTENT_TYPE": "",
        "CONTENT_LENGTH": str(len(body)) if body or method == "POST" else "",
        "REQUEST_ID": secrets.token_hex(16),
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "localhost",
    }
    for name, value in headers:
        name = name.upper().replace("-", "_")
        if name == "X_FORWARDED_FOR":
            params["REMOTE_ADDR"] = value
        elif name == "X_FORWARDED_PROTO":
            params["HTTPS"] = "on" if value == "https" else ""
        else:
            params[name if name == "CONTENT_TYPE" else f"HTTP_{name}"] = value
    return list(params.items())


def to_bytes(text):
    return text if isinstance(text, bytes) else text.encode("utf-8")


class Closed(ConnectionError):
    """The worker closed the connection before the reply was whole."""


class Connection(connection.Connection):
    """One connection to a worker, at a path or at an (address, port); any
    number of requests, one after another."""

    def __init__(self, address):
        is_port = isinstance(address, tuple)
        super().__init__(socket.socket(socket.AF_INET if is_port else socket.AF_UNIX))
        self.sock.connect(address if is_port else str(address))
        self.sock.settimeout(5)  # not before: a full backlog is to be waited for
        self._have = b""

    def send_bytes(self, data):
        self.sock.sendall(data)

    def send(self, method, target, headers=(), body=b"", params=()):
        self.send_bytes(request(method, target, headers, body, params))

    def read(self, timeout=15, _method="GET", request_id=1):
        """The next reply, whole."""
        deadline = time.monotonic() + timeout
        output = b""
        while True:
            kind, answered_id, content = self._read_record(deadline)
            assert answered_id == request_id
            if kind == STDOUT:
                output += content
            elif kind == END_REQUEST:
                return parse_cgi_reply(output)
            else:
                raise AssertionError(f"a record of type {kind}: {content!r}")

    def is_closed_within(self, timeout):
        """Whether the worker closes the connection; reads away what it sends
        before that."""
        self.sock.settimeout(timeout)
        try:
            while self.sock.recv(65536):
                pass
            return True
        except ConnectionResetError:
            return True
        except socket.timeout:
            return False

    def _read_record(self, deadline):
        _, kind, request_id, content_len, padding = struct.unpack(
            ">BBHHBx", self._read_exactly(8, deadline))
        content = self._read_exactly(content_len + padding, deadline)
        return kind, request_id, content[:content_len]

    def _read_exactly(self, count, deadline):
        while len(self._have) < count:
            self.sock.settimeout(max(deadline - time.monotonic(), 0.001))
            more = self.sock.recv(65536)
            if not more:
                raise Closed(f"after {len(self._have)} bytes of {count}")
            self._have += more
        result, self._have = self._have[:count], self._have[count:]
        return result


def parse_cgi_reply(output):
    head, _, body = output.partition(b"\r\n\r\n")
    headers = []
    status = 200
    for line in head.decode("latin-1").split("\r\n"):
        name, _, value = line.partition(": ")
        if name.lower() == "status":
            status = int(value.split()[0])
        else:
            headers.append((name, value))
    return Reply(status, headers, body)
