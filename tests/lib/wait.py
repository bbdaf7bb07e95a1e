"""Waiting for conditions, never for time."""

import time

NOT_YET = (OSError,)  # what a condition may raise while it is not so


def wait_until(condition, timeout=15, what="the condition"):
    """Calls condition() until it is true and returns what it gave.

    An exception of the kinds above counts as "not yet".  After `timeout`
    seconds the test fails, saying what it waited for."""
    give_up = time.monotonic() + timeout
    pause = 0.001
    last_error = None
    while True:
        try:
            result = condition()
            if result:
                return result
            last_error = None
        except NOT_YET as error:
            last_error = error
        if time.monotonic() > give_up:
            because = f" ({last_error!r})" if last_error else ""
            raise AssertionError(f"waited {timeout} s in vain for {what}{because}")
        time.sleep(pause)
        pause = min(pause * 1.5, 0.05)
