"""A WebSocket client that can also misbehave (RFC 6455)."""

import base64
import contextlib
import json
import os
import re
import socket
import struct
import time

from lib.connection import Connection

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


class Refused(AssertionError):
    """The handshake was answered with something else than 101."""

    def __init__(self, status, head, body):
        super().__init__(f"{status}: {head}\n{body}")
        self.status = status
        self.head = head
        self.body = body


class Closed(AssertionError):
    """The connection has ended; `code` is None when without a close frame."""

    def __init__(self, code, reason):
        super().__init__(f"closed: {code} {reason}")
        self.code = code
        self.reason = reason


def frame(payload, opcode=TEXT, fin=True, masked=True, rsv=0):
    """The bytes of one frame from a client."""
    payload = payload.encode() if isinstance(payload, str) else payload
    head = bytes([(0x80 if fin else 0) | rsv << 4 | opcode])
    bit = 0x80 if masked else 0
    if len(payload) < 126:
        head += bytes([bit | len(payload)])
    elif len(payload) < 65536:
        head += struct.pack("!BH", bit | 126, len(payload))
    else:
        head += struct.pack("!BQ", bit | 127, len(payload))
    if not masked:
        return head + payload
    mask = os.urandom(4)
    key = (mask * (len(payload) // 4 + 1))[:len(payload)]
    mixed = (int.from_bytes(payload, "big") ^ int.from_bytes(key, "big")).to_bytes(len(payload), "big")
    return head + mask + mixed


class WebSocket(Connection):
    """`address`: a path, or a host and a port.  Pings are answered while something
    is waited for, unless `pongs` is False."""

    def __init__(self, address, target="/ws", headers=(), host="localhost", receive_buffer=None,
                 pongs=True):
        family = socket.AF_INET if isinstance(address, tuple) else socket.AF_UNIX
        sock = socket.socket(family)
        if receive_buffer:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        sock.settimeout(10)
        sock.connect(address if isinstance(address, tuple) else str(address))
        super().__init__(sock)
        self.pongs = pongs
        self.pings = 0
        self._buffer = b""
        self._shake_hands(target, headers, host)

    def _shake_hands(self, target, headers, host):
        lines = [f"GET {target} HTTP/1.1", "Upgrade: websocket", "Connection: Upgrade",
                 "Sec-WebSocket-Version: 13",
                 "Sec-WebSocket-Key: " + base64.b64encode(os.urandom(16)).decode(), f"Host: {host}"]
        lines += [f"{name}: {value}" for name, value in headers]
        self.sock.sendall("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n")
        while b"\r\n\r\n" not in self._buffer:
            more = self.sock.recv(65536)
            if not more:
                raise Closed(None, "in the handshake")
            self._buffer += more
        head, self._buffer = self._buffer.split(b"\r\n\r\n", 1)
        status = int(head.split()[1])
        if status != 101:
            body = self._read_body(head)
            self.close()
            raise Refused(status, head.decode(), body)

    def _read_body(self, head):
        """What follows the head of a refusal, whose length it says itself or the end does."""
        length = re.search(rb"(?im)^content-length: *(\d+)", head)
        while length is None or len(self._buffer) < int(length[1]):
            more = self.sock.recv(65536)
            if not more:
                break
            self._buffer += more
        return self._buffer.decode()

    # Sending.

    def send_bytes(self, data):
        self.sock.sendall(data)

    def send_text(self, text):
        self.send_bytes(frame(text))

    def send(self, type, **members):
        """One of the frames of docs/wire.md."""
        self.send_text(json.dumps({"type": type, **members}))

    def end(self, code=1000):
        """Says goodbye."""
        self.send_bytes(frame(struct.pack("!H", code), CLOSE))

    # Receiving.

    def read_frame(self, timeout=15):
        """The next one: its opcode and its payload."""
        deadline = time.monotonic() + timeout
        while (parsed := self._take_frame()) is None:
            self.sock.settimeout(max(0.001, deadline - time.monotonic()))
            try:
                more = self.sock.recv(1 << 20)
            except socket.timeout:
                raise AssertionError(f"no frame within {timeout} s") from None
            except ConnectionError as error:
                raise Closed(None, str(error)) from None
            if not more:
                raise Closed(None, "without a goodbye")
            self._buffer += more
        return parsed

    def buffer(self, count):
        """Takes at most so many bytes off the socket: how many."""
        self.sock.settimeout(0.1)
        try:
            more = self.sock.recv(count)
        except socket.timeout:
            return 0
        if not more:
            raise Closed(None, "without a goodbye")
        self._buffer += more
        return len(more)

    def _take_frame(self):
        buffer = self._buffer
        if len(buffer) < 2:
            return None
        assert not buffer[1] & 0x80, "a server does not mask"
        length, at = buffer[1] & 0x7F, 2
        if length == 126:
            length, at = (struct.unpack_from("!H", buffer, 2)[0], 4) if len(buffer) >= 4 else (0, 1 << 60)
        elif length == 127:
            length, at = (struct.unpack_from("!Q", buffer, 2)[0], 10) if len(buffer) >= 10 else (0, 1 << 60)
        if len(buffer) < at + length:
            return None
        self._buffer = buffer[at + length:]
        return buffer[0] & 0x0F, buffer[at:at + length]

    def read_text(self, timeout=15):
        """The next text; Closed when the end comes first."""
        deadline = time.monotonic() + timeout
        while True:
            text = self._text_of(*self.read_frame(max(0, deadline - time.monotonic())))
            if text is not None:
                return text

    def take_text(self):
        """The next text of what was buffered, or None."""
        while (parsed := self._take_frame()) is not None:
            text = self._text_of(*parsed)
            if text is not None:
                return text
        return None

    def _text_of(self, opcode, payload):
        """None for what is answered here."""
        if opcode == TEXT:
            return payload.decode()
        if opcode == CLOSE:
            code = struct.unpack("!H", payload[:2])[0] if payload else None
            with contextlib.suppress(OSError):  # RFC 6455, section 5.5.1; who was killed cannot be told
                self.send_bytes(frame(payload, CLOSE))
            raise Closed(code, payload[2:].decode())
        if opcode == PING:
            self.pings += 1
            if self.pongs:
                self.send_bytes(frame(payload, PONG))
        return None

    def read(self, *types, timeout=15):
        """The next object; of one of the `types`, if there are any."""
        value = json.loads(self.read_text(timeout))
        assert not types or value["type"] in types, value
        return value

    def read_messages(self, count, timeout=15):
        return [self.read("message", timeout=timeout) for _ in range(count)]

    def closing(self, timeout=15):
        """Reads to the end: the Closed."""
        deadline = time.monotonic() + timeout
        try:
            while True:
                self.read_text(max(0, deadline - time.monotonic()))
        except Closed as closed:
            return closed

    def subscribe(self, room, cursor=None, **more):
        """Subscribes and waits for the answer: the object."""
        if cursor is not None:
            more["cursor"] = cursor
        self.send("subscribe", room=room, **more)
        return self.read("subscribed")

    def post_and_hear(self, room, body, client_id):
        """The same for one that hears that room, and nothing else: its id."""
        self.send("post", room=room, body=body, client_id=client_id)
        one, other = self.read("posted", "message"), self.read("posted", "message")
        assert one["id"] == other["id"] and one["type"] != other["type"]
        return one["id"]

    def post(self, room, body, client_id):
        """Says something, which must succeed: its id.  For sockets that hear nothing else."""
        self.send("post", room=room, body=body, client_id=client_id)
        posted = self.read("posted")
        assert posted["client_id"] == client_id and posted["room"] == room
        return posted["id"]
