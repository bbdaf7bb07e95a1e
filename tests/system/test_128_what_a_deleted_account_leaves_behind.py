"""Its rooms go to who has been there longest, or are archived; what was about
nobody but the person goes, in one step with the account."""

import threading

import pytest

from lib import doors
from lib.database import BOTH
from lib.person import must, refused
from lib.wait import wait_until
from lib.world import World

SITE = {"trusted_proxies": "127.0.0.1"}
DATABASES = BOTH


@pytest.fixture
def world(site, database):
    return World(site, database)


@pytest.fixture
def ann(world):
    """Who goes."""
    return world.person()


@pytest.fixture
def others(world):
    return [world.person() for _ in range(3)]


# Rooms.

def test_a_room_goes_to_who_has_been_there_longest(world, ann, others):
    youngest_account_first = world.room(ann, [ann, others[2], others[0]])
    owner_came_last = world.room(ann, [others[1], others[0], ann], title="Coffee")
    ann.delete()
    assert world.owner(youngest_account_first) == others[2].id
    assert world.owner(owner_came_last) == others[1].id
    for room in (youngest_account_first, owner_came_last):
        assert not world.is_archived(room)
        assert world.owner(room) in world.members(room) and ann.id not in world.members(room)


def test_of_two_who_came_together_the_older_account_has_it(world, ann, others):
    room = world.room(ann, [ann])
    world.put_members(room, *((other, "member", 7) for other in reversed(others)))
    ann.delete()
    assert world.owner(room) == others[0].id


def test_who_is_only_invited_inherits_nothing(world, ann, others):
    lonely = world.room(ann, [ann], invited=others)
    world.put_link(lonely, ann)
    shared = world.room(ann, [ann, others[0]], title="Shared", invited=others[1:])
    ann.delete()
    assert world.owner(lonely) is None and world.is_archived(lonely)
    assert world.members(lonely) == world.members(lonely, "invited") == set()
    assert world.count("room_invite", f"room_id = (SELECT id FROM room WHERE name = '{lonely}')") == 0
    assert world.owner(shared) == others[0].id
    assert world.members(shared, "invited") == {other.id for other in others[1:]}


def test_who_has_one_that_is_called_alike_gets_it_all_the_same(world, ann, others):
    """And a third, when the next one goes."""
    own = world.room(others[0], [others[0]], title="Tea")
    room = world.room(ann, [ann, others[0]], title="Tea")
    third = world.room(others[1], [others[1], others[0]], title="Tea")
    ann.delete()
    others[1].delete()
    assert [world.owner(one) for one in (own, room, third)] == [others[0].id] * 3
    assert world.count("room", f"owner_id = {others[0].id} AND title = 'Tea'") == 3


def test_an_archived_room_stays_one_and_is_nobodys(world, ann, others):
    room = world.room(ann, [ann, others[0]], archived_at="5")
    ann.delete()
    assert world.owner(room) is None and world.one(f"SELECT archived_at FROM room WHERE name = '{room}'") == "5"
    assert world.members(room) == {others[0].id}


def test_a_direct_room_is_archived_and_the_other_may_read_on(world, ann, others):
    room = world.room(members=[ann, others[0]], kind="direct")
    not_hers = world.room(members=others[:2], kind="direct")
    ann.delete()
    assert world.is_archived(room) and world.members(room) == {others[0].id}
    assert not world.is_archived(not_hers) and len(world.members(not_hers)) == 2


def test_in_rooms_of_others_she_is_no_member_any_more(world, ann, others):
    member = world.room(others[0], [others[0], ann])
    invited = world.room(others[1], [others[1]], invited=[ann])
    for room in (member, invited):
        world.put_link(room, others[0])
    world.put_link(member, ann)
    world.put_link(member, ann, used_by=others[2])
    ann.delete()
    assert world.count("room_member", f"account_id = {ann.id}") == 0
    assert [world.owner(room) for room in (member, invited)] == [others[0].id, others[1].id]
    assert world.count("room_invite", f"made_by = {ann.id} AND used_by IS NULL") == 0
    assert world.count("room_invite", f"made_by = {others[0].id}") == 2
    assert world.count("room_invite", f"used_by = {others[2].id}") == 1


def test_what_was_hers_only_is_gone(world, ann, others):
    room = world.room(others[0], [others[0], ann])
    for n, other in enumerate(others):
        state = ("asked", "accepted", "blocked")[n]
        world.ask(f"INSERT INTO contact VALUES ({ann.id}, {other.id}, '{state}', 1)")
        world.ask(f"INSERT INTO contact VALUES ({other.id}, {ann.id}, '{state}', 1)")
    world.ask(f"INSERT INTO contact VALUES ({others[0].id}, {others[1].id}, 'blocked', 1)")
    world.ask(f"INSERT INTO read_marker VALUES ({ann.id}, 'lobby', '1', 1), ({others[0].id}, 'lobby', '1', 1)")
    for whom in (f"a{ann.id}", f"a{ann.id}0"):
        world.ask("INSERT INTO room_sanction (room_id, person, kind, name, given_by, given_at, until) "
                  f"SELECT id, '{whom}', 'mute', 'n', {others[0].id}, 1, 2 FROM room WHERE name = '{room}'")
    ann.delete()
    assert world.count("contact", f"{ann.id} IN (account_id, other_id)") == 0
    assert world.count("contact", f"account_id = {others[0].id}") == 1
    assert world.count("read_marker", f"account_id = {ann.id}") == 0
    assert world.count("read_marker", f"account_id = {others[0].id}") == 1
    assert world.count("room_sanction", f"person = 'a{ann.id}'") == 0
    assert world.count("room_sanction", f"person = 'a{ann.id}0'") == 1


# What the others see of it.

def test_the_heir_is_its_owner_everywhere(site, world, ann, others):
    heir, other, _ = others
    room = world.room(ann, [ann, heir, other])
    for worker in site.workers:
        assert view(heir.at(worker), room)["me"] == "member"
    ann.delete()
    for worker in site.workers:
        assert view(heir.at(worker), room)["me"] == "owner"
        assert [one["name"] for one in view(other.at(worker), room)["members"]] == [heir.name, other.name]
    must(heir.post_fields("/a/room/title", room=room, title="Coffee"))
    must(heir.post_fields("/a/room/archive", room=room))


def test_in_an_archived_direct_room_the_other_reads_on(site, world, ann, others):
    bob = others[0]
    room = world.room(members=[ann, bob], kind="direct")
    ann.say("before I go", room)
    assert doors.post_by_form(bob, room) == "ok"
    ann.delete()
    for worker in site.workers:
        wait_until(lambda: doors.post_by_form(bob.at(worker), room) == "room-archived", what="it to be archived")
    assert bob.read(room=room)["messages"][0]["body"] == "before I go"
    assert bob.read(room=room)["messages"][0]["author"] == ann.name
    assert view(bob, room)["archived"]


def view(person, room):
    return must(person.get(f"/a/room?room={room}")).json()


# In one step.

def test_who_has_the_wrong_password_leaves_nothing(world, ann, others):
    room = world.room(ann, [ann, others[0]])
    assert refused(ann.ask_account("delete", password="something else")) == (403, "credentials-wrong")
    assert world.owner(room) == ann.id and ann.id in world.members(room)


def test_members_who_go_at_the_same_moment_leave_it_to_who_stays(world, ann, others):
    for n in range(5):
        everybody = [world.person() for _ in range(4)]
        rooms = [world.room(owner, everybody, title=f"{n} {k}") for k, owner in enumerate(everybody)]
        going = [threading.Thread(target=one.delete) for one in everybody[:3]]
        for thread in going:
            thread.start()
        for thread in going:
            thread.join()
        for room in rooms:
            assert world.owner(room) == everybody[3].id and world.members(room) == {everybody[3].id}


def test_many_rooms_are_left_as_easily_as_one(world, ann, others):
    rooms = [world.room(ann, [ann, others[n % 3]], title=f"Tea {n}") for n in range(20)]
    must(ann.ask_account("delete", password=ann.password))
    assert [world.owner(room) for room in rooms] == [others[n % 3].id for n in range(20)]
