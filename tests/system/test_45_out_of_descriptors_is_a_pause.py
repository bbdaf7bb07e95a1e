"""More connections than a worker may have: those it has are served, each once
more, and the others wait until there is room."""

import socket
import subprocess
import time

import pytest

from lib import fcgi_client
from lib.site import RELEASE
from lib.wait import wait_until

LIMIT = 100
SITE = {"nginx": False, "workers": 1, "descriptors": LIMIT}
# As in a container without a limit; in truth there is one.
UNLIMITED = """
#define _GNU_SOURCE
#define _FILE_OFFSET_BITS 64 /* the names that programs use get a 64 at the end */
#include <dlfcn.h>
#include <sys/resource.h>
#include <unistd.h>
static struct rlimit shown = {1073741816, 1073741816};
int getrlimit(__rlimit_resource_t what, struct rlimit *limit)
{
    int (*real)(int, struct rlimit *) = dlsym(RTLD_NEXT, "getrlimit64");
    if (what != RLIMIT_NOFILE)
        return real(what, limit);
    *limit = shown;
    return 0;
}
int setrlimit(__rlimit_resource_t what, const struct rlimit *limit)
{
    int (*real)(int, const struct rlimit *) = dlsym(RTLD_NEXT, "setrlimit64");
    if (what != RLIMIT_NOFILE)
        return real(what, limit);
    shown = *limit;
    return 0;
}
long sysconf(int what)
{
    long (*real)(int) = dlsym(RTLD_NEXT, "sysconf");
    return what == _SC_OPEN_MAX ? (long)shown.rlim_cur : real(what);
}
"""


def said_by(site, process, event):
    return [line for line in site.log_lines(event) if line["process"] == process]


def test_who_is_in_is_served_and_who_is_not_waits(site, room):
    worker = site.workers[0]
    with fcgi_client.Connection(worker.socket) as inside:
        inside.send("GET", "/healthz")
        inside.read()
        crowd = [fcgi_client.Connection(worker.socket) for _ in range(2 * LIMIT)]
        wait_until(lambda: site.log_lines("accept_paused"), what="the worker to be full")
        inside.send("GET", "/healthz")
        assert inside.read().status == 200
        last = crowd.pop()
        last.send("GET", "/healthz")
        for peer in crowd:
            peer.close()
        assert last.read().status == 200
        last.close()
    assert worker.say("there is room again", room)


def test_a_gateway_waits_too_and_says_so_once(site, room):
    gateway = site.gateways[0]
    with gateway.websocket() as inside:
        crowd = []
        for _ in range(2 * LIMIT):
            crowd.append(socket.socket(socket.AF_UNIX))
            crowd[-1].connect(str(gateway.socket))
        wait_until(lambda: said_by(site, "gateway-1", "accept_paused"), what="the gateway to be full")
        for _ in range(5):  # pauses of 100 ms
            inside.send("ping")
            assert inside.read() == {"type": "pong"}
            try:
                inside.read(timeout=0.1)
            except AssertionError:
                pass
        for peer in crowd:
            peer.close()
        wait_until(lambda: said_by(site, "gateway-1", "accept_resumed"), what="room again")
        gateway.websocket().close()
    assert len(said_by(site, "gateway-1", "accept_paused")) == 1


@pytest.mark.alone
def test_a_gateway_may_have_very_many(new_site, tmp_path):
    """libwebsockets takes more than ten million for a mistake, and has room for 2 560.  With a million it has, and goes
    through all of it whenever one leaves."""
    (tmp_path / "unlimited.c").write_text(UNLIMITED)
    library = tmp_path / "unlimited.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, tmp_path / "unlimited.c"], check=True)
    site = new_site(binary=RELEASE, descriptors=4000, wrapper=["env", f"LD_PRELOAD={library}"])
    gateway = site.gateways[0]
    sockets = [gateway.websocket() for _ in range(2600)]
    assert gateway.health["connections"] == 2600
    for one in sockets:
        one.close()
    begun = time.monotonic()
    wait_until(lambda: gateway.health["connections"] == 0, what="them to be gone")
    assert time.monotonic() - begun < 2, "others had to wait for that"
