"""Prometheus' text format, read strictly: what a scraper would refuse is refused here."""

import re

# The names of the sidecar's metrics, as its users' dashboards know them.
REQUESTS = "ai_gateway_requests_total"
TOKENS = "ai_gateway_tokens_total"
DURATION = "ai_gateway_request_duration_seconds"
FALLBACKS = "ai_gateway_fallback_total"
BUDGET_REFUSALS = "ai_gateway_budget_refusals_total"
BUDGET_LIMIT = "ai_gateway_budget_limit"
BUDGET_USED = "ai_gateway_budget_used"
BUDGET_RESERVED = "ai_gateway_budget_reserved"

SAMPLE = re.compile(r"^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$")
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)')
KINDS = {"counter", "gauge", "histogram", "summary", "untyped"}


class Metrics:
    def __init__(self, samples, kinds):
        self.samples, self.kinds = samples, kinds

    def sum(self, name, **labels):
        """The sum of all samples of `name` that carry at least `labels`; 0 where there is none."""
        return sum(
            value for (sample, carried), value in self.samples.items()
            if sample == name and labels.items() <= dict(carried).items())

    def names(self):
        return {name for name, _ in self.samples}


def parse(text):
    assert text.endswith("\n"), "the last line of /metrics is not ended"
    samples, kinds, helped = {}, {}, set()
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert kind in KINDS and name not in kinds, line
            kinds[name] = kind
        elif line.startswith("# HELP "):
            helped.add(line.split(" ")[2])
        elif line:
            matched = SAMPLE.match(line)
            assert matched, f"not a sample: {line!r}"
            name, labels, value = matched.group(1), matched.group(2) or "", float(matched.group(3))
            pairs = LABEL.findall(labels)
            assert LABEL.sub("", labels) == "", f"bad labels: {line!r}"
            key = (name, tuple(sorted(pairs)))
            assert key not in samples, f"twice: {line!r}"
            samples[key] = value
            family = re.sub(r"_(bucket|sum|count)$", "", name)
            assert name in kinds or kinds.get(family) in ("histogram", "summary"), f"no TYPE before {line!r}"
    assert set(kinds) <= helped, f"no HELP for {set(kinds) - helped}"
    return Metrics(samples, kinds)
