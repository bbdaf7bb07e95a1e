"""What is written twice is compared."""

import re

import pytest

from lib.site import ROOT

WIRE = ROOT / "docs/wire.md"
PROBLEMS = ROOT / "www/problems.html"
README = ROOT / "README.md"
HTTP_CONF = ROOT / "nginx/http.conf"
SLUG = r"[a-z0-9]+(?:-[a-z0-9]+)+"


def wire_slugs():
    rows = WIRE.read_text().split("## Errors")[1].splitlines()
    return {slug: int(row.split("|")[1]) for row in rows if re.match(r"\| \d{3} \|", row)
            for slug in re.findall(f"`({SLUG}|unavailable|busy|banned|muted|blocked)`", row)}


def source_slugs():
    """The table of problem.c: slug -> status."""
    text = (ROOT / "fcgi/endpoints/problem.c").read_text()
    return {slug: int(status) for slug, status in re.findall(r'\{"([a-z0-9-]+)",\s*(\d{3}),', text)}


def nginx_slugs():
    """nginx's own: slug -> status."""
    block = re.search(r"map \$status \$problem \{(.*?)\}", HTTP_CONF.read_text(), re.DOTALL)[1]
    named = {slug: int(status) for status, slug in re.findall(r"(\d{3})\s+([a-z0-9-]+);", block)}
    return named | {re.search(r"default\s+([a-z0-9-]+);", block)[1]: 503}


def test_every_problem_is_on_the_page_and_back():
    sections = re.findall(r'<section id="([^"]+)">\s*<h2><code>([^<]+)</code> · (\d{3})</h2>',
                          PROBLEMS.read_text())
    assert all(anchor == slug for anchor, slug, _ in sections)
    assert {slug: int(status) for _, slug, status in sections} == wire_slugs()


def test_every_problem_that_is_sent_is_in_the_contract_and_back():
    assert source_slugs() | nginx_slugs() == wire_slugs()
    assert nginx_slugs() | source_slugs() == wire_slugs(), "a slug has two statuses"


@pytest.mark.parametrize("setting, path", [("HOLDLINE_HOLD_MS", "updates"),
                                           ("HOLDLINE_STREAM_QUIET_MS", "stream")])
def test_nginx_waits_longer_than_a_worker_may_hold(setting, path):
    config = (ROOT / "fcgi/io/config.c").read_text()
    longest_ms = int(re.search(rf'"{setting}", \d+, \d+, (\d+),', config)[1])
    location = re.search(rf"location = /a/message/{path} \{{(.*?)\n\}}",
                         (ROOT / "nginx/fastcgi.conf").read_text(), re.DOTALL)[1]
    nginx_s = int(re.search(r"fastcgi_read_timeout (\d+)s;", location)[1])
    assert longest_ms < nginx_s * 1000


def settings_in_source():
    return set(re.findall(r"\bHOLDLINE_[A-Z_]+\b", (ROOT / "fcgi/io/config.c").read_text()))


def test_every_setting_is_in_the_readme_and_back():
    if not README.exists():
        pytest.skip("no README yet")
    described = set(re.findall(r"^\|\s*`(HOLDLINE_[A-Z_]+)`", README.read_text(), re.MULTILINE))
    assert described == settings_in_source()
