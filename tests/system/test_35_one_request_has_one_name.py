"""In nginx's log and in the worker's."""

import re

from lib.http_client import FORM
from lib.wait import wait_until

SITE = {"workers": 2}


def names(text, path):
    return re.findall(rf"{path}\b.* id=(\S+)", text)


def names_at_the_worker(site, path):
    return [line["id"] for line in site.log_lines("request") if line["route"] == path]


def check_both(site, path, count):
    site.wait_nginx_logged(path)
    wait_until(lambda: len(names_at_the_worker(site, path)) == count, what=f"{count} lines")
    wait_until(lambda: len(names(site.nginx_access_log(), path)) == count, what=f"{count} lines of nginx's")
    told = names(site.nginx_access_log(), path)
    assert sorted(told) == sorted(names_at_the_worker(site, path))
    assert len(set(told)) == count
    return told


def test_a_post(site, room):
    for n in range(3):
        site.client.say(str(n), room)
    assert all(re.fullmatch("[0-9a-f]{32}", name) for name in check_both(site, "/a/message/new", 3))


def test_a_poll(site, room):
    """Which needs one that costs less, and is as much its own: on one connection, and on others."""
    site.client.say("hello", room)
    form = [("Content-Type", FORM)], f"room={room}".encode()
    with site.connect() as one, site.connect() as other:
        for connection in (one, other, one, one, other):
            connection.send("POST", "/a/message/updates", *form)
            assert connection.read(method="POST").status == 200
    check_both(site, "/a/message/updates", 5)
