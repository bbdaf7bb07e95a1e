"""TRUSTED_PROXIES: what a proxy in front says of the visitor."""

import pytest

from lib.http_client import set_cookies

SITE = {"trusted_proxies": "127.0.0.1"}


@pytest.mark.parametrize("scheme, secure", [("https", True), ("HTTPS", True), ("http", False)])
def test_how_the_visitor_came(site, scheme, secure):
    cookies = set_cookies(site.client.get("/a/session", [("X-Forwarded-Proto", scheme)]))
    assert all(bool(cookie["secure"]) == secure for cookie in cookies.values())
    assert ("__Host-holdline_session" in cookies) == secure


def test_from_where(site):
    site.client.get("/a/session", [("X-Forwarded-For", "203.0.113.7")])
    site.wait_nginx_logged(" 203.0.113.7 ")


def test_what_others_wrote_before_it_is_not_believed(site):
    site.client.get("/a/session", [("X-Forwarded-For", "192.0.2.1, 203.0.113.8")])
    site.wait_nginx_logged(" 203.0.113.8 ")
    assert " 192.0.2.1 " not in site.nginx_access_log()


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_is_not_for_those_behind_it(site, path):
    for address in ("203.0.113.7", "127.0.0.1"):
        assert site.client.get(path, [("X-Forwarded-For", address)]).status == 404
