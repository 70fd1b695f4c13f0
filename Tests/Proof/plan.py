"""What one seed decides: processes, backends, budgets, agents and faults. Two runs of a seed differ in timing alone."""

import datetime
import random
from dataclasses import dataclass

import units
from accounts import Budget
from units import Price

MODELS = ("gpt-4o", "gpt-4o-mini")
# Whose midnights a window may have; "" is UTC.
ZONES = ("", "Europe/Berlin", "America/New_York", "Asia/Kolkata")
KEY_VARIABLE = "PROVIDER_KEY"
# Knobs of the mock that make a backend misbehave.
MISBEHAVIOUR = (
    "status=429;retry-after=0", "status=500", "status=503", "close", "garbage", "delay=900", "delay=60", "no-usage",
    "chunks=60;cut-after=7", "chunks=60;cut-after=0", "chunks=60;stall-after=5", "chunks=200;chunk-delay=4",
    "chunks=30;chunk-delay=15", "no-usage;chunks=90;chunk-delay=3", "goes-on;chunks=60;delay=60",
    "goes-on;chunks=90;chunk-delay=5")
HONEST = ("chunks=25", "chunks=80;chunk-delay=2", "chunks=400", "chunks=12;delay=15", "chunks=40;cached=20",
          "chunks=60;chunk-delay=1;cached=9;think")
# What such a provider goes on with after its caller has left is billed: aigw knows that of this one.
GOES_ON_PROVIDER = "groq"
# Moments worth beginning at, a minute or two before: ends of hours, days, weeks, months; the clocks change in Berlin,
# New York.
BEGINNINGS = ("2027-03-27T22:58:40", "2027-03-28T00:58:30", "2027-10-30T21:58:50", "2027-10-31T00:58:30",
              "2027-03-14T06:58:40", "2027-02-28T23:58:40", "2027-12-31T23:58:30", "2027-06-13T23:59:00")
# In what budgets count; tokens are what most people write.
COUNTED = (["tokens"] * 4 + ["usd"] * 4 + [unit.name for unit in units.UNITS])
PERIODS = ("hour", "day", "week", "hour", "minute", "second", "month", "1m", "7m")
CONDITIONS = ("budget.remaining > 0.5", "budget.remaining > 0.2", 'headers["x-user-id"] != "u1"')


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
        self.agents = agents or draw.randint(60, 250)
        self.users = draw.choice([3, 12, 30])
        self.begin = None
        if clock:
            text = draw.choice(BEGINNINGS)
            self.begin = datetime.datetime.fromisoformat(text + "+00:00").timestamp()
        self.backends = {}
        self.chains = {model: self._chain(draw, model) for model in MODELS}
        self.prices = {name: Price(draw.choice([50, 150, 2500]), draw.choice([400, 600, 10_000])) for name in self.backends}
        self.failover = ["rateLimit", "timeout", "error", *draw.choice([[], ["budgetExceeded"]])]
        self.on_disconnect = draw.choice(["cancel", "cancel", "drain"])
        self.budgets = [self._budget(draw, number) for number in range(draw.randint(2, 7))]
        self.faults = self._faults(draw)

    def _chain(self, draw, model):
        """Candidates in their order; the last one has no condition, and answers."""
        short = model[-4:].strip("-")
        chain = []
        for place in range(draw.randint(0, 2)):
            self.backends[f"{short}{place}"] = draw.choice(MISBEHAVIOUR)
            chain.append({"backend": f"{short}{place}", "priority": place})
        if draw.random() < 0.35:
            self.backends[f"{short}large"] = draw.choice(HONEST)
            chain.append({"backend": f"{short}large", "priority": len(chain), "when": draw.choice(CONDITIONS)})
        self.backends[f"{short}good"] = draw.choice(HONEST)
        return [*chain, {"backend": f"{short}good", "priority": len(chain)}]

    def _budget(self, draw, number):
        per = draw.choice([(), (), ("user",), ("team",), ("user", "team"), ("model",), ("backend",)])
        unit, period = draw.choice(COUNTED), draw.choice(PERIODS)
        match = draw.choice([{}, {}, {"model": MODELS[0]}, {"backend": draw.choice(sorted(self.backends))}])
        match = {name: value for name, value in match.items() if name not in per}
        small = max(1, self.most(unit, units.SMALL))
        # What the agents could spend in the whole run if nothing held them; a budget allows a part of it.
        whole = self.seconds * 150 * max(1, self.most(unit, units.billed(30, 60)))
        part = 10 ** draw.uniform(-1.2, 0.6)
        if per:
            part /= self.users if "user" in per else 3
        if period in ("minute", "second"):
            part *= {"minute": 60, "second": 1}[period] / self.seconds
        floor = 3 if unit == "requests" else small
        amount = max(floor, int(whole * part))
        burst = None
        if period in ("minute", "second") and draw.random() < 0.5:
            burst = max(floor, int(amount * draw.choice([0.5, 2, 4])))
        zone = None
        if period in ("day", "week", "month") and draw.random() < 0.5:
            zone = draw.choice(ZONES) or None
        is_window = period not in ("minute", "second")
        strictness = draw.choice([{}, {}, {}, {}, {"queue": "700ms"}, {"queue": "5s"}, {"shadow": True},
                                  {"carries_debt": True} if is_window else {}])
        return Budget(f"b{number}", amount, unit, period, per, burst=burst, zone=zone, **match, **strictness)

    def most(self, unit, billed):
        """The most such a bill can come to, wherever it is billed."""
        cost = units.BY_NAME[unit].cost
        return max(cost(units.Bill(billed, model, name, self.prices[name])) for model, chain in self.chains.items()
                   for name in (candidate["backend"] for candidate in chain))

    def _faults(self, draw):
        kinds = ["kill-sidecar", "kill-sidecar", "stop-sidecar", "freeze-sidecar", "change-policy", "change-policy"]
        if self.with_daemon:
            kinds += ["kill-daemon", "kill-daemon", "kill-both", "stop-daemon", "freeze-daemon"]
        if self.begin is not None:
            kinds += ["jump", "jump"]
        if draw.random() < 0.3:
            # Where nobody is killed, accounts and receipts must agree to the token.
            kinds = [kind for kind in kinds if kind not in ("kill-sidecar", "kill-both")]
        faults, at = [], draw.uniform(1, 3)
        while at < self.seconds - 3:
            kind = draw.choice(kinds)
            amount = {"jump": draw.choice([1.5, 30, 61, 700, 3600, 3 * 3600, 86_400]),
                      "change-policy": draw.choice([0.2, 0.5, 0.8, 1.3, 3])}.get(kind, draw.uniform(0.05, 1.5))
            faults.append(Fault(at, kind, draw.randrange(max(self.sidecars, len(self.budgets))), amount))
            at += draw.uniform(0.8, 4)
        return faults

    # MARK: the policy

    def policy(self, mock, budgets=None):
        """The document, with `budgets` in place of those the run begins with."""
        backends = {
            name: {"provider": GOES_ON_PROVIDER if "goes-on" in knobs.split(";") else "openai",
                   "baseURL": mock.at(f"name={name};{knobs}"), "auth": {"env": KEY_VARIABLE},
                   "timeouts": {"connect": "2s", "firstByte": "500ms", "idle": "700ms"}}
            for name, knobs in self.backends.items()}
        models = {model: {"chain": chain, "failover": {"on": self.failover}} for model, chain in self.chains.items()}
        return {"backends": backends, "models": models,
                "prices": {f"{name}/*": price.document for name, price in self.prices.items()},
                "limits": {"onDisconnect": self.on_disconnect},
                "budgets": {budget.name: budget.document for budget in budgets or self.budgets}}

    def __str__(self):
        parts = [f"seed {self.seed}: {self.agents} agents of {self.users} users, {self.sidecars} sidecars",
                 "with a daemon" if self.with_daemon else "alone", f"onDisconnect: {self.on_disconnect}"]
        if self.begin is not None:
            parts.append(f"from {datetime.datetime.fromtimestamp(self.begin, datetime.timezone.utc).isoformat()}")
        lines = [", ".join(parts)]
        lines += [f"  {name}: {knobs}" for name, knobs in self.backends.items()]
        lines += [f"  {model}: {chain}, on {', '.join(self.failover)}" for model, chain in self.chains.items()]
        lines += [f"  {budget.name}: {budget.document}" for budget in self.budgets]
        lines += ["  faults: " + ", ".join(
            f"{fault.kind}@{fault.after_seconds:.1f}" + (f" x{fault.amount}" if fault.kind in ("jump", "change-policy") else "")
            for fault in self.faults)]
        return "\n".join(lines)
