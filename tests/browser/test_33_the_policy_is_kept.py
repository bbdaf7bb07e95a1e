"""A strict Content-Security-Policy, and nothing on our pages that breaks it.

Every browser test fails on a message in the console (conftest.py); here is
that there is a policy at all, and that it would be noticed."""

import pytest


@pytest.mark.parametrize("path", ["/", "/r/tea", "/problems", "/account", "/join", "/shop", "/plain?room=lobby"])
def test_pages_have_a_policy_and_keep_it(browser, site, path):
    policy = site.client.get(path).header("Content-Security-Policy")
    assert "default-src 'none'" in policy and "unsafe" not in policy

    chrome = browser()
    chrome.driver.get(site.url + path)
    chrome.run("return document.readyState")

    assert chrome.complaints() == []


def test_a_script_in_the_page_does_not_run(wall):
    page = wall()

    page.chrome.run("""
      const script = document.createElement('script');
      script.textContent = "document.title = 'taken'";
      document.body.append(script);
    """)

    assert page.chrome.driver.title != "taken"
    assert any("Content Security Policy" in line for line in page.chrome.complaints())
