"""aigwd, driven by the varlink package from PyPI: policy, its files, damage, and who may do what."""

import json
import os
import random
import signal
import subprocess
import time

import pytest

import wire
from daemon import BACKENDS, FakeSidecar, Wire, as_user, policy, receipt
from programs import RELEASE
from waiting import eventually

NOBODY = 65534


def test_every_method_is_described(daemon):
    started = daemon()
    description = started.call("GetStatus")
    assert description["program"] == "aigwd" and description["generation"] == 0
    with started.control() as control:
        assert {"PatchPolicy", "Subscribe", "Lease", "Report"} <= set(dir(control))


def test_a_policy_is_replayed_after_a_restart(daemon):
    started = daemon()
    started.call("PatchPolicy", patch=policy())
    change = started.call("SetBudget", name="team", budget={"limit": "5 requests/minute"})["change"]
    assert change == {"generation": 2, "changed": ["budgets.team"], "sidecars": []}
    before = started.call("GetPolicy")
    started.stop()
    assert daemon().call("GetPolicy") == before


def test_a_bad_patch_says_all_that_is_wrong_and_changes_nothing(daemon):
    started = daemon()
    started.call("PatchPolicy", patch=policy())
    before = started.call("GetPolicy")
    error, parameters = started.refusal(
        "PatchPolicy", patch={"budgets": {"a": {"limit": "-1 tokens/day"}, "b": {"limt": "1 tokens/day"}}})
    assert error == "PolicyInvalid"
    assert {"budgets.a.limit", "budgets.b.limt"} <= {each["path"] for each in parameters["diagnostics"]}
    assert started.refusal("SetBudget", name="al")[1] == {"name": "al", "known": ["all"]}
    assert started.refusal("PatchPolicy", patch={}, expected=7) == (
        "GenerationConflict", {"expected": 7, "current": 1})
    assert started.call("GetPolicy") == before


def test_commands_stay_on_top_of_a_policy_file_that_changes(daemon, tmp_path):
    file = tmp_path / "aigw.yaml"
    file.write_text(json.dumps(policy()))
    started = daemon("--policy", file)
    started.call("SetBudget", name="team", budget={"limit": "5 requests/minute"})
    file.write_text(json.dumps(policy("300 tokens/day")))
    eventually(lambda: started.call("GetPolicy")["generation"] == 3, "the changed file is in force")
    assert started.call("GetPolicy")["policy"]["budgets"] == {
        "all": {"limit": "300 tokens/day"}, "team": {"limit": "5 requests/minute"}}
    file.write_text("backends: {openai: {provider: opnai}}")
    started.signal(signal.SIGHUP)
    eventually(lambda: started.call("GetStatus")["warnings"], "the bad file is told of")
    assert started.call("GetPolicy")["generation"] == 3
    assert f"{file}:1:" in started.call("GetStatus")["warnings"][0]


def test_a_folder_is_one_policy(daemon, tmp_path):
    folder = tmp_path / "policy.d"
    folder.mkdir()
    (folder / "10-backends.yaml").write_text("backends: {openai: {provider: openai, auth: {env: KEY}}}\n")
    (folder / "20-budgets.json").write_text('{"budgets": {"all": {"limit": "1 tokens/day"}}}')
    started = daemon("--policy", folder)
    (folder / "30-more.yml").write_text("budgets: {more: {limit: 2 tokens/day}}\n")
    eventually(lambda: "more" in started.call("GetPolicy")["policy"]["budgets"], "the new file is in force")


def test_a_damaged_policy_is_set_aside_and_the_one_before_it_used(daemon, tmp_path):
    started = daemon()
    started.call("PatchPolicy", patch=policy())
    started.call("SetBudget", name="all", budget={"limit": "7 tokens/day"})
    started.stop()
    saved = tmp_path / "state" / "policy.json"
    saved.write_bytes(saved.read_bytes()[:-9])
    again = daemon()
    assert again.call("GetPolicy")["policy"]["budgets"]["all"]["limit"] == "1000 tokens/day"
    assert "It was set aside as" in again.call("GetStatus")["warnings"][0]
    assert len(list(saved.parent.glob("policy.json.corrupt-*"))) == 1


def test_a_kill_at_any_moment_of_a_write_loses_nothing_that_was_acknowledged(daemon):
    acknowledged = 0
    for attempt in range(8):
        started = daemon()
        if attempt == 0:
            started.call("PatchPolicy", patch=policy())
        kept = started.call("GetPolicy")["policy"]["budgets"]
        assert acknowledged <= len(kept) - 1 <= acknowledged + 1, (acknowledged, sorted(kept))
        assert not started.call("GetStatus")["warnings"]
        acknowledged = len(kept) - 1
        connection = Wire(started.socket)
        for number in range(acknowledged, acknowledged + 5 + attempt):
            connection.call("SetBudget", name=f"b{number}", budget={"limit": "1 tokens/day"})
            acknowledged += 1
        # The next change is under way, anywhere between its arrival and its answer, when the process dies.
        connection.send("SetBudget", name=f"b{acknowledged}", budget={"limit": "1 tokens/day"})
        time.sleep(random.uniform(0, 0.008))
        started.kill()
        connection.close()


def test_state_that_cannot_be_written_refuses_the_change(daemon, tmp_path):
    started = daemon()
    started.call("PatchPolicy", patch=policy())
    (tmp_path / "state" / "policy.json.new").mkdir()
    error, parameters = started.refusal("SetBudget", name="all", budget={"limit": "7 tokens/day"})
    assert error == "PolicyNotWritable" and "policy.json.new" in parameters["reason"]
    assert started.call("GetPolicy")["policy"] == policy()


def test_receipts_are_written_once_however_often_they_are_reported(daemon):
    started = daemon()
    started.call("PatchPolicy", patch=policy())
    sidecar = FakeSidecar(started, "a")
    for _ in range(3):
        sidecar.report(receipt(1), receipt(1, attempt=2), receipt(2))
    started.kill()
    sidecar.close()
    again = daemon()
    rows = again.call("GetUsage", by=["user"])["rows"]
    assert [(row["keys"], row["requests"], row["totalTokens"]) for row in rows] == [(["alice"], 3, 90)]
    assert [each["attempt"] for each in again.call("GetReceipts", request=f"{1:032x}")["receipts"]] == [1, 2]
    assert again.refusal("GetReceipts", request="0" * 32)[0] == "UnknownRequest"


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody else")
def test_who_may_what_is_decided_by_the_kernels_word(daemon, tmp_path):
    started = daemon("--sidecar-uid", NOBODY, "--group", NOBODY)
    started.call("PatchPolicy", patch=policy())
    assert oct(started.socket.stat().st_mode & 0o777) == "0o660"
    assert oct(started.socket.parent.stat().st_mode & 0o777) == "0o750"
    assert started.socket.stat().st_gid == NOBODY
    for folder in [tmp_path, *tmp_path.parents][:3]:
        folder.chmod(folder.stat().st_mode | 0o111)

    def calls():
        connection = Wire(started.socket)
        answers = []
        for method, parameters in (("GetPolicy", {}), ("SetBudget", {"name": "all"}), ("GetReceipts", {"request": ""}),
                                   ("Lease", {"holder": "h", "wishes": []})):
            connection.send(method, **parameters)
            answers.append(connection.receive().get("error", "answered").removeprefix("io.aigw.Control."))
        return answers

    denied = "PermissionDenied"
    assert as_user(NOBODY, NOBODY, calls) == repr(["answered", denied, denied, "answered"])
    assert as_user(4711, NOBODY, calls) == repr([denied] * 4)
    assert as_user(4711, 4711, calls).startswith("PermissionError")


def test_operators_see_health_and_metrics(daemon):
    started = daemon()
    started.call("PatchPolicy", patch=policy())
    sidecar = FakeSidecar(started, "a")
    sidecar.lease(needs=10, wants=10)
    assert wire.get(f"http://{started.address}/healthz").status == 200
    page = wire.get(f"http://{started.address}/metrics").body.decode()
    assert "aigwd_policy_generation 1\n" in page and 'aigwd_sidecars{state="current"} 1\n' in page
    assert 'aigwd_budget_limit{budget="all",scope="",unit="totalTokens"} 1000\n' in page
    sidecar.close()


def test_sigterm_answers_what_is_under_way_and_exits_0(daemon):
    started = daemon()
    started.call("PatchPolicy", patch=policy())
    silent = FakeSidecar(started, "silent", acknowledges=False)
    connection = Wire(started.socket)
    connection.send("SetBudget", name="b", budget={"limit": "1 tokens/day"}, timeout=60_000)
    eventually(lambda: silent.generation == 2, "the change is on its way")
    started.signal(signal.SIGTERM)
    assert connection.receive()["parameters"]["change"]["sidecars"][0]["state"] == "pending"
    assert started.exit_code() == 0
    silent.close()


def run(*arguments, **options):
    return subprocess.run([RELEASE / "aigwd", *map(str, arguments)], capture_output=True, text=True, timeout=15, **options)


@pytest.mark.parametrize("arguments, words", [
    (["--no-such-flag"], "--no-such-flag is not a flag of aigwd"), (["--socket"], "--socket needs a value"),
    (["--owner", "nobody-of-that-name"], "there is no user of that name"),
    (["--admin-gid", "0,no-such-group"], "there is no group of that name"),
    (["--log-level", "loud"], "must be one of trace"), (["--metrics", "nonsense"], "not an address"),
    (["--policy", "/nonexistent/aigw.yaml"], "/nonexistent/aigw.yaml"),
])
def test_what_keeps_it_from_starting_is_one_line(arguments, words, tmp_path):
    ended = run("--state", tmp_path / "state", "--socket", tmp_path / "s.sock", *arguments)
    assert ended.returncode == 2 and words in ended.stderr and len(ended.stderr.splitlines()) == 1, ended


def test_check_reads_and_brings_nothing_into_force(tmp_path):
    good, bad = tmp_path / "good.json", tmp_path / "bad.yaml"
    good.write_text(json.dumps(policy()))
    bad.write_text("backends: {openai: {provider: opnai, auth: {env: KEY}}}\n")
    ended = run("--check", "--policy", good)
    assert (ended.returncode, ended.stdout) == (0, f"{good}: valid: 1 backends, 1 models, 1 budgets\n")
    ended = run("--check", "--policy", bad)
    assert ended.returncode == 1 and ended.stderr.startswith(f"{bad}:1:")
    help_text = run("--help").stdout
    assert all(flag in help_text for flag in ("--socket", "AIGWD_SIDECAR_GID", "--metrics"))


def test_a_second_daemon_on_the_same_socket_or_state_is_refused(daemon, tmp_path):
    started = daemon()
    ended = run("--state", tmp_path / "state", "--socket", tmp_path / "other.sock")
    assert ended.returncode == 2 and "is in use by" in ended.stderr
    ended = run("--state", tmp_path / "other", "--socket", started.socket)
    assert ended.returncode == 2 and str(started.socket) in ended.stderr


def test_no_secret_is_resolved(daemon, tmp_path):
    started = daemon(env={"PROVIDER_KEY": "sk-secret-of-the-daemons-environment"})
    started.call("PatchPolicy", patch=policy(), timeout=0)
    assert BACKENDS["openai"]["auth"] == started.call("GetPolicy")["policy"]["backends"]["openai"]["auth"]
    everything = (tmp_path / "state" / "policy.json").read_text() + started.output
    assert "sk-secret" not in everything
