"""aigwctl against the real aigwd: what one writes the other takes, keeps and shows."""

import json
import os
import subprocess

import pytest
import yaml

from programs import RELEASE, Program
from waiting import eventually

POLICY = {
    "backends": {
        "openai": {"provider": "openai", "auth": {"env": "OPENAI_API_KEY"}},
        "anthropic": {"provider": "anthropic", "auth": {"file": "/var/run/secrets/anthropic"}}},
    "models": {"gpt-4o": {"chain": [{"backend": "openai"}]}},
    "budgets": {"everyone": {"limit": "10M tokens/day"}},
}


@pytest.fixture
def start(tmp_path):
    """Starts aigwd on this test's socket and state; starting it again is a restart."""
    started = []

    def run():
        (tmp_path / "aigw.yaml").write_text(yaml.safe_dump(POLICY))
        daemon = Program(
            "aigwd", "--socket", tmp_path / "control.sock", "--state", tmp_path / "state", "--policy",
            tmp_path / "aigw.yaml")
        started.append(daemon)
        daemon.wait_for_line(daemon.stderr, lambda line: '"ready"' in line)
        return daemon
    yield run
    for each in started:
        each.kill()


@pytest.fixture
def aigwctl(tmp_path):
    """Runs aigwctl to its end; its output when it ends as expected."""
    def run(*arguments, stdin="", code=0):
        ended = subprocess.run(
            [RELEASE / "aigwctl", "--socket", tmp_path / "control.sock", *arguments], env={"PATH": os.environ["PATH"]},
            input=stdin, capture_output=True, text=True, timeout=20)
        assert ended.returncode == code, ended
        return ended.stdout if code == 0 else ended.stdout + ended.stderr
    return run


def test_what_is_set_is_in_force_and_shown(start, aigwctl):
    start()
    assert "budgets.small" in aigwctl("set-budget", "small", "--model", "gpt-4o", "--tokens", "50k/hour")
    assert "50k tokens/hour" in aigwctl("budgets", "small")
    aigwctl("set-chain", "gpt-4o", "openai", "anthropic=claude-sonnet-4-5", "--on", "rateLimit,budgetExceeded")
    assert "claude-sonnet-4-5" in aigwctl("chains", "gpt-4o")
    aigwctl("drain", "openai")
    assert "drained" in aigwctl("backends")
    aigwctl("undrain", "openai")
    assert "drained" not in aigwctl("backends")
    aigwctl("delete", "budget", "small")
    assert "everyone" in aigwctl("budgets", "small", code=1)


def test_what_is_set_survives_a_crash(start, aigwctl):
    daemon = start()
    aigwctl("set-budget", "small", "--requests", "60/minute")
    daemon.kill()
    assert "its owner has ended" in aigwctl("status", code=3)
    start()
    assert yaml.safe_load(aigwctl("get", "budgets.small")) == {"limit": "60 requests/minute"}


def test_get_diff_and_apply_go_round(start, aigwctl):
    start()
    policy = aigwctl("get")
    assert yaml.safe_load(policy) == POLICY
    assert "Nothing to change" in aigwctl("apply", "-f", "-", stdin=policy)
    wanted = json.dumps({**POLICY, "budgets": {"team": {"limit": "5M tokens/day"}}})
    assert "+ budgets.team" in aigwctl("diff", "-f", "-", stdin=wanted, code=1)
    assert "nothing was changed" in aigwctl("apply", "-f", "-", "--dry-run", stdin=wanted)
    assert yaml.safe_load(aigwctl("get")) == POLICY
    aigwctl("apply", "-f", "-", stdin=wanted)
    assert aigwctl("diff", "-f", "-", stdin=wanted) == ""


@pytest.mark.parametrize("command, words", [
    ("set-budget x --tokens 5/hour --model nobody", "nobody serves"),
    ("set-chain m nobody", "names a backend that does not exist"),
    ("drain opena", "openai"), ("delete chain gpt-5", "gpt-4o"), ("delete budget every", "everyone"),
    ("receipt 00000000000000000000000000000000", "x-ai-request-id"), ("why 00000000000000000000000000000000", "x-ai-request-id"),
])
def test_what_is_refused_changes_nothing(start, aigwctl, command, words):
    start()
    assert words in aigwctl(*command.split(), code=1)
    assert yaml.safe_load(aigwctl("get")) == POLICY


def test_every_view_has_something_to_say(start, aigwctl):
    start()
    for command in ("status", "sidecars", "backends", "budgets", "chains", "prices", "usage --by user,model --since 7d"):
        assert aigwctl(*command.split()) != ""
        json.loads(aigwctl(*command.split(), "-o", "json"))


def test_watch_tells_of_a_change_as_it_happens(start, aigwctl, tmp_path):
    start()
    watching = Program("aigwctl", "--socket", tmp_path / "control.sock", "watch", "-o", "json")
    try:
        def told():
            aigwctl("set-budget", "small", "--requests", "60/minute")
            aigwctl("delete", "budget", "small")
            return any('"policy"' in line for line in watching.stdout)
        eventually(told, "the watch to tell of a new policy")
    finally:
        watching.kill()
