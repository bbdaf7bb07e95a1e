"""Over TCP, found by name, with a password of all sorts of characters and a
database of its own: as in a container."""

SITE = {"password": "p@ss:w/rd+&%20 é"}


def test_people_can_talk(site, room):
    poll = site.hold(site.workers[0], room=room)
    site.workers[1].say("hello", room)
    assert poll.news() == ["hello"]


def test_it_is_all_in_that_database(site, room):
    site.client.say("hello", room)
    assert len(site.room_log(room)) == 1  # the test's client looks into database 3


def test_after_a_restart_too(site, room):
    site.client.say("before", room)
    site.stop_redis()
    site.start_redis()
    site.wait_ready()
    site.client.say("after", room)
    assert len(site.room_log(room)) == 2


def test_the_password_is_not_in_the_log(site, room):
    assert "p@ss" not in site.log_text()
    assert "p%40ss" not in site.log_text()
