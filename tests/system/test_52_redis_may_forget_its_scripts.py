"""NOSCRIPT means load and repeat."""

from concurrent.futures import ThreadPoolExecutor


def test_after_script_flush_posts_go_on(site, room):
    site.client.say("before", room)
    for n, worker in enumerate(site.workers):
        site.redis.script_flush()
        assert worker.say(f"after {n}", room)
    assert len(site.room_log(room)) == 1 + len(site.workers)


def test_many_at_once_after_a_flush_are_each_one_message(site, room):
    site.redis.script_flush()
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda n: site.workers[n % 2].say(str(n), room), range(100)))
    assert len(site.room_log(room)) == 100
