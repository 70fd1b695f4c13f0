"""What inject and uninject refuse: told where it is and what to do, with nothing on standard output."""

import json
import re

import pytest

from injecting import aigwctl, documents, inject, uninject
from manifests import POD, SERVICE

LAUGHS = "apiVersion: v1\nkind: Pod\na: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{here}: &{here} [{', '.join(['*' + before] * 10)}]\n" for before, here in zip("abcdefgh", "bcdefghi"))
BAD = {
    "not YAML": (SERVICE + "---\na: [b\n---\n", "standard input: document 2, line 10: is not valid YAML: "),
    "binary": (b"\x89PNG\r\n\x1a\n\0\0\xff", "standard input: document 1, line 1: is not valid YAML: "),
    "not UTF-8": (b"apiVersion: v1\nkind: \xff\xfe\n", "standard input: document 1, line 2: is not valid YAML: "),
    "nothing": ("# only this\n---\n", "standard input: holds no Kubernetes object"),
    "no object": ("a: 1\n", "standard input: document 1, line 1: is no Kubernetes object: it has no apiVersion and kind"),
    "text": ("hello\n", "standard input: document 1, line 1: is a scalar, not a Kubernetes object"),
    "a list": ("[1, 2]\n", "standard input: document 1, line 1: is a list, not a Kubernetes object"),
    "second is no object": (SERVICE + "---\nkind: Pod\n", "standard input: document 2, line 9: is no Kubernetes object"),
    "a key twice": (POD + "  volumes: []\n", 'standard input: document 1, line 60: has "volumes" twice in one mapping'),
    "a JSON key twice": ('{"apiVersion": "v1",\n"kind": "Pod", "kind": "Job"}', 'line 2: has "kind" twice in one mapping'),
    "cut JSON": (json.dumps(documents(POD)[0])[:-9], "standard input: document 1, line 1: is not valid YAML: "),
    "laughs": (LAUGHS, "standard input: document 1, line 8: has more than 1048576 values, aliases written out"),
    "long laughs": (
        f"a: &a {'x' * 100_000}\nb: [{', '.join(['*a'] * 1000)}]\n",
        "standard input: document 1, line 2: has more than 64 MiB of text, aliases written out"),
    "an alias of itself": ("a: &a [*a]\n", 'line 1: repeats "*a", which is not defined before it'),
    "deep": ("a: " + "[" * 5000 + "]" * 5000, "line 1: is nested deeper than 100 levels"),
    "deep JSON": ('{"a": ' + "[" * 1500 + "]" * 1500 + "}", "document 1: is nested deeper than 100 levels"),
    "a tag": ("a: !!python/object:os.system x\n", "line 1: uses a YAML tag (!); remove it, or quote the text"),
    "a list as a key": ("[a]: b\n", "line 1: has a list where the name of a member belongs"),
    "merged text": ("<<: text\n", "line 1: has a merge key (<<) that names no mapping"),
    "no template": ("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec: {}\n",
                    "deployment/x has no template; is it a whole object?"),
    "no containers": ("apiVersion: v1\nkind: Pod\nspec:\n  containers: []\n",
                      "standard input: document 1, line 4: pod/unnamed: its spec has no list of containers"),
    "no name": ("apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: x\n", "line 5: pod/unnamed: a container has no name"),
    "a name twice": (POD.replace("name: plain\n", "name: agent\n"), 'line 50: pod/agent: has two containers named "agent"'),
    "env is text": (POD.replace("    env:\n  init", "    env: x\n  init"), "plain.env must be a list, and is a scalar"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_told_where_it_is_and_nothing_comes_out(name):
    given, message = BAD[name]
    status, out, said = aigwctl("inject", "-", given=given)
    assert (status, out) == (2, "")
    assert message in said and said.startswith("aigwctl: ") and "\0" not in said and "\x1b" not in said


def test_one_bad_file_of_two_leaves_nothing(tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_text("a: [")
    status, out, said = aigwctl("inject", "-", bad, given=POD)
    assert (status, out) == (2, "") and "bad.yaml: document 1, line " in said


@pytest.mark.parametrize("name", [
    "/nonexistent/agent.yaml", "/"])
def test_a_file_that_cannot_be_read_is_named(name):
    status, out, said = aigwctl("inject", name)
    assert (status, out) == (2, "") and name in said


def test_a_file_that_is_too_large_is_not_read():
    status, out, said = aigwctl("inject", "/dev/zero")
    assert (status, out) == (2, "") and "/dev/zero: " in said


def test_a_sidecar_that_was_written_by_hand_is_not_touched():
    given = POD.replace("name: prepare", "name: aigw")
    assert aigwctl("inject", "-", given=given)[:2] == (1, "")
    assert "has a container named aigw that aigwctl did not inject" in aigwctl("inject", "-", given=given)[2]
    assert documents(uninject(given)) == documents(given)
    status, out, said = aigwctl("inject", "-", given=POD.replace("- name: config\n", "- name: aigw-state\n"))
    assert (status, out) == (1, "") and "has a volume named aigw-state that aigwctl did not inject" in said


def test_a_record_that_was_lost_is_told():
    given = re.sub(r"    aigw.io/added: .*\n", "", inject(POD))
    for command in ("inject", "uninject"):
        status, out, said = aigwctl(command, "-", given=given)
        assert (status, out) == (1, "") and "take the container aigw and its volumes out by hand" in said


@pytest.mark.parametrize("arguments, message", [
    (["--mode", "alone"], "--mode alone needs a policy: --policy-configmap, or --secret with keys that make one"),
    (["--policy-configmap", "p"], "--policy-configmap needs --mode alone; in mode daemon the policy is aigwd's"),
    (["--secret", "Not A Name"], '--secret "Not A Name" is no name of Kubernetes'),
    (["--image", ""], '--image "" is no name of an image'),
    (["--containers", ","], "--containers names none"),
])
def test_a_mistake_on_the_command_line_is_explained(arguments, message):
    status, out, said = aigwctl("inject", *arguments, "-", given=POD)
    assert (status, out) == (2, "") and message in said
