"""Programs: starting what is measured, reading what it costs, and ending it."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
PROXY_CORE, LOAD_CORE = 0, 1
#: How long a program may take to end by itself.
GRACE_SECONDS = 2


class Failed(Exception):
    """A program did not start, died, or failed more than one request in a thousand. The text says which and why."""


@dataclass(frozen=True)
class Binaries:
    """Where the programs are; None where one cannot be had."""

    load: str
    mock: str
    aigw: str
    envoy: str | None
    nginx: str | None = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
    haproxy: str | None = shutil.which("haproxy", path=os.environ["PATH"] + ":/usr/sbin")


@dataclass(frozen=True)
class Proxy:
    """A proxy under test: its configuration, its command, and whether the agent's path carries the mock's knobs."""

    name: str
    binary: str
    template: str
    arguments: tuple[str, ...]
    passes_path: bool = True

    def path(self, knobs: str) -> str:
        return f"/~{knobs}/v1/chat/completions" if self.passes_path else "/v1/chat/completions"


ENVOY_FLAGS = ("--concurrency", "1", "--disable-hot-restart", "--log-level", "error", "--config-path", "@CONFIG@")
AIGW_FLAGS = ("--policy", "@CONFIG@", "--listen", "127.0.0.1:@LISTEN@", "--admin", "127.0.0.1:@ADMIN@",
              "--state", "@DIR@/state", "--log-level", "error")
PROXIES = {
    proxy.name: proxy
    for proxy in (
        Proxy("nginx", "nginx", "nginx.conf", ("-e", "stderr", "-c", "@CONFIG@")),
        Proxy("aigw", "aigw", "aigw.yaml", AIGW_FLAGS, passes_path=False),
        Proxy("envoy", "envoy", "envoy.yaml", ENVOY_FLAGS),
        Proxy("envoy-ratelimit", "envoy", "envoy-ratelimit.yaml", ENVOY_FLAGS),
        Proxy("haproxy", "haproxy", "haproxy.cfg", ("-db", "-q", "-f", "@CONFIG@")),
    )
}


class Program:
    """A running program with its children. It ends with this script, however this script ends."""

    def __init__(self, command: list[str], core: int, log: Path):
        self.name, self.log = Path(command[0]).name, log
        pinned = ["setpriv", "--pdeathsig", "TERM", "taskset", "-c", str(core), *command]
        environment = os.environ | {"MOCK_KEY": "provider-key"}
        self.started_ns = time.monotonic_ns()
        with log.open("w") as file:
            self.process = subprocess.Popen(
                pinned, stdin=subprocess.DEVNULL, stdout=file, stderr=file, env=environment, start_new_session=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.terminate()
            self.process.wait(GRACE_SECONDS)
        # The group is what this program started and nothing else.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def cpu_us(self) -> float:
        """User and system time of all its processes and threads so far: utime + stime of /proc/PID/stat, read from the
        process's own CPU clock (clock_getcpuclockid(3)), which counts nanoseconds where stat counts 10 ms ticks."""
        return sum(time.clock_gettime_ns((~pid << 3) | 2) for pid in self._processes()) / 1000

    def rss_kib(self) -> int:
        """VmRSS of all its processes."""
        lines = (line for pid in self._processes() for line in Path(f"/proc/{pid}/status").read_text().splitlines())
        return sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))

    def check(self):
        if self.process.poll() is not None:
            raise Failed(f"{self.name} ended with {self.process.returncode}: {self.last_words()}")

    def last_words(self) -> str:
        return " / ".join(self.log.read_text(errors="replace").split("\n")[-4:]).strip(" /") or "it said nothing"

    def _processes(self) -> list[int]:
        self.check()
        parents = {}
        for entry in Path("/proc").glob("[0-9]*/stat"):
            try:
                parents[int(entry.parent.name)] = int(entry.read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue  # it ended while we looked
        found = [self.process.pid]
        for pid in found:
            found += [child for child, parent in parents.items() if parent == pid]
        return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_mock(binaries: Binaries, listen: int, directory: Path) -> Program:
    return Program([binaries.mock, "--listen", f"127.0.0.1:{listen}"], LOAD_CORE, directory / "mock.log")


def start_proxy(
    proxy: Proxy, binaries: Binaries, listen: int, provider: int, knobs: str, directory: Path) -> Program:
    words = {"@LISTEN@": listen, "@ADMIN@": free_port(), "@PROVIDER@": provider, "@KNOBS@": knobs,
             "@DIR@": directory, "@CONFIG@": directory / proxy.template}

    def fill(text: str) -> str:
        for word, value in words.items():
            text = text.replace(word, str(value))
        return text

    shutil.rmtree(directory / "state", ignore_errors=True)
    (directory / proxy.template).write_text(fill((HERE / "Proxies" / proxy.template).read_text()))
    command = [getattr(binaries, proxy.binary), *map(fill, proxy.arguments)]
    return Program(command, PROXY_CORE, directory / f"{proxy.name}.log")
