"""Waiting for facts, never for time: poll until something is true, with a deadline that only a failure reaches."""

import time

DEADLINE_SECONDS = 15.0


def eventually(check, what="the condition", seconds=DEADLINE_SECONDS):
    """The first truthy result of `check()`; an AssertionError naming `what` once `seconds` have passed."""
    deadline = time.monotonic() + seconds
    while True:
        found = check()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not become true within {seconds} s; last answer: {found!r}")
        time.sleep(0.01)
