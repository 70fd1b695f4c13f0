"""aigwctl against the real aigwd and a real lone sidecar: what one writes the other takes, keeps and shows."""

import functools
import json
import re

import pytest
import yaml

import cli
import wire
from cli import REFUSED, UNREACHABLE, done, failed
from daemon import BACKENDS, FakeSidecar
from policies import chat, one
from programs import REPOSITORY, Program
from waiting import eventually

# The constant that all programs print.
VERSION = re.search(r'version = "(.+)"', (REPOSITORY / "Sources/Core/Exchange/Release.swift").read_text())[1]
POLICY = {
    "backends": {**BACKENDS, "anthropic": {"provider": "anthropic", "auth": {"file": "/var/run/secrets/anthropic"}}},
    "models": {"gpt-4o": {"chain": [{"backend": "openai"}]}},
    "budgets": {"everyone": {"limit": "10M tokens/day"}},
}


@pytest.fixture
def aigwd(daemon, tmp_path):
    """Starts aigwd with a policy file; starting it again is a restart."""
    (tmp_path / "aigw.yaml").write_text(yaml.safe_dump(POLICY))
    return lambda: daemon("--policy", tmp_path / "aigw.yaml")


def talking_to(daemon):
    return functools.partial(cli.aigwctl, daemon.socket)


def test_what_is_set_is_in_force_and_shown(aigwd):
    aigwctl = talking_to(aigwd())
    assert "budgets.small" in done(aigwctl("set-budget", "small", "--model", "gpt-4o", "--tokens", "50k/hour"))
    assert "50k tokens/hour" in done(aigwctl("budgets", "small"))
    done(aigwctl("set-chain", "gpt-4o", "openai", "anthropic=claude-sonnet-4-5", "--on", "rateLimit,budgetExceeded"))
    assert "claude-sonnet-4-5" in done(aigwctl("chains", "gpt-4o"))
    done(aigwctl("drain", "openai"))
    assert "drained" in done(aigwctl("backends"))
    done(aigwctl("undrain", "openai"))
    assert "drained" not in done(aigwctl("backends"))
    done(aigwctl("delete", "budget", "small"))
    assert "everyone" in failed(aigwctl("budgets", "small"), REFUSED)


def test_what_is_set_survives_a_crash(aigwd):
    daemon = aigwd()
    aigwctl = talking_to(daemon)
    done(aigwctl("set-budget", "small", "--requests", "60/minute"))
    daemon.kill()
    assert "its owner has ended" in failed(aigwctl("status"), UNREACHABLE)
    aigwd()
    assert yaml.safe_load(done(aigwctl("get", "budgets.small"))) == {"limit": "60 requests/minute"}


def test_sidecars_that_do_not_answer_are_named(aigwd):
    daemon = aigwd()
    aigwctl = talking_to(daemon)
    quick, mute = FakeSidecar(daemon, "pod-quick"), FakeSidecar(daemon, "pod-mute", acknowledges=False)
    ended = aigwctl("set-budget", "small", "--requests", "60/minute", "--timeout", "300ms")
    assert ended.returncode == REFUSED
    assert "In force on 1 of 2 sidecars: pod-quick." in ended.stdout
    assert "Not acknowledged in time by 1 sidecar: pod-mute." in ended.stderr
    assert "behind" in done(aigwctl("sidecars"))
    mute.close()
    quick.close()


def test_get_diff_and_apply_go_round(aigwd):
    aigwctl = talking_to(aigwd())
    policy = done(aigwctl("get"))
    assert yaml.safe_load(policy) == POLICY
    assert "Nothing to change" in done(aigwctl("apply", "-f", "-", stdin=policy))
    wanted = json.dumps({**POLICY, "budgets": {"team": {"limit": "5M tokens/day"}}})
    different = aigwctl("diff", "-f", "-", stdin=wanted)
    assert different.returncode == 1 and "+ budgets.team" in different.stdout
    assert "nothing was changed" in done(aigwctl("apply", "-f", "-", "--dry-run", stdin=wanted))
    assert yaml.safe_load(done(aigwctl("get"))) == POLICY
    done(aigwctl("apply", "-f", "-", stdin=wanted))
    assert done(aigwctl("diff", "-f", "-", stdin=wanted)) == ""


@pytest.mark.parametrize("command, words", [
    ("set-budget x --tokens 5/hour --model nobody", "nobody serves"),
    ("set-chain m nobody", "names a backend that does not exist"),
    ("drain opena", "openai"), ("delete chain gpt-5", "gpt-4o"), ("delete budget every", "everyone"),
    (f"receipt {0:032x}", "x-ai-request-id"), (f"why {0:032x}", "x-ai-request-id"),
])
def test_what_is_refused_changes_nothing(aigwd, command, words):
    aigwctl = talking_to(aigwd())
    assert words in failed(aigwctl(*command.split()), REFUSED)
    assert yaml.safe_load(done(aigwctl("get"))) == POLICY


def test_every_view_has_something_to_say(aigwd):
    aigwctl = talking_to(aigwd())
    for command in ("status", "sidecars", "backends", "budgets", "chains", "prices", "usage --by user,model --since 7d"):
        assert done(aigwctl(*command.split())) != ""
        json.loads(done(aigwctl(*command.split(), "-o", "json")))


def test_watch_tells_of_a_change_as_it_happens(aigwd):
    daemon = aigwd()
    aigwctl = talking_to(daemon)
    watching = Program("aigwctl", "--socket", daemon.socket, "watch", "-o", "json")

    def told():
        # Until the watch has begun nobody tells it; a change more does no harm.
        done(aigwctl("set-budget", "small", "--requests", "60/minute"))
        done(aigwctl("delete", "budget", "small"))
        return any('"policy"' in line for line in watching.stdout)
    try:
        eventually(told, "the watch to tell of a new policy")
    finally:
        watching.kill()


def test_why_answers_from_the_ledger_once_memory_has_forgotten(mock, sidecar, tmp_path):
    policy = one(mock.at(), budgets={"everyone": {"limit": "1000 tokens/day"}})
    start = functools.partial(sidecar, policy, "--control-socket", tmp_path / "control.sock")
    aigwctl = functools.partial(cli.aigwctl, tmp_path / "control.sock", "-o", "json")
    served = start()
    answered = wire.post(f"{served.base_url}/chat/completions", chat(max_tokens=20)).headers["x-ai-request-id"]
    refused = wire.post(f"{served.base_url}/chat/completions", chat("x" * 9000)).headers["x-ai-request-id"]
    assert "from" not in json.loads(done(aigwctl("why", answered)))["explanation"]
    served.finish()
    start()
    told = json.loads(done(aigwctl("why", answered)))["explanation"]
    assert (told["request"], told["from"], told["model"]) == (answered, "ledger", "gpt-4o")
    step, = told["steps"]
    assert (step["step"], step["backend"], step["status"], step["basis"]) == ("settled", "main", 200, "reported")
    assert step["inputTokens"] + step["outputTokens"] == mock.billed()
    step, = json.loads(done(aigwctl("why", refused)))["explanation"]["steps"]
    assert step["step"] == "refused" and "backend" not in step
    assert "from: ledger" in done(cli.aigwctl(tmp_path / "control.sock", "why", refused))


def test_a_budget_of_an_expression_says_what_it_counts(aigwd):
    aigwctl = talking_to(aigwd())
    done(aigwctl("set-budget", "dear", "--cost", "input_tokens + output_tokens * 3u", "--limit", "50k/hour"))
    shown = done(aigwctl("budgets", "dear", "-o", "wide"))
    assert "50,000 weighted units/hour" in shown and "input_tokens + output_tokens * 3u" in shown


@pytest.mark.parametrize("program", ["aigw-sidecar", "aigwd", "aigwctl", "aigw-mock"])
def test_every_program_says_the_one_version(program):
    ended = Program(program, "--version")
    assert ended.exit_code() == 0
    line, = ended.stdout
    assert line == f"{program} {VERSION}"


def test_a_lone_sidecar_answers_for_itself(mock, sidecar, tmp_path):
    policy = one(mock.at(), budgets={"everyone": {"limit": "10k tokens/day"}})
    served = sidecar(policy, "--control-socket", tmp_path / "control.sock")
    aigwctl = functools.partial(cli.aigwctl, tmp_path / "control.sock")
    reply = wire.post(f"{served.base_url}/chat/completions", chat())
    request, model = reply.headers["x-ai-request-id"], next(iter(policy["models"]))
    eventually(lambda: aigwctl("receipt", request).returncode == 0, "the receipt")
    assert "settled, status 200" in done(aigwctl("receipt", request))
    assert "everyone" in done(aigwctl("why", request))
    assert model in done(aigwctl("usage"))
    assert f" {mock.billed()} " in done(aigwctl("budgets"))
    assert "In force on 1 of 1 sidecar" in done(aigwctl("set-budget", "everyone", "--tokens", "20k/day"))
    assert "20k tokens" in done(aigwctl("budgets", "everyone"))
    assert "drained" in done(aigwctl("drain", next(iter(policy["backends"]))))
    assert wire.post(f"{served.base_url}/chat/completions", chat()).status != 200
