"""Runs aigwctl to its end."""

import os
import subprocess

from programs import RELEASE

SECONDS = 20
DONE, REFUSED, USAGE, UNREACHABLE = 0, 1, 2, 3


def aigwctl(socket, *arguments, stdin="", **environment):
    """As a person with that socket in AIGW_CONTROL runs it."""
    return subprocess.run(
        [str(RELEASE / "aigwctl"), *map(str, arguments)],
        env={"AIGW_CONTROL": str(socket), "PATH": os.environ["PATH"], **environment}, input=stdin, capture_output=True,
        text=True, timeout=SECONDS)


def done(ended):
    """What it printed; it must have done what it was asked."""
    assert (ended.returncode, ended.stderr) == (DONE, ""), ended
    return ended.stdout


def failed(ended, code):
    """What it said of its failure; it must have ended so and printed nothing else."""
    assert ended.returncode == code, ended
    assert ended.stdout == "" and ended.stderr.startswith("aigwctl: "), ended
    return ended.stderr
