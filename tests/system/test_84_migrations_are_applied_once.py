"""`holdline migrate`: twice, by several at once, killed in the middle; and what
it refuses."""

import contextlib
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile
from pathlib import Path

import pytest

from lib import log, postgres_server
from lib.postgres_server import PostgresError
from lib.site import ROOT, SANITIZED
from lib.wait import wait_until

NAMES = sorted(path.stem for path in (ROOT / "sql").glob("*.sql"))
TABLE = "SELECT name, checksum FROM schema_migration ORDER BY name"
CREATE = "CREATE TABLE account (id INTEGER)"


class Sqlite:
    """A file that is not there yet."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="hl-", dir="/tmp"))
        self.file = self.folder / "holdline.db"
        self.env = {"HOLDLINE_DATA_DIR": str(self.folder)}

    def ask(self, statement):
        with contextlib.closing(sqlite3.connect(self.file)) as connection, connection:
            return connection.execute(statement).fetchall()

    @contextlib.contextmanager
    def locked(self):
        with contextlib.closing(sqlite3.connect(self.file, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("BEGIN IMMEDIATE")
            yield

    def wait_waiting(self, process):
        """It has read that something is missing, for which it opened the log."""
        files = Path(f"/proc/{process.pid}/fd")
        wait_until(lambda: any(os.readlink(each).endswith(".db-wal") for each in files.iterdir()),
                   what="it to be at the file")

    def clear(self):
        shutil.rmtree(self.folder)


class Postgres:
    def __init__(self, server):
        self._server = server
        self.env = {"HOLDLINE_DATABASE_URL": server.url}

    def ask(self, statement):
        return [tuple(line.split("|")) for line in self._server.ask(statement)]

    def locked(self):
        """It is in the middle of the first of them then."""
        return self._server.session(f"BEGIN; {CREATE};")

    def wait_waiting(self, _):
        wait_until(lambda: self.ask(
            "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"),
            what="it to be in the middle")

    def clear(self):
        self._server.ask("DROP SCHEMA public CASCADE; CREATE SCHEMA public")


@pytest.fixture(scope="module")
def server():
    if not postgres_server.is_installed():
        pytest.skip("not installed: postgresql")
    with postgres_server.PostgresServer() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgres"])
def database(request):
    database = (Sqlite() if request.param == "sqlite"
                else Postgres(request.getfixturevalue("server")))
    yield database
    database.clear()


@pytest.fixture
def sqlite():
    database = Sqlite()
    yield database
    database.clear()


def begin(database, *arguments, wrapper=(), **env):
    return subprocess.Popen(
        [*wrapper, SANITIZED, "migrate", *arguments], stderr=subprocess.PIPE, text=True,
        env={"PATH": os.environ["PATH"], **database.env, **env})


class Ended:
    def __init__(self, process):
        self.output = process.communicate(timeout=30)[1]
        self.code = process.returncode
        self.lines = log.parse(self.output)
        self.applied = [line["name"] for line in self.lines if line.event == "schema_migrated"]
        assert not log.sanitizer_reports(self.output), self.output

    @property
    def error(self):
        """The only one."""
        assert self.code == 1, self.output
        errors = [line for line in self.lines if line.level == "error"]
        assert len(errors) == 1, self.output
        return errors[0]


def migrate(database, *arguments, **options):
    return Ended(begin(database, *arguments, **options))


def assert_whole(database):
    assert [name for name, _ in database.ask(TABLE)] == NAMES
    assert database.ask("SELECT id, name, name_key, name_look, password_hash, created_at,"
                        " password_changed_at, deleted_at FROM account") == []


def test_twice_is_once(database):
    assert migrate(database).applied == NAMES
    assert_whole(database)
    before = database.ask(TABLE)
    again = migrate(database)
    assert (again.code, again.applied) == (0, [])
    assert database.ask(TABLE) == before


def test_of_several_at_once_one_does_it(database):
    for _ in range(3):
        ended = [Ended(each) for each in [begin(database) for _ in range(6)]]
        assert [each.code for each in ended] == [0] * 6, [each.output for each in ended]
        assert sorted(sum((each.applied for each in ended), [])) == NAMES
        assert_whole(database)
        database.clear()
        if isinstance(database, Sqlite):
            database.folder.mkdir()


def test_who_comes_second_waits(database):
    with database.locked():
        process = begin(database)
        database.wait_waiting(process)
        assert process.poll() is None
    ended = Ended(process)
    assert ended.code == 0, ended.output
    assert_whole(database)


def test_killed_while_it_waits_it_leaves_nothing(database):
    with database.locked():
        process = begin(database)
        database.wait_waiting(process)
        process.kill()
        process.communicate()
    assert migrate(database).applied == NAMES
    assert_whole(database)


def test_killed_at_any_write_it_is_gone_on_with(sqlite):
    """The kernel kills who writes beyond the limit: at each page of the file
    and of the log before it."""
    killed = set()
    for limit in range(0, 400_000, 4096):
        process = begin(sqlite, wrapper=("prlimit", f"--fsize={limit + 100}:unlimited", "--"))
        process.communicate(timeout=30)
        if process.returncode == 0:
            break
        killed.add(process.returncode)
        missing = migrate(sqlite).applied
        assert missing == NAMES[len(NAMES) - len(missing):], limit
        assert_whole(sqlite)
        sqlite.clear()
        sqlite.folder.mkdir()
    assert process.returncode == 0 and limit > 4 * 4096
    assert killed == {-signal.SIGXFSZ}


def test_on_a_full_disk_it_says_so_and_leaves_nothing(sqlite):
    full = ("env", "--ignore-signal=XFSZ", "prlimit", "--fsize=8192:unlimited", "--")
    error = migrate(sqlite, wrapper=full).error
    assert (error.event, error["result"]) == ("migration_failed", "away")
    assert migrate(sqlite).applied == NAMES
    assert_whole(sqlite)


def test_one_that_was_changed_is_an_error_that_says_so(database):
    migrate(database)
    database.ask(f"UPDATE schema_migration SET checksum = 'other' WHERE name = '{NAMES[0]}'")
    error = migrate(database).error
    assert error.event == "migration_changed"
    assert error["name"] == NAMES[0]


def test_a_database_of_a_newer_program_is_an_error_that_says_so(database):
    migrate(database)
    database.ask("INSERT INTO schema_migration (name, checksum, applied_at)"
                 " VALUES ('2999-01-01-future', 'x', 1)")
    error = migrate(database).error
    assert (error.event, error["name"]) == ("migration_unknown", "2999-01-01-future")


def test_a_table_that_is_in_the_way_is_an_error(database):
    if isinstance(database, Sqlite):
        database.file.touch()
    database.ask(CREATE)
    error = migrate(database).error
    assert (error.event, error["doing"]) == ("migration_failed", NAMES[0])
    assert "account" in error["why"]
    with pytest.raises((sqlite3.OperationalError, PostgresError)):
        database.ask(TABLE)


def test_arguments_are_an_error(sqlite):
    ended = migrate(sqlite, "now")
    assert ended.code == 2
    assert ended.lines[0].event == "usage"


@pytest.mark.parametrize("url", [
    "sqlite:/nowhere/at/all.db", "postgres:///holdline?host=/nowhere/at/all",
    "postgres://localhost:1/holdline"])
def test_without_a_database_it_says_why(sqlite, url):
    error = migrate(sqlite, HOLDLINE_DATABASE_URL=url).error
    assert (error.event, error["doing"], error["result"]) == ("migration_failed", "connect", "away")
    assert error["why"]


@pytest.mark.parametrize("url", ["mysql://localhost/holdline", "sqlite:", "postgres://h?what=1"])
def test_an_address_that_is_none_is_refused(sqlite, url):
    error = migrate(sqlite, HOLDLINE_DATABASE_URL=url).error
    assert (error.event, error["name"]) == ("setting_refused", "HOLDLINE_DATABASE_URL")


def test_a_password_is_not_told(sqlite):
    for url in "postgres://me:hidden@[h/", "postgres://me:hidden@localhost:1/holdline":
        ended = migrate(sqlite, HOLDLINE_DATABASE_URL=url, HOLDLINE_DATABASE_PASSWORD="secret")
        assert ended.code == 1
        assert not re.search("hidden|secret", ended.output)


def test_a_file_that_may_not_be_written_to_is_an_error_only_when_something_is_missing(sqlite):
    if os.geteuid() != 0:
        pytest.skip("needs to become somebody else")
    somebody = ("setpriv", "--reuid=65534", "--clear-groups", "--")
    sqlite.folder.chmod(0o755)
    error = migrate(sqlite, wrapper=somebody).error
    assert (error.event, error["result"]) == ("migration_failed", "away")
    migrate(sqlite)
    sqlite.ask("PRAGMA journal_mode = DELETE")
    sqlite.file.chmod(0o644)
    assert migrate(sqlite, wrapper=somebody).code == 0


# What keeps the accounts sound whoever writes them.

GOOD = {"name": "'Ann'", "name_key": "'ann'", "name_look": "'aNN'",
        "password_hash": "'$argon2id$v=19$x'",
        "created_at": "1", "password_changed_at": "1", "deleted_at": "NULL"}
ERRORS = (sqlite3.IntegrityError, PostgresError)


def put_account(database, **values):
    values = {**GOOD, **values}
    database.ask(f"INSERT INTO account ({', '.join(values)}) VALUES ({', '.join(values.values())})")


@pytest.mark.parametrize("wrong", [
    {"name": "'An'"}, {"name": f"'{'x' * 33}'"}, {"name": "NULL"}, {"name_key": "''"},
    {"name_key": "NULL"}, {"name_look": "''"}, {"name_look": "NULL"}, {"password_hash": "'secret'"}, {"password_hash": "NULL"},
    {"created_at": "NULL"}, {"created_at": "'now'"}, {"created_at": "0"},
    {"password_changed_at": "NULL"}, {"deleted_at": "5"}, {"deleted_at": "0"},
], ids=str)
def test_an_account_is_whole(database, wrong):
    migrate(database)
    with pytest.raises(ERRORS):
        put_account(database, **wrong)
    assert database.ask("SELECT count(*) FROM account") in ([(0,)], [("0",)])


def test_a_name_is_taken_once_and_free_when_its_account_is_deleted(database):
    migrate(database)
    put_account(database)
    for same in {"name_look": "'other'"}, {"name_key": "'other'"}:
        with pytest.raises(ERRORS):
            put_account(database, **same)
    database.ask("UPDATE account SET name = NULL, name_key = NULL, name_look = NULL,"
                 " password_hash = NULL, deleted_at = 5")
    put_account(database)
    database.ask("DELETE FROM account WHERE name = 'Ann'")
    put_account(database)
    ids = [int(id) for id, in database.ask("SELECT id FROM account ORDER BY id")]
    assert ids[0] < ids[1] and len(ids) == 2
    assert ids[1] - ids[0] >= 2, "an id is given out once"
