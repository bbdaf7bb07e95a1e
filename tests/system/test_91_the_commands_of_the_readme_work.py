"""Each curl and redis-cli line of the README, as somebody would paste it."""

import json
import re
import subprocess

import pytest

from lib.site import ROOT

README = (ROOT / "README.md").read_text()
TRANSCRIPT = re.findall(r"^\$ (curl .*?)(?: +# .*)?$", README, re.MULTILINE)
LOOKING_INSIDE = re.findall(r"^((?:redis-cli|curl) .*?)(?: +# .*)?$", README, re.MULTILINE)


def here(site, line):
    """The line, with the addresses of this site for those of `make run`."""
    return (line.replace("localhost:8080", f"127.0.0.1:{site.port}")
            .replace("run/redis.sock", str(site.directory / "redis.sock")))


def start(site, line):
    return subprocess.Popen(["bash", "-c", here(site, line)], stdout=subprocess.PIPE, text=True)


def test_the_transcript(site):
    """One waits, the other speaks."""
    waiting, speaking = TRANSCRIPT
    before = site.held
    listener = start(site, waiting)
    site.wait_held(before + 1)
    said = json.loads(start(site, speaking).communicate(timeout=15)[0])
    heard = json.loads(listener.communicate(timeout=15)[0])
    assert [message["id"] for message in heard["messages"]] == [said["id"]]
    assert f'"body":"{said["body"]}"' in README


def test_there_are_lines_to_look_inside():
    assert len(LOOKING_INSIDE) >= 5


@pytest.mark.parametrize("line", LOOKING_INSIDE)
def test_looking_inside(site, line):
    reader = site.hold(site.client, site.client.say("hello")["id"])
    program = start(site, line)
    if " subscribe " in line:  # goes on until Ctrl-C
        seen = program.stdout.readline()
        program.terminate()
        program.communicate()
    else:
        seen = program.communicate(timeout=15)[0]
        assert program.returncode == 0
    assert seen.strip()
    reader.leave()
