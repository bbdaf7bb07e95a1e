"""The table: who may do what in a room.  A row is somebody, a column something he
does, a cell what he is answered.

    404 room-not-found     missing and forbidden are the same
    401 sign-in-required   only who has an account does that"""

import itertools

import pytest

from lib import doors
from lib.database import BOTH
from lib.member import have_heard
from lib.person import Person, must
from lib.wait import wait_until
from lib.world import World

SITE = {"trusted_proxies": "127.0.0.1"}
DATABASES = BOTH

SLUGS = {"404": "room-not-found", "401": "sign-in-required", "archived": "room-archived", "owner": "owner-only",
         "leaves": "owner-leaves", "mods": "moderators-only", "yours": "not-yours"}

# Reads: by poll, stream, WebSocket, chat, as a page, and who is there.  Says: by form, WebSocket, chat; and types.

PRIVATE = """
                 reads   says
nobody           404     404
guest            404     404
stranger         404     404
invited          404     404
member           ok      ok
muted            ok      muted
banned           banned  banned
former           404     404
owner            ok      ok
administrator    404     404
"""

ARCHIVED = """
                 reads   says
nobody           404     404
stranger         404     404
former           404     404
member           ok      archived
banned           banned  banned
owner            ok      archived
"""

DIRECT = """
                 reads   says
nobody           404     404
guest            404     404
stranger         404     404
one              ok      ok
other            ok      ok
administrator    404     404
"""

BLOCKED = """
                 reads   says
stranger         404     404
one              ok      blocked
other            ok      blocked
"""

PUBLIC = """
                 reads   says
nobody           ok      ok
guest            ok      ok
account          ok      ok
muted            ok      muted
mutedguest       ok      muted
banned           banned  banned
bannedguest      banned  banned
administrator    ok      ok
"""

EXCEPT = {("public", "nobody", "typing"): "session-ended"}  # there is nobody who could be shown typing

COLUMNS = {"reads": doors.READING, "says": doors.SAYING}

# What was said is changed, by form and by WebSocket: what he said himself, and what somebody else did.

PRIVATE_MESSAGES = """
                 edit-own  edit-other  delete-own  delete-other
nobody           -         404         -           404
guest            -         404         -           404
stranger         -         404         -           404
invited          -         404         -           404
member           ok        yours       ok          yours
muted            muted     muted       muted       muted
banned           banned    banned      banned      banned
former           404       404         404         404
owner            ok        yours       ok          ok
administrator    -         404         -           404
"""

ARCHIVED_MESSAGES = """
                 edit-own  edit-other  delete-own  delete-other
stranger         -         404         -           404
former           404       404         404         404
member           archived  archived    archived    archived
owner            archived  archived    archived    archived
"""

DIRECT_MESSAGES = """
                 edit-own  edit-other  delete-own  delete-other
stranger         -         404         -           404
one              ok        yours       ok          yours
other            ok        yours       ok          yours
administrator    -         404         -           404
"""

BLOCKED_MESSAGES = """
                 edit-own  edit-other  delete-own  delete-other
one              blocked   blocked     blocked     blocked
other            blocked   blocked     blocked     blocked
"""

PUBLIC_MESSAGES = """
                 edit-own  edit-other  delete-own  delete-other
nobody           -         yours       -           yours
guest            ok        yours       ok          yours
account          ok        yours       ok          yours
muted            muted     muted       muted       muted
mutedguest       muted     muted       muted       muted
banned           banned    banned      banned      banned
bannedguest      banned    banned      banned      banned
administrator    ok        yours       ok          ok
"""

MESSAGES = {"private": PRIVATE_MESSAGES, "archived": ARCHIVED_MESSAGES, "direct": DIRECT_MESSAGES,
            "blocked": BLOCKED_MESSAGES, "public": PUBLIC_MESSAGES}

# Who said something in each before it was as it is now; the first two may be the "other" for the others.
SPEAKERS = {"private": ["member", "owner", "muted", "banned", "former"],
            "archived": ["member", "owner", "muted", "banned", "former"],
            "direct": ["one", "other"], "blocked": ["one", "other"],
            "public": ["account", "stranger", "guest", "muted", "mutedguest", "banned", "bannedguest",
                       "administrator"]}

# What else is done, in a room of its own each time: so nobody is in anybody's way.

PRIVATE_DEEDS = """
                 see   title   topic   invite  link    remove  hand-over archive leave   join    refuse  read
nobody           401   401     401     401     401     401     401       401     401     401     401     401
guest            404   401     401     401     401     401     401       401     401     401     401     401
stranger         404   404     404     404     404     404     404       404     404     404     404     404
invited          404   404     404     404     404     404     404       404     ok      ok      ok      404
member           ok    owner   owner   owner   owner   owner   owner     owner   ok      ok      ok      ok
muted            ok    owner   owner   owner   owner   owner   owner     owner   ok      ok      ok      ok
former           404   404     404     404     404     404     404       404     404     404     404     404
owner            ok    ok      ok      ok      ok      ok      ok        ok      leaves  ok      ok      ok
administrator    404   404     404     404     404     404     404       404     404     404     404     404
"""

PRIVATE_MODERATION = """
                 mute  ban     pardon  sanctions
nobody           401   401     401     401
guest            401   401     401     401
stranger         404   404     404     404
invited          404   404     404     404
member           mods  mods    mods    mods
muted            mods  mods    mods    mods
banned           mods  mods    mods    mods
former           404   404     404     404
owner            ok    ok      ok      ok
administrator    ok    ok      ok      ok
"""

PUBLIC_MODERATION = """
                 mute  ban     pardon  sanctions
nobody           401   401     401     401
guest            401   401     401     401
account          mods  mods    mods    mods
muted            mods  mods    mods    mods
banned           mods  mods    mods    mods
administrator    ok    ok      ok      ok
"""


def cells(tables):
    """(kind of room, who, column, what he does, what he is answered)"""
    for kind, table in tables.items():
        head, *rows = (line.split() for line in table.strip().splitlines())
        for who, *answers in rows:
            for column, answer in zip(head, answers):
                for what in COLUMNS[column]:
                    said = EXCEPT.get((kind, who, what), SLUGS.get(answer, answer))
                    yield pytest.param(kind, who, column, what, said, id=f"{kind}-{who}-{column}-{what}")


def deed_cells():
    """(kind of room, who, what he does, what he is answered)"""
    for kind, table in (("private", PRIVATE_DEEDS), ("private", PRIVATE_MODERATION), ("public", PUBLIC_MODERATION)):
        head, *rows = (line.split() for line in table.strip().splitlines())
        for who, *answers in rows:
            for deed, answer in zip(head, answers):
                yield pytest.param(kind, who, deed, SLUGS.get(answer, answer), id=f"{kind}-{who}-{deed}")


def message_cells():
    """(kind of room, who, "edit" or "delete", whether it is his own, by which door, what he is answered)"""
    for kind, table in MESSAGES.items():
        head, *rows = (line.split() for line in table.strip().splitlines())
        for who, *answers in rows:
            for column, answer in zip(head, answers):
                deed, whose = column.split("-")
                for door in ("form", "ws") if answer != "-" else ():
                    # Who comes to it without a session has said nothing, in whatever room.
                    said = "yours" if (who, door) == ("nobody", "form") else answer
                    yield pytest.param(kind, who, deed, whose == "own", door, SLUGS.get(said, said),
                                       id=f"{kind}-{who}-{column}-{door}")


CELLS = list(cells({"private": PRIVATE, "archived": ARCHIVED, "direct": DIRECT, "blocked": BLOCKED,
                    "public": PUBLIC}))


# Besides the room.
NEEDS = {"title": ["title"], "topic": ["topic"], "invite": ["name"], "remove": ["person"], "hand-over": ["person"],
         "read": ["cursor"], "mute": ["person", "minutes"], "ban": ["person", "minutes"], "pardon": ["person"]}


class Scene:
    """The people, a room of each kind, and something that was said there."""

    def __init__(self, site, database):
        self.world = world = World(site, database)
        self.numbers = itertools.count(1)
        self.site = site
        self.people = {who: world.person(who) for who in (
            "stranger", "invited", "member", "muted", "banned", "former", "owner", "administrator", "one", "other",
            "account")}
        for guest in ("guest", "mutedguest", "bannedguest"):
            self.people[guest] = Person(site).be_a_guest()
        world.ask(f"UPDATE account SET is_admin = 1 WHERE id = {self['administrator'].id}")
        inside = [self[who] for who in ("owner", "member", "muted", "banned", "former")]
        self.rooms = {
            "private": world.room(self["owner"], inside, invited=[self["invited"]]),
            "archived": world.room(self["owner"], inside, title="Old"),
            "direct": world.room(members=[self["one"], self["other"]], kind="direct"),
            "public": f"square-{database.name}",
        }
        self.rooms["blocked"] = self._blocked()
        world.put_public(self.rooms["public"])
        self._talk()
        self._settle()

    def __getitem__(self, who):
        return self.people[who]

    def _blocked(self):
        """The two of it are others than those of the direct room, and called alike here."""
        one, other = self.world.person("one"), self.world.person("other")
        self.people |= {"blocked-one": one, "blocked-other": other}
        return self.world.room(members=[one, other], kind="direct")

    def _talk(self):
        self.said = {}
        for kind, room in self.rooms.items():
            for who in SPEAKERS[kind]:
                message = self.who(kind, who).say("hello", room)
                self.said[kind, who] = message["id"]
                self.who(kind, who).who = message["by"]

    def _settle(self):
        """What is as it is only after something was said."""
        world, owner = self.world, self["owner"]
        for kind in ("private", "archived"):
            world.take_member(self.rooms[kind], self["former"])
        for kind in ("private", "archived", "public"):
            for who, how in (("muted", "mute"), ("banned", "ban")):
                world.punish(self.rooms[kind], self[who], how, by=owner)
        for who, how in (("mutedguest", "mute"), ("bannedguest", "ban")):
            world.punish(self.rooms["public"], self[who].who, how, by=owner)
        world.ask(f"UPDATE room SET archived_at = 5 WHERE name = '{self.rooms['archived']}'")
        must(self["blocked-other"].post_fields("/a/contact/block", name=self["blocked-one"].name))
        world.change(self.rooms["archived"])
        wait_until(lambda: world.count("room_change") == 0, what="all processes to have been told")
        have_heard(self.site)

    def who(self, kind, who):
        if who == "nobody":
            return Person(self.site)  # a new one each time: who posts is a guest from then on
        return self.people.get(f"{kind}-{who}", self.people.get(who))


    def message(self, kind, who):
        """A new one of his, where he may say something; else what he said before."""
        reply = self.who(kind, who).post("a moment ago", self.rooms[kind])
        return reply.json()["id"] if reply.status == 200 else self.said[kind, who]

    def revises(self, kind, who, deed, is_own, door):
        """What he is answered."""
        room, person = self.rooms[kind], self.who(kind, who)
        author = who if is_own else next(one for one in SPEAKERS[kind] if one != who)
        fields = {"room": room, "id": self.message(kind, author), **({"body": "better"} if deed == "edit" else {})}
        if door == "form":
            return doors.outcome(person.post_fields(f"/a/message/{deed}", **fields))
        with person.websocket() as socket:
            socket.send(deed, client_id=f"m{next(self.numbers)}", **fields)
            return socket.read("posted", "error").get("problem", "ok")

    def new_room(self, kind):
        """One with the same people, and one more whom things happen to."""
        world, owner, number = self.world, self["owner"], next(self.numbers)
        if kind == "public":
            room = f"square-{world.site.port}-{number}"
            world.put_public(room)
        else:
            inside = [self[who] for who in ("owner", "member", "muted", "banned", "other")]
            room = world.room(owner, inside, title=f"Room {number}", invited=[self["invited"]])
        world.punish(room, self["muted"], "mute", by=owner)
        world.punish(room, self["banned"], "ban", by=owner)
        return room

    def does(self, kind, who, deed):
        """What he is answered."""
        person, room = self.who(kind, who), self.new_room(kind)
        if deed in ("see", "sanctions"):
            return doors.outcome(person.get("/a/room" + ("/sanctions" if deed == "sanctions" else "") + f"?room={room}"))
        fields = {"title": f"Coffee {next(self.numbers)}", "topic": "beans", "name": self["account"].name,
                  "person": self["other"].who, "cursor": "1-1", "minutes": "5"}
        return doors.outcome(person.post_fields(f"/a/room/{deed}", room=room,
                                                **{field: fields[field] for field in NEEDS.get(deed, [])}))


@pytest.fixture(scope="module")
def scene(site, database):
    return Scene(site, database)


@pytest.mark.parametrize("kind, who, column, what, expected", CELLS)
def test_a_cell(scene, kind, who, column, what, expected):
    person, room = scene.who(kind, who), scene.rooms[kind]
    assert COLUMNS[column][what](person, room) == expected


@pytest.mark.parametrize("kind, who, deed, expected", deed_cells())
def test_a_deed(scene, kind, who, deed, expected):
    assert scene.does(kind, who, deed) == expected


@pytest.mark.parametrize("kind, who, deed, is_own, door, expected", message_cells())
def test_a_message(scene, kind, who, deed, is_own, door, expected):
    assert scene.revises(kind, who, deed, is_own, door) == expected
