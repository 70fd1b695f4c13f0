"""What a call costs that crosses from one dialect into another, beside the same call in its own: CPU of the sidecar.

    python3 Tests/Benchmarks/translation.py [--calls 3000]

An agent of OpenAI's chat completions asks two models of one mock provider: one it is asked for in the same dialect, one in
Anthropic's. Needs the release build (Tests/run.sh or Tests/Benchmarks/run.sh make it).
"""

import argparse
import http.client
import json
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Programs" / "support"))

from programs import Mock, Sidecar  # noqa: E402

TICKS = os.sysconf("SC_CLK_TCK")
MODELS = ("same", "crossed")


def cpu_us(pid):
    """User and system time of a process, in microseconds; its resolution is that of the scheduler's statistics."""
    nanoseconds = int(Path(f"/proc/{pid}/schedstat").read_text().split()[0])
    return nanoseconds / 1000


def peak_kib(pid):
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


def body(model, size, **more):
    """A conversation of about `size` bytes in turns of a kilobyte."""
    text = "a question that goes on for a while, as questions do. " * 18
    turns = [{"role": ("user", "assistant")[n % 2], "content": text[:900]} for n in range(max(1, size // 960) // 2 * 2 + 1)]
    return json.dumps({"model": model, "max_tokens": 40, "messages": turns, **more}).encode()


def measure(sidecar, model, size, calls, **more):
    connection = http.client.HTTPConnection(sidecar.address)
    text = body(model, size, **more)

    def ask():
        connection.request("POST", "/v1/chat/completions", text, {"content-type": "application/json"})
        reply = connection.getresponse()
        read = reply.read()
        assert reply.status == 200, read[:300]
        return read.count(b"data: ")
    for _ in range(min(50, calls)):
        ask()
    before = cpu_us(sidecar.process.pid)
    chunks = sum(ask() for _ in range(calls))
    return (cpu_us(sidecar.process.pid) - before) / (chunks if more.get("stream") else calls)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--calls", type=int, default=3000)
    calls = parser.parse_args().calls
    folder = Path(tempfile.mkdtemp())
    mock = Mock()
    base = f"http://{mock.address}"
    # Replies of 40 tokens; streams of a thousand, so that a stream's beginning and end weigh little.
    policy = {
        "backends": {
            "same": {"provider": "openai", "baseURL": f"{base}/v1"},
            "crossed": {"provider": "anthropic", "baseURL": f"{base}/v1", "auth": {"env": "KEY"}},
            "same-long": {"provider": "openai", "baseURL": f"{base}/~chunks=1000/v1"},
            "crossed-long": {"provider": "anthropic", "baseURL": f"{base}/~chunks=1000/v1", "auth": {"env": "KEY"}}},
        "models": {name: {"chain": [{"backend": name, "modelNameOverride": "claude-sonnet-4-5"}]}
                   for name in ("same", "crossed", "same-long", "crossed-long")}}
    (folder / "aigw.yaml").write_text(json.dumps(policy))
    sidecar = Sidecar("--policy", folder / "aigw.yaml", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0",
                      "--state", folder / "state", env={"KEY": "k"})
    print("| | same dialect | crossed | over it | bar |\n|---|---:|---:|---:|---:|")
    rows = (("1 KB request, 0.3 KB reply, µs", 1000, calls, {}, "≤ 25"),
            ("stream, µs a chunk", 1000, max(2, calls // 300),
             {"stream": True, "max_tokens": 1000, "model_suffix": "-long"}, "≤ 3"),
            ("1 MB conversation, ms", 1_000_000, max(2, calls // 100), {}, "≤ 15"))
    for name, size, count, more, bar in rows:
        more = dict(more)
        suffix = more.pop("model_suffix", "")
        rounds = [[measure(sidecar, model + suffix, size, count, **more) for model in MODELS] for _ in range(3)]
        same, crossed = (min(column) for column in zip(*rounds))
        scale = 1000 if "ms" in name else 1
        print(f"| {name} | {same / scale:.2f} | {crossed / scale:.2f} | {(crossed - same) / scale:.2f} | {bar} |")
    print(f"peak RSS with 1 MB bodies: {peak_kib(sidecar.process.pid) / 1024:.1f} MiB")
    sidecar.kill()
    mock.kill()


if __name__ == "__main__":
    main()
