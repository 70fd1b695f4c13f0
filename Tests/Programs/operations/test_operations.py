"""Running it: health, metrics, reloading without a restart, secrets that rotate, and leaving politely."""

import os
import shutil
import signal
import subprocess
import threading

import pytest

import metrics
import wire
from policies import MODEL, chain, chat, one
from secrets_of_the_tests import PROVIDER_KEY, ROTATED_KEY
from waiting import eventually


def post(served, body=None, **headers):
    return wire.post(f"{served.base_url}/chat/completions", body or chat(), **headers)


def models(served):
    return sorted(model["id"] for model in wire.get(f"{served.base_url}/models").json()["data"])


def test_it_is_alive_and_ready(mock, sidecar):
    served = sidecar(one(mock.at()))
    assert served.health("/healthz").status == 200
    assert served.health("/readyz").status == 200
    assert served.health("/nowhere").status == 404
    assert wire.post(f"http://{served.admin}/healthz", b"").status == 405


def test_the_admin_paths_are_not_on_the_agents_port(mock, sidecar):
    served = sidecar(one(mock.at()))
    for path in ("/metrics", "/healthz", "/readyz"):
        assert wire.get(f"http://{served.address}{path}").status == 404


def test_metrics_count_what_happened(mock, sidecar):
    served = sidecar(chain(mock.at("status=503"), mock.at(), budgets={"team": {"limit": "100000 tokens/day"}}))
    for _ in range(3):
        post(served)
    post(served, chat(model="nobody"))
    seen = served.metrics()
    assert seen.sum(metrics.REQUESTS, model=MODEL, backend="first", code="503") == 3
    assert seen.sum(metrics.REQUESTS, model=MODEL, backend="second", code="200") == 3
    assert seen.sum(metrics.TOKENS, type="input") == mock.billed("prompt_tokens")
    assert seen.sum(metrics.TOKENS, type="output") == mock.billed("completion_tokens")
    assert seen.sum(metrics.FALLBACKS, **{"from": "first", "to": "second", "reason": "error"}) == 3
    assert seen.sum(metrics.DURATION + "_count", model=MODEL, backend="second") == 3
    assert seen.sum(metrics.BUDGET_LIMIT, budget="team") == 100_000
    assert seen.sum(metrics.BUDGET_USED, budget="team") == mock.billed()


def test_a_page_of_metrics_is_whole_wherever_its_buffer_has_to_grow(mock, sidecar):
    """Short texts that ended exactly where the buffer did were lost: a NUL stood in their place."""
    served = sidecar(one(mock.at(), budgets={"b": {"limit": "1000 requests/day", "per": "header:x-user-id"}}))
    for number in range(90):
        assert post(served, x_user_id=f"{number}-{'x' * (number * 7 % 64)}").status == 200
        assert b"\0" not in served.health("/metrics").body


def test_names_an_agent_makes_up_do_not_become_series(mock, sidecar):
    """A label per unknown model would let anyone fill the memory of the sidecar and of Prometheus."""
    served = sidecar(one(mock.at()))
    for number in range(50):
        post(served, chat(model=f"made-up-{number}"))
    assert "made-up" not in served.health("/metrics").body.decode()


@pytest.mark.skipif(not shutil.which("promtool"), reason="promtool is not installed")
def test_promtool_has_nothing_to_say_about_the_metrics(mock, sidecar):
    served = sidecar(chain(mock.at("status=503"), mock.at(), budgets={"b": {"limit": "1000000 tokens/day"}}))
    post(served)
    checked = subprocess.run(["promtool", "check", "metrics"], input=served.health("/metrics").body,
                             capture_output=True, timeout=20)
    assert checked.returncode == 0 and checked.stderr == b"", checked


@pytest.mark.parametrize("told", [True, False], ids=["SIGHUP", "the file changing"])
def test_a_new_policy_is_served_after(mock, sidecar, policy_file, told):
    served = sidecar(one(mock.at()))
    policy_file(one(mock.at(), model="newer"))
    if told:
        served.signal(signal.SIGHUP)
    eventually(lambda: models(served) == ["newer"], "the new policy")
    assert post(served, chat(model="newer")).status == 200
    assert post(served).status == 404


def test_a_policy_replaced_by_renaming_is_noticed_again_and_again(mock, sidecar, tmp_path, policy_file):
    """Editors and Kubernetes replace files: the name then stands for another file, which must be watched in turn."""
    served = sidecar(one(mock.at()))
    path = tmp_path / "aigw.yaml"
    for name in ("one", "two", "three"):
        os.rename(path, tmp_path / "kept.yaml")
        replacement = policy_file(one(mock.at(), model=name)).rename(tmp_path / "next.yaml")
        os.rename(replacement, path)
        eventually(lambda: models(served) == [name], f"policy {name}")


def test_a_policy_mounted_from_a_config_map_is_noticed(mock, sidecar, tmp_path, policy_file):
    """Kubernetes mounts aigw.yaml -> ..data/aigw.yaml and swaps the ..data link, never touching aigw.yaml itself."""
    def version(name):
        folder = tmp_path / f"..{name}"
        folder.mkdir()
        policy_file(one(mock.at(), model=name)).rename(folder / "aigw.yaml")
        (tmp_path / "..data_new").symlink_to(folder.name)
        os.rename(tmp_path / "..data_new", tmp_path / "..data")
    version("before")
    link = tmp_path / "mounted.yaml"
    link.symlink_to("..data/aigw.yaml")
    served = sidecar(one(mock.at()), "--policy", link)
    assert models(served) == ["before"]
    version("after")
    eventually(lambda: models(served) == ["after"], "the swapped policy")


@pytest.mark.parametrize("bad", ["models: 7\n", "backends: [\n", "", None], ids=["shape", "syntax", "empty", "gone"])
def test_a_bad_policy_is_refused_and_the_old_one_goes_on(mock, sidecar, policy_file, bad):
    served = sidecar(one(mock.at()))
    path = policy_file(bad or "")
    if bad is None:
        path.unlink()
    served.signal(signal.SIGHUP)
    refusal = served.wait_for_line(
        served.stderr, lambda line: '"level"' in line and path.name in line and ("error" in line or "warn" in line))
    assert refusal
    assert models(served) == [MODEL] and post(served).status == 200
    assert served.health("/readyz").status == 200
    policy_file(one(mock.at(), model="mended"))
    eventually(lambda: models(served) == ["mended"], "the mended policy")


def test_a_refused_policy_leaves_nothing_behind_that_could_still_act(mock, sidecar, policy_file, tmp_path):
    """What a policy opened before its fault was found is closed again: here, the watch on a file of a key."""
    served = sidecar(one(mock.at()))
    secret = tmp_path / "secret"
    secret.write_text(PROVIDER_KEY)
    refused = chain(mock.at(), mock.at())
    refused["backends"]["first"]["auth"] = {"file": str(secret)}
    refused["backends"]["second"]["auth"] = {"env": "NO_SUCH_VARIABLE"}
    policy_file(refused)
    served.wait_for_log("NO_SUCH_VARIABLE")
    secret.write_text(ROTATED_KEY + " ")
    # A file is looked at every half second: two changes of the policy are longer than one look at the secret.
    for name in ("mended", "mended-again"):
        policy_file(one(mock.at(), model=name))
        eventually(lambda: models(served) == [name], "the mended policy")
    assert not any("secret" in entry["message"] for entry in served.log())


def test_a_reload_does_not_cut_a_running_stream(mock, sidecar, policy_file):
    served = sidecar(one(mock.at("chunk-delay=20;chunks=30")))
    with wire.stream(f"{served.base_url}/chat/completions", chat()) as (_, events):
        next(events)
        policy_file(one(mock.at(), model="newer"))
        served.signal(signal.SIGHUP)
        eventually(lambda: models(served) == ["newer"], "the new policy")
        assert list(events)[-1] == "[DONE]"


def test_a_secret_file_that_changes_is_picked_up(mock, sidecar, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text(PROVIDER_KEY + "\n")
    policy = one(mock.at(f"require-key={ROTATED_KEY}"))
    policy["backends"]["main"]["auth"] = {"file": str(secret)}
    served = sidecar(policy)
    assert post(served).status == 401
    (tmp_path / "next").write_text(ROTATED_KEY)
    os.rename(tmp_path / "next", secret)
    eventually(lambda: post(served).status == 200, "the rotated key")


def test_sigterm_lets_a_stream_finish_and_takes_no_more(mock, sidecar):
    served = sidecar(one(mock.at("chunk-delay=30;chunks=40")))
    with wire.stream(f"{served.base_url}/chat/completions", chat()) as (_, events):
        next(events)
        served.signal(signal.SIGTERM)
        eventually(lambda: served.health("/readyz").status == 503, "readiness failing")
        assert served.health("/healthz").status == 200
        assert list(events)[-1] == "[DONE]"
    assert served.exit_code() == 0


def test_an_idle_connection_does_not_hold_up_the_end(mock, sidecar):
    served = sidecar(one(mock.at()))
    with wire.Raw(served.address) as agent:
        agent.send(wire.request(body=chat()))
        assert agent.reply().status == 200
        served.signal(signal.SIGTERM)
        assert served.exit_code(5) == 0


def test_the_grace_period_ends_even_a_stream_that_does_not(mock, sidecar):
    served = sidecar(one(mock.at("chunk-delay=50;chunks=100000")), "--grace", "1")
    with wire.stream(f"{served.base_url}/chat/completions", chat(max_tokens=100_000)) as (_, events):
        next(events)
        served.signal(signal.SIGTERM)
        try:
            assert "[DONE]" not in list(events)
        except OSError:
            pass
    served.exit_code(10)


def test_connections_are_given_back(mock, sidecar):
    """Connections to the provider are kept and shared, and those of agents that left are closed."""
    served = sidecar(one(mock.at()))
    threads = [threading.Thread(target=lambda: [post(served) for _ in range(50)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    eventually(lambda: len(os.listdir(f"/proc/{served.process.pid}/fd")) < 60, "descriptors being given back")


def test_logs_are_one_json_object_per_line_with_a_level_and_a_time(mock, sidecar):
    served = sidecar(one(mock.at()), "--log-level", "debug")
    post(served)
    for entry in served.log():
        assert entry["level"] in ("trace", "debug", "info", "notice", "warning", "error", "critical")
        assert entry["message"] and entry["time"]
