"""`holdline healthcheck`: an exit code, for a container and for scripts."""

import subprocess

from lib.wait import wait_until


def check(site):
    return subprocess.run([site.binary, "healthcheck"], env=site.pool_env, capture_output=True,
                          text=True, timeout=30)


def test_with_all_well_it_is_0(site):
    wait_until(lambda: check(site).returncode == 0, what="all to be well")


def test_without_workers_it_is_not(new_site):
    site = new_site(nginx=False)
    site.stop_pool()
    assert check(site).returncode != 0
