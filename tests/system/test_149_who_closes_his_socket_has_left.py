"""At once, and so has he whose session ends; it is told to those who listen, and to nobody else."""

import time

import pytest

from lib.http_client import Browser
from lib.member import register
from lib.presence import Listener, cookie_of, names, wait_present

SITE = {"workers": 2, "gateways": 2}


def test_a_socket_is_closed(site, room):
    with Listener(site, room, site.gateways[0]) as one:
        with Listener(site, room, site.gateways[1]) as other:
            assert other.first["count"] == 2
            name = one.event("join")["name"]
        begun = time.monotonic()
        assert one.event("leave")["name"] == name
        assert time.monotonic() - begun < 5  # not as long as for who polls


@pytest.mark.parametrize("target", ["/ws", "/chat"])
def test_a_session_ends(site, room, target):
    """Also when the client does not say goodbye, for which it has 5 s."""
    anna = register(site)
    with Listener(site, room, site.gateways[0]) as one, \
            site.gateways[1].websocket(f"{target}?room={room}", anna.cookie) as tab:
        if target == "/ws":
            tab.subscribe(room)
        assert one.event("join")["name"] == anna.name
        anna.sign_out()
        signed_out = time.monotonic()
        assert one.event("leave")["name"] == anna.name
        assert time.monotonic() - signed_out < 4
        assert len(names(site.client, room)) == 1


def test_a_guest_who_signs_in_is_somebody_else(site, room):
    guest = Browser(site.connect, site.url)
    cookie = cookie_of(guest)
    with Listener(site, room) as one, site.websocket(headers=cookie) as tab:
        tab.subscribe(room)
        came = one.event("join")
        assert came["person"].startswith("g")
        anna = register(site)
        guest.post_form("/a/account/sign-in", {"name": anna.name, "password": anna.password, "_xsrf": guest.xsrf})
        assert tab.closing().code == 1008
        assert one.event("leave")["person"] == came["person"]


def test_who_did_not_ask_is_not_told(site, room):
    with site.websocket() as quiet:
        quiet.subscribe(room)
        wait_present(site.client, room, 1)
        with Listener(site, room) as one:
            assert one.first["count"] == 2
        wait_present(site.client, room, 1)
        site.client.say("hello", room)
        assert quiet.read()["type"] == "message"


def test_nobody_listens_nobody_is_subscribed_to(site, room):
    with site.websocket() as quiet:
        quiet.subscribe(room)
        wait_present(site.client, room, 1)
        channel = f"holdline:{{{room}}}:live"
        assert site.redis.pubsub_numsub(channel) == [(channel, 0)]
        with Listener(site, room):
            assert site.redis.pubsub_numsub(channel) == [(channel, 1)]
