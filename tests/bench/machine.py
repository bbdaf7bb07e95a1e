"""The machine: what it is, whether it is quiet, and how many clients it has descriptors for."""

import os
import platform
import subprocess
from pathlib import Path

from sites import DESCRIPTORS, ROOT

# A held request is two descriptors in nginx: the browser's connection and the worker's.  Its processes take what they can
# get, and not evenly, so a part of what there is stays unused.
NGINX_EACH = 2
NGINX_EVENNESS = 0.92
OTHERS = 200  # listening sockets, logs, idle connections


def most_readers():
    """And whose limit it is."""
    processes = os.cpu_count()
    return min(
        (DESCRIPTORS - OTHERS, "the load generator, 1 for each reader"),
        (int(processes * (min(DESCRIPTORS, 32768) - OTHERS) / NGINX_EACH * NGINX_EVENNESS) // 1000 * 1000,
         f"nginx, 2 for each reader in {processes} processes"))


def first_line(*argv):
    done = subprocess.run(argv, capture_output=True, text=True, cwd=ROOT)
    return (done.stdout or done.stderr).partition("\n")[0].strip()


def describe():
    """Lines of text."""
    model = next((line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), platform.machine())
    readers, whose = most_readers()
    return [
        f"{os.cpu_count()} × {model}, {platform.system()} {platform.release()}; client and servers on it together",
        f"Holdline {first_line('git', 'describe', '--always', '--dirty')}; "
        f"{first_line('nginx', '-v').removeprefix('nginx version: ')}; "
        f"Redis {first_line('redis-server', '--version').partition('v=')[2].partition(' ')[0]}",
        f"load average before: {os.getloadavg()[0]:.2f}",
        f"descriptors: {DESCRIPTORS} for each process, which is enough for {readers} readers ({whose})",
    ]


def is_quiet():
    return os.getloadavg()[0] < 0.3 * os.cpu_count()
