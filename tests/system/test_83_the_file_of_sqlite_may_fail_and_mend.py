"""It may be locked, read-only, on a full disk, gone, or another one."""

import contextlib
import os
import resource
import shutil
import sqlite3
import tempfile
from pathlib import Path

import pytest

from lib.sql_jobs import WRAPPER, SqlJobs
from lib.wait import wait_until

NOBODY = 65534
PUTS = 20  # fewer than a slow disk takes in the two seconds for which somebody waits
ROOM = 4096  # enough for the log, and less than the database has already


@pytest.fixture
def folder():
    """That others may reach too."""
    folder = Path(tempfile.mkdtemp(prefix="hl-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def file(folder):
    return folder / "holdline.db"


@pytest.fixture
def jobs(file, folder):
    with SqlJobs(f"sqlite:{file}", folder / "log") as jobs:
        assert jobs.put() == "ok"
        yield jobs


@contextlib.contextmanager
def connection(file):
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as other:
        yield other


def words(file):
    with connection(file) as other:
        return [word for word, in other.execute("SELECT word FROM note ORDER BY rowid")]


def test_only_its_owner_may_read_it(jobs, file):
    for each in file.parent.glob("holdline.db*"):
        assert each.stat().st_mode & 0o777 == 0o600, each


def test_it_is_in_wal_mode(jobs, file):
    with connection(file) as other:
        assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_when_somebody_has_it_locked_who_writes_hears_busy_and_who_reads_does_not_wait(jobs, file):
    with connection(file) as other:
        other.execute("BEGIN IMMEDIATE")
        assert jobs.put() == "busy"
        assert jobs.count == 1
        other.execute("ROLLBACK")
    assert jobs.put() == "ok"
    assert jobs.is_up


def test_when_it_is_locked_for_a_moment_who_writes_waits(jobs, file):
    """Another process writes without a pause."""
    with SqlJobs(f"sqlite:{file}", file.parent / "other.log") as other:
        for each in (jobs, other):
            each.begin_puts(PUTS)
        for each in (jobs, other):
            assert set(each.end_puts(PUTS)) == {"ok"}
    assert len(words(file)) == 1 + 2 * PUTS


def test_on_a_full_disk_it_can_be_read(jobs, file):
    before = resource.prlimit(jobs.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(jobs.pid, resource.RLIMIT_FSIZE, (ROOM, before[1]))
    for _ in range(3):
        assert jobs.put() == "away"
        assert jobs.count == 1
    resource.prlimit(jobs.pid, resource.RLIMIT_FSIZE, before)
    assert jobs.put() == "ok"
    assert words(file) == jobs.done
    assert len(jobs.events("sql_job_failed")) == 1, "told once"


@pytest.mark.skipif(os.geteuid() != 0, reason="needs to become somebody else")
def test_when_it_may_not_be_written_to_it_can_be_read(file, folder):
    shutil.chown(folder, NOBODY)
    wrapper = ("setpriv", f"--reuid={NOBODY}", "--clear-groups", "--", *WRAPPER)
    with SqlJobs(f"sqlite:{file}", folder / "log", wrapper) as jobs:
        assert jobs.put() == "ok"
    shutil.chown(file, 0)
    file.chmod(0o644)
    with SqlJobs(f"sqlite:{file}", folder / "log", wrapper) as jobs:
        assert jobs.put("more") == "away"
        assert jobs.count == 1
        assert jobs.is_up
        shutil.chown(file, NOBODY)
        assert jobs.put("more") == "ok"


def test_when_it_is_gone_it_is_away_until_it_is_back(jobs, file):
    before = words(file)
    backup = file.parent / "backup"
    with connection(file) as other:
        other.execute(f"VACUUM INTO '{backup}'")
    for each in file.parent.glob("holdline.db*"):
        each.unlink()
    assert jobs.put() == "away"
    assert not jobs.is_up
    shutil.move(backup, file)
    jobs.wait_up()
    assert jobs.put() == "ok"
    assert words(file) == before + jobs.done[1:]


def test_a_backup_that_was_put_in_its_place_is_used(jobs, file):
    backup = file.parent / "backup"
    with connection(file) as other:
        other.execute(f"VACUUM INTO '{backup}'")
    assert jobs.put() == "ok"
    for each in file.parent.glob("holdline.db-*"):
        each.unlink()
    os.replace(backup, file)
    assert jobs.count == 1
    assert jobs.put("new") == "ok"
    assert words(file) == ["w0", "new"]


def test_what_is_no_database_is_an_error(jobs, file):
    for each in file.parent.glob("holdline.db-*"):
        each.unlink()
    other = file.parent / "other"
    other.write_bytes(b"no database at all " * 1000)
    os.replace(other, file)
    assert jobs.put() in ("failed", "away")
    wait_until(lambda: not jobs.is_up, what="it to be noticed")
