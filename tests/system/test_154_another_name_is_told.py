"""Once, in each room where he is, whatever holds him."""

from lib.member import Member, register
from lib.presence import Listener, names, wait_present

SITE = {"workers": 2, "gateways": 2}


def rename(guest, name):
    reply = guest.post_form("/a/session/name", {"name": name, "_xsrf": guest.xsrf})
    assert reply.status == 200, reply


def test_a_guest(site, room):
    guest = Member(site)
    before = guest.visit()["name"]
    with Listener(site, room, site.gateways[0]) as one, Listener(site, f"{room}-2", site.gateways[0]) as other:
        tabs = [gateway.websocket(headers=guest.cookie) for gateway in site.gateways]
        for tab in tabs:
            tab.subscribe(room)
        tabs[0].subscribe(f"{room}-2")
        came = one.event("join")
        other.event("join")
        rename(guest, "kettle")
        for listener in (one, other):
            event = listener.event("rename")
            assert (event["was"], event["name"], event["person"]) == (before, "kettle", came["person"])
        assert "kettle" in names(site.client, room)
        wait_present(site.client, room, 2)
        for tab in tabs:
            tab.close()
        assert one.event("leave")["name"] == "kettle"  # and was not renamed once more


def test_one_who_loses_his_name_to_an_account(site, room):
    guest = Member(site)
    guest.visit()
    rename(guest, "saucer")
    with Listener(site, room) as one, site.websocket(headers=guest.cookie) as tab:
        tab.subscribe(room)
        assert one.event("join")["name"] == "saucer"
        register(site, "Saucer")
        event = one.event("rename")
        assert event["was"] == "saucer" != event["name"]


def test_chat(site, room):
    guest = Member(site)
    before = guest.visit()["name"]
    with site.websocket(f"/chat?room={room}") as chat:
        chat.read_text()
        with site.websocket(headers=guest.cookie) as tab:
            tab.subscribe(room)
            assert chat.read_text() == f"* {before} came"
            rename(guest, "spoon")
            assert chat.read_text() == f"* {before} is called spoon now"
        assert chat.read_text() == "* spoon left"
