"""Report: the tables, the ratios, and the bars of the project with PASS or FALLS SHORT."""

import statistics
from dataclasses import dataclass

#: Metric and its column title, in the order of the project's table.
MAIN = {
    "many_cpu_us": "CPU µs/request, 32 conns",
    "one_cpu_us": "CPU µs/request, 1 conn",
    "added_open_p50_us": "added p50 at 500/s, µs",
    "added_open_p99_us": "added p99 at 500/s, µs",
    "chunk_cpu_us": "CPU µs/SSE chunk, 20 ms apart",
    "added_first_p50_us": "added first chunk p50, µs",
    "idle_mib": "RSS idle, MiB",
    "stream_kib": "KiB per open stream",
}
MORE = {
    "many_rps": "requests/s, 32 conns",
    "many_core_percent": "its core busy, %",
    "one_rps": "requests/s, 1 conn",
    "big_request_cpu_us": "CPU µs, 1 MB request",
    "big_reply_cpu_us": "CPU µs, 64 KB reply",
    "added_gap_p50_us": "added between chunks p50, µs",
    "added_gap_p99_us": "added between chunks p99, µs",
    "busy_mib": "RSS 256 busy conns, MiB",
    "start_ms": "start to first 200, ms",
}


@dataclass(frozen=True)
class Bar:
    """What a metric of aigw must reach, as a ratio to another proxy or, with none, as it is."""

    metric: str
    most: float
    aim: float | None = None
    against: str | None = None


BARS = (
    Bar("many_cpu_us", 2.0, 1.5, "nginx"),
    Bar("many_cpu_us", 1.0, None, "envoy"),
    Bar("added_open_p50_us", 1.5, 1.3, "nginx"),
    Bar("added_open_p99_us", 2.0, 1.5, "nginx"),
    Bar("big_request_cpu_us", 1.3, None, "nginx"),
    Bar("big_reply_cpu_us", 1.5, None, "nginx"),
    Bar("chunk_cpu_us", 2.0, None, "nginx"),
    Bar("added_first_p50_us", 1.5, 1.3, "nginx"),
    Bar("idle_mib", 12),
    Bar("busy_mib", 20),
    Bar("stream_kib", 24, 16),
    Bar("start_ms", 50),
    Bar("binary_mb", 12),
)
TITLES = MAIN | MORE | {"binary_mb": "stripped binary, MB"}
#: How many figures after the point: short of 10, short of 100, beyond.
DIGITS = ((10, 2), (100, 1))


class Results:
    """Every figure of every round: by proxy, then by metric."""

    def __init__(self):
        self.rounds: dict[str, dict[str, list[float]]] = {}
        self.failures: list[str] = []

    def add(self, proxy: str, found: dict[str, float]):
        for metric, value in found.items():
            self.rounds.setdefault(proxy, {}).setdefault(metric, []).append(value)

    def median(self, proxy: str, metric: str) -> float | None:
        values = self.rounds.get(proxy, {}).get(metric)
        return statistics.median(values) if values else None

    def ratio(self, metric: str, proxy: str, against: str) -> float | None:
        """Of the medians; none where the other one's is not above zero, as an added delay lost in noise may be."""
        mine, other = self.median(proxy, metric), self.median(against, metric)
        return mine / other if mine is not None and other is not None and other > 0 else None


def figure(value: float | None) -> str:
    if value is None:
        return "–"
    digits = next((digits for below, digits in DIGITS if abs(value) < below), 0)
    return f"{value:,.{digits}f}"


def table(results: Results, proxies: list[str], columns: dict[str, str]) -> str:
    """Medians, with the least and the most of the rounds in brackets."""
    def cell(proxy: str, metric: str) -> str:
        values = results.rounds.get(proxy, {}).get(metric, [])
        spread = f" ({figure(min(values))}–{figure(max(values))})" if len(values) > 1 else ""
        return figure(results.median(proxy, metric)) + spread

    shown = {metric: title for metric, title in columns.items()
             if any(cell(proxy, metric) != "–" for proxy in proxies)}
    rows = [[proxy, *(cell(proxy, metric) for metric in shown)] for proxy in proxies]
    return markdown(["", *shown.values()], [row for row in rows if set(row[1:]) != {"–"}]) if shown else ""


def ratios(results: Results, others: list[str]) -> str:
    rows = []
    for metric, title in (MAIN | MORE).items():
        row = [results.ratio(metric, "aigw", other) for other in others]
        if metric != "many_core_percent" and any(ratio is not None for ratio in row):
            rows.append([title, *(figure(ratio) for ratio in row)])
    return markdown(["aigw to", *others], rows) if rows else ""


def bars(results: Results) -> str:
    rows = []
    for bar in BARS:
        value = results.ratio(bar.metric, "aigw", bar.against) if bar.against else results.median("aigw", bar.metric)
        if value is None and results.median("aigw", bar.metric) is None:
            continue
        title, unit = (f"{TITLES[bar.metric]}, to {bar.against}", "x") if bar.against else (TITLES[bar.metric], "")
        rows.append([title, figure(value) + unit, f"≤ {bar.most:g}{unit}", f"{bar.aim:g}{unit}" if bar.aim else "",
                     verdict(value, bar)])
    return markdown(["bar", "measured", "must", "aim", ""], rows) if rows else ""


def verdict(value: float | None, bar: Bar) -> str:
    if value is None:
        return "NOT MEASURED"
    if value > bar.most:
        return "FALLS SHORT"
    return "PASS, aim met" if bar.aim and value <= bar.aim else "PASS"


def markdown(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"
