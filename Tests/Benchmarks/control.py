"""What the control daemon costs: how soon a change is in force, what ten thousand budgets weigh, what a refill delays.

    python3 Tests/Benchmarks/control.py [--only push,budgets,idle,refills] [--sidecars 100] [--changes 30]

The programs are those of .build/release (`swift build -c release --static-swift-stdlib`). Prints a line for each figure,
with its bar; exit status 1 means that something failed, not that a bar was missed.

push      SetBudget with 100 sidecars connected: from the call until the daemon says that every one serves it, which each
          then has to prove by what it answers to a call
budgets   one patch with 10,000 budgets: until the sidecar serves them, and what its memory grew by
idle      the daemon's memory with one sidecar and nothing to do
refills   500 calls a second, paid from a budget whose leases run out all the time, and from one whose leases do not; the
          two take turns
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "Proof"), str(TESTS / "Programs" / "support")]

import control_socket  # noqa: E402
import programs  # noqa: E402
import wire  # noqa: E402
from clock import Clock  # noqa: E402
from cluster import Cluster  # noqa: E402
from policies import KEY_VARIABLE, MODEL  # noqa: E402

PATIENCE_SECONDS = 30
CASES = ("push", "budgets", "idle", "refills")


class Node:
    """A daemon and its sidecars, for one case."""

    def __init__(self, sidecars, budgets):
        self.folder = tempfile.TemporaryDirectory(prefix="aigw-bench-")
        folder = Path(self.folder.name)
        self.cluster = Cluster(folder, Clock(folder), sidecars, True)
        self.cluster.start({
            "backends": {"main": {"provider": "openai", "baseURL": self.cluster.mock.at(), "auth": {"env": KEY_VARIABLE}}},
            "models": {MODEL: {"chain": [{"backend": "main"}]}}, "budgets": budgets})
        self.path = self.cluster.socket_path

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.cluster.end()
        self.folder.cleanup()

    def change(self, method, **parameters):
        """The milliseconds until every sidecar had taken the change."""
        began = time.perf_counter()
        reply = control_socket.call(self.path, method, PATIENCE_SECONDS, **parameters)
        took_ms = (time.perf_counter() - began) * 1000
        states = [answer["state"] for answer in reply["change"]["sidecars"]]
        if states != ["applied"] * len(self.cluster.sidecars):
            raise SystemExit(f"{method}: not every sidecar took it: {reply['change']}")
        return took_ms


def line(what, value, bar, is_met):
    print(f"{what:58} {value:>22}   {bar:14} {'PASS' if is_met else 'FALLS SHORT'}", flush=True)


def push(given):
    """The budget allows too little for any call, and every refusal names the limit: that is the proof."""
    body = {"model": MODEL, "messages": [{"role": "user", "content": "hello"}], "max_tokens": 5}
    with Node(given.sidecars, {"b": {"limit": "1 tokens/day"}}) as node:
        lines = [wire.Raw(sidecar.address) for sidecar in node.cluster.sidecars]
        times = []
        for number in range(given.changes):
            times.append(node.change("SetBudget", name="b", budget={"limit": f"{number + 2} tokens/day"}))
            for raw in lines:
                raw.send(wire.request(body=body))
            limits = {raw.reply("POST").error.get("limit") for raw in lines}
            if limits != {number + 2}:
                raise SystemExit(f"a sidecar said it served {number + 2} and answered by another limit: {limits}")
    median, worst = statistics.median(times), sorted(times)[-(-len(times) * 99 // 100) - 1]
    line(f"set-budget in force in {given.sidecars} sidecars, median", f"{median:.1f} ms", "<= 50 ms", median <= 50)
    print(f"{'':58} {f'p99 {worst:.1f} ms':>22}   of {len(times)} changes")


def budgets(given):
    many = {f"user-{number}": {"match": {"header:x-user-id": f"u{number}"}, "limit": f"{50_000 + number} tokens/hour"}
            for number in range(10_000)}
    times, grown = [], []
    for _ in range(3):
        with Node(1, {"b": {"limit": "1M tokens/day"}}) as node:
            sidecar = node.cluster.sidecars[0]
            before = sidecar.resident_kib()
            times.append(node.change("PatchPolicy", patch={"budgets": many}))
            grown.append((sidecar.resident_kib() - before) / 1024)
    took, mib = statistics.median(times), statistics.median(grown)
    line("10,000 budgets pushed and applied", f"{took:.0f} ms", "<= 200 ms", took <= 200)
    line("what the sidecar's memory grew by", f"{mib:.1f} MiB", "<= 10 MiB", mib <= 10)


def idle(given):
    with Node(1, {"b": {"limit": "1M tokens/day"}}) as node:
        # What starting took is given back within a moment; then nothing changes any more.
        time.sleep(3)
        mib = node.cluster.daemon.resident_kib() / 1024
        sidecar = node.cluster.sidecars[0].resident_kib() / 1024
    line("aigwd idle, RSS", f"{mib:.1f} MiB", "<= 14 MiB", mib <= 14)
    print(f"{'':58} {f'its sidecar {sidecar:.1f} MiB':>22}")


def refills(given):
    """Few calls fit into a lease of the one budget; a lease of the other pays for the whole round."""
    seconds, rate = 8, 500
    calls = seconds * rate
    limits = {"refilled": f"{calls * 21 // 20} requests/week", "not refilled": "1G requests/week"}
    found = {name: [] for name in limits}
    body = {"model": MODEL, "messages": [{"role": "user", "content": "hello"}], "max_tokens": 5}
    for _ in range(given.rounds):
        for name, limit in limits.items():
            with Node(1, {"b": {"limit": limit}}) as node:
                asked = Path(node.folder.name) / "body.json"
                asked.write_text(json.dumps(body))
                port = node.cluster.ports[0][0]
                common = ["--port", str(port), "--body", asked, "--path", "/v1/chat/completions", "--connections", "8"]
                load(*common, "--seconds", "0.2", "--rate", "50")
                found[name].append(load(*common, "--seconds", str(seconds * 0.95), "--rate", str(rate)))
    p99 = {name: statistics.median(found[name]) for name in found}
    more = p99["refilled"] / p99["not refilled"] - 1
    line("p99 with refills beside without", f"{more * 100:+.1f} %", "<= +5 %", more <= 0.05)
    for name, values in found.items():
        print(f"{'':58} {name + ' ' + ', '.join(f'{value:.0f}' for value in values):>22} us")


def load(*arguments):
    """p99 in microseconds of an open loop, every request of which is answered with 200."""
    ended = subprocess.run([programs.RELEASE / "aigw-load", "open", *arguments], capture_output=True, text=True)
    report = json.loads(ended.stdout) if ended.stdout.startswith("{") else {}
    if ended.returncode != 0 or report.get("other_status"):
        raise SystemExit(f"the load failed: {ended.stdout} {ended.stderr}")
    return report["latency_us"]["p99"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(CASES))
    parser.add_argument("--sidecars", type=int, default=100)
    parser.add_argument("--changes", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=5, help="of refills")
    given = parser.parse_args()
    for case in given.only.split(","):
        if case not in CASES:
            parser.error(f"there is no case {case}; there are {', '.join(CASES)}")
        globals()[case](given)


if __name__ == "__main__":
    main()
