"""Without TRUSTED_PROXIES, nobody can say on behalf of others who or how he is."""

import pytest

from lib.http_client import set_cookies


@pytest.mark.parametrize("header", ["X-Forwarded-Proto", "Https", "X-Forwarded-Https"])
def test_https_is_not_believed(site, header):
    reply = site.client.get("/a/session", [(header, "https"), (header, "on")])
    assert not any(cookie["secure"] for cookie in set_cookies(reply).values())


@pytest.mark.parametrize("headers", [
    pytest.param([("Request-Method", "POST")], id="method"),
    pytest.param([("Document-Uri", "/healthz")], id="path"),
    pytest.param([("Document_Uri", "/healthz")], id="path with an underscore"),
])
def test_a_header_is_not_a_parameter(site, headers):
    assert "_xsrf" in site.client.request("GET", "/a/session", headers).json()
