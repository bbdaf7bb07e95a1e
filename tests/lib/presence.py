"""Who is in a room, as somebody sees it who asks or listens."""

from lib.wait import wait_until


def present(client, room):
    """What GET /a/room/present says: the object."""
    reply = client.get(f"/a/room/present?room={room}")
    assert reply.status == 200, reply
    return reply.json()


def names(client, room):
    return sorted(each["name"] for each in present(client, room)["people"])


def persons(told):
    return {each["person"] for each in told["people"]}


def wait_present(client, room, count, timeout=15):
    wait_until(lambda: present(client, room)["count"] == count, timeout, f"{count} to be there")


class Listener:
    """A WebSocket that is in a room and hears who else comes and leaves, from `first` on, a count of all, itself
    included.  `door`: the gateway, if it is to be a certain one.  `is_new`: he is not there yet."""

    def __init__(self, site, room, door=None, headers=(), is_new=True):
        self.room = room
        before = present(site.workers[0], room)

        def is_there():  # a person, where somebody else leaves meanwhile
            now = present(site.workers[0], room)
            return now["count"] == before["count"] + is_new or persons(now) - persons(before)

        self.socket = (door or site).websocket(headers=headers)
        self.socket.subscribe(room)
        wait_until(is_there, what="the listener to be there")
        self.socket.send("subscribe", room=room, presence=True)
        while (first := self.socket.read())["type"] in ("message", "subscribed"):
            pass
        assert first["type"] == "presence" and first["event"] == "count", first
        self.first = first

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def event(self, *kinds, timeout=15):
        """The next; of one of the `kinds`, if there are any: the object."""
        event = self.socket.read("presence", timeout=timeout)
        assert event["room"] == self.room
        assert not kinds or event["event"] in kinds, event
        return event


def cookie_of(browser):
    browser.visit()
    return [("Cookie", "; ".join(f"{name}={value}" for name, value in browser.cookies.items()))]
