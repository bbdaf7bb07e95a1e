"""`serve` brings SQLite's file to the form that it needs, and does not start with
one that it cannot; PostgreSQL is left to who operates it."""

import sqlite3
import subprocess

from lib import log
from lib.wait import wait_until


def serve(site, **settings):
    """Once more, where it has to end by itself."""
    env = {**site.pool_env, "HOLDLINE_LISTEN": f"unix:{site.directory}/other-%d.sock", **settings}
    ended = subprocess.run([site.binary, "serve"], env=env, capture_output=True, text=True,
                           timeout=30)
    assert ended.returncode == 1
    assert not log.sanitizer_reports(ended.stderr)
    errors = [line for line in log.parse(ended.stderr) if line.level == "error"]
    assert len(errors) == 1, ended.stderr
    return errors[0]


def test_it_is_there_when_the_site_is(site):
    connection = sqlite3.connect(site.directory / "holdline.db")
    assert connection.execute("SELECT count(*) FROM account").fetchone() == (0,)
    connection.close()
    assert len(site.log_lines("schema_migrated")) >= 1


def test_it_is_as_it_was_after_a_restart(new_site):
    site = new_site(nginx=False)
    applied = len(site.log_lines("schema_migrated"))
    site.stop_pool()
    site.start_pool()
    assert len(site.log_lines("schema_ready")) == 2
    assert len(site.log_lines("schema_migrated")) == applied


def test_without_its_folder_nothing_starts(site):
    error = serve(site, HOLDLINE_DATA_DIR="/nowhere/at/all")
    assert (error.event, error["result"]) == ("migration_failed", "away")


def test_with_that_of_a_newer_program_nothing_starts(site, tmp_path):
    connection = sqlite3.connect(tmp_path / "holdline.db")
    connection.execute("CREATE TABLE schema_migration (name, checksum)")
    connection.execute("INSERT INTO schema_migration VALUES ('2999-01-01-future', 'x')")
    connection.commit()
    connection.close()
    assert serve(site, HOLDLINE_DATA_DIR=str(tmp_path)).event == "migration_unknown"


def test_without_postgresql_it_starts_all_the_same(new_site, room):
    """Who is in goes on chatting."""
    url = "postgres:///holdline?host=/nowhere/at/all"
    site = new_site(nginx=False, env={"HOLDLINE_DATABASE_URL": url})
    wait_until(lambda: all(worker.is_ready for worker in site.workers))
    assert site.workers[0].say("hello", room)
    assert not site.log_lines("schema_ready")
