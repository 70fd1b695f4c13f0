"""Budgets as the judge sees them: what a policy allows, worked out a second time and independently of the product."""

from dataclasses import dataclass, field

import windows
from units import BY_NAME, Bill

# How long a call may be on its way between its admission and its arrival at the provider.
ON_THE_WAY_MS = 4000


@dataclass(frozen=True)
class Budget:
    """One entry of `budgets`. `per` splits it by what is said of a call, `model` and `backend` match one name."""
    name: str
    amount: int
    unit: str  # a name of units.BY_NAME
    period: str  # a bucket for second, minute, and hour with a burst; a window for the others
    per: tuple = ()  # of user, team, model, backend
    model: str | None = None
    burst: int | None = None
    zone: str | None = None
    backend: str | None = None
    queue: str | None = None
    shadow: bool = False
    carries_debt: bool = False

    @property
    def is_bucket(self):
        return self.period in ("second", "minute") or self.burst is not None

    @property
    def document(self):
        """As a policy writes it."""
        unit = BY_NAME[self.unit]
        written = {"limit": unit.limit(self.amount, self.period)}
        if self.per:
            written["per"] = [f"header:x-{name}-id" if name in ("user", "team") else name for name in self.per]
        match = {name: value for name, value in (("model", self.model), ("backend", self.backend)) if value}
        if match:
            written["match"] = match
        if self.burst:
            written["burst"] = unit.burst(self.burst)
        if self.zone:
            written["timezone"] = self.zone
        if self.queue:
            written["queue"] = {"maxWait": self.queue}
        if self.shadow:
            written["shadow"] = True
        if self.carries_debt:
            written["carryDebt"] = True
        return written

    def key(self, said, backend=None):
        """The account of a call that said `said` at `backend`; None when the budget does not apply to it."""
        if self.model and said["model"] != self.model or self.backend and self.backend != backend:
            return None
        return tuple((backend or "") if name == "backend" else said.get(name, "") for name in self.per)

    def cost(self, billed, said, backend, prices):
        """What a bill comes to in this budget's unit."""
        return BY_NAME[self.unit].cost(Bill(billed, said.get("model"), backend, prices.get(backend)))


class Allowed:
    """The amounts of all budgets over time. From the moment a change is written until it is in force everywhere, the old
    amounts or the new ones may hold."""

    def __init__(self, amounts):
        self.changes = [(0, 0, dict(amounts))]

    @classmethod
    def always(cls, budgets):
        return cls({budget.name: budget.amount for budget in budgets})

    def change(self, written_ms, in_force_ms, amounts):
        self.changes.append((written_ms, in_force_ms, dict(amounts)))

    def most(self, name, since_ms, until_ms):
        """The most that was allowed at any moment of a span."""
        ends = [in_force for _, in_force, _ in self.changes[1:]] + [float("inf")]
        return max(amounts[name] for (written, _, amounts), end in zip(self.changes, ends)
                   if written <= until_ms and since_ms <= end)

    def most_ever(self, name):
        return max(amounts[name] for _, _, amounts in self.changes)


@dataclass(frozen=True)
class Spent:
    """What one call cost one account."""
    began: int
    last: int
    cost: int
    tag: str


@dataclass
class Overspent:
    budget: str
    key: tuple
    span: tuple
    billed: int
    allowed: int
    tags: list = field(default_factory=list)

    def __str__(self):
        start, end = map(windows.text, self.span)
        return (f"budget {self.budget} of {' '.join(self.key) or 'all'}: {self.billed} billed, {self.allowed} allowed, from "
                f"{start} until {end}; calls {' '.join(self.tags[-8:])}")


def windows_overspent(budget, allowed, calls, key=()):
    """A call that was open across the end of a window was held in both: it must fit into either. When a call is admitted,
    all that began before it fits with it into what is allowed then, or what was allowed when one of them grew later."""
    by_window = {}
    for call in sorted(calls, key=lambda call: call.began):
        at = call.began
        while True:
            span = windows.window(budget.period, budget.zone, at)
            by_window.setdefault(span, []).append(call)
            at = span[1]
            if at > call.last:
                break
    found, debt, earlier = [], 0, None
    for span in sorted(by_window):
        if budget.carries_debt and earlier:
            debt = _debt(budget, allowed, debt, earlier, by_window[earlier], span)
        billed, last = 0, 0
        for call in by_window[span]:
            billed, last = billed + call.cost, max(last, call.last)
            amount = max(0, allowed.most(budget.name, call.began - ON_THE_WAY_MS, last) - debt)
            if billed > amount:
                tags = [other.tag for other in by_window[span] if other.began <= call.began]
                found.append(Overspent(budget.name, key, span, billed, amount, tags))
                break
        earlier = span
    return found


def _debt(budget, allowed, debt, span, calls, later):
    """What is owed at the beginning of `later`: what was billed within `span` beyond its limit, less a limit for each
    window between. A call across an end may be booked on its other side."""
    whole = sum(call.cost for call in calls if span[0] <= call.began and call.last < span[1])
    debt = debt + whole - allowed.most(budget.name, span[0], later[1])
    at = span[1]
    while debt > 0 and at < later[0]:
        debt -= allowed.most(budget.name, at, later[1])
        at = windows.window(budget.period, budget.zone, at)[1]
    return max(0, debt)


def bucket_overspent(budget, amount, calls, key=()):
    """Over every span of time, what was billed is at most burst + rate x span. A call may have been billed at whichever
    moment between its first and its last is worst, so a span counts each call that it touches."""
    burst, period_ms = budget.burst or amount, windows.BUCKET_MS[budget.period]
    moments = sorted(
        [(call.began, 0, call.cost) for call in calls] + [(call.last, 1, call.cost) for call in calls])
    begun = ended = 0
    # The least of (what ended before a span's beginning) - rate x beginning, in units x period.
    beginning, least = 0, 0
    worst = None
    for at, is_end, cost in moments:
        if not is_end:
            if begun == 0:
                beginning, least = at, -amount * at
            begun += cost
            # A span that begins here counts what has not ended yet.
            if ended * period_ms - amount * at < least:
                beginning, least = at, ended * period_ms - amount * at
            over = begun * period_ms - amount * at - burst * period_ms - least
            # A millisecond is the clock's grain, on either side of the span.
            if over > 2 * amount and (worst is None or over > worst[0]):
                worst = (over, beginning, at)
        else:
            if ended * period_ms - amount * at < least:
                beginning, least = at, ended * period_ms - amount * at
            ended += cost
    if worst is None:
        return []
    _, start, end = worst
    touched = [call for call in calls if call.began <= end and call.last >= start]
    most = burst + amount * (end - start) // period_ms
    return [Overspent(budget.name, key, (start, end), sum(call.cost for call in touched), most,
                      [call.tag for call in touched])]


def overspent(budget, allowed, accounts):
    """Every account of `budget` that spent more than is allowed. `accounts`: what each spent, by its key."""
    if budget.shadow:
        return []
    return [found for key, spent in accounts.items() for found in (
        bucket_overspent(budget, allowed.most_ever(budget.name), spent, key) if budget.is_bucket
        else windows_overspent(budget, allowed, spent, key))]
