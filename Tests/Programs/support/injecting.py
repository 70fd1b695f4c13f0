"""Runs the real aigwctl on manifests, and finds its way in what comes out."""

import os
import subprocess

import yaml

import programs


def aigwctl(*arguments, given=""):
    given = given if isinstance(given, bytes) else given.encode()
    ended = subprocess.run(
        [programs.RELEASE / "aigwctl", *map(str, arguments)], input=given, capture_output=True, timeout=60,
        env={"PATH": os.environ["PATH"]})
    return ended.returncode, ended.stdout.decode(), ended.stderr.decode()


def inject(given, *arguments):
    status, out, said = aigwctl("inject", *arguments, "-", given=given)
    assert status == 0, said
    return out


def uninject(given):
    status, out, said = aigwctl("uninject", "-", given=given)
    assert status == 0, said
    return out


def documents(text):
    """As a reader of YAML 1.1 understands it, which is what Kubernetes reads."""
    return [document for document in yaml.safe_load_all(text) if document is not None]


def objects(*read):
    return [one for document in read for one in (document["items"] if document["kind"] == "List" else [document])]


def pod_of(one):
    if one["kind"] == "CronJob":
        return one["spec"]["jobTemplate"]["spec"]["template"]
    return one if one["kind"] == "Pod" else one["spec"]["template"]


def named(things, name):
    return next(thing for thing in things if thing["name"] == name)


def sidecar_of(pod):
    return named(pod["spec"]["initContainers"], "aigw")


def values(container):
    return {variable["name"]: variable.get("value") for variable in container.get("env") or []}
