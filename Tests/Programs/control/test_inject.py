"""inject and uninject with the real aigwctl: every kind, what comes out is valid Kubernetes, and what is undone is gone."""

import json
import os
import re
import subprocess

import kubernetes_validate
import pytest
import yaml

import programs
from injecting import aigwctl, documents, inject, named, objects, pod_of, sidecar_of, uninject, values
from manifests import CUSTOM, DEPLOYMENT, EVERYTHING, KINDS, LIST, POD, SERVICE

KUBERNETES = ["1.29", "1.31", kubernetes_validate.latest_version()]
EXAMPLES = programs.REPOSITORY / "examples" / "kubernetes"


def validate(one):
    for version in KUBERNETES:
        kubernetes_validate.validate(one, version, strict=True)


def alone(*more):
    return ["--mode", "alone", "--policy-configmap", "policy", *more]


# What goes in


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("arguments", [[], alone("--secret", "keys")], ids=["daemon", "alone"])
def test_every_kind_gets_a_native_sidecar_and_stays_valid(kind, arguments):
    [one] = documents(inject(KINDS[kind], *arguments))
    validate(one)
    sidecar = pod_of(one)["spec"]["initContainers"][0]
    assert (sidecar["name"], sidecar["restartPolicy"]) == ("aigw", "Always")
    assert {sidecar[probe]["httpGet"]["path"] for probe in ("startupProbe", "readinessProbe")} == {"/readyz"}
    assert sidecar["livenessProbe"]["httpGet"] == {"path": "/healthz", "port": 4001}
    assert values(sidecar)["AIGW_ADMIN"] == "0.0.0.0:4001"
    assert pod_of(one)["metadata"]["annotations"]["aigw.io/injected"]
    assert values(named(pod_of(one)["spec"]["containers"], "agent"))["OPENAI_BASE_URL"] == "http://127.0.0.1:4000/v1"


def test_the_sidecar_may_do_nothing_it_does_not_need():
    pod = documents(inject(POD))[0]
    assert sidecar_of(pod)["securityContext"] == {
        "runAsNonRoot": True, "runAsUser": 65532, "runAsGroup": 65532, "readOnlyRootFilesystem": True,
        "allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]},
        "seccompProfile": {"type": "RuntimeDefault"}}
    assert sidecar_of(pod)["resources"] == {"requests": {"cpu": "10m", "memory": "32Mi"}, "limits": {"memory": "256Mi"}}
    # Nothing changes for the agents' own rights.
    assert "securityContext" not in pod["spec"] and "securityContext" not in pod["spec"]["containers"][0]


def test_the_downward_api_says_who_it_is():
    sources = {v["name"]: v["valueFrom"]["fieldRef"]["fieldPath"]
               for v in sidecar_of(documents(inject(POD))[0])["env"] if "valueFrom" in v}
    assert sources == {
        "POD_NAME": "metadata.name", "POD_NAMESPACE": "metadata.namespace",
        "SERVICE_ACCOUNT": "spec.serviceAccountName", "NODE_NAME": "spec.nodeName"}


def test_in_mode_daemon_it_reaches_the_nodes_socket():
    pod = documents(inject(DEPLOYMENT))[0]["spec"]["template"]
    assert values(sidecar_of(pod))["AIGW_CONTROL"] == "unix:/run/aigw/control.sock"
    assert named(sidecar_of(pod)["volumeMounts"], "aigw-control")["mountPath"] == "/run/aigw"
    assert named(pod["spec"]["volumes"], "aigw-control")["hostPath"] == {"path": "/run/aigw", "type": "Directory"}
    # Agents must not reach it.
    assert "volumeMounts" not in pod["spec"]["containers"][0]


def test_in_mode_alone_it_has_the_policy_and_the_keys():
    pod = documents(inject(DEPLOYMENT, *alone("--secret", "keys", "--secret", "more")))[0]["spec"]["template"]
    assert values(sidecar_of(pod))["AIGW_POLICY"] == "/etc/aigw/aigw.yaml"
    assert named(pod["spec"]["volumes"], "aigw-policy")["configMap"] == {"name": "policy"}
    assert sidecar_of(pod)["envFrom"] == [{"secretRef": {"name": "keys"}}, {"secretRef": {"name": "more"}}]
    assert "aigw-control" not in json.dumps(pod) and "envFrom" not in pod["spec"]["containers"][0]


def test_keys_alone_make_a_policy():
    text = inject(DEPLOYMENT, "--mode", "alone", "--secret", "keys")
    assert "AIGW_POLICY" not in text and "aigw-policy" not in text


def test_the_image_is_the_one_that_was_asked_for():
    pod = documents(inject(POD, "--image", "registry.example:5000/aigw@sha256:00ff"))[0]
    assert sidecar_of(pod)["image"] == "registry.example:5000/aigw@sha256:00ff"


def test_only_the_containers_that_are_named_are_led_to_it():
    pod = documents(inject(POD, "--containers", "plain,prepare"))[0]
    assert "OPENAI_BASE_URL" not in values(pod["spec"]["containers"][0])
    assert values(pod["spec"]["containers"][1])["OPENAI_BASE_URL"]
    assert values(named(pod["spec"]["initContainers"], "prepare"))["OPENAI_BASE_URL"]


def test_a_container_nobody_has_is_refused():
    assert aigwctl("inject", "--containers", "agent,nobody", "-", given=POD) == (
        1, "", 'aigwctl: --containers "nobody": no pod has a container of that name.\n')


# The agents' variables


def with_environment(*lines):
    return POD.replace('    - name: MODE\n      value: "on"\n', "".join(f"    - {line}\n" for line in lines))


def agent_after(given, *arguments):
    status, out, said = aigwctl("inject", *arguments, "-", given=given)
    assert status == 0, said
    return documents(out)[0]["spec"]["containers"][0], said


def test_every_sdk_is_led_to_the_sidecar_with_the_path_it_does_not_add_itself():
    here = "http://127.0.0.1:4000"
    found = values(agent_after(POD)[0])
    assert {name: value for name, value in found.items() if value and value.startswith("http")} == {
        "OPENAI_BASE_URL": here + "/v1", "OPENAI_API_BASE": here + "/v1", "ANTHROPIC_BASE_URL": here,
        "GOOGLE_GEMINI_BASE_URL": here, "GROQ_BASE_URL": here, "TOGETHER_BASE_URL": here,
        "MISTRAL_BASE_URL": here + "/v1", "DEEPSEEK_API_BASE": here + "/v1", "CO_API_URL": here,
        "AWS_BEDROCK_BASE_URL": here + "/v1", "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": here,
        "ANTHROPIC_BEDROCK_BASE_URL": here}
    assert {name for name, value in found.items() if value == "aigw"} == {
        "OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY", "GROQ_API_KEY", "TOGETHER_API_KEY", "MISTRAL_API_KEY",
        "DEEPSEEK_API_KEY", "CO_API_KEY"}


def test_the_official_clients_start_with_it_and_go_there():
    found = values(agent_after(POD)[0])
    environment = {name: value for name, value in found.items() if value} | {"PATH": os.environ["PATH"]}
    script = """
import anthropic, openai
from google import genai
print(openai.OpenAI().base_url, anthropic.Anthropic().base_url, genai.Client()._api_client._http_options.base_url)
openai.chat.completions  # ambiguous when AZURE_OPENAI_ENDPOINT is set as well
print(openai.chat.completions._client.base_url)
"""
    ended = subprocess.run(
        [os.sys.executable, "-c", script], env=environment, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 0, ended.stderr
    assert [url.rstrip("/") for url in ended.stdout.split()] == [
        "http://127.0.0.1:4000/v1", "http://127.0.0.1:4000", "http://127.0.0.1:4000", "http://127.0.0.1:4000/v1"]


def test_what_an_agent_sets_itself_stays_and_is_told():
    agent, said = agent_after(with_environment(
        "{name: OPENAI_BASE_URL, value: 'http://mine/v1'}", "{name: ANTHROPIC_AUTH_TOKEN, value: x}",
        "{name: GROQ_API_KEY, valueFrom: {secretKeyRef: {name: groq, key: key}}}"))
    assert values(agent)["OPENAI_BASE_URL"] == "http://mine/v1"
    # The other name of the same thing would contradict it.
    assert "OPENAI_API_BASE" not in values(agent)
    assert "ANTHROPIC_API_KEY" not in values(agent) and values(agent)["GROQ_API_KEY"] is None
    assert "aigwctl: pod/agent: container agent: sets OPENAI_BASE_URL itself, which stays as it is\n" in said
    assert len({v["name"] for v in agent["env"]}) == len(agent["env"])


def test_azure_clients_are_led_there_only_where_there_are_azure_keys():
    agent, _ = agent_after(with_environment("{name: AZURE_OPENAI_API_KEY, value: x}"))
    assert values(agent)["AZURE_OPENAI_ENDPOINT"] == "http://127.0.0.1:4000"
    # With both keys the openai package refuses to guess.
    assert "OPENAI_API_KEY" not in values(agent)


def test_no_placeholder_hides_a_key_of_envFrom():
    given = POD.replace("    ports: [", "    envFrom: [{secretRef: {name: keys}}]\n    ports: [")
    agent, said = agent_after(given)
    assert "aigw" not in values(agent).values()
    assert "aigwctl: pod/agent: container agent: takes variables from envFrom, so no placeholder keys were added\n" in said


def test_a_proxy_that_would_pass_the_sidecar_by_is_told():
    _, said = agent_after(with_environment("{name: HTTP_PROXY, value: 'http://proxy:3128'}"))
    assert "sets HTTP_PROXY; unless NO_PROXY has 127.0.0.1, calls pass the sidecar by" in said


def test_a_port_that_is_taken_is_told():
    assert "container agent: listens on port 4000, which the sidecar needs" in agent_after(POD.replace("8080", "4000"))[1]
    assert "where ports 4000 and 4001 must be free" in agent_after(
        POD.replace("  containers:\n  - name: agent", "  hostNetwork: true\n  containers:\n  - name: agent"))[1]


# What stays


@pytest.mark.parametrize("name", EVERYTHING)
def test_what_is_undone_is_gone(name):
    given = EVERYTHING[name]
    for arguments in ([], alone("--secret", "k"), ["--containers", "agent"]):
        status, out, _ = aigwctl("inject", *arguments, "-", given=given)
        assert status == 0
        # To the byte what a manifest is that was only read and written, which says what it said before.
        assert uninject(out) == uninject(given)
    assert documents(uninject(given)) == documents(given)


@pytest.mark.parametrize("name", EVERYTHING)
def test_json_stays_json_and_is_undone_as_well(name):
    for document in documents(EVERYTHING[name]):
        given = json.dumps(document, default=str)
        out = inject(given)
        assert uninject(out) == uninject(given)
        assert json.loads(uninject(given)) == json.loads(given)
        for one in objects(json.loads(out)):
            if "example.com" not in one["apiVersion"]:
                validate(one)


@pytest.mark.parametrize("name", EVERYTHING)
def test_injecting_twice_is_injecting_once(name):
    once = inject(EVERYTHING[name])
    assert inject(once) == once


def test_a_later_injection_replaces_the_earlier_one():
    old = inject(POD, *alone("--image", "aigw:old", "--secret", "keys"))
    old = re.sub(r'aigw.io/injected: .*', 'aigw.io/injected: "0.0.1"', old)
    assert inject(old) == inject(POD)


def test_what_was_changed_since_then_survives_uninject():
    pod = documents(inject(POD))[0]
    pod["spec"]["volumes"].append({"name": "later", "emptyDir": {}})
    pod["spec"]["containers"][1]["env"].append({"name": "LATER", "value": "1"})
    pod["metadata"]["annotations"]["later"] = "1"
    sidecar_of(pod)["terminationMessagePath"] = "/dev/termination-log"
    after = documents(uninject(yaml.safe_dump(pod)))[0]
    before = documents(POD)[0]
    before["spec"]["volumes"].append({"name": "later", "emptyDir": {}})
    before["spec"]["containers"][1]["env"] = [{"name": "LATER", "value": "1"}]
    before["metadata"]["annotations"] = {"later": "1"}
    assert after == before


def test_other_objects_pass_through():
    for given in (SERVICE, CUSTOM):
        status, out, said = aigwctl("inject", "-", given=given)
        assert (status, documents(out)) == (0, documents(given))
        assert said == "aigwctl: nothing was injected: no pod to put a sidecar into\n"


def test_each_object_of_a_list_is_looked_at():
    pod, service = objects(*documents(inject(LIST)))
    assert sidecar_of(pod) and service == documents(SERVICE)[0]


@pytest.mark.parametrize("where", ["object", "template"])
def test_who_opts_out_stays_as_it_is(where):
    given = documents(DEPLOYMENT)[0]
    metadata = given["metadata"] if where == "object" else given["spec"]["template"]["metadata"]
    metadata["annotations"] = {"aigw.io/inject": "false"}
    status, out, said = aigwctl("inject", "-", given=json.dumps(given))
    assert (status, json.loads(out)) == (0, given)
    assert 'aigwctl: deployment/agent: is annotated aigw.io/inject: "false" and stays as it is\n' in said


def test_several_files_are_one_stream(tmp_path):
    first, second, third = tmp_path / "a.yaml", tmp_path / "b.json", tmp_path / "c.yaml"
    first.write_text(DEPLOYMENT)
    second.write_text(json.dumps(documents(POD)[0]))
    third.write_text(SERVICE)
    status, out, _ = aigwctl("inject", first, second, third)
    assert status == 0
    assert [one["kind"] for one in documents(out)] == ["Deployment", "Pod", "Service"]
    status, out, _ = aigwctl("inject", second, second)
    assert status == 0 and out.count('"kind": "Pod"') == 2 and "---" not in out


# What is shown


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.name)
def test_the_examples_are_valid(path):
    shown = documents(path.read_text())
    assert shown
    for one in shown:
        validate(one)


def test_the_pod_that_is_written_by_hand_is_the_one_that_inject_makes():
    [by_hand] = [one for one in documents((EXAMPLES / "pod.yaml").read_text()) if one["kind"] == "Pod"]
    by_inject = documents(inject(POD, *alone("--secret", "aigw-keys")))[0]
    ours, theirs = sidecar_of(by_hand), sidecar_of(by_inject)
    assert ours["image"].split(":")[0] == theirs["image"].split(":")[0]
    assert {**ours, "image": ""} == {**theirs, "image": ""}
