"""A worker that reads a full room of long messages for the first time."""

import pytest

from lib.site import RELEASE

pytestmark = pytest.mark.alone
REPLAY = 200
SITE = {"nginx": False, "binary": RELEASE, "env": {"HOLDLINE_REPLAY": REPLAY}}
# A reply of several megabytes is rendered in one turn of the loop.
LIMIT_MS = 15


@pytest.mark.parametrize("text", [
    pytest.param("x" * 4000, id="letters"),
    pytest.param("\U0001f600" * 4000, id="emoji"),
    pytest.param("h" * 4000, id="what could begin an address"),
    pytest.param("http://a.b " * 360, id="links"),
    pytest.param("<&>\"'" * 800, id="characters to escape"),
    pytest.param("((((" * 900 + "http://a.b/" + "))))" * 90, id="brackets"),
])
def test_others_are_served_meanwhile(site, room, text):
    for _ in range(REPLAY):
        site.workers[0].say(text, room)
    worst_ms = []
    for worker in site.workers:  # each for the first time; the machine may stand still for as long, once
        with site.probe(worker) as probe:
            news = worker.read(room=room)
        assert len(news["messages"]) == REPLAY
        worst_ms.append(probe.worst_ms)
    assert min(worst_ms) < LIMIT_MS, worst_ms
