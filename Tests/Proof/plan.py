"""What one seed decides: processes, backends, budgets, agents and faults. Two runs of a seed differ in timing alone."""

import datetime
import random
from dataclasses import dataclass

from accounts import Budget

MODELS = ("gpt-4o", "gpt-4o-mini")
# Whose midnights a window may have; "" is UTC.
ZONES = ("", "Europe/Berlin", "America/New_York", "Asia/Kolkata")
KEY_VARIABLE = "PROVIDER_KEY"
# Knobs of the mock that make a backend misbehave, and whether it still reports what it bills.
MISBEHAVIOUR = (
    "status=429;retry-after=0", "status=500", "status=503", "close", "garbage", "delay=900", "delay=60", "no-usage",
    "chunks=60;cut-after=7", "chunks=60;cut-after=0", "chunks=60;stall-after=5", "chunks=200;chunk-delay=4",
    "chunks=30;chunk-delay=15", "no-usage;chunks=90;chunk-delay=3")
HONEST = ("chunks=25", "chunks=80;chunk-delay=2", "chunks=400", "chunks=12;delay=15")
# Moments worth beginning at, a minute or two before: ends of hours, days, weeks; the clocks change in Berlin, New York.
BEGINNINGS = ("2027-03-27T22:58:40", "2027-03-28T00:58:30", "2027-10-30T21:58:50", "2027-10-31T00:58:30",
              "2027-03-14T06:58:40", "2027-02-28T23:58:40", "2027-12-31T23:58:30", "2027-06-13T23:59:00")


@dataclass
class Fault:
    after_seconds: float
    kind: str
    target: int = 0
    amount: float = 0.0


class Plan:
    def __init__(self, seed, seconds, agents=None, with_daemon=None, clock=True):
        self.seed, self.seconds = seed, seconds
        draw = random.Random(seed)
        self.with_daemon = draw.random() < 0.7 if with_daemon is None else with_daemon
        self.sidecars = draw.randint(1, 3) if self.with_daemon else 1
        self.agents = agents or draw.randint(60, 200)
        self.users = draw.choice([3, 12, 30])
        self.begin = None
        if clock:
            text = draw.choice(BEGINNINGS)
            self.begin = datetime.datetime.fromisoformat(text + "+00:00").timestamp()
        self.backends = {}
        self.chains = {model: self._chain(draw, model) for model in MODELS}
        self.budgets = [self._budget(draw, number) for number in range(draw.randint(2, 6))]
        self.faults = self._faults(draw)

    def _chain(self, draw, model):
        names = []
        for place in range(draw.randint(0, 2)):
            name = f"{model[-4:].strip('-')}{place}"
            self.backends[name] = draw.choice(MISBEHAVIOUR)
            names.append(name)
        last = f"{model[-4:].strip('-')}good"
        self.backends[last] = draw.choice(HONEST)
        return [*names, last]

    def _budget(self, draw, number):
        per = draw.choice([(), (), ("user",), ("team",), ("user", "team")])
        unit = draw.choice(["tokens", "tokens", "input tokens", "output tokens", "requests"])
        period = draw.choice(["hour", "day", "week", "hour", "minute", "second"])
        # What the agents could spend in the whole run if nothing held them; a budget allows a part of it.
        whole = self.seconds * 150 * {"requests": 1, "tokens": 90, "input tokens": 30, "output tokens": 60}[unit]
        part = 10 ** draw.uniform(-1.2, 0.6)
        if per:
            part /= self.users if "user" in per else 3
        if period in ("minute", "second"):
            part *= {"minute": 60, "second": 1}[period] / self.seconds
        floor = {"requests": 3}.get(unit, 800)
        amount = max(floor, int(whole * part))
        burst = None
        if period in ("minute", "second") and draw.random() < 0.5:
            burst = max(floor, int(amount * draw.choice([0.5, 2, 4])))
        zone = None
        if period in ("day", "week") and draw.random() < 0.5:
            zone = draw.choice(ZONES) or None
        return Budget(f"b{number}", amount, unit, period, per, draw.choice([None, None, MODELS[0]]), burst, zone)

    def _faults(self, draw):
        kinds = ["kill-sidecar", "kill-sidecar", "stop-sidecar", "freeze-sidecar", "change-policy"]
        if self.with_daemon:
            kinds += ["kill-daemon", "kill-daemon", "kill-both", "stop-daemon", "freeze-daemon"]
        if self.begin is not None:
            kinds += ["jump", "jump"]
        faults, at = [], draw.uniform(1, 3)
        while at < self.seconds - 3:
            kind = draw.choice(kinds)
            amount = {"jump": draw.choice([1.5, 30, 61, 700, 3600, 3 * 3600, 86_400]),
                      "change-policy": draw.choice([0.5, 0.8, 1.3, 3])}.get(kind, draw.uniform(0.05, 1.5))
            faults.append(Fault(at, kind, draw.randrange(max(self.sidecars, len(self.budgets))), amount))
            at += draw.uniform(0.8, 4)
        return faults

    # MARK: the policy

    def policy(self, mock, budgets=None):
        """The document, with `budgets` in place of those the run begins with."""
        backends = {
            name: {"provider": "openai", "baseURL": mock.at(f"name={name};{knobs}"), "auth": {"env": KEY_VARIABLE},
                   "timeouts": {"connect": "2s", "firstByte": "500ms", "idle": "700ms"}}
            for name, knobs in self.backends.items()}
        models = {
            model: {"chain": [{"backend": name, "priority": place} for place, name in enumerate(chain)],
                    "failover": {"on": ["rateLimit", "timeout", "error"]}}
            for model, chain in self.chains.items()}
        return {"backends": backends, "models": models,
                "budgets": {budget.name: budget.document for budget in budgets or self.budgets}}

    def __str__(self):
        parts = [f"seed {self.seed}: {self.agents} agents of {self.users} users, {self.sidecars} sidecars",
                 "with a daemon" if self.with_daemon else "alone"]
        if self.begin is not None:
            parts.append(f"from {datetime.datetime.fromtimestamp(self.begin, datetime.timezone.utc).isoformat()}")
        lines = [", ".join(parts)]
        lines += [f"  {name}: {knobs}" for name, knobs in self.backends.items()]
        lines += [f"  {budget.name}: {budget.document}" for budget in self.budgets]
        lines += ["  faults: " + ", ".join(f"{fault.kind}@{fault.after_seconds:.1f}" for fault in self.faults)]
        return "\n".join(lines)
