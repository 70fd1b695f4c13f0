"""Cases: what is asked of each proxy, and what is made of it. Every case meets fresh processes."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

from stage import Stage


@dataclass(frozen=True)
class Lengths:
    """How long things last, in seconds unless said otherwise."""

    closed: float
    open: float
    streams_each: int
    spread: float
    hold: float
    idle: float
    warm: float


FULL = Lengths(closed=2.5, open=8, streams_each=3, spread=2, hold=1, idle=1, warm=0.3)
QUICK = Lengths(closed=0.5, open=1.5, streams_each=1, spread=1, hold=0.3, idle=0.3, warm=0.1)

SHORT_REPLY, LONG_REPLY = "reply-bytes=700", "reply-bytes=65536"
CHUNKS, ENDLESS = "chunks=50;chunk-delay=20", "chunks=600;chunk-delay=1000"
OPEN_STREAMS = 2000


def start(stage: Stage, lengths: Lengths) -> dict:
    time.sleep(lengths.idle)
    return {"start_ms": stage.start_ms, "idle_mib": stage.proxy.rss_kib() / 1024}


def closed(name: str, connections: int) -> Callable:
    def run(stage: Stage, lengths: Lengths) -> dict:
        stage.load("closed", connections=connections, seconds=lengths.warm)
        report = stage.load("closed", connections=connections, seconds=lengths.closed)
        found = {f"{name}_rps": report["requests_per_second"]}
        if stage.proxy:
            found |= {f"{name}_cpu_us": report["cpu_us"] / report["requests"],
                      f"{name}_core_percent": report["core_percent"]}
        return found
    return run


def open_loop(stage: Stage, lengths: Lengths) -> dict:
    stage.load("open", rate=500, connections=32, seconds=lengths.warm)
    latency = stage.load("open", rate=500, connections=32, seconds=lengths.open)["latency_us"]
    return {"open_p50_us": latency["p50"], "open_p99_us": latency["p99"]}


def stream(stage: Stage, lengths: Lengths) -> dict:
    # 50 starts 15.4 ms apart: streams whose chunks come every 20 ms then fall due evenly, not all together.
    stage.load("stream", connections=50, streams=1, spread=0.77)
    report = stage.load("stream", connections=50, streams=lengths.streams_each, spread=0.77)
    found = {"first_p50_us": report["first_us"]["p50"],
             "gap_p50_us": report["gap_us"]["p50"], "gap_p99_us": report["gap_us"]["p99"]}
    if stage.proxy:
        found["chunk_cpu_us"] = report["cpu_us"] / report["events"]
    return found


def busy(stage: Stage, lengths: Lengths) -> dict:
    _, samples = stage.load_watched("closed", connections=256, seconds=max(lengths.closed, 1))
    return {"busy_mib": max(kib for _, kib in samples) / 1024}


def hold(stage: Stage, lengths: Lengths) -> dict:
    idle_kib = stage.proxy.rss_kib()
    report, samples = stage.load_watched(
        "hold", streams=OPEN_STREAMS, spread=lengths.spread, seconds=lengths.hold)
    held = [kib for at_ns, kib in samples if report["open_from_ns"] <= at_ns <= report["open_until_ns"]]
    return {"stream_kib": (statistics.median(held) - idle_kib) / report["streams"]}


ADDED = ("open_p50_us", "open_p99_us", "first_p50_us", "gap_p50_us", "gap_p99_us")


@dataclass(frozen=True)
class Case:
    run: Callable[[Stage, Lengths], dict]
    knobs: str
    body: str
    #: Also measured with no proxy between: what a proxy adds is its figure less that one, round by round.
    direct: bool = False


CASES = {
    "start": Case(start, SHORT_REPLY, "1KB"),
    "one": Case(closed("one", 1), SHORT_REPLY, "1KB", direct=True),
    "many": Case(closed("many", 32), SHORT_REPLY, "1KB", direct=True),
    "open": Case(open_loop, SHORT_REPLY, "1KB", direct=True),
    "big-request": Case(closed("big_request", 8), SHORT_REPLY, "1MB"),
    "big-reply": Case(closed("big_reply", 32), LONG_REPLY, "1KB"),
    "stream": Case(stream, CHUNKS, "1KB-stream", direct=True),
    "busy": Case(busy, SHORT_REPLY, "1KB"),
    "hold": Case(hold, ENDLESS, "1KB-stream"),
}
