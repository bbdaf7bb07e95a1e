"""At most once in three seconds for each person, live only."""

from lib.member import Member, register
from lib.presence import Listener, cookie_of

SITE = {"workers": 2, "gateways": 2}


def type_in(browser, room, status=200):
    reply = browser.post_form("/a/room/typing", {"room": room, "_xsrf": browser.xsrf or ""})
    assert reply.status == status, reply
    return reply.json()


def test_by_both_doors(site, room):
    anna = register(site)
    with Listener(site, room) as one, site.websocket(headers=anna.cookie) as tab:
        assert type_in(anna, room) == {"told": True}
        event = one.event("typing")
        assert event["name"] == anna.name and event["person"].startswith("a")
        key = f"holdline:{{{room}}}:typing:{event['person']}"
        assert 0 <= site.redis.pttl(key) <= 3000 or not site.redis.exists(key)
        site.redis.set(key, "1")  # the three seconds last until they are made to be over
        assert type_in(anna, room) == {"told": False}
        for _ in range(3):
            tab.send("typing", room=room)  # the same person
        tab.send("typing", room=f"{room}-2")
        tab.send("ping")
        assert tab.read()["type"] == "pong"
        guest = Member(site)
        guest.visit()
        assert type_in(guest, room) == {"told": True}
        assert one.event("typing")["person"].startswith("g")
        site.redis.delete(key)
        tab.send("typing", room=room)
        assert one.event("typing")["name"] == anna.name
    assert site.room_log(room) == []


def test_who_has_no_session_types_for_himself(site, room):
    assert type_in(site.browser(), room, 401)["type"] == "/problems#session-ended"
    with Listener(site, room) as one, site.websocket() as visitor:
        visitor.send("typing", room=room)  # without a cookie he has a name all the same
        assert one.event("typing")["person"].startswith("v")


def test_what_makes_no_sense_is_refused(site, room):
    browser = site.browser()
    headers = cookie_of(browser)
    assert type_in(browser, "A B", 400)["type"] == "/problems#room-invalid"
    assert browser.post_form("/a/room/typing", {"room": room}).status == 403  # no _xsrf
    with site.websocket(headers=headers) as tab:
        tab.send("typing", room="A B")
        assert tab.read("error")["problem"] == "room-invalid"
        tab.send("typing", room=7)
        assert tab.read("error")["problem"] == "field-invalid"
