"""Replies of a megabyte and more that nobody takes."""

from lib import fcgi_client
from lib.http_client import FORM
from lib.wait import wait_until

MESSAGES = 80
BIG = "\U0001f600" * 4000  # 16 KB, and as much again in its html
SITE = {"nginx": False, "env": {"HOLDLINE_REPLAY": MESSAGES}}
LAZY = 20


def ask_and_do_not_read(worker, room):
    peer = fcgi_client.Connection(worker.socket)
    peer.send("POST", "/a/message/updates", [("Content-Type", FORM)], f"room={room}".encode())
    return peer


def test_an_unread_reply(site, room):
    worker = site.workers[0]
    for _ in range(MESSAGES):
        worker.say(BIG, room)
    before = worker.pid
    with site.probe(worker) as probe:
        lazy = [ask_and_do_not_read(worker, room) for _ in range(LAZY)]
        connections = worker.health["connections"]
        assert connections >= LAZY
        news = worker.read(room=room, timeout=10)
    assert len(news["messages"]) == MESSAGES
    probe.check()
    assert worker.pid == before
    for peer in lazy:
        peer.close()
    wait_until(lambda: worker.health["connections"] <= connections - LAZY + 1,
               what="the lazy ones to be forgotten")


def test_who_reads_late_gets_all_of_it(site, room):
    worker = site.workers[0]
    for _ in range(MESSAGES):
        worker.say(BIG, room)
    late = ask_and_do_not_read(worker, room)
    worker.read(room=room, timeout=10)  # one that reads at once overtakes it
    reply = late.read(timeout=10)
    assert len(reply.body) > 1_000_000
    assert [message["body"] for message in reply.json()["messages"]] == [BIG] * MESSAGES
    late.send("GET", "/healthz")
    assert late.read().status == 200
    late.close()


def test_who_leaves_half_way_is_forgotten(site, room):
    worker = site.workers[0]
    for _ in range(MESSAGES):
        worker.say(BIG, room)
    for _ in range(LAZY):
        with ask_and_do_not_read(worker, room) as peer:
            assert peer.sock.recv(1000)
    wait_until(lambda: worker.health["connections"] <= 1, what="them to be forgotten")
