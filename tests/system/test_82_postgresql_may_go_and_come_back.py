"""Who asks meanwhile hears that it is away; what was acknowledged is there."""

import threading

import pytest

from lib import postgres_server
from lib.sql_jobs import SqlJobs
from lib.wait import wait_until

if not postgres_server.is_installed():
    pytest.skip("not installed: postgresql", allow_module_level=True)


@pytest.fixture(scope="module")
def server():
    with postgres_server.PostgresServer() as server:
        yield server


@pytest.fixture
def postgres(server):
    """Without what another test put there."""
    server.ask("DROP TABLE IF EXISTS note")
    return server


@pytest.fixture
def jobs(postgres, tmp_path):
    with SqlJobs(postgres.url, tmp_path / "log") as jobs:
        assert jobs.put() == "ok"
        yield jobs


def words(postgres):
    return sorted(postgres.ask("SELECT word FROM note"))


@pytest.mark.parametrize("end", ["stop", "crash"])
def test_it_is_restarted_under_load(postgres, jobs, end):
    answers = []
    is_over = threading.Event()

    def load():
        while not is_over.is_set():
            answers.append(jobs.put())

    thread = threading.Thread(target=load)
    thread.start()
    try:
        wait_until(lambda: answers.count("ok") > 20, what="jobs to be done")
        getattr(postgres, end)()
        wait_until(lambda: "away" in answers, what="jobs to hear that it is away")
        postgres.start()
        before = answers.count("ok")
        wait_until(lambda: answers.count("ok") > before + 20, what="jobs to be done again")
    finally:
        is_over.set()
        thread.join()
    assert set(answers) == {"ok", "away"}
    assert set(jobs.done) <= set(words(postgres))
    assert len(jobs.events("sql_down")) == len(jobs.events("sql_up")) == 1


def test_a_restart_between_two_jobs_is_not_noticed(postgres, jobs):
    postgres.restart()
    assert jobs.put() == "ok"
    assert not jobs.events("sql_down")
    assert words(postgres) == sorted(jobs.done)


def test_a_connection_that_was_cut_is_made_anew(postgres, jobs):
    ours = "FROM pg_stat_activity WHERE application_name = 'holdline'"
    postgres.ask(f"SELECT pg_terminate_backend(pid) {ours}")
    wait_until(lambda: postgres.ask(f"SELECT count(*) {ours}") == ["0"], what="its end")
    assert jobs.put() == "ok"


def test_one_that_is_not_there_is_tried_until_it_is(postgres, jobs):
    postgres.stop()
    assert jobs.put() == "away"
    assert not jobs.is_up
    for _ in range(100):
        assert jobs.put() == "away"  # at once
    postgres.start()
    jobs.wait_up()
    assert jobs.put() == "ok"
    assert len(jobs.events("sql_down")) == len(jobs.events("sql_up")) == 1


def test_one_that_hangs_is_given_up(postgres, jobs):
    with postgres.hanging():
        assert jobs.put() == "away"
        assert not jobs.is_up
    jobs.wait_up()
    assert jobs.put() == "ok"


def test_what_somebody_has_locked_is_busy(postgres, jobs):
    with postgres.session("BEGIN; LOCK TABLE note;"):
        assert jobs.put() == "busy"
        assert jobs.is_up
    assert jobs.put() == "ok"


def test_one_that_may_not_write_is_away_and_can_be_read(postgres, jobs):
    postgres.ask("ALTER DATABASE postgres SET default_transaction_read_only = on")
    postgres.restart()
    assert jobs.put() == "away"
    assert jobs.count == 1
    assert jobs.is_up
    assert "read-only" in jobs.events("sql_job_failed")[0]["why"]
    postgres.ask("BEGIN READ WRITE;"
                 "ALTER DATABASE postgres RESET default_transaction_read_only; COMMIT")
    postgres.restart()
    assert jobs.put() == "ok"
