"""A wire between the workers and Redis: TCP on one side, Redis's socket on the
other.  It can be cut, and subscriptions on it can go deaf."""

import selectors
import socket
import threading

CHUNK = 65536


class RedisWire:
    """`host`, `port`: where the workers come in; port 0 is any.  The site says
    where Redis is: Site(wire=...)."""

    def __init__(self, host="127.0.0.1", port=0):
        self.redis_socket = None
        self._address = (host, port)
        self._listener = None
        self._selector = None
        self._other = {}            # each socket -> the one on the other side
        self._subscriptions = set() # those to Redis of connections that subscribed
        self._deaf = set()
        self._wake, self._woken = socket.socketpair()
        self.swallowed = 0

    @property
    def url(self):
        return "redis://{}:{}".format(*self._address)

    @property
    def host(self):
        return self._address[0]

    @property
    def port(self):
        return self._address[1]

    def __enter__(self):
        self.mend()
        return self

    def __exit__(self, *_):
        self.cut()
        self._wake.close()
        self._woken.close()

    def mend(self):
        self._listener = socket.create_server(self._address, backlog=128)
        self._address = self._listener.getsockname()[:2]
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._selector.register(self._woken, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def cut(self):
        """Ends all connections and refuses new ones."""
        if self._listener is None:
            return
        self._wake.send(b"!")
        self._thread.join()

    @property
    def is_there(self):
        return self._listener is not None

    @property
    def connections(self):
        return len(self._other) // 2

    @property
    def subscription_count(self):
        """How many connections have subscribed."""
        return len(self._subscriptions)

    def deafen(self):
        """What Redis says on the present subscriptions is swallowed."""
        self._deaf |= self._subscriptions

    @property
    def deaf_count(self):
        """How many of these connections there still are."""
        return len(self._deaf)

    # The thread.

    def _run(self):
        while self._listener is not None:
            for key, _ in self._selector.select():
                if key.fileobj is self._woken:
                    self._woken.recv(CHUNK)
                    self._end_all()
                    return
                if key.fileobj is self._listener:
                    self._accept()
                elif key.fileobj in self._other:
                    self._pump(key.fileobj)

    def _accept(self):
        worker, _ = self._listener.accept()
        redis = socket.socket(socket.AF_UNIX)
        try:
            redis.connect(str(self.redis_socket))
        except OSError:
            worker.close()
            redis.close()
            return
        self._other[worker], self._other[redis] = redis, worker
        for each in (worker, redis):
            self._selector.register(each, selectors.EVENT_READ)

    def _pump(self, source):
        target = self._other[source]
        try:
            data = source.recv(CHUNK)
            if not data:
                raise ConnectionResetError
            if source in self._deaf:
                self.swallowed += len(data)
                return
            if b"\r\nSUBSCRIBE\r\n" in data:
                self._subscriptions.add(target)
            target.sendall(data)
        except OSError:
            self._end(source, target)

    def _end(self, *sockets):
        for each in sockets:
            self._selector.unregister(each)
            self._other.pop(each)
            self._subscriptions.discard(each)
            self._deaf.discard(each)
            each.close()

    def _end_all(self):
        for each in list(self._other):
            if each in self._other:
                self._end(each, self._other[each])
        self._selector.close()
        self._listener.close()
        self._listener = None
