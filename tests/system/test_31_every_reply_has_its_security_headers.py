"""Pages, replies of workers, and errors of both."""

import pytest


def replies(site):
    return {
        "page": site.client.get("/"),
        "nothing": site.client.get("/nothing"),
        "session": site.client.get("/a/session"),
        "plain": site.client.get("/plain"),
        "unknown": site.client.get("/a/unknown"),
        "problem": site.client.post("", "lobby"),
        "too large": site.client.post("x" * 70_000, "lobby"),
        "wrong method": site.client.request("POST", "/"),
    }


def directives(reply):
    policy = reply.header("Content-Security-Policy")
    return {words.split()[0]: words.split()[1:] for words in policy.split(";")}


def test_no_script_or_style_in_the_page_itself(site):
    for name, reply in replies(site).items():
        policy = directives(reply)
        assert policy["frame-ancestors"] == ["'none'"], name
        for kind in ("script-src", "style-src", "default-src"):
            assert set(policy[kind]) <= {"'self'", "'none'"}, name


@pytest.mark.parametrize("header, value", [
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
])
def test_header(site, header, value):
    for name, reply in replies(site).items():
        assert reply.headers(header) == [value], name


def test_what_workers_say_is_not_kept(site):
    for name in ("session", "plain", "unknown", "problem", "too large"):
        assert replies(site)[name].headers("Cache-Control") == ["no-store"], name


def test_the_version_of_nginx_is_not_told(site):
    for name, reply in replies(site).items():
        assert reply.header("Server") == "nginx", name


def test_data_says_that_it_is_nothing_else(site):
    site.client.say("kettle is on", "tea")
    reply = site.client.ask(room="tea").answer()
    assert reply.headers("X-Content-Type-Options") == ["nosniff"]
    assert reply.headers("Cross-Origin-Resource-Policy") == ["same-origin"]
    assert reply.headers("Cache-Control") == ["no-store"]
