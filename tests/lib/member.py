"""Those who have accounts, with the browsers in which they are signed in.

    anna = register(site)               signed in, through nginx
    phone = anna.elsewhere()            signed in once more, another session
    anna.at(worker)                     the same session, spoken to that worker
    anna.at(Place(worker, "192.0.2.7")) and from that address

What may be tried how often is counted in Redis, for all tests at the same address; each try that is meant to be right
forgets that first."""

import itertools

from lib import fcgi_client
from lib.http_client import Browser

PASSWORD = "a kettle of tea"
NUMBERS = itertools.count(1)


def forget_attempts(site):
    keys = site.redis.keys("holdline:limit:*")
    if keys:
        site.redis.delete(*keys)


def have_heard(site):
    """Waits until all processes have heard what one of them has told before it answered.

    Each has had a turn (it has sent), then Redis two (it has passed on), then each one more (it has heard)."""
    for one in [*site.workers, *site.gateways]:
        assert one.health
    site.redis.ping()
    site.redis.ping()
    for one in [*site.workers, *site.gateways]:
        assert one.health


class Place:
    """A worker, come to from an address of one's own."""

    def __init__(self, worker, address):
        self._worker = worker
        self._address = address

    def connect(self):
        return _ConnectionFrom(self._worker.socket, self._address)


class _ConnectionFrom(fcgi_client.Connection):
    def __init__(self, socket, address):
        super().__init__(socket)
        self._address = address

    def send(self, method, target, headers=(), body=b""):
        params = {**dict(fcgi_client.cgi_params(method, target, headers, body)), "REMOTE_ADDR": self._address}
        encoded = b"".join(fcgi_client.name_value(*pair) for pair in params.items())
        self.send_bytes(fcgi_client.begin() + fcgi_client.stream(fcgi_client.PARAMS, encoded)
                        + fcgi_client.stream(fcgi_client.STDIN, body))


class Member(Browser):
    """A browser; `name` and `password` are those of whom it is, if it is somebody's."""

    def __init__(self, site, name=None, password=PASSWORD, door=None):
        super().__init__((door or site).connect, origin=None if door else site.url if site.port else None)
        self.site = site
        self.name = name
        self.password = password

    def at(self, door):
        """The same session at another door: they share their cookies."""
        other = Member(self.site, self.name, self.password, door)
        other.cookies = self.cookies
        return other

    def elsewhere(self, door=None, device=None):
        """Signs in in another browser: that."""
        other = Member(self.site, self.name, self.password, door)
        other.sign_in(device=device)
        return other

    @property
    def cookie(self):
        """The header, as of now."""
        return [("Cookie", "; ".join(f"{name}={value}" for name, value in self.cookies.items()))]

    def submit(self, what, headers=(), timeout=30, **fields):
        """POST /a/account/`what`: the Reply."""
        fields = {name: value for name, value in fields.items() if value is not None}
        if self.xsrf:
            fields.setdefault("_xsrf", self.xsrf)
        return self.post_form(f"/a/account/{what}", fields, headers, timeout)

    def enter(self, what, status, device=None):
        forget_attempts(self.site)
        headers = [("User-Agent", device)] if device else []
        reply = self.submit(what, headers, name=self.name, password=self.password)
        assert reply.status == status, reply
        return self

    def register(self, device=None):
        return self.enter("register", 201, device)

    def sign_in(self, device=None):
        return self.enter("sign-in", 200, device)

    def sign_out(self, everywhere=False):
        return self.done("sign-out", everywhere="1" if everywhere else None)["ended"]

    def change_password(self, new):
        self.done("password", password=self.password, new_password=new)
        self.password = new

    def delete(self):
        assert self.done("delete", password=self.password) == {"deleted": True}

    def sessions(self):
        reply = self.get("/a/account/sessions")
        assert reply.status == 200, reply
        return reply.json()["sessions"]

    @property
    def session_id(self):
        """Of the session that it has."""
        [own] = [each["id"] for each in self.sessions() if each["current"]]
        return own

    def end(self, id):
        return self.done("sessions/end", id=id)["ended"]

    def done(self, what, **fields):
        forget_attempts(self.site)
        reply = self.submit(what, **fields)
        assert reply.status == 200, reply
        return reply.json()

    @property
    def is_signed_in(self):
        """Asks without changing what it has."""
        reply = self.site.client.get("/a/account/sessions", self.cookie)
        assert reply.status in (200, 401), reply
        return reply.status == 200


def register(site, name=None, door=None, device=None):
    """Somebody new, signed in."""
    return Member(site, name or f"member {next(NUMBERS)}", door=door).register(device)
