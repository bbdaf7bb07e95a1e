"""Somebody who makes rooms and is in them.

    ann = world.person("Ann", Roomer)
    room = ann.makes()                          a private one
    ann.does("invite", room, name=bob.name)     what came of it: the object
    refused(bob.tries("archive", room)) == OWNERS_ONLY"""

from lib.person import Person, must

PATH = "/a/room/"
NOT_FOUND, OWNERS_ONLY, NO_LINK = (404, "room-not-found"), (403, "owner-only"), (404, "link-invalid")
ARCHIVED, NO_ACCOUNT = (403, "room-archived"), (404, "account-not-found")


class Roomer(Person):
    def tries(self, deed, room=None, **fields):
        """POST /a/room/<deed>: the Reply."""
        if room is not None:
            fields["room"] = room
        return self.post_fields(PATH + deed, **fields)

    def does(self, deed, room=None, **fields):
        """The same, which must succeed: the object."""
        return must(self.tries(deed, room, **fields)).json()

    def makes(self, title="Tea", **fields):
        """A private room: its name."""
        return must(self.tries("new", title=title, **fields), 201).json()["room"]

    def links(self, room, **fields):
        """Makes a link: its secret."""
        return self.does("link", room, **fields)["secret"]

    def brings(self, room, *others):
        """By links."""
        for other in others:
            other.does("join", secret=self.links(room))
        return room

    def asks_for(self, room):
        """GET /a/room: the Reply."""
        return self.get(f"/a/room?room={room}")

    def sees(self, room):
        """The object, which he must be given."""
        return must(self.asks_for(room)).json()

    def is_in(self, room):
        return self.asks_for(room).status == 200

    def rooms(self):
        """His, by their names."""
        return {one["room"]: one for one in must(self.get(PATH + "list")).json()["mine"]}

    def knows(self, other):
        """As contacts."""
        must(self.post_fields("/a/contact/ask", name=other.name))
        must(other.post_fields("/a/contact/ask", name=self.name))
        return self

    def reads(self, room, cursor):
        return self.does("read", room, cursor=cursor)
