"""Accounts, and guests who said their names: what looks alike is one name."""

import hashlib
import re
import threading

import pytest

from lib.database import BOTH
from lib.member import have_heard
from lib.person import Person, must, new_name, refused, who
from lib.wait import wait_until

SITE = {"trusted_proxies": "127.0.0.1"}
DATABASES = BOTH

TAKEN = (409, "name-taken")
MADE = re.compile(r"[A-Z][a-z]+-\d{4}")
AT_ONCE = 24  # fewer than may wait for their hash at one worker

# Pairs that look alike, each of names that occur nowhere else here.
SAME_KEY = [
    ("Anna Bell", "ANNA bell"),
    ("Straße", "STRASSE"),
    ("Σίσυφος", "ΣΊΣΥΦΟΣ"),
    ("Zoë", "Zoe\u0308"),
    ("\uff2b\uff41\uff52\uff4c", "karl"),  # full-width
    ("Diyarbakır", "DIYARBAKIR"),  # the Turkish i, whose capital is İ or I
    ("İzmit", "izmit"),
    ("ﬁona", "fiona"),  # a ligature
    ("Ⅸbert", "ixbert"),  # a Roman numeral of one character
]
ALIKE = [
    ("paypal", "раураӏ"),  # all Cyrillic
    ("scope", "ѕсоре"),
    ("BATH", "ВАТН"),
    ("Ταχι", "Taxi"),  # Greek
    ("Otto", "0tt0"),
    ("Lilly", "1i11y"),
    ("Isabel", "lsabel"),
    ("Marnie", "Mamie"),
    ("vviki", "wiki"),
    ("Tim O'Neil", "Tim O’Neil"),
]
DIFFERENT = [("Peter", "Petra"), ("Zora", "Zorë"), ("Иван", "Ivan"), ("Ulla", "Ül1a"), ("田中太郎", "田中次郎")]


@pytest.fixture
def crowd(site):
    def make(names):
        """So many people who ask at the same moment, at both workers: their Replies."""
        people = [Person(site, name, door=site.workers[n % 2]) for n, name in enumerate(names)]
        replies = [None] * len(people)
        start = threading.Barrier(len(people))

        def register(n):
            start.wait()
            replies[n] = people[n].try_register()

        threads = [threading.Thread(target=register, args=(n,)) for n in range(len(people))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return people, replies
    return make


# Accounts.

@pytest.mark.parametrize("first, second", [*SAME_KEY, *ALIKE])
def test_what_looks_alike_is_taken(site, first, second):
    Person(site, first).register()
    assert refused(Person(site, second).try_register()) == TAKEN


@pytest.mark.parametrize("first, second", SAME_KEY)
def test_by_another_spelling_one_is_found(site, first, second):
    reply = Person(site, second).try_sign_in()
    assert reply.status == 200, f"register comes first: {reply}"
    assert who(reply)[0] == Person(site, first).sign_in().visit()["name"]


@pytest.mark.parametrize("first, second", ALIKE)
def test_by_what_only_looks_so_one_is_not_found(site, first, second):
    """Else the wrong one of two could be let in, should the table of look-alikes change."""
    assert refused(Person(site, second).try_sign_in()) == (403, "credentials-wrong")


@pytest.mark.parametrize("first, second", DIFFERENT)
def test_what_does_not_is_not(site, first, second):
    Person(site, first).register()
    Person(site, second).register()


@pytest.mark.parametrize("name, problem", [
    ("An", "name-too-short"), ("A" * 33, "name-too-long"), (" Anna", "name-spaces"), ("Anna  B", "name-spaces"),
    ("Anna\u200b", "name-invisible"), ("An\u202ena", "name-invisible"), ("Anna☃", "name-bad-character"),
    ("-Anna", "name-bad-beginning"), ("A\u0300\u0301\u0302\u0303\u0304nna", "name-bad-marks"),
    ("Аnna", "name-mixed-scripts"), ("Anna\u00a0B", None), ("１２３", None),
])
def test_what_is_no_name(site, name, problem):
    reply = Person(site, name).try_register()
    if problem:
        assert refused(reply) == (400, problem)
        assert refused(Person(site).be_a_guest().rename(name)) == (400, problem)
    else:
        assert who(must(reply, 201))[0] != name


def test_of_many_at_the_same_moment_one_gets_it(crowd, database):
    for _ in range(3):
        name = new_name()
        people, replies = crowd([name] * AT_ONCE)
        assert sorted(reply.status for reply in replies) == [201] + [409] * (AT_ONCE - 1)
        assert database.ask(f"SELECT count(*) FROM account WHERE name = '{name}'") == [("1",)]
        winner, = [person for person, reply in zip(people, replies) if reply.status == 201]
        assert winner.is_signed_in
        assert sum(person.is_signed_in for person in people) == 1


def test_of_many_who_look_alike_one_gets_it(crowd):
    for _ in range(3):
        tail = new_name("").replace("-", "")
        spellings = [f"Olo {tail}", f"0L0 {tail}", f"o1O {tail}", f"ＯＬＯ {tail}"]
        _, replies = crowd([spellings[i % 4] for i in range(AT_ONCE)])
        assert sorted(reply.status for reply in replies) == [201] + [409] * (AT_ONCE - 1)


def test_of_a_deleted_account_the_name_is_free_and_the_sessions_stay_dead(site):
    first = Person(site).register()
    other = Person(site, first.name).sign_in()
    kept = [dict(first.cookies), dict(other.cookies)]
    first.delete()
    have_heard(site)
    second = Person(site, first.name, "a light in the attic").register()
    for cookies in kept:
        first.cookies = dict(cookies)
        for worker in site.workers:
            assert not first.at(worker).is_signed_in
        first.visit()
        assert first.token not in (cookies["holdline_session"], second.token)
    assert refused(Person(site, first.name).try_sign_in()) == (403, "credentials-wrong")
    assert second.is_signed_in and len(second.sessions()) == 1


@pytest.mark.parametrize("name", ["Heron-4821", "heron-4821", "HER0N-4821", "Ｈeron-4821", "Lark-0000", "lark-OOOO"])
def test_nobody_is_called_like_a_guest(site, name):
    assert refused(Person(site, name).try_register()) == TAKEN
    assert refused(Person(site).be_a_guest().rename(name)) == TAKEN


@pytest.mark.parametrize("name", ["Heron", "Heron-482", "Heron-48212", "Heron 4821", "Hero-4821", "xHeron-4821"])
def test_what_is_only_like_it_may_be(site, name):
    Person(site, name).register()


# Guests.

@pytest.fixture
def guest(site):
    return Person(site).be_a_guest()


def test_a_guest_says_his_name(site, guest, room):
    name = new_name("Gus")
    assert who(must(guest.rename(name))) == (name, False)
    have_heard(site)
    for worker in site.workers:
        assert who(guest.at(worker).get("/a/session")) == (name, False)
    assert guest.say("hello", room)["author"] == name


@pytest.mark.parametrize("spell", [str, str.upper, lambda name: name.replace("O", "0"),
                                   lambda name: name.replace("l", "I")])
def test_not_that_of_an_account(site, guest, spell):
    ann = Person(site, new_name("Olli")).register()
    before = guest.visit()
    assert refused(guest.rename(spell(ann.name))) == TAKEN
    assert guest.visit() == before


@pytest.mark.parametrize("spell", [str, str.upper, lambda name: name.replace("O", "0"),
                                   lambda name: name.replace("l", "I")])
def test_not_that_of_another_guest(site, guest, spell):
    name = new_name("Olli")
    Person(site).be_a_guest().be_called(name)
    before = guest.visit()
    assert refused(guest.rename(spell(name))) == TAKEN
    assert guest.visit() == before


def test_his_own_he_may_spell_otherwise(guest):
    name = new_name("Olli")
    guest.be_called(name).be_called(name.upper()).be_called(name.replace("O", "0"))


def test_one_that_he_had_is_free_for_others(site, guest):
    name = new_name()
    guest.be_called(name).be_called(new_name())
    Person(site).be_a_guest().be_called(name)
    assert refused(guest.rename(name)) == TAKEN


@pytest.mark.parametrize("leave", ["sign_out", "register"])
def test_who_has_gone_has_it_no_longer(site, guest, leave):
    name = new_name()
    guest.be_called(name)
    getattr(guest, leave)()
    other = Person(site).be_a_guest()
    wait_until(lambda: other.rename(name).status == 200)


def test_of_guests_who_want_the_same_one_gets_it(site):
    name = new_name()
    guests = [Person(site, door=site.workers[n % 2]) for n in range(AT_ONCE)]
    statuses = []
    start = threading.Barrier(AT_ONCE)
    for guest in guests:
        guest.visit()

    def rename(guest):
        start.wait()
        statuses.append(guest.rename(name).status)

    threads = [threading.Thread(target=rename, args=(guest,)) for guest in guests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] + [409] * (AT_ONCE - 1)
    have_heard(site)
    assert sum(guest.visit()["name"] == name for guest in guests) == 1


def test_what_he_holds_goes_on_under_his_new_name(site, guest, room):
    guest.say("before", room)
    with guest.websocket() as socket, guest.websocket(f"/chat?room={room}") as chat:
        socket.post(room, "1", "k1")
        poll = site.hold(guest, room=f"{room}-2")
        name = new_name("Gus")
        guest.be_called(name)

        def authors():
            socket.post(room, "2", f"k{len(site.room_log(room))}")
            chat.send_text("3")
            messages = site.client.read(room=room)["messages"]
            newest = {message["body"]: message["author"] for message in messages}
            return newest.get("2") == newest.get("3") == name

        wait_until(authors, what="his new name by both doors")
        assert not poll.is_answered
        poll.leave()
    site.wait_held(0)


# Who registers goes before.

@pytest.mark.parametrize("spell", [str, str.upper, lambda name: name.replace("O", "0")])
def test_an_account_takes_the_name_from_a_guest(site, guest, room, spell):
    name = new_name("Olli")
    guest.be_called(name)
    with guest.websocket() as socket, guest.websocket(f"/chat?room={room}") as chat:
        socket.post(room, "1", "k1")
        ann = Person(site, spell(name)).register()
        have_heard(site)
        new = guest.visit()["name"]
        assert MADE.fullmatch(new)
        for worker in site.workers:
            assert guest.at(worker).visit()["name"] == new
        assert guest.say("2", room)["author"] == new

        def authors():
            chat.send_text("3")
            socket.post(room, "4", f"k{len(site.room_log(room))}")
            newest = {one["body"]: one["author"] for one in site.client.read(room=room)["messages"]}
            return newest.get("3") == newest.get("4") == new

        wait_until(authors, what="his new name by both sockets")
    assert refused(guest.rename(name)) == TAKEN
    assert who(ann.get("/a/session")) == (ann.name, True)


def test_two_guests_may_be_in_the_way_of_one_account(site):
    """One is called the same in other letters, the other what looks the same."""
    tail = new_name("").replace("-", "").upper()
    one = Person(site).be_a_guest().be_called(f"igor {tail}")
    other = Person(site).be_a_guest().be_called(f"lG0R {tail}")
    Person(site, f"IGOR {tail}").register()
    wait_until(lambda: all(MADE.fullmatch(guest.visit()["name"]) for guest in (one, other)))


def test_who_registers_under_the_name_he_has_as_a_guest_keeps_it(site, guest, room):
    name = new_name()
    guest.be_called(name).say("before", room)
    guest.name = name
    guest.register()
    assert guest.say("after", room)["author"] == name
    assert guest.visit()["account"]


def test_a_refused_registration_takes_nothing_from_a_guest(site, guest):
    name = new_name()
    guest.be_called(name)
    have_heard(site)
    Person(site, name, "password").try_register()
    Person(site, name).try_sign_in()
    assert guest.visit()["name"] == name


def test_a_guest_called_like_an_account_is_renamed_when_it_signs_in(site, database, guest):
    """A worker died between the account and the guest; or both came at the same moment."""
    ann = Person(site).register()
    (look,), = database.ask(f"SELECT name_look FROM account WHERE name = '{ann.name}'")
    guest.be_called(new_name())
    hashed = hashlib.sha256(guest.token.encode()).hexdigest()
    # What guest_name.lua would have written.
    site.redis.hset(f"holdline:session:{hashed}", mapping={"name": ann.name, "look": look})
    site.redis.set(f"holdline:guest:{look}", hashed)
    site.redis.publish("holdline:sessions", f"changed:{hashed}")
    wait_until(lambda: guest.visit()["name"] == ann.name)
    Person(site, ann.name).sign_in()
    for worker in site.workers:
        wait_until(lambda: MADE.fullmatch(guest.at(worker).visit()["name"]))


def test_a_guest_who_asks_at_the_same_moment_does_not_keep_it(site):
    for _ in range(5):
        name = new_name()
        guests = [Person(site, door=site.workers[n % 2]).be_a_guest() for n in range(4)]
        is_over = threading.Event()

        def ask_again_and_again(guest):
            while not is_over.is_set():
                guest.rename(name)

        threads = [threading.Thread(target=ask_again_and_again, args=(guest,)) for guest in guests]
        for thread in threads:
            thread.start()
        Person(site, name).register()
        is_over.set()
        for thread in threads:
            thread.join()
        wait_until(lambda: all(guest.at(worker).visit()["name"] != name
                               for guest in guests for worker in site.workers))
