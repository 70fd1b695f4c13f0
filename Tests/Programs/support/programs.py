"""The real release programs as processes: started on free ports, listened to, and stopped for certain."""

import json
import os
import signal
import subprocess
import threading
import time
from pathlib import Path

import metrics
import wire
from secrets_of_the_tests import SECRETS
from waiting import eventually

REPOSITORY = Path(__file__).resolve().parents[3]
RELEASE = REPOSITORY / ".build" / "release"
START_SECONDS = 15
STOP_SECONDS = 15


class Program:
    """One process. Its output is gathered line by line; it dies with the test run whatever happens to the run."""

    def __init__(self, name, *arguments, env=None):
        binary = RELEASE / name
        assert binary.exists(), f"{binary} is not built; `bash Tests/run.sh` builds it"
        # Nothing of the caller's environment leaks in: a developer's OPENAI_API_KEY must not change a test.
        environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", **(env or {})}
        command = ["setpriv", "--pdeathsig", "KILL", str(binary), *map(str, arguments)]
        self.name = name
        self.process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.stdout, self.stderr = [], []
        self._changed = threading.Condition()
        self._readers = [
            threading.Thread(target=self._gather, args=(pipe, lines), daemon=True)
            for pipe, lines in ((self.process.stdout, self.stdout), (self.process.stderr, self.stderr))]
        for reader in self._readers:
            reader.start()

    def _gather(self, pipe, lines):
        for line in pipe:
            with self._changed:
                lines.append(line.decode("utf-8", "replace").rstrip("\n"))
                self._changed.notify_all()
        with self._changed:
            self._changed.notify_all()

    def wait_for_line(self, lines, wanted, seconds=START_SECONDS):
        """The first of `lines` for which `wanted(line)` is truthy: that truthy answer."""
        deadline = time.monotonic() + seconds
        looked_at = 0
        with self._changed:
            while True:
                for line in lines[looked_at:]:
                    looked_at += 1
                    if found := wanted(line):
                        return found
                ended = not any(reader.is_alive() for reader in self._readers)
                if ended or time.monotonic() > deadline:
                    raise AssertionError(f"{self.name} {'ended' if ended else 'went on'} without the line\n{self.output}")
                self._changed.wait(0.1)

    @property
    def output(self):
        return "\n".join([f"--- {self.name} stdout", *self.stdout, f"--- {self.name} stderr", *self.stderr])

    @property
    def running(self):
        return self.process.poll() is None

    def signal(self, number):
        self.process.send_signal(number)

    def exit_code(self, seconds=STOP_SECONDS):
        """How it ended; waits for that. All output has been gathered when this returns."""
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.name} still runs after {seconds} s\n{self.output}") from None
        for reader in self._readers:
            reader.join(seconds)
        return code

    def kill(self):
        """kill -9: what a crash or the kernel does to it."""
        if self.running:
            self.process.kill()
        self.exit_code()

    def resident_kib(self):
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))


class Mock(Program):
    """aigw-mock: a provider of every dialect; it keeps a ledger, and misbehaves when its URL says so."""

    def __init__(self, *arguments):
        super().__init__("aigw-mock", "--listen", "127.0.0.1:0", *arguments)
        prefix = "listening on "
        self.address = self.wait_for_line(
            self.stdout, lambda line: line.startswith(prefix) and line.removeprefix(prefix).split()[0])
        self.scheme = "https" if "--tls" in arguments else "http"

    def at(self, knobs=""):
        """The base URL that makes it behave as `knobs` say: `status=429;retry-after=2`."""
        return f"{self.scheme}://{self.address}{'/~' + knobs if knobs else ''}/v1"

    def ledger(self, knobs=None):
        """Every call it received, oldest first; with `knobs`, only those that came by that base URL."""
        calls = wire.get(f"{self.scheme}://{self.address}/mock/ledger").json()["calls"]
        return [call for call in calls if knobs is None or knobs in json.dumps([call["knobs"], call["path"]])]

    def billed(self, field="total_tokens"):
        return sum(call["billed"][field] for call in self.ledger())


class Sidecar(Program):
    """aigw-sidecar, ready to serve when the constructor returns."""

    def __init__(self, *arguments, env=None):
        super().__init__("aigw-sidecar", *arguments, env=env)
        ready = self.wait_for_line(self.stderr, self._ready_line)
        self.address, self.admin = ready["listen"], ready["admin"]
        self.base_url = f"http://{self.address}/v1"

    @staticmethod
    def _ready_line(line):
        event = json.loads(line) if line.startswith("{") else {}
        return event if event.get("message") == "ready" else None

    def log(self):
        """Every event it logged; each line must be one JSON object."""
        return [json.loads(line) for line in self.stderr]

    def wait_for_log(self, text):
        """The first log line that contains `text`."""
        return self.wait_for_line(self.stderr, lambda line: text in line and line)

    def health(self, path):
        return wire.get(f"http://{self.admin}{path}")

    def metrics(self):
        reply = self.health("/metrics")
        assert reply.status == 200 and reply.headers["content-type"].startswith("text/plain")
        return metrics.parse(reply.body.decode())

    def finish(self):
        """The end of every test: it is alive, holds no reservation, tells no secrets, and leaves when asked to."""
        if self.running:
            assert self.health("/healthz").status == 200
            self.keeps_secrets(self.health("/metrics").body.decode())
            eventually(lambda: self.metrics().sum(metrics.BUDGET_RESERVED) == 0, "every reservation settled")
            self.signal(signal.SIGTERM)
            assert self.exit_code() == 0, self.output
        self.keeps_secrets("\n".join(self.stdout + self.stderr))
        self.log()

    @staticmethod
    def keeps_secrets(text):
        for name, secret in SECRETS.items():
            assert secret not in text, f"{name} leaked:\n{text}"
