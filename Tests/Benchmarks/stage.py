"""The stage of one case: the mock, the proxy in front of it (or none), and the load tool pointed at them."""

import contextlib
import json
import subprocess
import threading
import time
from pathlib import Path

from programs import Binaries, Failed, Program, Proxy, free_port, start_mock, start_proxy

FIRST_REPLY_SECONDS_MAX = 10


def write_bodies(directory: Path):
    """The request bodies. Prose with line ends and quotes, so that whoever scans them meets escapes."""
    prose = 'The quarterly report says "revenue grew", and then:\n\tcosts fell, margins held. Summarise it. '

    def body(size: int, **fields) -> str:
        def whole(characters: int) -> str:
            text = (prose * (characters // len(prose) + 1))[:characters]
            document = {"model": "gpt-4o", "messages": [{"role": "user", "content": text}], "max_tokens": 512}
            return json.dumps(document | fields)

        characters = size
        while len(whole(characters)) > size:
            characters -= max(1, (len(whole(characters)) - size) // 2)
        return whole(characters)

    (directory / "1KB").write_text(body(1024))
    (directory / "1MB").write_text(body(1 << 20))
    (directory / "1KB-stream").write_text(body(1024, stream=True))


class Stage:
    """Fresh processes, up and answering. `started` ends all of them, also when one of them does not come up."""

    def __init__(self, proxy: Proxy | None, knobs: str, body: str, binaries: Binaries, directory: Path,
                 started: contextlib.ExitStack):
        self.binaries, self.body, self.started = binaries, directory / body, started
        self.path = f"/~{knobs}/v1/chat/completions"
        self.port = provider = free_port()
        self._start(lambda: start_mock(binaries, provider, directory))
        self.proxy = None
        if proxy:
            self.port, self.path = free_port(), proxy.path(knobs)
            self.proxy, self.start_ms = self._start(
                lambda: start_proxy(proxy, binaries, self.port, provider, knobs, directory))

    def load(self, mode: str, **options) -> dict:
        """Runs the load tool and returns its report, with the proxy's CPU time and its share of the core added."""
        before_us, began_ns = self.proxy.cpu_us() if self.proxy else 0, time.monotonic_ns()
        report = self._report(self._load(mode, **options), mode)
        if self.proxy:
            report["cpu_us"] = self.proxy.cpu_us() - before_us
            report["core_percent"] = report["cpu_us"] * 100_000 / (time.monotonic_ns() - began_ns)
        return report

    def load_watched(self, mode: str, **options) -> tuple[dict, list[tuple[int, int]]]:
        """As `load`, with the proxy's memory meanwhile: pairs of moment (ns) and KiB, ten a second."""
        samples, over = [], threading.Event()

        def watch():
            with contextlib.suppress(Failed):  # it died: the load tool says so too
                while not over.wait(0.1):
                    samples.append((time.monotonic_ns(), self.proxy.rss_kib()))

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            report = self.load(mode, **options)
        finally:
            over.set()
            watcher.join()
        return report, samples

    def _start(self, start) -> tuple[Program, float]:
        """Starts a program while the load tool keeps asking it; gives it and the milliseconds to its first 200."""
        asking = self._load("once", seconds=FIRST_REPLY_SECONDS_MAX)
        program = self.started.enter_context(start())
        while asking.poll() is None:
            program.check()
            time.sleep(0.002)
        try:
            report = self._report(asking, "once")
        except Failed:
            raise Failed(f"{program.name} gave no 200 in {FIRST_REPLY_SECONDS_MAX} s: {program.last_words()}") from None
        return program, (report["first_ok_ns"] - program.started_ns) / 1e6

    def _load(self, mode: str, **options) -> subprocess.Popen:
        options |= {"port": self.port, "path": self.path, "body": self.body}
        flags = [word for name, value in options.items() for word in (f"--{name}", str(value))]
        for header in ("authorization: Bearer agent-key", "x-user-id: user-1"):
            flags += ["--header", header]
        process = subprocess.Popen(
            [self.binaries.load, mode, *flags], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.started.callback(process.kill)
        return process

    def _report(self, process: subprocess.Popen, mode: str) -> dict:
        output, complaint = process.communicate()
        if process.returncode != 0:
            raise Failed(f"{mode}: {output.strip() or complaint.strip()}")
        return json.loads(output)
