"""aigwctl, the real program, against a control socket that answers as each test says."""

import functools
import json
import os
import pty
import re
import subprocess
import time

import pytest
import yaml

import cli
from cli import DONE, REFUSED, SECONDS, UNREACHABLE, USAGE, done, failed
from programs import RELEASE
from scripted_daemon import POLICY, Refusal, ScriptedDaemon, change, everything


@pytest.fixture
def scripted(tmp_path):
    """Starts a daemon that answers everything, or as the keywords say."""
    started = []

    def start(**answers):
        known = everything(int(time.time() * 1000))
        started.append(ScriptedDaemon(tmp_path / "control.sock", **{**known, **answers}))
        return started[-1]
    yield start
    for each in started:
        each.close()


@pytest.fixture
def aigwctl(tmp_path):
    """`aigwctl("budgets", "-o", "json")`."""
    return functools.partial(cli.aigwctl, tmp_path / "control.sock")


# Looking


def test_budgets_as_people_read_them(scripted, aigwctl):
    scripted()
    lines = done(aigwctl("budgets")).splitlines()
    assert re.fullmatch(r"NAME +SCOPE +LIMIT +USED +RESERVED +LEFT +RESETS", lines[0])
    assert re.fullmatch(r"alice-4o +user=alice, model=gpt-4o +50k tokens/hour +12,345 +0 +37,655 +in 4[12]m( \d+s)?", lines[1])
    assert re.fullmatch(r"eng +team=engineering +\$100/day +\$12\.34 +\$0 +\$87\.66 +in 5h [67]m", lines[2])
    assert re.fullmatch(r"try +all calls +10M output tokens/month \(shadow\) +10M +0 +0 +in 1m (30|2\d)s", lines[3])
    assert "10,000,000 output tokens/month" in done(aigwctl("budgets", "-o", "wide"))


def test_budgets_say_the_unit_of_what_is_weighted(scripted, aigwctl):
    expression = "input_tokens + output_tokens * 3u"
    daemon = scripted()
    daemon.answers["GetBudgets"]["budgets"][0] |= {"unit": "cost", "cost": expression}
    assert "50k weighted units/hour" in done(aigwctl("budgets"))
    assert expression in done(aigwctl("budgets", "-o", "wide"))


def test_reasons_to_fail_over_are_the_daemons(scripted, aigwctl):
    scripted()
    said = failed(aigwctl("set-chain", "gpt-4o", "openai", "--on", "rateLimit,soon"), USAGE)
    assert '"soon" is no reason to fail over; they are rateLimit, timeout, error' in said
    words = re.search(r"they are ([\w, ]+)", said)[1]
    assert words in re.sub(r"\s+", " ", done(aigwctl("set-chain", "--help")))


@pytest.mark.parametrize("command, words", [
    ("status", ["aigwd 0.1.0", "generation 12 from /etc/aigw/aigw.yaml", "policy.json was corrupt"]),
    ("sidecars", ["default/agent-7", "current", "behind", "12 MiB"]),
    ("backends", ["circuit open", "drained", "active"]),
    ("chains", ["claude-sonnet-4-5", "rateLimit,budgetExceeded"]),
    ("chains gpt-4.1", ["local", "drained"]),
    ("prices", ["$2.50", "$10.00", "builtin", "20 days", "above 200k of input", "$20.00"]),
    ("usage --by user,model", ["alice", "250.5k", "$1.23 + 2 unpriced", "all"]),
    ("receipt 0123", ["settled, status 200", "anthropic as claude-sonnet-4-5", "$0.008775, as its tokens and prices say", "2.34s"]),
    ("why 0123", ["2026-11-21T08:49:13Z", "user: alice", "outcome: status 429", "settled, status 200"]),
    ("get", ["baseURL: http://127.0.0.1:8000/v1", "limit: 50000 tokens/hour"]),
])
def test_every_view_shows_what_it_is_for(scripted, aigwctl, command, words):
    scripted()
    shown = done(aigwctl(*command.split()))
    assert [word for word in words if word not in shown] == [], shown


@pytest.mark.parametrize("command, method", [
    ("status", "GetStatus"), ("sidecars", "GetSidecars"), ("backends", "GetBackends"), ("budgets", "GetBudgets"),
    ("prices", "GetPrices"), ("usage --by user,model", "GetUsage"), ("receipt 01", "GetReceipts"), ("why 01", "Explain"),
])
def test_scripts_get_the_raw_reply(scripted, aigwctl, command, method):
    raw = scripted().answers[method]
    assert json.loads(done(aigwctl(*command.split(), "-o", "json"))) == raw
    assert yaml.safe_load(done(aigwctl("-o", "yaml", *command.split()))) == raw


def test_the_policy_reads_back_as_it_is(scripted, aigwctl):
    scripted()
    assert yaml.safe_load(done(aigwctl("get"))) == POLICY
    assert json.loads(done(aigwctl("get", "-o", "json"))) == POLICY
    assert done(aigwctl("get", "/models/gpt-4.1/chain/0/backend")) == "local\n"
    assert yaml.safe_load(done(aigwctl("get", "models.gpt-4.1.chain[0]")))["weight"] == 3
    assert "there is alice-4o, eng" in failed(aigwctl("get", "budgets.nobody"), REFUSED)


def test_usage_asks_for_the_time_that_was_meant(scripted, aigwctl):
    asked = scripted()
    before = int(time.time() * 1000)
    done(aigwctl("usage", "--by", "team,day", "--since", "7d"))
    parameters = asked.parameters("GetUsage")
    assert parameters["by"] == ["team", "day"] and "until" not in parameters
    assert 0 <= parameters["since"] - (before - 7 * 86_400_000) < SECONDS * 1000


def test_watch_shows_events_until_the_end_of_the_other_side(scripted, aigwctl):
    scripted()
    ended = aigwctl("watch")
    assert ended.returncode == UNREACHABLE
    assert re.search(r"^\d\d:\d\d:\d\d  refusal   default/agent-7  alice-4o  50,000 tokens/hour are used up$", ended.stdout, re.M)
    assert "(3 events missed" in ended.stdout
    events = [json.loads(line) for line in aigwctl("watch", "-o", "json").stdout.splitlines()]
    assert [entry["event"]["kind"] for entry in events] == ["policy", "refusal"]
    documents = list(yaml.safe_load_all(aigwctl("watch", "-o", "yaml").stdout))
    assert documents == events


# Changing


@pytest.mark.parametrize("arguments, budget", [
    ("--user alice --model gpt-4o --tokens 50000/hour",
     {"match": {"user": "alice", "model": "gpt-4o"}, "limit": "50000 tokens/hour"}),
    ("--team engineering --usd 100/day --alert-at 0.8",
     {"match": {"team": "engineering"}, "limit": "$100/day", "alertAt": 0.8}),
    ("--per user --tokens 100k/hour", {"per": ["user"], "limit": "100k tokens/hour"}),
    ("--requests 1.5k/min --burst 50 --shadow", {"limit": "1500 requests/minute", "burst": "50", "shadow": True}),
])
def test_set_budget_sends_the_policys_shape(scripted, aigwctl, arguments, budget):
    asked = scripted()
    shown = done(aigwctl("set-budget", "alice-4o", *arguments.split(), "--timeout", "3s"))
    sent = asked.parameters("SetBudget")
    assert sent["name"] == "alice-4o" and sent["timeout"] == 3000
    assert sent["budget"] == budget
    assert "Generation 13 changes 1 path" in shown and "In force on 2 of 2 sidecars" in shown


def test_set_chain_sends_the_policys_shape(scripted, aigwctl):
    asked = scripted()
    done(aigwctl("set-chain", "gpt-4o", "openai", "anthropic=claude-sonnet-4-5", "--on", "rateLimit,budgetExceeded"))
    assert asked.parameters("SetChain")["chain"] == {
        "chain": [{"backend": "openai"}, {"backend": "anthropic", "modelNameOverride": "claude-sonnet-4-5"}],
        "failover": {"on": ["rateLimit", "budgetExceeded"]}}


@pytest.mark.parametrize("command, method, parameters", [
    ("drain openai", "SetBackendState", {"backend": "openai", "state": "drained"}),
    ("undrain openai", "SetBackendState", {"backend": "openai", "state": "active"}),
    ("delete budget eng", "SetBudget", {"name": "eng"}),
    ("delete chain gpt-4o", "SetChain", {"model": "gpt-4o"}),
    ("--timeout 5s delete chain gpt-4o", "SetChain", {"model": "gpt-4o"}),
])
def test_small_changes(scripted, aigwctl, command, method, parameters):
    asked = scripted()
    done(aigwctl(*command.split()))
    assert asked.parameters(method) == {**parameters, "timeout": 5000}


def test_a_change_that_is_not_in_force_everywhere_names_who_lacks_it(scripted, aigwctl):
    scripted(SetBudget={"change": change(["budgets.x"], one="applied", two="pending", three="refused")})
    ended = aigwctl("set-budget", "x", "--tokens", "5/hour")
    assert ended.returncode == REFUSED
    assert "In force on 1 of 3 sidecars: one." in ended.stdout
    assert "Not acknowledged in time by 1 sidecar: two." in ended.stderr
    assert "three refused it" in ended.stderr and "budgets.alice-4o.match.team: must be text" in ended.stderr


def with_limit(limit):
    return {**POLICY, "budgets": {"alice-4o": {**POLICY["budgets"]["alice-4o"], "limit": limit}}}


@pytest.mark.parametrize("as_text", [json.dumps, yaml.safe_dump])
def test_apply_makes_the_policy_equal_to_the_file(scripted, aigwctl, tmp_path, as_text):
    asked = scripted()
    (tmp_path / "wanted").write_text(as_text(with_limit("7 tokens/day")))
    assert "changes 1 path" in done(aigwctl("apply", "-f", tmp_path / "wanted"))
    assert asked.parameters("PatchPolicy") == {
        "patch": {"budgets": {"alice-4o": {"limit": "7 tokens/day"}, "eng": None}}, "expected": 12, "dryRun": False,
        "timeout": 5000}


def test_apply_reads_standard_input_and_may_only_try(scripted, aigwctl):
    asked = scripted()
    shown = done(aigwctl("apply", "-f", "-", "--dry-run", stdin=json.dumps(with_limit("7 tokens/day"))))
    assert shown.startswith("Would change 1 path, as generation 13; nothing was changed:\n")
    assert asked.parameters("PatchPolicy")["dryRun"] is True


def test_what_get_prints_is_what_apply_takes(scripted, aigwctl):
    asked = scripted(PatchPolicy={"change": change([], generation=12)})
    assert "Nothing to change" in done(aigwctl("apply", "-f", "-", stdin=done(aigwctl("get"))))
    assert asked.parameters("PatchPolicy")["patch"] == {}


def test_diff_shows_what_apply_would_change_and_exits_as_diff_does(scripted, aigwctl):
    asked = scripted()
    same = aigwctl("diff", "-f", "-", stdin=json.dumps(POLICY))
    assert (same.returncode, same.stdout) == (0, "")
    other = aigwctl("diff", "-f", "-", stdin=json.dumps(with_limit("7 tokens/day")))
    assert (other.returncode, other.stderr) == (1, "")
    assert other.stdout.splitlines() == [
        "~ budgets.alice-4o.limit: 50000 tokens/hour -> 7 tokens/day",
        "- budgets.eng: {match: {team: engineering}, limit: $100/day, alertAt: 0.8}"]
    assert {method for method, _ in asked.calls} == {"GetPolicy"}


@pytest.mark.parametrize("command, code", [("apply", REFUSED), ("diff", USAGE)])
@pytest.mark.parametrize("content, words", [
    ("budgets: [", "standard input:"), ("- a\n- b", "must be a mapping"), ("text", "must be a mapping"),
    ("", "is empty"), ('{"a": }', "standard input:1:7"), ("a: &x 1\nb: *x", "anchor"),
    ("backends: {a: {provider: openai, auth: {env: K}}}\nbudgets: {x: {limit: lots}}", "standard input:2:22: budgets.x.limit"),
    ("backends: {a: {provider: openai, auth: {env: K}}, a: {provider: groq, auth: {env: L}}}", "is written twice"),
])
def test_a_file_that_is_no_policy_is_not_sent(scripted, aigwctl, command, code, content, words):
    asked = scripted()
    assert words in failed(aigwctl(command, "-f", "-", stdin=content), code)
    assert asked.calls == []


def test_a_file_that_is_not_there_is_named(scripted, aigwctl, tmp_path):
    scripted()
    assert f"{tmp_path}/none.yaml: no such file" in failed(aigwctl("apply", "-f", tmp_path / "none.yaml"), USAGE)


def test_all_that_is_wrong_with_a_file_is_told_at_once(scripted, aigwctl, tmp_path):
    scripted()
    (tmp_path / "bad.yaml").write_text(
        "backends:\n  openai: {provider: openai, auth: {env: KEY}}\nbudgets:\n  eng:\n    limit: lots\n    per: 7\n")
    told = failed(aigwctl("apply", "-f", tmp_path / "bad.yaml"), REFUSED)
    assert f"{tmp_path}/bad.yaml:5:12: budgets.eng.limit: " in told and f"{tmp_path}/bad.yaml:6:10: " in told


# Being refused, and finding nobody


@pytest.mark.parametrize("refusal, words", [
    (Refusal("PolicyInvalid", diagnostics=[
        {"path": "budgets.x.limit", "message": "must be text"}, {"path": "budgets.x.per", "message": "must be a list"}]),
     ["budgets.x.limit: must be text", "budgets.x.per: must be a list"]),
    (Refusal("UnknownBudget", name="x", known=["xy", "z"]), ["xy, z"]),
    (Refusal("PermissionDenied", method="SetBudget", uid=1000, needs="admin"), ["1000", "--admin-uid"]),
    (Refusal("PolicyNotWritable", reason="no space left on device"), ["no space left on device"]),
    (Refusal("org.varlink.service.MethodNotFound", method="x"), ["as new as this aigwctl"]),
    (Refusal("org.varlink.service.InvalidParameter", parameter="budget"), ["budget"]),
    (Refusal("com.example.Strange", anything=1), ["com.example.Strange"]),
])
def test_refusals_are_told_whole(scripted, aigwctl, refusal, words):
    scripted(SetBudget=refusal)
    told = failed(aigwctl("set-budget", "x", "--tokens", "5/hour"), REFUSED)
    assert [word for word in words if word not in told] == [], told


def test_a_policy_that_changed_meanwhile_is_not_overwritten(scripted, aigwctl):
    scripted(PatchPolicy=Refusal("GenerationConflict", expected=12, current=14))
    assert "14 is in force" in failed(aigwctl("apply", "-f", "-", stdin=json.dumps(POLICY)), REFUSED)


def test_no_socket_says_what_to_start(aigwctl, tmp_path):
    told = failed(aigwctl("status"), UNREACHABLE)
    assert f"{tmp_path}/control.sock" in told and "--socket" in told and "start aigwd" in told


def test_a_socket_whose_owner_has_ended(scripted, aigwctl):
    scripted().close()
    assert "its owner has ended" in failed(aigwctl("status"), UNREACHABLE)


@pytest.mark.skipif(os.getuid() != 0, reason="needs to become somebody else")
def test_a_socket_of_others_says_whose_it_is(scripted, aigwctl, tmp_path):
    served = scripted()
    os.chmod(served.path, 0o660)
    for folder in [tmp_path, *tmp_path.parents][:-1]:
        os.chmod(folder, os.stat(folder).st_mode | 0o055)
    ended = subprocess.run(
        [RELEASE / "aigwctl", "--socket", served.path, "status"], user=65534, group=65534, extra_groups=[],
        capture_output=True, text=True, timeout=SECONDS)
    assert "group root" in failed(ended, UNREACHABLE)


@pytest.mark.parametrize("answer, words", [
    (b"HTTP/1.1 400 Bad Request\r\n\r\n\0", "speak"), (b"[]\0", "speak"), (b"\0", "speak"), (b"{\"a\":\xff}\0", "speak"),
    (b"[" * 100_000 + b"\0", "speak"),
])
def test_something_else_at_the_socket_is_not_believed(scripted, aigwctl, answer, words):
    scripted(GetStatus=answer)
    assert words in failed(aigwctl("status"), UNREACHABLE)


def test_an_answer_that_never_comes_is_not_waited_for(scripted, aigwctl):
    scripted(GetStatus=b"{")
    assert "--timeout" in failed(aigwctl("status", "--timeout", "200ms"), UNREACHABLE)


# The command line


@pytest.mark.parametrize("arguments", [
    "frob", "set-budget", "set-budget x", "set-budget x --tokens 50k", "set-budget x --tokens 5/hour --usd 1/day",
    "set-chain gpt-4o", "set-chain gpt-4o a --on contextLonely", "set-chain gpt-4o a --weight a=2", "usage --by colour", "usage --since soon", "delete nothing x",
    "status --timeout 0s", "status -o xml", "status --frob", "receipt", "apply",
])
def test_mistakes_on_the_command_line_are_usage_errors(scripted, aigwctl, arguments):
    asked = scripted()
    failed(aigwctl(*arguments.split()), USAGE)
    assert asked.calls == []


def test_help_names_every_command(aigwctl):
    shown = done(aigwctl("--help"))
    for command in ("status", "budgets", "set-budget", "apply", "watch"):
        assert re.search(rf"^  {command}\b", shown, re.M)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_complete_commands_and_names(scripted, aigwctl, shell):
    assert "set-budget" in done(aigwctl("--generate-completion-script", shell))


def test_bash_completes_names_from_the_policy(scripted, aigwctl, tmp_path):
    scripted()
    (tmp_path / "completion.bash").write_text(done(aigwctl("--generate-completion-script", "bash")))
    script = f"""
        PATH={RELEASE}:$PATH; source {tmp_path}/completion.bash
        COMP_WORDS=(aigwctl drain ""); COMP_CWORD=2; COMP_LINE="aigwctl drain "; COMP_POINT=${{#COMP_LINE}}
        $(complete -p aigwctl | sed -E 's/.*-F ([^ ]+).*/\\1/') aigwctl "" drain; echo "${{COMPREPLY[@]}}"
    """
    shown = subprocess.run(
        ["bash", "-c", script], env={"PATH": os.environ["PATH"], "AIGW_CONTROL": str(tmp_path / "control.sock")},
        capture_output=True, text=True, timeout=SECONDS)
    assert {"openai", "anthropic", "local"} <= set(shown.stdout.split()), shown


# Terminals


HOSTILE = "\x1b[2J\x1b]0;owned\x07\x9b31m\x7f\u202e"


def test_nothing_from_the_socket_moves_the_cursor(scripted, aigwctl):
    def poisoned(value):
        if isinstance(value, dict):
            return {key: poisoned(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [poisoned(inner) for inner in value]
        return HOSTILE + value if isinstance(value, str) else value

    answers = {name: poisoned(answer) for name, answer in everything(0).items()}
    answers["GetPolicy"]["policy"]["budgets"][HOSTILE] = {HOSTILE: HOSTILE}
    answers["SetBudget"]["change"]["sidecars"][0]["state"] = "refused"
    answers["SetBudget"]["change"]["sidecars"][0]["diagnostics"] = [{"path": HOSTILE, "message": HOSTILE + "\n"}]
    answers["SetChain"] = Refusal("UnknownModel", name=HOSTILE, known=[HOSTILE])
    answers["SetBackendState"] = Refusal("PolicyInvalid", diagnostics=[{"path": HOSTILE, "message": HOSTILE}])
    scripted(**answers)
    commands = [
        "status", "sidecars", "backends", "budgets", "chains", "chains none", "prices", "usage", "receipt x", "why x",
        "watch", "get", "get none", "set-budget x --tokens 5/hour", "set-chain m b", "drain b"]
    for command in commands:
        for form in ("table", "wide", "json", "yaml"):
            ended = aigwctl(*command.split(), "-o", form)
            moved = re.findall(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", ended.stdout + ended.stderr)
            assert moved == [], (command, form, ended)


def shown_on_a_terminal(*arguments, **environment):
    controller, terminal = pty.openpty()
    with os.fdopen(controller, "rb", buffering=0) as screen:
        process = subprocess.Popen(
            [RELEASE / "aigwctl", *arguments], env={"PATH": os.environ["PATH"], **environment},
            stdin=subprocess.DEVNULL, stdout=terminal, stderr=subprocess.PIPE)
        os.close(terminal)
        shown = b""
        try:
            while part := screen.read(4096):
                shown += part
        except OSError:  # The terminal has gone with the program.
            pass
        assert process.wait(SECONDS) == DONE
        process.stderr.close()
    return shown.decode()


def test_colour_is_for_terminals_that_want_it(scripted, aigwctl):
    served = scripted()
    assert "\x1b[31m" in shown_on_a_terminal("backends", AIGW_CONTROL=served.path, TERM="xterm")
    assert "\x1b" not in shown_on_a_terminal("backends", AIGW_CONTROL=served.path, TERM="xterm", NO_COLOR="1")
    assert "\x1b" not in shown_on_a_terminal("backends", AIGW_CONTROL=served.path, TERM="dumb")
    assert "\x1b" not in done(aigwctl("backends", TERM="xterm"))
