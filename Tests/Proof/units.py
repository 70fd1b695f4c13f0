"""What a budget may count, and what a call costs in it: worked out from the mock's bill, independently of the product."""

from dataclasses import dataclass

NANO = 1_000_000_000
# They count a part of the input or of the output. Where a bill does not tell them, they are none.
PARTS = ("cached input tokens", "cache creation input tokens", "reasoning tokens")


@dataclass(frozen=True)
class Price:
    """Nano-dollars a token; one read from a cache costs half."""
    input: int
    output: int

    @property
    def document(self):
        """Dollars for a million tokens: a thousand nano-dollars a token are one."""
        return {"input": f"{self.input / 1000:.3f}", "cachedInput": f"{self.input // 2 / 1000:.3f}",
                "output": f"{self.output / 1000:.3f}"}

    def cost(self, billed):
        cached = billed.get("cached_tokens") or 0
        return ((billed["prompt_tokens"] - cached) * self.input + cached * (self.input // 2)
                + billed["completion_tokens"] * self.output)


@dataclass(frozen=True)
class Bill:
    """A call as it was billed, with what its cost may depend on."""
    billed: dict
    model: str
    backend: str | None
    price: Price | None

    @property
    def input(self):
        return self.billed["prompt_tokens"]

    @property
    def output(self):
        return self.billed["completion_tokens"]

    @property
    def total(self):
        return self.billed["total_tokens"]

    def part(self, name):
        return self.billed.get(name) or 0


@dataclass(frozen=True)
class Unit:
    """`fields`: what a policy writes in place of a unit's name; empty where the limit is a line of text."""
    name: str
    cost: object
    fields: tuple = ()

    def limit(self, amount, period):
        """As a policy writes it."""
        if self.name == "usd":
            return f"${amount // NANO}.{amount % NANO:09d}/{period}"
        if not self.fields:
            return f"{amount} {self.name}/{period}"
        return {"amount": amount, "per": period, **dict(self.fields)}

    def burst(self, amount):
        return f"{amount // NANO}.{amount % NANO:09d}" if self.name == "usd" else amount


def _multiplied(bill):
    return bill.total * (3 if bill.model == "gpt-4o" else 1)


def _cel(text, cost):
    return Unit(f"cel {text}", cost, (("cel", text),))


UNITS = [
    Unit("tokens", lambda bill: bill.total),
    Unit("input tokens", lambda bill: bill.input),
    Unit("output tokens", lambda bill: bill.output),
    Unit("cached input tokens", lambda bill: bill.part("cached_tokens")),
    Unit("cache creation input tokens", lambda bill: bill.part("cache_creation_tokens")),
    Unit("reasoning tokens", lambda bill: bill.part("reasoning_tokens")),
    # What billed nothing is no request: nobody was served.
    Unit("requests", lambda bill: 1 if bill.total else 0),
    Unit("usd", lambda bill: bill.price.cost(bill.billed)),
    Unit("weights", lambda bill: bill.input + 3 * bill.output, (("weights", {"input": 1, "output": 3}),)),
    Unit("multiplier", _multiplied, (("unit", "totalTokens"), ("multiplier", {"gpt-4o": 3}))),
    _cel("input_tokens + output_tokens * 4u", lambda bill: bill.input + 4 * bill.output),
    _cel('model == "gpt-4o" ? total_tokens * 2u : input_tokens',
         lambda bill: 2 * bill.total if bill.model == "gpt-4o" else bill.input),
    _cel('backend.endsWith("good") ? total_tokens : total_tokens * 2u + 10u',
         lambda bill: (bill.total if (bill.backend or "").endswith("good") else 2 * bill.total + 10) if bill.total else 0),
    _cel("output_tokens > 50u ? output_tokens * 2u : output_tokens",
         lambda bill: bill.output * (2 if bill.output > 50 else 1)),
]
BY_NAME = {unit.name: unit for unit in UNITS}


def billed(input, output, **classes):
    """A bill as the mock's ledger writes it."""
    return {"prompt_tokens": input, "completion_tokens": output, "total_tokens": input + output, **classes}


# What a small call may be held at before it is known what it costs.
SMALL = billed(400, 300, cached_tokens=400, cache_creation_tokens=400, reasoning_tokens=300)
