"""GET /a/account/sessions, and ending one of them."""

import hashlib
import re

import pytest

from lib.member import Member, have_heard, register
from lib.wait import wait_until

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
ID = re.compile(r"[0-9a-f]{16}")


def forget(who):
    """What workers recall of it, for they need not ask Redis otherwise."""
    hash = hashlib.sha256(who.cookies["holdline_session"].encode()).hexdigest()
    who.site.redis.publish("holdline:sessions", "changed:" + hash)
    have_heard(who.site)


def test_the_first(site):
    anna = register(site, device="Kettle/1.0 (tea)")
    [own] = anna.sessions()
    assert set(own) == {"id", "began_at", "seen_at", "device", "current"}
    assert ID.fullmatch(own["id"]) and MOMENT.fullmatch(own["began_at"]) and MOMENT.fullmatch(own["seen_at"])
    assert own["device"] == "Kettle/1.0 (tea)" and own["current"] is True
    assert own["seen_at"] >= own["began_at"]


def test_the_newest_is_the_first_and_one_is_ones_own(site):
    anna = register(site, device="one")
    others = [anna.elsewhere(device=device) for device in ("two", "three")]
    for who, own in zip([anna, *others], ["one", "two", "three"]):
        sessions = who.sessions()
        assert [each["device"] for each in sessions] == ["three", "two", "one"]
        assert [each["device"] for each in sessions if each["current"]] == [own]
        assert [each["began_at"] for each in sessions] == sorted((each["began_at"] for each in sessions), reverse=True)
    assert len({each["id"] for each in anna.sessions()}) == 3


def test_use_is_seen(site):
    anna = register(site)
    phone = anna.elsewhere()
    before = {each["id"]: each["seen_at"] for each in anna.sessions()}
    own, other = anna.session_id, phone.session_id

    def is_seen():
        forget(phone)
        phone.visit()
        return {each["id"]: each["seen_at"] for each in anna.sessions()}[other] > before[other]
    wait_until(is_seen, what="the use to be seen")
    assert {each["id"]: each["began_at"] for each in anna.sessions()}[own]


@pytest.mark.parametrize("device, shown", [
    ("", ""), ("x" * 500, "x" * 200), ('"}],"sessions":[', '"}],"sessions":['), ("a\tb\x7fc", "a?b?c"), ("caf\xe9", "caf??"),
    ("<b>\\u0041", "<b>\\u0041")])
def test_a_device_is_what_the_browser_called_itself(site, device, shown):
    anna = register(site, door=site.workers[0], device=device)
    assert [each["device"] for each in anna.sessions()] == [shown]


ENDS = {
    "signed out": lambda anna, phone: phone.sign_out(),
    "ended from elsewhere": lambda anna, phone: anna.end(phone.session_id),
    "signed in anew": lambda anna, phone: phone.sign_in().sign_out(),
    "not used for too long": lambda anna, phone: anna.site.redis.delete(
        "holdline:session:" + hashlib.sha256(phone.cookies["holdline_session"].encode()).hexdigest()),
}


@pytest.mark.parametrize("end", ENDS)
def test_one_that_has_ended_is_not_there(site, end):
    anna = register(site)
    phone = anna.elsewhere()
    assert len(anna.sessions()) == 2
    ENDS[end](anna, phone)
    have_heard(site)
    assert [each["current"] for each in anna.sessions()] == [True]
    assert site.redis.zcard(f"holdline:account:{{{account_of(anna)}}}:sessions") == 1


def account_of(who):
    hash = hashlib.sha256(who.cookies["holdline_session"].encode()).hexdigest()
    return who.site.redis.hget(f"holdline:session:{hash}", "account")


def test_ending_is_told_in_numbers(site):
    anna = register(site)
    phone = anna.elsewhere()
    id = phone.session_id
    assert anna.end(id) == 1
    have_heard(site)
    assert not phone.is_signed_in
    assert anna.end(id) == 0
    assert anna.is_signed_in


def test_somebody_elses_ends_nothing(site):
    anna, bert = register(site), register(site)
    assert anna.end(bert.session_id) == 0
    assert bert.is_signed_in and anna.is_signed_in


@pytest.mark.parametrize("id", ["", "0", "f" * 15, "f" * 17, "F" * 16, "g" * 16, "f" * 64, "*" * 16, "\0" * 16])
def test_what_is_no_id_is_refused(site, id):
    anna = register(site)
    reply = anna.submit("sessions/end", id=id)
    assert (reply.status, reply.problem) == (400, "field-invalid")
    assert anna.is_signed_in


def test_an_id_is_required_once(site):
    anna = register(site)
    assert anna.submit("sessions/end").problem == "field-invalid"
    reply = anna.post_form("/a/account/sessions/end", [("id", "f" * 16)] * 2 + [("_xsrf", anna.xsrf)])
    assert reply.problem == "field-repeated"


def test_a_guest_has_none(site):
    guest = Member(site)
    guest.visit()
    for reply in (guest.get("/a/account/sessions"), guest.submit("sessions/end", id="f" * 16)):
        assert (reply.status, reply.problem) == (401, "sign-in-required")
    assert guest.sign_out() == 1


def test_nobody_has_none(site):
    reply = site.client.get("/a/account/sessions")
    assert (reply.status, reply.problem) == (401, "sign-in-required")


def test_the_token_cannot_be_told_from_it(site):
    """What is shown is the beginning of a hash."""
    anna = register(site)
    body = anna.get("/a/account/sessions").text
    assert anna.cookies["holdline_session"] not in body and anna.xsrf not in body
