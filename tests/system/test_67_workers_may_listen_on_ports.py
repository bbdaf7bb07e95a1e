"""TCP instead of unix sockets: as in a container."""

import pytest

from lib import fcgi_client
from lib.wait import wait_until

SITE = {"ports": True}


def test_people_can_talk(site, room):
    poll = site.hold(site.client, room=room)
    site.client.say("hello", room)
    assert poll.news() == ["hello"]


def test_the_largest_form_is_read(site, room):
    form = f"room={room}&body=x&other=".encode()
    reply = site.client.post_form("/a/message/new", form.ljust(65536, b"y"))
    assert reply.status == 200, reply


def test_who_leaves_is_forgotten(site, room):
    site.hold(site.workers[0], room=room).leave()
    wait_until(lambda: site.held == 0, what="the poll to be forgotten")


@pytest.mark.parametrize("sent", [b"GET / HTTP/1.0\r\n\r\n", fcgi_client.request() * 2],
                         ids=["http", "two at once"])
def test_what_is_no_request_is_refused(site, sent):
    with fcgi_client.Connection(site.workers[0].socket) as peer:
        peer.send_bytes(sent)
        assert peer.is_closed_within(5)


def test_workers_can_be_replaced(site, room):
    site.hup()
    assert site.client.say("hello", room)
