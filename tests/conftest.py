"""What every test can ask for.

A module may set SITE = dict(workers=3, env={"HOLDLINE_HOLD_MS": 1000}): the
arguments of lib.site.Site for its `site`; and DATABASES = lib.database.BOTH to
be run with each of them.  Files of tests run at the same time, but for those with
pytestmark = pytest.mark.alone.  HOLDLINE_BIN names the program to test; without it,
tests/system and tests/faults take the one with sanitizers."""

import contextlib
import itertools
import os
import re
import shutil
import signal
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from lib import database as databases  # noqa: E402  (found by the line above)
from lib.postgres_server import PostgresServer  # noqa: E402
from lib.site import RELEASE, SANITIZED, Site  # noqa: E402

LOG_TAIL = 30
HEALTH = "route=/healthz "  # mostly the tests' own curiosity
ROOM_NUMBERS = itertools.count(1)
PROGRAMS = {"system": SANITIZED, "faults": SANITIZED, "browser": RELEASE}


def pytest_configure(config):
    config.addinivalue_line(
        "markers", "alone: it measures time or takes much, so nothing else runs meanwhile")


@pytest.fixture(scope="session", autouse=True)
def interruptible():
    """Who was started in the background of a script ignores Ctrl-C, and so would
    the programs that are started here; a test sends it to them."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def programs():
    missing = [name for name in ("nginx", "redis-server") if not shutil.which(name)]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")


def pytest_generate_tests(metafunc):
    names = getattr(metafunc.module, "DATABASES", None)
    if names and "database" in metafunc.fixturenames:
        metafunc.parametrize("database", names, indirect=True, scope="module")


@pytest.fixture(scope="session")
def postgres_server():
    """One for all modules: to start it takes as long as many tests."""
    with PostgresServer() as server:
        yield server


@pytest.fixture(scope="module")
def database(request):
    """An empty one; None where the module does not ask for any: then each site
    has its own."""
    name = getattr(request, "param", None)
    if name is None:
        yield None
    elif not databases.is_installed(name):
        pytest.skip(f"not installed: {name}")
    else:
        with databases.new(name, lambda: request.getfixturevalue("postgres_server")) as one:
            yield one


@pytest.fixture(scope="module")
def site(request, database):
    """A site that the tests of the module share."""
    with Site(**options_of(request, database)) as site:
        yield site


@pytest.fixture
def new_site(request, database):
    """Makes sites that end with the test: new_site(workers=1, env={...}, ...)."""
    with contextlib.ExitStack() as sites:
        yield lambda **more: sites.enter_context(Site(**options_of(request, database, **more)))


def options_of(request, database, **more):
    """Those of the folder and of the module, and more."""
    program = os.environ.get("HOLDLINE_BIN") or PROGRAMS.get(request.path.parent.name, SANITIZED)
    options = {"binary": program, **getattr(request.module, "SITE", {}), **more}
    if database:
        options["env"] = {**database.env, **options.get("env", {})}
    return options


@pytest.fixture(autouse=True)
def nothing_is_left_behind(request):
    yield
    if "site" in request.fixturenames:
        request.getfixturevalue("site").check()


@pytest.fixture
def room(request):
    """A room in which nobody was before, named after the test."""
    words = re.sub(r"[^a-z0-9]+", "-", request.node.name.lower().removeprefix("test_"))
    return f"{words.strip('-')[:48]}-{next(ROOM_NUMBERS)}"


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Shows the end of Holdline's log with a test that failed."""
    outcome = yield
    report = outcome.get_result()
    site = getattr(item, "funcargs", {}).get("site")
    if report.failed and site:
        lines = [line for line in site.log_text().splitlines() if HEALTH not in line]
        report.sections.append(("log of holdline", "\n".join(lines[-LOG_TAIL:])))
