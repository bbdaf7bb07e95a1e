"""Where accounts are kept: a file of SQLite, or PostgreSQL.

Both are asked in the same words; a row is a tuple of texts.  None is what is
null, or empty, which nothing here is."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import tempfile
from pathlib import Path

from lib import postgres_server
from lib.site import SANITIZED

BOTH = ["sqlite", "postgres"]


class Sqlite:
    """A folder of its own; who serves makes the file."""

    name = "sqlite"

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="hl-", dir="/tmp"))
        self.file = self.folder / "holdline.db"
        self.env = {"HOLDLINE_DATA_DIR": str(self.folder)}

    def ask(self, statement):
        with self.connection() as connection:
            return [tuple(None if value is None else str(value) for value in row)
                    for row in connection.execute(statement)]

    @contextlib.contextmanager
    def connection(self):
        with contextlib.closing(sqlite3.connect(self.file, isolation_level=None)) as connection:
            yield connection

    @contextlib.contextmanager
    def locked(self):
        """Nobody may write; reading goes on."""
        with self.connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield

    @contextlib.contextmanager
    def away(self):
        """The file is gone, and comes back as it was."""
        backup = self.folder / "backup"
        with self.connection() as connection:
            connection.execute(f"VACUUM INTO '{backup}'")
        for each in self.folder.glob("holdline.db*"):
            each.unlink(missing_ok=True)  # who has noticed removes some of it himself
        yield
        backup.chmod(0o600)
        backup.rename(self.file)

    def remove(self):
        shutil.rmtree(self.folder)


class Postgres:
    """In a server that others use, too: emptied, and migrated."""

    name = "postgres"

    def __init__(self, server):
        self.server = server
        self.env = {"HOLDLINE_DATABASE_URL": server.url}
        self.remove()
        subprocess.run([SANITIZED, "migrate"], check=True, capture_output=True,
                       env={"PATH": os.environ["PATH"], **self.env})

    def ask(self, statement):
        rows = self.server.ask(statement)
        return [tuple(value or None for value in row.split("|")) for row in rows]

    def locked(self):
        return self.server.session("BEGIN; LOCK TABLE account IN EXCLUSIVE MODE;")

    @contextlib.contextmanager
    def away(self):
        self.server.stop()
        try:
            yield
        finally:
            self.server.start()

    def remove(self):
        self.server.ask("SET client_min_messages TO warning; DROP SCHEMA public CASCADE; CREATE SCHEMA public")


def is_installed(name):
    return name != "postgres" or postgres_server.is_installed()


@contextlib.contextmanager
def new(name, get_server):
    """`get_server` is asked for a PostgresServer when one is needed."""
    database = Postgres(get_server()) if name == "postgres" else Sqlite()
    try:
        yield database
    finally:
        database.remove()
