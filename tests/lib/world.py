"""Rooms, and who is what in them, put into SQL as they are to be.

    world = World(site, database)
    ann, bob = world.person(), world.person()
    room = world.room(owner=ann, members=[ann, bob])
    world.punish(room, bob, "mute")

What changes a room that somebody has asked for already is noted in room_change,
as in every transaction of the program, and so every process hears of it."""

import itertools
import time

from lib.person import Person, new_name

_numbers = itertools.count(1)

HOUR_MS = 3_600_000


def now_ms():
    return int(time.time() * 1000)


class World:
    def __init__(self, site, database):
        self.site = site
        self.ask = database.ask

    def person(self, begin="Pat", person=Person):
        """With an account: `id` is its number, as a text, and `who` what he is for others."""
        one = person(self.site, new_name(begin)).register()
        one.id = self.one(f"SELECT id FROM account WHERE name = '{one.name}'")
        one.who = f"a{one.id}"
        return one

    def one(self, statement):
        (value,), = self.ask(statement)
        return value

    # What is put there.

    def room(self, owner=None, members=(), kind="private", title=None, invited=(), archived_at="NULL"):
        """Its name.  Members have come one after the other, whatever their accounts' numbers."""
        number = next(_numbers)
        name = f"~{number:024x}"
        title = title or f"Tea {number}"
        shown = f"'{title}'" if kind == "private" else "NULL"
        pair = f"'{pair_of(*members)}'" if kind == "direct" else "NULL"
        self.ask("INSERT INTO room (name, kind, title, title_look, owner_id, pair, created_at, archived_at) VALUES "
                 f"('{name}', '{kind}', {shown}, lower({shown}), {owner.id if owner else 'NULL'}, {pair}, 1, "
                 f"{archived_at})")
        self.put_members(name, *((member, "member", since) for since, member in enumerate(members, 1)),
                         *((member, "invited", 1) for member in invited))
        return name

    def put_members(self, name, *rows):
        self.ask("INSERT INTO room_member (room_id, account_id, state, since) VALUES " + ", ".join(
            f"({room_id(name)}, {member.id}, '{state}', {since})" for member, state, since in rows))

    def take_member(self, name, member):
        self.ask(f"DELETE FROM room_member WHERE room_id = {room_id(name)} AND account_id = {member.id}")
        self.change(name)

    def put_public(self, name):
        """A row for a public room, of which there is something to know."""
        self.ask(f"INSERT INTO room (name, kind, created_at) VALUES ('{name}', 'public', 1)")

    def punish(self, name, member, kind, by, until=None):
        """`member`: who has an account, or what a guest is for others."""
        person = member if isinstance(member, str) else f"a{member.id}"
        self.ask("INSERT INTO room_sanction (room_id, person, kind, name, given_by, given_at, until) VALUES "
                 f"({room_id(name)}, '{person}', '{kind}', 'n', {by.id}, 1, {until or now_ms() + HOUR_MS})")
        self.change(name)

    def put_link(self, name, maker, used_by=None):
        self.ask("INSERT INTO room_invite (secret_hash, room_id, made_by, made_at, expires_at, used_by) VALUES "
                 f"('{next(_numbers):064x}', {room_id(name)}, {maker.id}, 1, {now_ms() + HOUR_MS}, "
                 f"{used_by.id if used_by else 'NULL'})")

    def change(self, name):
        self.ask(f"INSERT INTO room_change (room_id, number) VALUES ({room_id(name)}, {now_ms()}) "
                 "ON CONFLICT (room_id) DO UPDATE SET number = room_change.number + 1")

    # What is there.

    def owner(self, name):
        return self.one(f"SELECT owner_id FROM room WHERE name = '{name}'")

    def is_archived(self, name):
        return self.one(f"SELECT archived_at FROM room WHERE name = '{name}'") is not None

    def members(self, name, state="member"):
        return {number for number, in self.ask(
            f"SELECT account_id FROM room_member WHERE room_id = {room_id(name)} AND state = '{state}'")}

    def count(self, table, where="1 = 1"):
        return int(self.one(f"SELECT count(*) FROM {table} WHERE {where}"))


def room_id(name):
    """Of a room, within a statement."""
    return f"(SELECT id FROM room WHERE name = '{name}')"


def pair_of(one, other):
    return "-".join(sorted((one.id, other.id), key=int))
