"""A proxy between a browser and a site that does to one door what proxies do.

It takes one request from each connection, so that every request is known by
its path.  A door is a path; what becomes of its requests:

    PASSED     all bytes go through at once
    REFUSED    502, as from a proxy that does not know what an Upgrade is
    SILENT     taken, and nothing comes back, not even a head
    BUFFERED   the head of the answer goes through, the rest is kept
    STALLED    what is open stays so, and from now on brings nothing more"""

import socket
import threading

from relay import chunks, end, send

WEBSOCKET = "/ws"
STREAM = "/a/message/stream"
POLL = "/a/message/updates"
LINES = (WEBSOCKET, STREAM, POLL)

PASSED, REFUSED, SILENT, BUFFERED, STALLED = "passed", "refused", "silent", "buffered", "stalled"
REFUSAL = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Meddler:
    def __init__(self, host, port):
        self._target = (host, port)
        self._listener = socket.create_server((host, 0), backlog=64)
        self._treatment = {}
        self._lock = threading.Lock()
        self._open = []
        self._asked = []

    @property
    def url(self):
        return "http://{}:{}".format(*self._listener.getsockname())

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            paths = {path for path, *_ in self._open}
        for path in paths:
            self.cut(path)

    # What a test does and sees.

    def treat(self, path, how):
        """From now on; what is open is ended, unless it can be treated so."""
        with self._lock:
            self._treatment[path] = how
        if how not in (PASSED, STALLED):
            self.cut(path)

    def cut(self, path):
        """Ends what is open at that door."""
        with self._lock:
            ended = [pair for opened, *pair in self._open if opened == path]
        for pair in ended:
            for each in pair:
                end(each)

    def open_at(self, *paths):
        """How many requests these doors are busy with."""
        with self._lock:
            return sum(path in paths for path, *_ in self._open)

    def asked(self, path):
        """How often anybody came to that door."""
        with self._lock:
            return self._asked.count(path)

    # How it is done.

    def _accept(self):
        while True:
            try:
                browser, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(browser,), daemon=True).start()

    def _serve(self, browser):
        head, rest = read_head(browser)
        if head is None:
            return end(browser)
        path = head.split(b" ")[1].split(b"?")[0].decode()
        site = socket.create_connection(self._target)
        entry = (path, browser, site)
        # In one step: who treats the path anew ends what was treated otherwise.
        with self._lock:
            how = self._treatment.get(path, PASSED)
            self._asked.append(path)
            if how != REFUSED:
                self._open.append(entry)
        if how == REFUSED:
            send(browser, REFUSAL)
            return end(browser), end(site)
        try:
            if how != SILENT:
                send(site, for_one_request(head) + rest)
            threading.Thread(target=self._to_browser, args=(browser, site, path, how), daemon=True).start()
            for data in chunks(browser):
                if how != SILENT and not send(site, data):
                    break
        finally:
            with self._lock:
                self._open.remove(entry)
            end(browser), end(site)

    def _to_browser(self, browser, site, path, how):
        if how == BUFFERED:
            head, _ = read_head(site)
            send(browser, head or b"")
        for data in chunks(site):
            passes = how == PASSED and self._treatment.get(path) != STALLED
            if passes and not send(browser, data):
                break
        end(browser), end(site)


def read_head(connection):
    """The head of a request or an answer, and what came with it."""
    data = b""
    for piece in chunks(connection):
        data += piece
        if b"\r\n\r\n" in data:
            head, rest = data.split(b"\r\n\r\n", 1)
            return head + b"\r\n\r\n", rest
    return None, b""


def for_one_request(head):
    """The connection ends with the answer, or is no longer HTTP after it."""
    if b"\r\nupgrade:" in head.lower():
        return head
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
    return b"\r\n".join([*lines[:-2], b"Connection: close", b"", b""])
