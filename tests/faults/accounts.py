"""Accounts whose worker has told SQL and not yet Redis when something breaks.

It is hit for sure: while the test has SQLite's file for itself, an attempt gets as far as Redis, where it is counted;
then Redis is stopped, SQL's lock is given back, the worker writes, and waits for Redis."""

import contextlib
import select
import sqlite3

from lib.http_client import FORM, encode_form
from lib.member import Member, forget_attempts, have_heard
from lib.stream import Stream
from lib.wait import wait_until

# Each worker looks for what was left behind every 15 s, and one that was just started sooner: several do it soon.
FOUR_WORKERS = {"workers": 4, "gateways": 1, "appendfsync": "always", "env": {"HOLDLINE_HOLD_MS": 60000}}
SWEPT_S = 30
NEW_PASSWORD = "another kettle"
DOINGS = {
    "password": lambda who: {"password": who.password, "new_password": NEW_PASSWORD},
    "delete": lambda who: {"password": who.password},
}


def sql(site, statement, *values):
    with contextlib.closing(sqlite3.connect(site.directory / "holdline.db", timeout=10)) as database:
        return database.execute(statement, values).fetchall()


def endings(site):
    return sql(site, "SELECT account_id, since FROM session_end")


class Asking:
    """A request about an account, sent to `worker`."""

    def __init__(self, worker, who, what, **fields):
        have_heard(who.site)  # that an earlier attempt was right is counted after its answer
        forget_attempts(who.site)
        if who.xsrf:
            fields["_xsrf"] = who.xsrf
        self.connection = worker.connect()
        headers = [("Content-Type", FORM), *(who.cookie if who.cookies else [])]
        self.connection.send("POST", f"/a/account/{what}", headers, encode_form(fields))

    def wait_counted(self, site):
        """Until its attempt is counted: Redis is not needed again before SQL has been written."""
        wait_until(lambda: site.redis.keys("holdline:limit:*"), what="the attempt to be counted")
        site.redis.ping()  # who asks last is answered first: only now the worker has been, too

    @property
    def is_answered(self):
        return bool(select.select([self.connection], [], [], 0)[0])


# --- what is held ----------------------------------------------------------------------------------------------------

def held_by(site, who, room):
    """At what the dying worker takes with it nothing can be seen."""
    return (Stream(site.workers[1], room, headers=who.cookie).opened(),
            site.gateways[0].websocket(headers=who.cookie))


def check_ended(site, held):
    stream, socket = held
    assert stream.end(SWEPT_S)[-1].type == "end"
    assert socket.closing(SWEPT_S).code == 1008
    wait_until(lambda: not endings(site), SWEPT_S, "it to be written off")
    stream.leave()
    socket.close()


def check_goes_on(site, held, room):
    stream, socket = held
    site.client.say("still here", room)
    assert stream.messages(1) == ["still here"]
    socket.send("ping")
    socket.read("pong")
    stream.leave()
    socket.close()


def check_nobody(site, anna, phone, what):
    """The old password opens nothing, and what it opened is closed."""
    assert not anna.is_signed_in and not phone.is_signed_in
    forget_attempts(site)
    assert Member(site).submit("sign-in", name=anna.name, password=anna.password).status == 403
    if what == "password":
        new = Member(site, anna.name, NEW_PASSWORD).sign_in()
        assert len(new.sessions()) == 1
