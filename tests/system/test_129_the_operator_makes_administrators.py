"""`holdline user`: who is there, and who is an administrator."""

import os
import subprocess

import pytest

from lib import log
from lib.database import BOTH
from lib.person import Person, new_name
from lib.site import SANITIZED

SITE = {"trusted_proxies": "127.0.0.1"}
DATABASES = BOTH

DONE, FAILED, USAGE, NOBODY = 0, 1, 2, 3


class Ended:
    def __init__(self, database, *arguments, stdout=subprocess.PIPE, **env):
        ended = subprocess.run([SANITIZED, "user", *arguments], stdout=stdout, stderr=subprocess.PIPE, timeout=30,
                               text=True, env={"PATH": os.environ["PATH"], **database.env, **env})
        self.code = ended.returncode
        self.output = ended.stdout
        self.lines = log.parse(ended.stderr)
        assert not log.sanitizer_reports(ended.stderr), ended.stderr

    @property
    def error(self):
        """The only line."""
        line, = self.lines
        assert line.level == "error" and not self.output
        return line


@pytest.fixture
def user(database):
    return lambda *arguments, **more: Ended(database, *arguments, **more)


@pytest.fixture
def ann(site):
    return Person(site, new_name("Zoë Ìshak")).register()


def row(user, person):
    """Of the list: his number, whether he is an administrator, since when, and what he is called."""
    rows = [line.split(maxsplit=3) for line in user("list").output.splitlines()]
    return next(row for row in rows if row[3] == person.name)


def test_an_account_becomes_an_administrator_and_is_none_again(user, database, ann):
    assert row(user, ann)[1] == "-"
    for said, shown, kept in (("yes", "admin", "1"), ("yes", "admin", "1"), ("no", "-", "0"), ("no", "-", "0")):
        ended = user(ann.name, "admin", said)
        assert (ended.code, ended.output) == (DONE, "")
        line, = ended.lines
        assert (line.event, "a" + line["account"], line["admin"]) == ("user_changed", row(user, ann)[0], said)
        assert row(user, ann)[1] == shown
        assert database.ask(f"SELECT is_admin FROM account WHERE name = '{ann.name}'") == [(kept,)]


def test_nobody_else_is_changed(user, database, ann, site):
    Person(site).register()
    before = database.ask("SELECT count(*) FROM account WHERE is_admin = 1")
    user(ann.name, "admin", "yes")
    user(ann.name, "admin", "no")
    assert database.ask("SELECT count(*) FROM account WHERE is_admin = 1") == before


def test_a_name_is_found_as_when_one_signs_in(user, ann):
    user(ann.name.upper(), "admin", "yes")
    assert row(user, ann)[1] == "admin"


def test_an_account_may_be_called_list(user, site):
    name = f"{new_name('list')}"
    Person(site, name).register()
    assert user(name, "admin", "yes").code == DONE
    assert user("list", "admin", "yes").code == NOBODY


def test_the_list_has_all_that_are_there_in_order(user, site, database):
    gone = Person(site).register()
    gone.delete()
    output = user("list").output
    numbers = [int(line.split()[0][1:]) for line in output.splitlines()]
    assert numbers == sorted(numbers)
    assert len(numbers) == int(database.ask("SELECT count(*) FROM account WHERE deleted_at IS NULL")[0][0])
    assert gone.name not in output


def test_the_list_may_be_long(user, database):
    first = 1_000_000
    for begin in (first, first + 1000):
        database.ask("INSERT INTO account (id, name, name_key, name_look, password_hash, created_at, password_changed_at)"
                     " VALUES " + ", ".join(f"({n}, 'l{n}', 'l{n}', 'l{n}', '$argon2id$x', 1, 1)"
                                            for n in range(begin, begin + 1000)))
    names = [line.split()[3] for line in user("list").output.splitlines()]
    assert names[-2000:] == [f"l{n}" for n in range(first, first + 2000)]
    assert user(f"l{first}", "admin", "yes").code == DONE
    database.ask(f"DELETE FROM account WHERE id >= {first}")


def test_who_is_deleted_is_no_administrator_any_more(user, database, ann):
    user(ann.name, "admin", "yes")
    number = row(user, ann)[0][1:]
    ann.delete()
    assert database.ask(f"SELECT is_admin FROM account WHERE id = {number}") == [("0",)]
    assert user(ann.name, "admin", "yes").code == NOBODY


@pytest.mark.parametrize("name", ["nobody-is-called-so", "", "x", "x" * 500, "'; DROP TABLE account; --", "\u202e",
                                  "a\nlevel=error"], ids=repr)
def test_who_is_nobody_is_an_error_that_says_so(user, name):
    ended = user(name, "admin", "yes")
    assert ended.code == NOBODY
    assert ended.error.event == "user_unknown"


@pytest.mark.parametrize("arguments", [
    [], ["Ann"], ["lists"], ["Ann", "admin"], ["Ann", "admin", "maybe"], ["Ann", "admin", "YES"],
    ["Ann", "owner", "yes"], ["Ann", "admin", "yes", "no"], ["list", "all"], ["", ""]], ids=" ".join)
def test_arguments_that_are_none_change_nothing(user, arguments):
    ended = user(*arguments)
    assert ended.code == USAGE
    assert ended.error.event == "usage"


@pytest.mark.parametrize("url", ["sqlite:/nowhere/at/all.db", "postgres://localhost:1/holdline"])
@pytest.mark.parametrize("arguments", [["list"], ["Ann", "admin", "yes"]], ids=" ".join)
def test_without_a_database_it_says_why(user, arguments, url):
    ended = user(*arguments, HOLDLINE_DATABASE_URL=url)
    assert ended.code == FAILED
    assert (ended.error.event, ended.error["result"]) == ("user_failed", "away")
    assert ended.error["why"]


def test_a_database_that_is_not_there_is_not_made(user, tmp_path):
    ended = user("list", HOLDLINE_DATABASE_URL=f"sqlite:{tmp_path}/other.db")
    assert ended.code == FAILED
    assert not list(tmp_path.iterdir())


def test_a_list_that_cannot_be_written_is_an_error(user, ann):
    with open("/dev/full", "w") as full:
        ended = user("list", stdout=full)
    assert ended.code == FAILED
    assert ended.error.event == "user_failed"
