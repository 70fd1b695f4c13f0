"""Budgets as the judge sees them: what a policy allows, worked out a second time and independently of the product."""

import datetime
import zoneinfo
from dataclasses import dataclass, field

SECOND = 1000
PERIOD_MS = {"second": SECOND, "minute": 60 * SECOND, "hour": 3600 * SECOND}
UTC = datetime.timezone.utc


@dataclass(frozen=True)
class Budget:
    """One entry of `budgets`. A `per` of `user` or `team` splits it by that header, `model` matches one name."""
    name: str
    amount: int
    unit: str  # tokens | input tokens | output tokens | requests
    period: str  # a bucket for second, minute, and hour with a burst; a window for hour, day and week
    per: tuple = ()
    model: str | None = None
    burst: int | None = None
    zone: str | None = None

    @property
    def is_bucket(self):
        return self.period in ("second", "minute") or self.burst is not None

    @property
    def document(self):
        """As a policy writes it."""
        written = {"limit": f"{self.amount} {self.unit}/{self.period}"}
        if self.per:
            written["per"] = [f"header:x-{name}-id" for name in self.per]
        if self.model:
            written["match"] = {"model": self.model}
        if self.burst:
            written["burst"] = self.burst
        if self.zone:
            written["timezone"] = self.zone
        return written

    def key(self, said):
        """The account of a call that said `said`; None when the budget does not apply to it."""
        if self.model and said["model"] != self.model:
            return None
        return tuple(said.get(name, "") for name in self.per)

    def cost(self, call):
        """What the provider billed for `call`, in this budget's unit."""
        billed = call["billed"]
        if self.unit == "requests":
            return 1 if billed["total_tokens"] else 0
        return billed[{"tokens": "total_tokens", "input tokens": "prompt_tokens",
                       "output tokens": "completion_tokens"}[self.unit]]


def window(period, zone, at_ms):
    """The calendar window around a moment: its first millisecond and the first one after it. Days have 23, 24 or 25
    hours where the clocks change; hours do not change their length."""
    if period == "hour":
        start = at_ms - at_ms % 3_600_000
        return start, start + 3_600_000
    place = zoneinfo.ZoneInfo(zone) if zone else UTC
    day = datetime.datetime.fromtimestamp(at_ms / 1000, place).date()
    days = 1
    if period == "week":
        day, days = day - datetime.timedelta(days=day.weekday()), 7

    def midnight(date):
        # The first moment of the date: of two midnights the earlier, of none the one after the gap.
        moment = datetime.datetime(date.year, date.month, date.day, tzinfo=place)
        return int(moment.timestamp() * 1000)
    return midnight(day), midnight(day + datetime.timedelta(days=days))


@dataclass
class Overspent:
    budget: str
    key: tuple
    span: tuple
    billed: int
    allowed: int
    tags: list = field(default_factory=list)

    def __str__(self):
        start, end = (datetime.datetime.fromtimestamp(at / 1000, UTC).isoformat() for at in self.span)
        return (f"budget {self.budget} of {self.key or 'all'}: {self.billed} billed, {self.allowed} allowed, from {start} "
                f"until {end}; calls {' '.join(self.tags[-8:])}")


def windows_overspent(budget, amount, calls, key=()):
    """A call that was open across the end of a window was held in both: it must fit into either."""
    sums = {}
    for call in calls:
        at = call["began"]
        while True:
            span = window(budget.period, budget.zone, at)
            known = sums.setdefault(span, [0, []])
            known[0] += budget.cost(call)
            known[1].append(call["user"])
            at = span[1]
            if at > call["last_billed"]:
                break
    return [Overspent(budget.name, key, span, billed, amount, tags)
            for span, (billed, tags) in sums.items() if billed > amount]


def bucket_overspent(budget, amount, calls, key=()):
    """Over every span of time, what was billed is at most burst + rate x span. A call may have been billed at whichever
    moment between its first and its last is worst, so a span counts each call that it touches."""
    burst, period_ms = budget.burst or amount, PERIOD_MS[budget.period]
    moments = sorted(
        [(call["began"], 0, budget.cost(call)) for call in calls]
        + [(call["last_billed"], 1, budget.cost(call)) for call in calls])
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
    touched = [call for call in calls if call["began"] <= end and call["last_billed"] >= start]
    allowed = burst + amount * (end - start) // period_ms
    return [Overspent(budget.name, key, (start, end), sum(map(budget.cost, touched)), allowed,
                      [call["user"] for call in touched])]


def overspent(budget, amount, calls, said):
    """Every account of `budget` that billed more than `amount` allows. `said`: what each tag's agent said of itself."""
    accounts = {}
    for call in calls:
        key = budget.key(said[call["user"]]) if call["user"] in said else None
        if key is not None and budget.cost(call):
            accounts.setdefault(key, []).append(call)
    check = bucket_overspent if budget.is_bucket else windows_overspent
    return [found for key, of_key in accounts.items() for found in check(budget, amount, of_key, key)]
