"""The verdict on a run: what the mock billed, against what budgets allowed and what receipts say."""

from dataclasses import dataclass, field

import accounts
import units
import windows
from books import backend_of, billed_of, reports_usage
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


def spending(budget, calls, said, prices):
    """What each account of `budget` was billed: {key: [accounts.Spent]}. `said`: what each tag's agent said of itself."""
    found = {}
    for call in calls:
        of_call, backend = said.get(call["user"]), backend_of(call)
        key = budget.key(of_call, backend) if of_call else None
        cost = budget.cost(billed_of(call), of_call, backend, prices) if key is not None else 0
        if cost:
            found.setdefault(key, []).append(accounts.Spent(call["began"], call["last_billed"], cost, call["user"]))
    return found


def caps(verdict, budgets, allowed, calls, said, prices=()):
    """No account of any budget was billed more than it allowed."""
    prices = dict(prices)
    verdict.find("budgets overspent", [
        over for budget in budgets
        for over in accounts.overspent(budget, allowed, spending(budget, calls, said, prices))])
    verdict.facts["budgets"] = len(budgets)


def describe(call):
    return (f"{call['user']} at {backend_of(call)} #{call['id']} {call['outcome']} "
            f"{call['billed']['prompt_tokens']}+{call['billed']['completion_tokens']}")


def receipts(verdict, calls, receipts, asked, kills, prices=()):
    """Every attempt that was billed has exactly one receipt, and that says what was billed, to the nano-dollar."""
    prices = dict(prices)
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
        billed = billed_of(call)
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
            elif differs(receipt, billed):
                wrong.append(f"{describe(call)}, receipt {receipt.input}+{receipt.output}")
            elif (price := prices.get(receipt.backend)) and receipt.cost != price.cost(billed):
                wrong.append(f"{describe(call)} cost {price.cost(billed)} nano-dollars, receipt {receipt.cost}")
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


def differs(receipt, billed):
    """Whether a receipt says something else than what was billed; a class that neither speaks of is none."""
    parts = {"cached_tokens": receipt.cached, "cache_creation_tokens": receipt.cache_creation,
             "reasoning_tokens": receipt.reasoning}
    return (receipt.input, receipt.output) != (billed["prompt_tokens"], billed["completion_tokens"]) or any(
        (said or 0) != (billed.get(name) or 0) for name, said in parts.items())


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


def nothing_forgotten(verdict, known, calls, receipts, budgets, said, now_ms, prices=()):
    """No account says less than was billed in its window. What a receipt that is marked as estimated lacks is no lie of
    the account, so it is told apart: `estimated_below_billed`."""
    prices = dict(prices)
    estimates = {(receipt.tag, receipt.backend): receipt for receipt in receipts if receipt.state == "estimated"}
    forgotten = []
    for budget in budgets:
        if budget.is_bucket:
            continue
        start, end = windows.window(budget.period, budget.zone, now_ms)
        billed = {}
        for call in calls:
            of_call, backend = said.get(call["user"]), backend_of(call)
            key = budget.key(of_call, backend) if of_call else None
            if key is None or not start <= call["began"] < end:
                continue
            estimate = estimates.get((call["user"], backend))
            cost = budget.cost(billed_of(call), of_call, backend, prices)
            if estimate:
                cost = min(cost, budget.cost(estimate.billed, of_call, backend, prices))
            billed[key] = billed.get(key, 0) + cost
        for key, amount in billed.items():
            used = known.get((budget.name, key), {"used": 0})["used"]
            if used < amount:
                forgotten.append(f"{budget.name} of {' '.join(key) or 'all'}: {amount} billed, {used} used")
    verdict.find("accounts that forgot spend", forgotten)


def nothing_invented(verdict, known, receipts, budgets, said, now_ms, prices=(), late_ms=0):
    """Where no sidecar was killed, an account says no more than the receipts of its window, `late_ms` before it included.
    `carryDebt` owes more; of a class of tokens that an estimate does not tell, all that was held is booked."""
    prices = dict(prices)
    invented = []
    for budget in budgets:
        if budget.is_bucket or budget.carries_debt:
            continue
        start, end = windows.window(budget.period, budget.zone, now_ms)
        booked, vague = {}, set()
        for receipt in receipts:
            of_call = said.get(receipt.tag)
            key = budget.key(of_call, receipt.backend) if of_call and receipt.backend else None
            if key is None or not start - late_ms <= receipt.ended < end:
                continue
            if not receipt.is_whole or receipt.state == "estimated" and budget.unit in units.PARTS:
                vague.add(key)
            booked[key] = booked.get(key, 0) + budget.cost(receipt.billed, of_call, receipt.backend, prices)
        for (name, key), account in known.items():
            if name == budget.name and key not in vague and account["used"] > booked.get(key, 0):
                invented.append(
                    f"{name} of {' '.join(key) or 'all'}: {booked.get(key, 0)} on receipts, {account['used']} used")
    verdict.find("accounts that say more than their receipts", invented)


def leases_closed(verdict, rows, living):
    """Once all have left in order, no lease of theirs has credit that is neither spent nor given back. Below nothing is a
    call that cost more than was held: what was estimated of a reply without usage is not cut to what was asked for."""
    verdict.find("leases that nobody gave back", [
        f"{holder}: {budget} {key}: {credit}" for holder, budget, key, credit in rows if credit > 0 and holder in living])


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
