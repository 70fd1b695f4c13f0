"""What the README tells a newcomer to run works, to its end."""

import os
import re
import socket
import subprocess

import pytest

import programs

PORTS = (4000, 4001, 9000)


def free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return probe.connect_ex(("127.0.0.1", port)) != 0


@pytest.mark.skipif(not all(map(free, PORTS)), reason="the quick start's ports are in use on this machine")
def test_the_quick_start_runs_to_its_end_and_leaves_nothing_behind():
    ended = subprocess.run(
        ["bash", str(programs.REPOSITORY / "examples" / "quickstart.sh"), "--once"], stdin=subprocess.DEVNULL,
        env={"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}, capture_output=True, text=True)
    shown = ended.stdout
    assert ended.returncode == 0, shown + ended.stderr
    assert re.search(r"(?i)^x-ai-fallback: .*overloaded", shown, re.MULTILINE)
    assert re.search(r"(?i)^HTTP/1.1 429", shown, re.MULTILINE)
    assert re.search(r"(?i)^x-should-retry: false", shown, re.MULTILINE)
    assert "data: [DONE]" in shown
    assert all(map(free, PORTS)), "a program of the quick start still runs"
