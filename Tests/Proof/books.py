"""What is known after a run: the mock's ledger, the sidecars' receipts, and what their metrics say."""

import sqlite3
from dataclasses import dataclass

import control_socket
import metrics
import wire
from units import billed


@dataclass(slots=True)
class Receipt:
    tag: str
    backend: str | None
    state: str
    input: int | None
    output: int | None
    cost: int | None = None
    ended: int = 0
    cached: int | None = None
    cache_creation: int | None = None
    reasoning: int | None = None
    sidecar: int | None = None

    @property
    def billed(self):
        """What it says, as the mock's ledger would."""
        return billed(
            self.input or 0, self.output or 0, cached_tokens=self.cached, cache_creation_tokens=self.cache_creation,
            reasoning_tokens=self.reasoning)

    @property
    def total(self):
        return self.billed["total_tokens"]

    @property
    def is_whole(self):
        """It says all that was booked; where the output is not known, what was reserved was."""
        return self.state in ("failed", "refused") or self.input is not None and self.output is not None


COLUMNS = ("payer, backend, state, input_tokens, output_tokens, cost_nanodollars, ended_ms, cached_input_tokens, "
           "cache_creation_input_tokens, reasoning_tokens")


def tag_of(payer):
    """The call's tag out of `user=u1 team=t0 tenant=a7.3`."""
    return next((part.removeprefix("tenant=") for part in payer.split() if part.startswith("tenant=")), "")


def receipts(folder, sidecar=None):
    path = folder / "ledger.db"
    if not path.exists():
        return []
    # The process that owned it may have been killed: what its log holds counts.
    database = sqlite3.connect(path, timeout=10)
    try:
        rows = database.execute(f"SELECT {COLUMNS} FROM receipt ORDER BY number").fetchall()
    finally:
        database.close()
    return [Receipt(tag_of(payer), backend, *rest, sidecar) for payer, backend, *rest in rows]


def backend_of(call):
    """The name the plan gave the backend, from the knobs of its base URL."""
    return next((knob.removeprefix("name=") for knob in call["knobs"].split(";") if knob.startswith("name=")), None)


def billed_of(call):
    """What it was billed, with its parts."""
    return {**call["billed"], **call.get("classes", {})}


def reports_usage(call):
    return "no-usage" not in call["knobs"].split(";")


def held(admin, is_shared):
    """What a sidecar tells its scraper that it still holds: {what: amount}. Of budgets that it shares it knows what all
    sidecars hold, so there it is the open calls that count."""
    page = metrics.parse(wire.get(f"http://{admin}/metrics").body.decode())
    if is_shared:
        return {"open calls": open_calls} if (open_calls := int(page.sum("ai_gateway_open_exchanges"))) else {}
    return {
        f"{dict(labels)['budget']} {dict(labels)['key']}".strip(): int(value)
        for (name, labels), value in page.samples.items() if name == metrics.BUDGET_RESERVED and value}


def living(socket_path):
    """The sidecars that are connected: {holder: generation of the policy that it has applied}."""
    sidecars = control_socket.call(socket_path, "GetSidecars")["sidecars"]
    return {sidecar["holder"]: sidecar["generation"] for sidecar in sidecars if sidecar["state"] != "gone"}


def generation(socket_path):
    return control_socket.call(socket_path, "GetStatus")["generation"]


def leases(folder):
    """What the daemon has written down of each lease: (holder, budget, key, credit that is neither spent nor back)."""
    database = sqlite3.connect(folder / "ledger.db", timeout=10)
    try:
        return database.execute("SELECT holder, budget, key, granted - spent - returned FROM lease").fetchall()
    finally:
        database.close()


def accounts(socket_path, budgets):
    """(budget, values of its key) -> the account, as the control service tells it."""
    per = {budget.name: budget.per for budget in budgets}
    found = {}
    for account in control_socket.call(socket_path, "GetBudgets")["budgets"]:
        scope = dict(part.split("=", 1) for part in account["scope"].split(", ") if "=" in part)
        key = tuple(scope.get(f"header:x-{name}-id" if name in ("user", "team") else name, "")
                    for name in per[account["name"]])
        found[account["name"], key] = account
    return found
