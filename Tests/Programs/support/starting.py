"""Runs of the sidecar that are not meant to serve: start-up errors, --check, --help."""

import os
import subprocess
import tempfile

from policies import ENVIRONMENT
from programs import RELEASE
from secrets_of_the_tests import SECRETS

SECONDS = 15


def run(*arguments, env=ENVIRONMENT):
    """The sidecar run to its own end."""
    with tempfile.TemporaryDirectory() as state:
        return subprocess.run(
            [str(RELEASE / "aigw-sidecar"), *map(str, arguments)],
            env={"PATH": os.environ["PATH"], "AIGW_STATE": state, **env},
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SECONDS)


def refused_to_start(words, *arguments, env=ENVIRONMENT):
    """A start-up error: exit 2 and one line on stderr that says `words`, and no secret."""
    given = {"--listen": "127.0.0.1:0", "--admin": "127.0.0.1:0"}
    defaults = [word for flag, value in given.items() if flag not in arguments for word in (flag, value)]
    ended = run(*arguments, *defaults, env=env)
    assert ended.returncode == 2, ended
    assert len(ended.stderr.splitlines()) == 1, ended.stderr
    assert words in ended.stderr, ended.stderr
    assert not any(secret in ended.stderr + ended.stdout for secret in SECRETS.values())
    return ended.stderr
