"""The sidecar as a file: small, and without what it promises not to contain."""

import shutil
import subprocess

import pytest

from programs import RELEASE

SIDECAR = RELEASE / "aigw-sidecar"


def test_no_foundation_is_linked():
    """It would cost 50 MB of binary and 11 MB of memory. $s10Foundation is how its symbols begin."""
    image = SIDECAR.read_bytes()
    assert b"$s10Foundation" not in image and b"$s20FoundationEssentials" not in image
    libraries = subprocess.run(["ldd", SIDECAR], capture_output=True, text=True, check=True).stdout
    assert "libFoundation" not in libraries and "libdispatch" not in libraries and "libswift" not in libraries


def test_no_regular_expressions_are_linked():
    """One call of String.contains with a string of several characters brings Swift's whole parser of them, 1.4 MB."""
    assert b"$s12_RegexParser" not in SIDECAR.read_bytes()


@pytest.mark.skipif(not shutil.which("strip"), reason="strip is not installed")
def test_it_is_at_most_12_megabytes_stripped(tmp_path):
    subprocess.run(["strip", "-o", tmp_path / "stripped", SIDECAR], check=True)
    assert (tmp_path / "stripped").stat().st_size <= 12_000_000
