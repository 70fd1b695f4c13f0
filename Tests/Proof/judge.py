"""The verdict on a run: what the mock billed, against what budgets allowed and what receipts say."""

from dataclasses import dataclass, field

import accounts
from books import backend_of, reports_usage
from faults import LAST_MOMENTS_MS

SHOWN = 6


@dataclass
class Verdict:
    problems: list = field(default_factory=list)
    facts: dict = field(default_factory=dict)

    def find(self, what, examples):
        """A problem with the smallest facts needed: how many, and the first few."""
        examples = list(examples)
        if examples:
            more = f" and {len(examples) - SHOWN} more" if len(examples) > SHOWN else ""
            self.problems.append(f"{what}: {len(examples)}: " + "; ".join(map(str, examples[:SHOWN])) + more)


def caps(verdict, budgets, allowed, calls, said):
    """No account of any budget was billed more than it allowed. `allowed`: the amounts from which moment on."""
    most = {budget.name: max(amounts.get(budget.name, 0) for _, amounts in allowed) for budget in budgets}
    billed = [call for call in calls if call["billed"]["total_tokens"]]
    found = [over for budget in budgets for over in accounts.overspent(budget, most[budget.name], billed, said)]
    verdict.find("budgets overspent", found)
    verdict.facts["budgets"] = len(budgets)


def describe(call):
    return (f"{call['user']} at {backend_of(call)} #{call['id']} {call['outcome']} "
            f"{call['billed']['prompt_tokens']}+{call['billed']['completion_tokens']}")


def receipts(verdict, calls, receipts, asked, kills):
    """Every attempt that was billed has exactly one receipt, and that says what was billed."""
    by_attempt, twice = {}, []
    for receipt in receipts:
        if receipt.state == "refused":
            continue
        if by_attempt.setdefault((receipt.tag, receipt.backend), receipt) is not receipt:
            twice.append(f"{receipt.tag} at {receipt.backend}")
    verdict.find("attempts with two receipts", twice)
    missing, forgiven, wrong, unmarked, below = [], 0, [], [], 0
    seen = set()
    for call in calls:
        attempt = (call["user"], backend_of(call))
        seen.add(attempt)
        billed = call["billed"]
        receipt = by_attempt.get(attempt)
        if receipt is None:
            if not billed["total_tokens"]:
                continue
            if lost_with_its_sidecar(call, asked, kills):
                forgiven += 1
            else:
                missing.append(describe(call))
            continue
        if receipt.state == "settled":
            if not reports_usage(call):
                unmarked.append(describe(call))
            elif (receipt.input, receipt.output) != (billed["prompt_tokens"], billed["completion_tokens"]):
                wrong.append(f"{describe(call)}, receipt {receipt.input}+{receipt.output}")
        elif receipt.state == "estimated":
            below += max(0, billed["total_tokens"] - receipt.total)
        elif billed["total_tokens"]:
            wrong.append(f"{describe(call)}, receipt {receipt.state}")
    verdict.find("billed attempts without a receipt", missing)
    verdict.find("receipts that differ from what was billed", wrong)
    verdict.find("receipts settled where no usage was reported", unmarked)
    verdict.find("receipts of attempts that no provider saw", [
        f"{receipt.tag} at {receipt.backend}, {receipt.input}+{receipt.output}" for attempt, receipt in by_attempt.items()
        if attempt not in seen and receipt.state == "settled"])
    verdict.facts.update(
        attempts=len(calls), receipts=len(receipts), lost_with_a_kill=forgiven, estimated_below_billed=below,
        estimated=sum(receipt.state == "estimated" for receipt in receipts),
        refused=sum(receipt.state == "refused" for receipt in receipts))


def lost_with_its_sidecar(call, asked, kills):
    """A kill -9 takes the receipts of calls that were open, or had ended within the last moments."""
    entry = asked.get(call["user"])
    return entry is not None and any(
        sidecar == entry.sidecar and call["began"] <= at and call["last_billed"] >= at - LAST_MOMENTS_MS
        for sidecar, at in kills)


def at_rest(verdict, held, known):
    """Nothing is held by calls that are over, and no lease is out that nobody will spend. `known`: books.accounts."""
    verdict.find("reservations left open", [
        f"sidecar {sidecar}: {account} {amount}" for sidecar, amounts in enumerate(held)
        for account, amount in amounts.items()])
    verdict.find("leases not accounted for", [
        f"{budget} of {' '.join(key) or 'all'}: {account['reserved']} reserved"
        for (budget, key), account in known.items() if account["reserved"]])


def nothing_forgotten(verdict, known, calls, receipts, budgets, said, now_ms):
    """No account says less than was billed in its window. What a receipt that is marked as estimated lacks is no lie of
    the account, so it is told apart: `estimated_below_billed`."""
    estimates = {(receipt.tag, receipt.backend): receipt for receipt in receipts if receipt.state == "estimated"}
    forgotten = []
    for budget in budgets:
        if budget.is_bucket:
            continue
        start, end = accounts.window(budget.period, budget.zone, now_ms)
        billed = {}
        for call in calls:
            key = budget.key(said[call["user"]]) if call["user"] in said else None
            if key is None or not start <= call["began"] < end:
                continue
            estimate = estimates.get((call["user"], backend_of(call)))
            cost = budget.cost(call)
            billed[key] = billed.get(key, 0) + (cost if estimate is None else min(cost, budget.cost(as_billed(estimate))))
        for key, amount in billed.items():
            used = known.get((budget.name, key), {"used": 0})["used"]
            if used < amount:
                forgotten.append(f"{budget.name} of {' '.join(key) or 'all'}: {amount} billed, {used} used")
    verdict.find("accounts that forgot spend", forgotten)


def as_billed(receipt):
    """What a receipt says, as the mock's ledger would."""
    return {"billed": {"prompt_tokens": receipt.input or 0, "completion_tokens": receipt.output or 0,
                       "total_tokens": receipt.total}}


def daemon_books(verdict, central, own):
    """What the sidecars wrote down has reached the daemon's ledger, each attempt once."""
    def counted(receipts):
        counts = {}
        for receipt in receipts:
            name = (receipt.tag, receipt.backend, receipt.state)
            counts[name] = counts.get(name, 0) + 1
        return counts
    there, here = counted(central), counted(own)
    verdict.find("receipts that never reached the daemon", [
        " ".join(map(str, name)) for name, count in here.items() if there.get(name, 0) < count])
    verdict.find("receipts that the daemon has twice", [
        " ".join(map(str, name)) for name, count in there.items() if count > here.get(name, 1)])
    verdict.facts["daemon_receipts"] = len(central)
