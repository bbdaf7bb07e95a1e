"""Redis is killed, or hangs: who is held goes on being there, and is told to nobody as if he had left and come.

First run: nothing broke."""

import time

import faults
import people_here
from people_here import MANY, Crowd

SITE = people_here.SITE


def test_it_is_killed(site, room):
    crowd = Crowd(site, room)
    faults.kill_redis(site)
    crowd.check_all_there(MANY + 1)
    crowd.leave()


def test_it_hangs(site, room):
    crowd = Crowd(site, room)
    with site.redis_hanging():
        time.sleep(3)  # longer than an answer is waited for
    site.wait_ready()
    crowd.check_all_there(MANY + 1)
    crowd.leave()
