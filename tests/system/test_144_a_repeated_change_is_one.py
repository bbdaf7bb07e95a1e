"""Under its client_id an edit or deletion is done once, whoever asks again and wherever."""

import pytest

from lib.person import Person, refused
from lib.revising import delete, edit, must

SITE = {"workers": 2, "trusted_proxies": "127.0.0.1"}


@pytest.fixture
def ann(site):
    return Person(site).be_a_guest()


@pytest.mark.parametrize("change", [lambda who, said: edit(who, said, "two", client_id="k2"),
                                    lambda who, said: delete(who, said, client_id="k2")], ids=["edit", "delete"])
def test_it_is_answered_with_the_first_result(site, room, ann, change):
    said = ann.say("one", room, client_id="k1")
    first = must(change(ann, said))
    assert [must(change(ann.at(worker), said)) for worker in site.workers] == [first, first]
    assert len(site.room_log(room)) == 2


def test_through_the_socket_it_is_the_same(site, room, ann):
    said = ann.say("one", room, client_id="k1")
    first = must(edit(ann, said, "two", client_id="k2"))
    with ann.websocket() as socket:
        for _ in range(2):
            socket.send("edit", room=room, id=said["id"], body="two", client_id="k2")
            assert socket.read("posted")["id"] == first["id"]
    assert len(site.room_log(room)) == 2


def test_also_when_it_would_be_too_late_now(site, room, ann):
    """Or deleted meanwhile: then the result has no text."""
    said = ann.say("one", room)
    first = must(edit(ann, said, "two", client_id="k2"))
    must(delete(ann, said))
    again = must(edit(ann, said, "two", client_id="k2"))
    assert (again["id"], again["body"]) == (first["id"], "") and again["deleted_at"]


@pytest.mark.parametrize("first, second", [
    (("edit", "two"), ("edit", "three")),
    (("edit", "two"), ("delete", None)),
    (("delete", None), ("edit", "two")),
    (("post", "two"), ("edit", "two")),
    (("edit", "two"), ("post", "two")),
    (("post", "two"), ("delete", None)),
])
def test_something_else_under_it_is_refused(site, room, ann, first, second):
    said = ann.say("one", room, client_id="k1")

    def ask(what, body):
        if what == "post":
            return ann.post(body, room, client_id="k2")
        return edit(ann, said, body, client_id="k2") if what == "edit" else delete(ann, said, client_id="k2")
    must(ask(*first))
    before = site.room_log(room)
    assert refused(ask(*second)) == (409, "client-id-reused")
    assert site.room_log(room) == before


def test_another_message_under_it_is_refused(site, room, ann):
    one, two = ann.say("one", room), ann.say("two", room)
    must(delete(ann, one, client_id="k2"))
    assert refused(delete(ann, two, client_id="k2")) == (409, "client-id-reused")
    assert [each["body"] for each in ann.read(room=room)["messages"]] == ["", "two", ""]


def test_what_was_refused_may_be_asked_again(site, room, ann):
    """Nothing was done under it."""
    said = ann.say("one", room)
    assert refused(edit(Person(site).be_a_guest(), said, "two", client_id="k2")) == (403, "not-yours")
    must(edit(ann, said, "two", client_id="k2"))


def test_a_repeated_post_is_answered_as_it_is_now(site, room, ann):
    said = ann.say("one", room, client_id="k1")
    event = must(edit(ann, said, "two"))
    for door in (ann, *(ann.at(worker) for worker in site.workers)):
        again = door.say("one", room, client_id="k1")
        assert (again["id"], again["body"], again["edit"]) == (said["id"], "two", event["id"])
    assert refused(ann.post("two", room, client_id="k1")) == (409, "client-id-reused")
    assert len(site.room_log(room)) == 2
    assert 0 < site.redis.ttl(f"holdline:{{{room}}}:sent:k1") <= 300


def test_another_result_under_the_key_stays_what_it_is(site, room, ann):
    """The result of the message is gone by time, and another message has its client_id since."""
    said = ann.say("one", room, client_id="k1")
    site.redis.delete(f"holdline:{{{room}}}:sent:k1")
    other = ann.say("other", room, client_id="k1")
    must(delete(ann, said))
    again = ann.say("other", room, client_id="k1")
    assert again == other
