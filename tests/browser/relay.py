"""A wire between a browser and a site that a test can cut.

Cut, it ends all connections and refuses new ones, as a server that is away
does.  It can also end the connections that there are and go on; and lose one
answer: the request arrives, the reply does not."""

import socket
import threading


class Relay:
    def __init__(self, host, port):
        self._target = (host, port)
        self._listener = None
        self._sockets = set()
        self._lock = threading.Lock()
        self._losing = None
        self.port = 0

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self):
        self.mend()
        return self

    def __exit__(self, *_):
        self.cut()

    def mend(self):
        self._listener = socket.create_server(("127.0.0.1", self.port), backlog=64)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def cut(self):
        listener, self._listener = self._listener, None
        if listener:
            # close() alone would leave accept() of the other thread asleep.
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        self.end_connections()

    def end_connections(self):
        with self._lock:
            sockets, self._sockets = self._sockets, set()
        for each in sockets:
            end(each)

    def lose_next_answer(self, path):
        """The next request for the path gets no answer, although it arrives."""
        self._losing = path.encode()

    @property
    def has_lost(self):
        return self._losing is None

    def _accept(self, listener):
        while True:
            try:
                browser, _ = listener.accept()
            except OSError:
                return
            try:
                site = socket.create_connection(self._target)
            except OSError:
                end(browser)
                continue
            with self._lock:
                if listener is not self._listener:
                    end(browser), end(site)
                    return
                self._sockets |= {browser, site}
            loses = threading.Event()
            for pump in (self._to_site, self._to_browser):
                threading.Thread(target=pump, args=(browser, site, loses), daemon=True).start()

    def _to_site(self, browser, site, loses):
        for data in chunks(browser):
            if self._losing and b"POST " + self._losing in data:
                loses.set()
            if not send(site, data):
                break
        self._drop(browser, site)

    def _to_browser(self, browser, site, loses):
        for data in chunks(site):
            if loses.is_set():
                self._losing = None
                break
            if not send(browser, data):
                break
        self._drop(browser, site)

    def _drop(self, *sockets):
        with self._lock:
            self._sockets -= set(sockets)
        for each in sockets:
            end(each)


def chunks(source):
    while True:
        try:
            data = source.recv(65536)
        except OSError:
            return
        if not data:
            return
        yield data


def send(target, data):
    try:
        target.sendall(data)
        return True
    except OSError:
        return False


def end(connection):
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    connection.close()
