#!/usr/bin/python3
"""shop: how soon the last of a herd hears of a change in the shop, and how many reservations there are in a second; each
beside the same of the chat.

    make bench-shop                             5 000 who hold, 10 changes; 64 who reserve or post, 5 s
    tests/bench/shop.py --holders 1000 --only herd

Through nginx, with the release program and two workers, and one client process that is the same for both.  Who holds asks
again as soon as he is answered.  "classic" holds /status without a cursor, as the classic page does: what each was told last
is in Redis then.  The servers' CPU is counted by itself, so that a machine that does something else meanwhile shows.
"""

import argparse
import os
import re
import resource
import select
import socket
import statistics
import sys
import time
from pathlib import Path
from urllib.parse import urlencode

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from lib.http_client import FORM, HttpConnection, encode_form  # noqa: E402  (found by the line above)
from lib.site import RELEASE, Site  # noqa: E402
from lib.wait import wait_until  # noqa: E402

CURSOR = re.compile(rb'"cursor":"([^"]*)"')
LENGTH = re.compile(rb"(?i)content-length: (\d+)")
TICKS = os.sysconf("SC_CLK_TCK")


def get(path, **query):
    return f"GET {path}?{urlencode(query)} HTTP/1.1\r\nHost: x\r\n\r\n".encode()


def post(path, **fields):
    form = encode_form(fields)
    return (f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\nContent-Length: {len(form)}\r\n\r\n".encode()
            + form)


# --- what is asked ----------------------------------------------------------------------------------------------------

class Chat:
    name = "chat"

    def hold(self, number, cursor):
        return post("/a/message/updates", room="bench", cursor=cursor, html="0")

    def change(self, number, turn):
        return post("/a/message/new", room="bench", body=f"message {number} {turn}")


class Shop:
    name = "shop"

    def hold(self, number, cursor):
        return get("/status", session=f"h{number}", sku="tea-tin", cursor=cursor)

    def change(self, number, turn):
        return post("/cart", session=f"c{number}", sku="tea-tin", action="remove" if turn % 2 else "add")


class Classic(Shop):
    name = "classic"

    def hold(self, number, cursor):
        return get("/status", session=f"h{number}", sku="tea-tin")


# --- who asks ---------------------------------------------------------------------------------------------------------

class Client:
    """A connection that is used again and again."""

    def __init__(self, port, number):
        self.number = number
        self.sock = socket.create_connection(("127.0.0.1", port))
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.have = b""
        self.turn = 0

    def body(self):
        """Of the answer, when it is whole; else None."""
        data = self.sock.recv(65536)
        assert data, "the connection was closed"
        self.have += data
        head, end, body = self.have.partition(b"\r\n\r\n")
        if not end or len(body) < int(LENGTH.search(head)[1]):
            return None
        assert head.startswith(b"HTTP/1.1 200"), self.have
        self.have = b""
        return body


class Clients:
    def __init__(self, port, count):
        self.epoll = select.epoll()
        self.by_fd = {}
        for number in range(count):
            client = Client(port, number)
            self.by_fd[client.sock.fileno()] = client
            self.epoll.register(client.sock, select.EPOLLIN)

    def __iter__(self):
        return iter(self.by_fd.values())

    def ready(self, timeout):
        return [self.by_fd[fd] for fd, _ in self.epoll.poll(timeout)]


def cpu_s(site):
    """Of all the servers."""
    pids = {site.pool.pid, *site.worker_pids(), site.redis.info()["process_id"]}
    for parent in (site.nginx_pid,):
        pids |= {parent, *map(int, Path(f"/proc/{parent}/task/{parent}/children").read_text().split())}
    stats = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pids]
    return sum(int(stat[11]) + int(stat[12]) for stat in stats) / TICKS


# --- a herd -----------------------------------------------------------------------------------------------------------

def herd(site, kind, holders, changes):
    """Milliseconds until the last one is told, of each change; and CPU seconds of the servers for each."""
    clients = Clients(site.port, holders)
    for client in clients:
        client.sock.sendall(kind.hold(client.number, ""))
    answered = 0
    changing = HttpConnection("127.0.0.1", site.port)
    if kind.name == "chat":
        changing.sock.sendall(kind.change(0, 0))
        assert changing.read().status == 200
    while answered < holders:
        answered += again(clients, kind)
    took = []
    began = cpu_s(site)
    for turn in range(changes):
        wait_until(lambda: site.held == holders, 60, "all of them to be held")
        answered = 0
        start = time.perf_counter()
        changing.sock.sendall(kind.change(0, turn))
        while answered < holders:
            answered += again(clients, kind)
        took.append((time.perf_counter() - start) * 1000)
        assert changing.read().status == 200
    return took, (cpu_s(site) - began) / changes


def again(clients, kind):
    """Takes what has come, and asks again: how many."""
    count = 0
    for client in clients.ready(10):
        body = client.body()
        if body is not None:
            client.sock.sendall(kind.hold(client.number, CURSOR.search(body)[1].decode()))
            count += 1
    return count


# --- as many as there can be ------------------------------------------------------------------------------------------

def rate(site, kind, count, seconds):
    """Changes in a second, and CPU seconds of the servers for 10 000 of them."""
    clients = Clients(site.port, count)
    for client in clients:
        client.sock.sendall(kind.change(client.number, 0))
    done = 0
    began, start = cpu_s(site), time.perf_counter()
    while time.perf_counter() < start + seconds:
        for client in clients.ready(1):
            if client.body() is not None:
                done += 1
                client.turn += 1
                client.sock.sendall(kind.change(client.number, client.turn))
    took = time.perf_counter() - start
    return done / took, (cpu_s(site) - began) / done * 10_000


def new_site():
    return Site(workers=2, gateways=0, env={"HOLDLINE_LOG_LEVEL": "warn"}, binary=RELEASE)


def main():
    parser = argparse.ArgumentParser(description="How soon the shop tells a herd, and how much it takes, beside the chat.")
    parser.add_argument("--holders", type=int, default=5000)
    parser.add_argument("--changes", type=int, default=10)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--only", choices=["herd", "rate"])
    args = parser.parse_args()
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    if args.only != "rate":
        for kind in (Chat(), Shop(), Classic(), Chat(), Shop(), Classic()):
            with new_site() as site:
                took, cpu = herd(site, kind, args.holders, args.changes)
                print(f"{kind.name:8} {args.holders} hold: the last is told after {statistics.median(took):6.0f} ms "
                      f"({min(took):.0f} to {max(took):.0f}), {cpu:.2f} CPU s", flush=True)
    if args.only != "herd":
        for kind in (Chat(), Shop(), Chat(), Shop()):
            with new_site() as site:
                each, cpu = rate(site, kind, args.clients, args.seconds)
                print(f"{kind.name:8} {args.clients} at a time: {each:6.0f} a second, {cpu:.2f} CPU s for 10 000",
                      flush=True)


if __name__ == "__main__":
    main()
