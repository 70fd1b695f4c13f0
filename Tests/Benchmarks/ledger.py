"""What the ledger costs a busy loop, and how soon a sidecar serves beside a full one.

    python3 Tests/Benchmarks/ledger.py [--only loop,start] [--rounds 15] [--receipts 1000000]

The programs are those of .build/release (`swift build -c release --static-swift-stdlib`); PROGRAMS=FOLDER names others. Prints
a line for each figure, with its bar; exit status 1 means that something failed, not that a bar was missed.

loop   a loop that answers 500 requests a second, open loop: its p99 while the worker pool writes 20,000 receipts a second, in
       groups as a sidecar does, and while it writes none. The two take turns; rounds are short, and their median counts.
start  a ledger of a million receipts whose writer is killed with -9 in the middle: from the start of a sidecar on it until
       it is ready, beside the same of a sidecar with an empty ledger
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "Programs" / "support")]

import programs  # noqa: E402
import wire  # noqa: E402

CASES = ("loop", "start")
REQUESTS_PER_SECOND = 500
RECEIPTS_PER_SECOND = 20_000
ROUND_SECONDS = 3
STARTS = 5


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(CASES), help="of " + ",".join(CASES))
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--receipts", type=int, default=1_000_000)
    return parser.parse_args()


class Tool:
    """aigw-ledger in one of its ways, until the end of a `with`."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen(
            [str(programs.RELEASE / "aigw-ledger"), *map(str, arguments)], stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def line(self):
        line = self.process.stdout.readline().strip()
        assert line, "aigw-ledger ended"
        return line

    def kill(self):
        self.process.kill()
        return self.process.stdout.read().splitlines()

    def cpu_seconds(self):
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def loop(rounds):
    found = {0: [], RECEIPTS_PER_SECOND: []}
    written, cpu = [], []
    with tempfile.TemporaryDirectory(prefix="aigw-bench-") as folder:
        body = Path(folder) / "body"
        body.write_bytes(b"x" * 1000)
        for number in range(rounds):
            for rate in found if number % 2 else reversed(found):
                with Tool("serve", Path(folder) / f"{number}-{rate}.db", rate) as tool:
                    port = tool.line().rsplit(":", 1)[1]
                    before = tool.cpu_seconds()
                    load = subprocess.run(
                        [str(programs.RELEASE / "aigw-load"), "open", "--port", port, "--body", str(body), "--connections",
                         "16", "--rate", str(REQUESTS_PER_SECOND), "--seconds", str(ROUND_SECONDS)],
                        capture_output=True, text=True, check=True)
                    spent = (tool.cpu_seconds() - before) / ROUND_SECONDS
                    found[rate].append(json.loads(load.stdout)["latency_us"])
                    if rate:
                        cpu.append(spent)
                        last = [line.split() for line in tool.kill() if line.endswith("ms")][-1]
                        written.append(int(last[0]) * 1000 / int(last[3]))
    print(f"receipts a second: {statistics.median(written):,.0f} (must 20,000), "
          f"{100 * statistics.median(cpu):.0f} % of a core for them and the loop")
    for percentile in ("p50", "p99"):
        alone, beside = (statistics.median(each[percentile] for each in found[rate]) for rate in (0, RECEIPTS_PER_SECOND))
        bar = ", must ≤ 5 %" if percentile == "p99" else ""
        print(f"loop's {percentile}: {alone:.0f} us alone, {beside:.0f} us beside the ledger: {100 * (beside / alone - 1):+.1f} %{bar}")


def start(count):
    with tempfile.TemporaryDirectory(prefix="aigw-bench-") as folder:
        full, empty = Path(folder) / "full", Path(folder) / "empty"
        full.mkdir(), empty.mkdir()
        began = time.monotonic()
        with Tool("fill", full / "ledger.db", count) as tool:
            assert tool.line() == "filled"
            print(f"{count:,} receipts written in {time.monotonic() - began:.0f} s")
            time.sleep(1)
            tool.kill()
        log = (full / "ledger.db-wal").stat().st_size
        print(f"killed: {(full / 'ledger.db').stat().st_size >> 20} MiB, and {log >> 10} KiB in its log")
        first, again = ready_ms(full), [ready_ms(full, kill=True) for _ in range(STARTS)]
        without = [ready_ms(empty, kill=True) for _ in range(STARTS)]
        print(f"ready after {first:.0f} ms the first time, {statistics.median(again):.0f} ms after further kills (must < 1000); "
              f"{statistics.median(without):.0f} ms with an empty ledger")


def ready_ms(state, kill=False):
    """From just before the process is made until it says that it is ready, and its page too."""
    policy = state / "aigw.json"
    policy.write_text(json.dumps({
        "backends": {"main": {"provider": "openai", "baseURL": "http://127.0.0.1:9/v1"}},
        "budgets": {"b": {"limit": "1000 tokens/day", "per": "user"}}}))
    began = time.perf_counter()
    sidecar = programs.Sidecar(
        "--policy", policy, "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--state", state)
    assert wire.get(f"http://{sidecar.admin}/readyz").status == 200
    taken = 1000 * (time.perf_counter() - began)
    if kill:
        sidecar.kill()
    else:
        sidecar.signal(15)
        assert sidecar.exit_code() == 0
    return taken


def main():
    given = options()
    if folder := os.environ.get("PROGRAMS"):
        programs.RELEASE = Path(folder)
    chosen = given.only.split(",")
    assert set(chosen) <= set(CASES), f"--only takes {', '.join(CASES)}"
    if "loop" in chosen:
        loop(given.rounds)
    if "start" in chosen:
        start(given.receipts)


if __name__ == "__main__":
    main()
