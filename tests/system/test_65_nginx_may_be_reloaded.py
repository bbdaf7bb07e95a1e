"""Its configuration read anew, or all of it started anew."""

from lib.wait import wait_until


def test_a_reload_disturbs_no_held_poll(site, room):
    poll = site.hold(site.client, room=room)
    site.reload_nginx()
    wait_until(lambda: site.client.get("/").status == 200)
    site.client.say("hello", room)
    assert poll.news() == ["hello"]


def test_after_a_restart_nothing_is_held(site, room):
    site.hold(site.client, room=room)
    site.restart_nginx()
    wait_until(lambda: site.held == 0, what="the poll to be forgotten")
    assert site.client.say("hello", room)
