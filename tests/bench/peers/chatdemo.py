#!/usr/bin/python3
"""What Tornado's chatdemo does, in our own words: one room in the memory of one
process, its newest 200 messages, and a condition that wakes all who wait.

    chatdemo.py PORT

As there, every waiting request looks for its cursor and writes its own JSON.
Left out is what a benchmark does not reach: the page, and the xsrf cookie."""

import asyncio
import collections
import resource
import sys
import uuid

import tornado.escape
import tornado.locks
import tornado.netutil
import tornado.httpserver
import tornado.template
import tornado.web

KEPT = 200
MESSAGE = tornado.template.Template(
    '<div class="message" id="m{{ message["id"] }}">{% raw linkify(message["body"]) %}</div>')


class Room:
    def __init__(self):
        self.spoken = tornado.locks.Condition()
        self.messages = collections.deque(maxlen=KEPT)

    def after(self, cursor):
        """All that came after the message with this id; everything if it is not
        (or no longer) here."""
        found = []
        for message in reversed(self.messages):
            if message["id"] == cursor:
                break
            found.append(message)
        found.reverse()
        return found

    def add(self, message):
        self.messages.append(message)
        self.spoken.notify_all()


class NewMessage(tornado.web.RequestHandler):
    def initialize(self, room):
        self.room = room

    def post(self):
        message = {"id": str(uuid.uuid4()), "body": self.get_argument("body")}
        message["html"] = tornado.escape.to_unicode(
            MESSAGE.generate(message=message, linkify=tornado.escape.linkify))
        self.write(message)
        self.room.add(message)


class Updates(tornado.web.RequestHandler):
    def initialize(self, room):
        self.room = room
        self.waiting = None

    async def post(self):
        cursor = self.get_argument("cursor", None)
        messages = self.room.after(cursor)
        while not messages:
            self.waiting = self.room.spoken.wait()
            try:
                await self.waiting
            except asyncio.CancelledError:
                return
            messages = self.room.after(cursor)
        if not self.request.connection.stream.closed():
            self.write({"messages": messages})

    def on_connection_close(self):
        if self.waiting:
            self.waiting.cancel()


async def main():
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    room = {"room": Room()}
    application = tornado.web.Application([
        ("/a/message/new", NewMessage, room),
        ("/a/message/updates", Updates, room),
    ])
    # The default backlog of 128 is too few for a herd.
    sockets = tornado.netutil.bind_sockets(int(sys.argv[1]), "127.0.0.1", backlog=4096)
    tornado.httpserver.HTTPServer(application).add_sockets(sockets)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
