"""The handshake: Origin, paths, and what is no handshake."""

import pytest

from lib.wait import wait_until
from lib.websocket import Refused

SITE = {"workers": 1}


def refusal(site, target="/ws", headers=(), **more):
    with pytest.raises(Refused) as refused:
        site.websocket(target, headers, **more)
    return refused.value


@pytest.mark.parametrize("target", ["/ws", "/chat"])
def test_our_own_pages_may(site, target):
    site.websocket(target, [("Origin", f"http://127.0.0.1:{site.port}")]).close()


@pytest.mark.parametrize("target", ["/ws", "/chat"])
@pytest.mark.parametrize("origin", [
    "http://evil.example", "https://127.0.0.1:{port}", "http://127.0.0.1", "http://127.0.0.1:{port}.evil.example",
    "http://127.0.0.1:{port}/", "null", "127.0.0.1:{port}", "http://", "http://localhost:{port}"])
def test_other_sites_may_not(site, target, origin):
    refused = refusal(site, target, [("Origin", origin.format(port=site.port))])
    assert refused.status == 403
    assert "/problems#cross-site" in refused.body


def test_an_origin_that_is_far_too_long_is_one(site):
    assert refusal(site, "/ws", [("Origin", "http://" + "x" * 2000)]).status == 403


def test_programs_need_not_say(site):
    site.websocket().close()


def test_behind_https_the_scheme_is_that_of_the_browser(new_site):
    site = new_site(trusted_proxies="127.0.0.1")
    https = [("X-Forwarded-Proto", "https")]
    site.websocket("/ws", [*https, ("Origin", f"https://127.0.0.1:{site.port}")]).close()
    assert refusal(site, "/ws", [*https, ("Origin", f"http://127.0.0.1:{site.port}")]).status == 403


def test_a_stranger_cannot_claim_https(site):
    headers = [("X-Forwarded-Proto", "https"), ("Origin", f"https://127.0.0.1:{site.port}")]
    assert refusal(site, "/ws", headers).status == 403


def test_a_list_of_origins_is_what_counts(new_site):
    site = new_site(env={"HOLDLINE_ORIGINS": "https://one.example  https://two.example:8443"})
    for origin in ("https://one.example", "https://two.example:8443", "https://ONE.example"):
        site.websocket("/ws", [("Origin", origin)]).close()
    for origin in ("https://two.example", "http://one.example", f"http://127.0.0.1:{site.port}",
                   "https://one.example.evil.example", "https://one.exampl"):
        assert refusal(site, "/ws", [("Origin", origin)]).status == 403


@pytest.mark.parametrize("target", ["/ws", "/chat", "/ws?a=b"])
def test_who_does_not_ask_for_a_websocket_is_told(site, target):
    reply = site.client.get(target)
    assert reply.status == 426
    assert reply.header("Content-Type") == "application/problem+json"
    assert reply.json()["type"] == "/problems#upgrade-required"


def test_other_paths_are_not_the_gateways(site):
    assert refusal(site, "/wsx").status in (404, 405)
    gateway = site.gateways[0]
    assert gateway.get("/wsx").status == 404
    assert refusal(gateway, "/wsx").status == 404


def test_a_gateway_says_how_it_is(site):
    gateway = site.gateways[0]
    wait_until(lambda: gateway.health["connections"] == 0, what="nobody")
    wait_until(lambda: gateway.health["ready"] is True, what="it to hear Redis")
    assert gateway.health["gateway"] == 1
    with gateway.websocket():
        assert gateway.health["connections"] == 1
    site.wait_ready()


def test_without_redis_it_is_not_ready(new_site):
    site = new_site(redis=False)
    reply = site.gateways[0].get("/readyz")
    assert (reply.status, reply.header("Retry-After")) == (503, "1")
    assert site.gateways[0].health["ready"] is False


def test_one_that_is_full_says_so_and_is_well(new_site):
    """Who asks how it is must not take it for dead, and send everybody away."""
    site = new_site(descriptors=400)
    gateway = site.gateways[0]
    sockets = [gateway.websocket() for _ in range(350)]
    refused = refusal(gateway)
    assert refused.status == 503
    assert "/problems#unavailable" in refused.body
    site.wait_ready()
    assert gateway.health["connections"] == 350
    for socket in sockets:
        socket.close()
    wait_until(lambda: gateway.health["connections"] == 0, what="nobody")
    gateway.websocket().close()


def test_no_compression_is_agreed_on(site):
    """Also when the browser offers it, as they all do."""
    socket = site.websocket("/ws", [("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits")])
    socket.send("ping")
    assert socket.read() == {"type": "pong"}
    socket.close()
