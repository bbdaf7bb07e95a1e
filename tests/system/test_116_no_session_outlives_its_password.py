"""Signing in with the old password while it is changed."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from lib.member import Member, Place, forget_attempts, have_heard, register

SITE = {"workers": 3}
ROUNDS = 6
AT_ONCE = 8


def try_to_sign_in(site, name, password, door):
    """A browser, signed in; or None."""
    member = Member(site, name, password, door)
    reply = member.submit("sign-in", name=name, password=password)
    assert reply.status in (200, 403, 503), reply
    return member if reply.status == 200 else None


def while_they_sign_in(site, anna, act):
    """Does it among those who sign in with the password as it was: who of them got in."""
    doors = [Place(site.workers[n % 3], f"192.0.2.{n}") for n in range(AT_ONCE)]
    with ThreadPoolExecutor(AT_ONCE + 1) as threads:
        early = [threads.submit(try_to_sign_in, site, anna.name, anna.password, door) for door in doors[::2]]
        acting = threads.submit(act)
        late = [threads.submit(try_to_sign_in, site, anna.name, anna.password, door) for door in doors[1::2]]
        members = [each.result() for each in early + late]
        acting.result()
    have_heard(site)
    return [member for member in members if member]


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_who_came_in_with_the_old_one_is_out(site, turn):
    anna = register(site)
    old = anna.password
    inside = while_they_sign_in(site, anna, lambda: anna.change_password(f"kettle number {turn}"))
    assert anna.is_signed_in
    assert [member for member in inside if member.is_signed_in] == []
    assert len(anna.sessions()) == 1
    assert try_to_sign_in(site, anna.name, old, None) is None
    assert anna.elsewhere().is_signed_in


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_who_came_into_an_account_that_was_deleted_is_out(site, turn):
    anna = register(site)
    inside = while_they_sign_in(site, anna, anna.delete)
    assert [member for member in inside if member.is_signed_in] == []
    assert try_to_sign_in(site, anna.name, anna.password, None) is None
    again = register(site, anna.name)  # the name is free
    assert len(again.sessions()) == 1


def test_two_changes_at_once_are_one(site):
    """Of two who both know the password one wins, and is the only one inside."""
    anna = register(site)
    phone = anna.elsewhere()
    with ThreadPoolExecutor(2) as threads:
        forget_attempts(site)
        replies = list(threads.map(lambda who: who[0].submit("password", password=anna.password, new_password=who[1]),
                                   [(anna.at(site.workers[0]), "first kettle"), (phone.at(site.workers[1]), "second kettle")]))
    assert sorted(reply.status for reply in replies) in ([200, 401], [200, 403])
    winner, word = [(anna, "first kettle"), (phone, "second kettle")][replies[1].status == 200]
    assert winner.is_signed_in and len(winner.sessions()) == 1
    winner.password = word
    assert winner.elsewhere().is_signed_in
