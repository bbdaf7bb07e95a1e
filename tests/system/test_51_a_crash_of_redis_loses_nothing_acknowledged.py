"""kill -9 in the middle of posting, with appendfsync always."""

import contextlib

from lib.crowd import Reader, Speaker, check_once_and_in_order

SITE = {"appendfsync": "always", "env": {"HOLDLINE_REPLAY": 10000}}
CRASHES = 3


def test_everybody_hears_everything_once(site, room):
    doors = [*site.workers, site.client]
    with contextlib.ExitStack() as crowd:
        readers = [crowd.enter_context(Reader([door], room)) for door in doors]
        readers.append(crowd.enter_context(Reader(doors, room)))
        with Speaker(doors, room, "a") as one, Speaker([site.client], room, "b") as other:
            for _ in range(CRASHES):
                one.has_said(50)
                site.kill_redis()
                site.start_redis()
                one.has_said(1)
                other.has_said(1)
        said = one.said | other.said
        for reader in readers:
            reader.has_heard(said)
    check_once_and_in_order(readers, said)
    site.wait_ready()
