"""Starting: by file, by environment, or with an error of one line that names what is wrong."""

import json
import socket

import pytest

import wire
from policies import ENVIRONMENT, KEY_VARIABLE, MODEL, ask, chat, one
from programs import Sidecar
from secrets_of_the_tests import PROVIDER_KEY
from starting import refused_to_start, run

FLAGS = ("--policy", "--listen", "--admin", "--state", "--check", "--log-level", "--grace")
YAML = """\
# The shape of the documentation, written by hand.
backends:
  main: {provider: openai, baseURL: "BASE", auth: {env: PROVIDER_KEY}}
models:
  gpt-4o:
    chain:
    - {backend: main}
budgets:
  team: {match: {"header:x-team-id": engineering}, limit: 10M tokens/day}
"""


def test_help_shows_every_flag_and_its_environment_twin():
    shown = run("--help", env={})
    assert shown.returncode == 0 and shown.stderr == ""
    for flag in FLAGS:
        assert flag in shown.stdout
        assert "AIGW_" + flag[2:].replace("-", "_").upper() in shown.stdout


def test_a_policy_written_by_hand_in_yaml_is_served(mock, sidecar, client):
    served = sidecar(YAML.replace("BASE", mock.at()))
    assert client(served).chat.completions.create(model=MODEL, messages=ask()).model == MODEL


def test_one_key_in_the_environment_is_a_policy(mock, sidecar):
    served = sidecar(env={"OPENAI_API_KEY": PROVIDER_KEY, "OPENAI_BASE_URL": mock.at(f"require-key={PROVIDER_KEY}")})
    reply = wire.post(f"{served.base_url}/chat/completions", chat(model="whatever-the-provider-has"))
    assert (reply.status, reply.json()["model"]) == (200, "whatever-the-provider-has")


def test_every_flag_may_come_from_the_environment(mock, tmp_path, policy_file):
    served = Sidecar(env={
        **ENVIRONMENT, "AIGW_POLICY": str(policy_file(one(mock.at()))), "AIGW_LISTEN": "127.0.0.1:0",
        "AIGW_ADMIN": "127.0.0.1:0", "AIGW_STATE": str(tmp_path / "state"), "AIGW_LOG_LEVEL": "debug",
        "AIGW_GRACE": "5"})
    try:
        assert wire.post(f"{served.base_url}/chat/completions", chat()).status == 200
        served.wait_for_log('"debug"')
        served.finish()
    finally:
        served.kill()


@pytest.mark.parametrize("flag, value", [
    ("--no-such-flag", "1"), ("--listen", "nonsense"), ("--listen", "127.0.0.1:99999"), ("--admin", "127.0.0.1"),
    ("--grace", "soon"), ("--grace", "-1"), ("--log-level", "loud")])
def test_a_bad_flag_is_named(policy_file, mock, flag, value):
    refused_to_start(flag, "--policy", policy_file(one(mock.at())), flag, value)


def test_a_flag_without_its_value_is_named():
    ended = run("--policy")
    assert ended.returncode == 2 and "--policy" in ended.stderr


def test_nothing_to_go_by_is_told_what_to_give():
    told = refused_to_start("--policy", env={})
    assert "OPENAI_API_KEY" in told


def test_a_missing_policy_file_is_named(tmp_path):
    refused_to_start(str(tmp_path / "nowhere.yaml"), "--policy", tmp_path / "nowhere.yaml")


@pytest.mark.parametrize("flag", ["--listen", "--admin"])
def test_a_port_in_use_is_named(policy_file, mock, tmp_path, flag):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        told = refused_to_start(
            address, "--policy", policy_file(one(mock.at())), "--state", tmp_path / "state", flag, address)
    assert flag in told


def test_agents_may_come_over_a_unix_socket_whatever_became_of_its_last_owner(mock, sidecar, policy_file, tmp_path):
    address = f"unix:{tmp_path / 'agent.sock'}"
    policy = one(mock.at())
    for leave in (Sidecar.kill, Sidecar.finish, Sidecar.kill):
        served = sidecar(policy, "--listen", address)
        with wire.Raw(served.address) as agent:
            agent.send(wire.request(body=chat()))
            assert agent.reply().status == 200
        leave(served)
    sidecar(policy, "--listen", address)
    told = refused_to_start(
        address, "--policy", policy_file(policy), "--state", tmp_path / "other", "--listen", address)
    assert "another process listens there" in told


def test_a_state_folder_in_use_is_named(mock, sidecar, policy_file, tmp_path):
    sidecar(one(mock.at()))
    told = refused_to_start("in use", "--policy", policy_file(one(mock.at())), "--state", tmp_path / "state")
    assert str(tmp_path / "state") in told


def test_a_state_folder_that_cannot_be_written_is_named(policy_file, mock, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    state = tmp_path / "file" / "state"
    told = refused_to_start(str(state), "--policy", policy_file(one(mock.at())), "--state", state)
    assert "--state" in told


def test_a_missing_secret_is_named(policy_file, mock, tmp_path):
    path = policy_file(one(mock.at()))
    assert "backends.main.auth" in refused_to_start(KEY_VARIABLE, "--policy", path, env={})
    policy = one(mock.at())
    policy["backends"]["main"]["auth"] = {"file": str(tmp_path / "no-secret")}
    refused_to_start(str(tmp_path / "no-secret"), "--policy", policy_file(policy))


def test_a_bad_policy_keeps_it_from_starting(policy_file):
    refused_to_start("models: must be a mapping", "--policy", policy_file({**one("http://127.0.0.1:1/v1"), "models": 7}))


def test_check_says_that_a_good_policy_is_good(policy_file, mock):
    checked = run("--check", "--policy", policy_file(one(mock.at())))
    assert checked.returncode == 0
    assert len(checked.stdout.splitlines()) == 1


def test_check_lists_everything_that_is_wrong_with_its_place(policy_file):
    path = policy_file("""\
backends:
  main: {provider: openai, baseURL: "http://127.0.0.1:1/v1", colour: blue}
  main: {provider: openai}
models:
  gpt-4o:
    chain:
    - {backend: nobody}
    failover: {on: [sunshine]}
budgets:
  b: {limit: ten tokens}
  c: {limit: 10 tokens/day, per: [colour]}
""")
    checked = run("--check", "--policy", path)
    assert checked.returncode == 1
    lines = (checked.stdout + checked.stderr).splitlines()
    for place, at, words in (
            (2, "backends.main.colour", "colour"), (3, "backends.main", "main"),
            (7, "models.gpt-4o.chain[0].backend", "nobody"), (8, "models.gpt-4o.failover.on[0]", "sunshine"),
            (10, "budgets.b.limit", "ten tokens"), (11, "budgets.c.per[0]", "colour")):
        found = [line for line in lines if line.startswith(f"{path}:{place}:")]
        assert found and at in found[0] and words in found[0], f"line {place} of:\n" + "\n".join(lines)
        assert int(found[0].removeprefix(f"{path}:{place}:").split(":")[0]) > 0


@pytest.mark.parametrize("text, line", [("backends: [\n", 2), ("a: b: c\n", 1), ("\tbackends: {}\n", 1), ("{", 1)])
def test_check_locates_what_is_not_yaml(policy_file, text, line):
    path = policy_file(text)
    checked = run("--check", "--policy", path)
    assert checked.returncode == 1
    assert f"{path}:" in checked.stdout + checked.stderr


def test_a_policy_in_json_is_checked_with_its_places_as_well(tmp_path):
    path = tmp_path / "aigw.json"
    path.write_text(json.dumps({"backends": {}, "modles": {}}, indent=1))
    checked = run("--check", "--policy", path)
    assert checked.returncode == 1
    assert f"{path}:3:" in checked.stdout + checked.stderr
    assert "modles" in checked.stdout + checked.stderr


def test_a_backend_that_leads_back_to_the_gateway_is_refused(policy_file, tmp_path):
    told = refused_to_start(
        "leads back", "--policy", policy_file(one("http://localhost:14917/v1")), "--listen", "127.0.0.1:14917")
    assert "backends.main" in told
