"""Guest sessions: made on first contact, kept in two cookies."""

import pytest

from lib.http_client import set_cookies

SESSION = "holdline_session"


def test_the_first_contact_gives_a_name_and_two_cookies(site):
    browser = site.browser()
    who = browser.visit()
    assert set(who) == {"name", "account", "_xsrf"}
    assert who["account"] is False
    assert who["name"] and who["_xsrf"]
    assert set(browser.cookies) == {SESSION, "_xsrf"}
    assert browser.cookies["_xsrf"] == who["_xsrf"]


def test_scripts_see_only_the_xsrf(site):
    cookies = set_cookies(site.client.get("/a/session"))
    assert cookies[SESSION]["httponly"]
    assert not cookies["_xsrf"]["httponly"]
    for cookie in cookies.values():
        assert cookie["path"] == "/"
        assert cookie["samesite"].lower() in ("lax", "strict")
        assert not cookie["domain"]
        assert int(cookie["max-age"]) == 30 * 24 * 3600


def test_who_comes_again_is_the_same(site):
    browser = site.browser()
    first = browser.visit()
    session = browser.cookies[SESSION]
    assert browser.visit() == first
    assert browser.cookies[SESSION] == session


def test_every_worker_knows_the_guest(site):
    browser = site.browser()
    who = browser.visit()
    for worker in site.workers:
        other_door = worker.browser()
        other_door.cookies = browser.cookies
        assert other_door.visit() == who


def test_two_visitors_are_two_guests(site):
    one, other = site.browser(), site.browser()
    assert one.visit()["_xsrf"] != other.visit()["_xsrf"]
    assert one.cookies[SESSION] != other.cookies[SESSION]


def test_the_author_is_the_guest(site, room):
    browser = site.browser()
    name = browser.visit()["name"]
    assert browser.say("hello", room)["author"] == name
    assert browser.say("again", room)["author"] == name


def test_who_posts_without_asking_becomes_a_guest_too(site, room):
    browser = site.browser()
    author = browser.say("hello", room)["author"]
    assert set(browser.cookies) == {SESSION, "_xsrf"}
    assert browser.visit() == {"name": author, "account": False, "_xsrf": browser.xsrf}
    assert browser.say("again", room)["author"] == author


@pytest.mark.parametrize("cookie", ["", "x", "A" * 2000, "../../etc", "%00", "a\tb", "\u00e9"])
def test_a_cookie_that_is_no_session_is_no_error(site, cookie):
    reply = site.client.get("/a/session", [("Cookie", f"{SESSION}={cookie}")])
    assert reply.status == 200, reply
    assert set_cookies(reply)[SESSION].value not in ("", cookie)


def test_a_session_that_redis_forgot_is_made_anew(site, room):
    browser = site.browser()
    browser.visit()
    site.redis.flushall()
    browser.visit()
    assert browser.say("hello", room)


def test_redis_keeps_it_for_a_month_and_cannot_tell_the_token(site):
    site.redis.flushall()
    browser = site.workers[0].browser()
    name = browser.visit()["name"]
    elsewhere = site.workers[1].browser()  # which has to ask Redis
    elsewhere.cookies = browser.cookies
    assert elsewhere.visit()["name"] == name
    key, = site.redis.keys("holdline:session:*")
    kept = site.redis.hgetall(key)
    assert kept["name"] == name
    assert 29 * 24 * 3600 < site.redis.ttl(key) <= 30 * 24 * 3600
    for secret in browser.cookies.values():
        assert secret not in key and secret not in kept.values()


def test_over_https_the_cookie_is_for_this_host_only(site):
    with site.workers[0].connect() as connection:
        connection.send("GET", "/a/session", params=[("HTTPS", "on")])
        cookies = set_cookies(connection.read())
    assert set(cookies) == {"__Host-" + SESSION, "_xsrf"}
    assert all(cookie["secure"] for cookie in cookies.values())
    assert cookies["__Host-" + SESSION]["path"] == "/"


def test_no_cookie_and_no_token_is_in_the_log(site, room):
    browser = site.browser()
    browser.visit()
    browser.say("a secret text", room)
    log = site.log_text()
    assert all(secret not in log for secret in ["a secret text", *browser.cookies.values()])
