"""A post and the end of a worker in the same moment."""

import signal

from lib.wait import wait_until

SITE = {"nginx": False, "workers": 1}
HERD = 400


def test_an_answer_without_messages_has_the_old_cursor(new_site, room):
    site = new_site(nginx=False, workers=1)
    worker = site.workers[0]
    first = worker.say("first", room)["id"]
    polls = [worker.ask(first, room) for _ in range(HERD)]
    wait_until(lambda: site.held == HERD, what="the herd to be held")
    post = worker.connect()
    post.send("POST", "/a/message/new",
              [("Content-Type", "application/x-www-form-urlencoded")],
              f"body=second&room={room}".encode())
    site.pool.send_signal(signal.SIGTERM)
    for poll in polls:
        news = poll.answer().json()
        told = [each["body"] for each in news.get("messages", [])]
        assert (told, news["cursor"] == first) in ((["second"], False), ([], True))
    assert site.pool.wait() == 0


def test_a_reply_under_way_is_finished(new_site, room):
    site = new_site(nginx=False, workers=1)
    worker = site.workers[0]
    for _ in range(100):
        worker.say("x" * 4000, room)
    worker.read(room=room)
    poll = worker.ask(room=room)  # and its 1 MB is not read yet
    wait_until(lambda: worker.health["connections"] == 2, what="the poll to come in")
    site.pool.send_signal(signal.SIGTERM)
    assert len(poll.answer(10).json()["messages"]) == 100
    assert site.pool.wait() == 0
