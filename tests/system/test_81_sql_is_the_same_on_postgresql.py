"""The unit tests of what speaks SQL use SQLite; here they use PostgreSQL."""

import os
import subprocess

import pytest

from lib import postgres_server
from lib.site import ROOT
from lib.wait import wait_until

if not postgres_server.is_installed():
    pytest.skip("not installed: postgresql", allow_module_level=True)


@pytest.fixture(scope="module")
def postgres():
    with postgres_server.PostgresServer() as server:
        yield server


@pytest.mark.parametrize("name", ["io/test_sql", "services/test_schema"])
def test_on_postgresql(postgres, name):
    ended = subprocess.run([ROOT / "build/san/tests/unit" / name], capture_output=True, text=True,
                           env={**os.environ, "HOLDLINE_TEST_DATABASE_URL": postgres.url},
                           timeout=60)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    wait_until(lambda: postgres.ask("SELECT count(*) FROM pg_stat_activity"
                                    " WHERE application_name = 'holdline'") == ["0"],
               what="no connection to be left")
