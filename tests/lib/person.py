"""Somebody with a browser, at an address of his own, who may have an account.

    ann = Person(site)
    ann.register()         as "Ann-bdfe", or whatever her name is
    ann.sign_out()

Sites are to have trusted_proxies="127.0.0.1": addresses are told as a proxy
tells them.  Limits of attempts are by address, so nobody here is in the way of
anybody else."""

import base64
import hashlib
import hmac
import itertools
import json

from lib.http_client import Browser
from lib.stream import Stream

ACCOUNT = "/a/account/"
PASSWORD = "a lamp in the hall"
SESSION = "holdline_session"

_numbers = itertools.count(1)
_LETTERS = "bdefghkptz"  # no two of them look alike


def new_name(begin="Pat"):
    """That nobody has, and that looks like no other."""
    return f"{begin}-" + "".join(_LETTERS[int(digit)] for digit in f"{next(_numbers):04}")


def new_address():
    number = next(_numbers)
    return f"198.{18 + (number >> 16)}.{number >> 8 & 255}.{number & 255}"


class Person(Browser):
    """`door`: a Worker, whose socket is used instead of nginx."""

    def __init__(self, site, name=None, password=PASSWORD, door=None, address=None, is_https=False):
        scheme = "https" if is_https else "http"
        super().__init__((door or site).connect, origin=f"{scheme}://127.0.0.1:{site.port}")
        self.site = site
        self.name = name or new_name()
        self.password = password
        self.address = address or new_address()
        self.is_https = is_https
        self.device = None

    @property
    def token(self):
        return self.cookies.get(("__Host-" if self.is_https else "") + SESSION)

    @property
    def headers(self):
        """Who he is, for those who make requests of their own."""
        return self._own_headers("GET")

    def at(self, door):
        """The same one with the same cookies, at a worker."""
        other = Person(self.site, self.name, self.password, door, self.address, self.is_https)
        other.cookies = dict(self.cookies)
        return other

    # What he asks for.  The Reply.

    def ask_account(self, what, **fields):
        """POST /a/account/<what>"""
        return self.post_fields(ACCOUNT + what, **fields)

    def post_fields(self, path, **fields):
        """With his _xsrf, unless the fields say another; None leaves it out."""
        fields.setdefault("_xsrf", self.xsrf)
        return self.post_form(path, {name: value for name, value in fields.items()
                                     if value is not None}, timeout=30)

    def try_register(self, **fields):
        return self.ask_account("register", **{"name": self.name, "password": self.password, **fields})

    def try_sign_in(self, **fields):
        return self.ask_account("sign-in", **{"name": self.name, "password": self.password, **fields})

    def rename(self, name):
        """As a guest."""
        return self.post_fields("/a/session/name", name=name)

    # The same, which must succeed; `self`, where there is nothing to say.

    def register(self):
        must(self.try_register(), 201)
        return self

    def sign_in(self):
        must(self.try_sign_in())
        return self

    def sign_out(self, **fields):
        return must(self.ask_account("sign-out", **fields)).json()["ended"]

    def change_password(self, new):
        must(self.ask_account("password", password=self.password, new_password=new))
        self.password = new
        return self

    def delete(self):
        assert must(self.ask_account("delete", password=self.password)).json() == {"deleted": True}

    def sessions(self):
        return must(self.get(ACCOUNT + "sessions")).json()["sessions"]

    def be_a_guest(self):
        self.visit()
        return self

    def be_called(self, name):
        must(self.rename(name))
        return self

    @property
    def is_signed_in(self):
        """Whether the site thinks so; changes no cookies."""
        return self.get(ACCOUNT + "sessions").status == 200

    # Doors that hold.

    def websocket(self, target="/ws"):
        return self.site.websocket(target, self.headers)

    def stream(self, room, **more):
        return Stream(self, room=room, headers=self.headers, **more)

    def _own_headers(self, method):
        headers = super()._own_headers(method)
        headers.append(("X-Forwarded-For", self.address))
        if self.is_https:
            headers.append(("X-Forwarded-Proto", "https"))
        if self.device is not None:
            headers.append(("User-Agent", self.device))
        return headers


def with_token(site, token):
    """Somebody with a token, alive or not; its xsrf is an HMAC that he can make."""
    person = Person(site)
    mac = hmac.new(token.encode(), b"holdline xsrf", hashlib.sha256).digest()
    person.cookies = {SESSION: token, "_xsrf": base64.urlsafe_b64encode(mac).decode().rstrip("=")}
    return person


def must(reply, status=200):
    assert reply.status == status, reply
    return reply


def refused(reply):
    """What a request was refused with: (403, "credentials-wrong")."""
    return reply.status, reply.problem


def who(reply):
    """What an answer with a session says: (name, whether it is an account)."""
    session = json.loads(reply.body)
    assert set(session) == {"name", "account", "_xsrf"}
    return session["name"], session["account"]
