"""What every test can ask for.

A module may set SITE = dict(workers=3, env={"HOLDLINE_HOLD_MS": 1000}): the
arguments of lib.site.Site for its `site`.  HOLDLINE_BIN names the program to
test; without it, tests/system and tests/faults take the one with sanitizers."""

import contextlib
import itertools
import os
import re
import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from lib.site import RELEASE, SANITIZED, Site  # noqa: E402  (found by the line above)

LOG_TAIL = 30
HEALTH = "route=/healthz "  # mostly the tests' own curiosity
ROOM_NUMBERS = itertools.count(1)
PROGRAMS = {"system": SANITIZED, "faults": SANITIZED, "browser": RELEASE}


@pytest.fixture(scope="session", autouse=True)
def programs():
    missing = [name for name in ("nginx", "redis-server") if not shutil.which(name)]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")


@pytest.fixture(scope="module")
def site(request):
    """A site that the tests of the module share."""
    with Site(**options_of(request)) as site:
        yield site


@pytest.fixture
def new_site(request):
    """Makes sites that end with the test: new_site(workers=1, ...)."""
    with contextlib.ExitStack() as sites:
        yield lambda **options: sites.enter_context(Site(**{**options_of(request), **options}))


def options_of(request):
    """Those of the folder and of the module."""
    program = os.environ.get("HOLDLINE_BIN") or PROGRAMS.get(request.path.parent.name, SANITIZED)
    return {"binary": program, **getattr(request.module, "SITE", {})}


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
