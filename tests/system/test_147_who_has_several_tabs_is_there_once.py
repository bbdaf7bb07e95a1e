"""Whatever doors they go through, and whatever process holds them."""

import re

from lib.member import register
from lib.presence import Listener, cookie_of, names, present, wait_present

SITE = {"workers": 2, "gateways": 2}


def test_two_gateways(site, room):
    anna = register(site)
    one, other = site.gateways
    with Listener(site, room, one) as listener:
        [me] = listener.first["sample"]
        first = one.websocket(headers=anna.cookie)
        first.subscribe(room)
        event = listener.event("join")
        assert event["name"] == anna.name and re.fullmatch(r"a\d+", event["person"]) and event["count"] == 2
        second = other.websocket(headers=anna.cookie)
        second.subscribe(room)
        chat = other.websocket(f"/chat?room={room}", anna.cookie)
        assert chat.read_text() == f"* {anna.name} came"  # that he is in, he is told in each
        assert present(site.client, room)["count"] == 2
        for tab in (first, chat):
            tab.close()
        site.client.say("still here", room)
        assert listener.socket.read()["type"] == "message"
        second.close()
        event = listener.event("leave")
        assert event["name"] == anna.name and event["count"] == 1
        assert names(site.client, room) == [me["name"]]
    wait_present(site.client, room, 0)


def test_a_guest_is_there_once_and_without_a_cookie_each_socket_is_somebody(site, room):
    guest = cookie_of(site.browser())
    with Listener(site, room, headers=guest) as one, Listener(site, room, headers=guest, is_new=False), \
            Listener(site, room), Listener(site, room) as last:
        assert last.first["count"] == 3
        people = [each["person"] for each in present(site.client, room)["people"]]
        assert sorted(person[0] for person in people) == ["g", "v", "v"]
        assert all(re.fullmatch("[gv][0-9a-f]{16}", person) for person in people)
        assert [one.event("join")["person"][0] for _ in range(2)] == ["v", "v"]
        assert sorted(each["person"] for each in last.first["sample"]) == sorted(people)
    wait_present(site.client, room, 0)


def test_each_room_for_itself(site, room):
    with Listener(site, room) as one, Listener(site, f"{room}-2") as other:
        assert one.first["count"] == other.first["count"] == 1
        other.socket.subscribe(room)  # the same socket in both
        assert one.event("join")["count"] == 2
        other.socket.send("unsubscribe", room=room)
        assert one.event("leave")["count"] == 1
        wait_present(site.client, f"{room}-2", 1)


def test_who_subscribes_again_has_not_left(site, room):
    with Listener(site, room) as one, Listener(site, room) as other:
        one.event("join")
        other.socket.subscribe(room)
        with Listener(site, room):
            assert one.event()["count"] == 3


def test_a_room_in_which_nobody_is(site, room):
    assert present(site.client, room) == {"room": room, "count": 0, "people": [], "more": False}
    assert site.client.get("/a/room/present?room=A%20B").status == 400
    assert site.client.get(f"/a/room/present?room={room}&room={room}").status == 400
    assert site.client.post_form("/a/room/present", {"room": room}).status == 405


def test_what_makes_no_sense_is_an_error(site, room):
    with site.websocket() as socket:
        socket.send("subscribe", room=room, presence="yes")
        error = socket.read("error")
        assert error["problem"] == "field-invalid" and error["detail"] == "'presence' is true or false."
