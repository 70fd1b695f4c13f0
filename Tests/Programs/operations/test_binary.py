"""The sidecar as a file: small, and without what it promises not to contain."""

import subprocess

import pytest

import programs
import wire
from policies import chat, one
from provider import completion

SIDECAR = programs.RELEASE / "aigw-sidecar"


def test_no_foundation_is_linked():
    """It would cost 50 MB of binary and 11 MB of memory. $s10Foundation is how its symbols begin."""
    image = SIDECAR.read_bytes()
    assert b"$s10Foundation" not in image and b"$s20FoundationEssentials" not in image
    libraries = subprocess.run(["ldd", SIDECAR], capture_output=True, text=True, check=True).stdout
    assert "libFoundation" not in libraries and "libdispatch" not in libraries and "libswift" not in libraries


def test_no_regular_expressions_are_linked():
    """One call of String.contains with a string of several characters brings Swift's whole parser of them, 1.4 MB."""
    assert b"$s12_RegexParser" not in SIDECAR.read_bytes()


@pytest.fixture(scope="module")
def stripped(tmp_path_factory):
    """The folder with the sidecar as people install it."""
    folder = tmp_path_factory.mktemp("stripped")
    subprocess.run(["sh", programs.REPOSITORY / "examples" / "strip.sh", folder, SIDECAR], check=True)
    return folder


def test_it_is_at_most_12_megabytes_stripped(stripped, capsys):
    size = (stripped / SIDECAR.name).stat().st_size
    with capsys.disabled():
        print(f"\naigw-sidecar is {size / 1e6:.2f} MB stripped")
    assert size <= 12_000_000


def test_what_was_stripped_serves(stripped, monkeypatch, provider, sidecar):
    upstream = provider(lambda line, _: line.answer(completion()))
    monkeypatch.setattr(programs, "RELEASE", stripped)
    running = sidecar(one(upstream.url))
    assert wire.post(f"{running.base_url}/chat/completions", chat()).status == 200
