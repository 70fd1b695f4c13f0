"""The judge itself: it must find what is wrong, and nothing where all is right."""

import datetime

import pytest

import accounts
import judge
import units
import windows
from accounts import Allowed, Budget
from swarm import Asked
from books import Receipt

HOUR = 3_600_000


def at(text):
    return int(datetime.datetime.fromisoformat(text).timestamp() * 1000)


def billed(tag, began, tokens, last=None, knobs="name=main"):
    """A call that cost 10 tokens of input and the rest of output."""
    return {"id": 1, "user": tag, "knobs": knobs, "outcome": "completed", "began": began, "last_billed": last or began,
            "billed": {"prompt_tokens": 10, "completion_tokens": tokens - 10, "total_tokens": tokens}}


def said(calls, **more):
    return {call["user"]: {"user": "alice", "team": "red", "model": "gpt-4o", **more} for call in calls}


def asked(calls):
    return {call["user"]: Asked(call["user"], 0, {}) for call in calls}


def overspent(budget, calls, allowed=None, of=None, prices=()):
    spending = judge.spending(budget, calls, of or said(calls), dict(prices))
    return accounts.overspent(budget, allowed or Allowed.always([budget]), spending)


# MARK: windows


def test_a_window_holds_its_limit_and_not_a_token_more():
    budget = Budget("b", 100, "tokens", "hour")
    calls = [billed("a", HOUR, 60), billed("b", HOUR + 1, 40), billed("c", 2 * HOUR, 100)]
    assert overspent(budget, calls) == []
    (found,) = overspent(budget, [*calls, billed("d", 2 * HOUR - 1, 11)])
    assert (found.billed, found.allowed, found.span) == (111, 100, (HOUR, 2 * HOUR))


def test_a_call_across_the_end_of_a_window_must_fit_into_both():
    budget = Budget("b", 100, "tokens", "hour")
    across = billed("a", 2 * HOUR - 5, 60, last=2 * HOUR + 5)
    assert overspent(budget, [across]) == []
    assert len(overspent(budget, [across, billed("b", HOUR, 50), billed("c", 2 * HOUR + 9, 50)])) == 2


@pytest.mark.parametrize("moment, start, hours", [
    ("2027-03-28T12:00:00+02:00", "2027-03-28T00:00:00+01:00", 23),
    ("2027-10-31T12:00:00+01:00", "2027-10-31T00:00:00+02:00", 25),
    ("2027-06-01T00:00:00+02:00", "2027-06-01T00:00:00+02:00", 24)])
def test_days_are_as_long_as_where_they_are(moment, start, hours):
    assert windows.window("day", "Europe/Berlin", at(moment)) == (at(start), at(start) + hours * HOUR)


def test_weeks_begin_on_monday():
    assert windows.window("week", None, at("2027-01-03T23:59:59+00:00")) == (
        at("2026-12-28T00:00:00+00:00"), at("2027-01-04T00:00:00+00:00"))


def test_accounts_are_split_as_the_budget_says():
    calls = [billed("a", 0, 80), billed("b", 0, 80)]
    by_user = Budget("b", 100, "tokens", "hour", ("user",))
    different = {"a": {"user": "alice", "model": "m"}, "b": {"user": "bob", "model": "m"}}
    assert overspent(by_user, calls, of=different) == []
    assert len(overspent(Budget("b", 100, "tokens", "hour"), calls, of=different)) == 1
    assert overspent(Budget("b", 100, "tokens", "hour", (), "other"), calls, of=different) == []


def test_a_budget_of_one_backend_counts_what_that_one_billed():
    calls = [billed("a", 0, 80), billed("b", 0, 80, knobs="name=other")]
    assert overspent(Budget("b", 100, "tokens", "hour", backend="main"), calls) == []
    assert overspent(Budget("b", 100, "tokens", "hour", ("backend",)), calls) == []
    assert len(overspent(Budget("b", 70, "tokens", "hour", ("backend",)), calls)) == 2


def test_a_limit_lowered_within_a_window_holds_for_what_is_admitted_afterwards():
    budget = Budget("b", 100, "tokens", "hour")
    allowed = Allowed.always([budget])
    allowed.change(HOUR + 10_000, HOUR + 11_000, {"b": 50})
    early, meanwhile, late = billed("a", HOUR + 1, 60), billed("b", HOUR + 10_500, 30), billed("c", HOUR + 30_000, 5)
    assert overspent(budget, [early, meanwhile], allowed) == []
    (found,) = overspent(budget, [early, meanwhile, late], allowed)
    assert (found.billed, found.allowed) == (95, 50)


def test_a_limit_raised_within_a_window_holds_from_then_on():
    budget = Budget("b", 50, "tokens", "hour")
    allowed = Allowed.always([budget])
    allowed.change(HOUR + 10_000, HOUR + 11_000, {"b": 100})
    assert overspent(budget, [billed("a", HOUR + 1, 50), billed("b", HOUR + 12_000, 50)], allowed) == []
    assert len(overspent(budget, [billed("a", HOUR + 1, 60), billed("b", HOUR + 12_000, 30)], allowed)) == 1


def test_a_debt_is_taken_from_the_next_windows():
    budget = Budget("b", 100, "tokens", "hour", carries_debt=True)
    owed = billed("a", HOUR, 250)
    strict = Allowed.always([budget])
    found = overspent(budget, [owed, billed("b", 2 * HOUR + 5000, 20), billed("c", 4 * HOUR, 100)], strict)
    assert [(over.billed, over.allowed) for over in found] == [(250, 100), (20, 0)]
    assert overspent(Budget("b", 100, "tokens", "hour", shadow=True), [owed], strict) == []


@pytest.mark.parametrize("unit, cost", [
    ("tokens", 50), ("input tokens", 10), ("output tokens", 40), ("requests", 1), ("usd", 10 * 150 + 40 * 600),
    ("weights", 130), ("multiplier", 150), ("reasoning tokens", 0),
    ('model == "gpt-4o" ? total_tokens * 2u : input_tokens', 100), ("output_tokens > 50u ? output_tokens * 2u : output_tokens", 40)])
def test_each_unit_counts_what_it_says(unit, cost):
    call, prices = billed("a", 0, 50), {"main": units.Price(150, 600)}
    unit = unit if unit in units.BY_NAME else f"cel {unit}"
    def within(amount):
        return overspent(Budget("b", amount, unit, "hour"), [call], prices=prices) == []
    assert within(cost) and (cost == 0 or not within(cost - 1))


# MARK: buckets


def test_a_bucket_is_held_to_its_burst_and_its_rate_over_every_span():
    budget = Budget("b", 60, "tokens", "minute", burst=100)
    steady = [billed("first", 0, 100)] + [billed(f"c{second}", second * 1000, 15) for second in range(15, 300, 15)]
    assert overspent(budget, steady) == []
    (found,) = overspent(budget, [*steady, billed("more", 150_500, 20)])
    assert found.billed > found.allowed


def test_what_a_bucket_gave_long_ago_does_not_count_against_it():
    budget = Budget("b", 60, "tokens", "minute")
    assert overspent(budget, [billed(f"c{minute}", minute * 60_000, 60) for minute in range(20)]) == []
    assert len(overspent(budget, [billed("a", 0, 60), billed("b", 30_000, 60)])) == 1


def test_a_call_in_a_bucket_may_have_been_billed_at_any_moment_while_it_was_open():
    budget = Budget("b", 60, "tokens", "minute")
    long = billed("long", 0, 60, last=120_000)
    assert overspent(budget, [long]) == []
    assert len(overspent(budget, [long, billed("b", 60_000, 60)])) == 1


# MARK: receipts


def receipt(tag, tokens, state="settled", backend="main"):
    return Receipt(tag, backend, state, 10, tokens - 10, ended=HOUR, sidecar=0)


def judged(calls, receipts, kills=()):
    verdict = judge.Verdict()
    judge.receipts(verdict, calls, receipts, asked(calls), list(kills))
    return verdict


def test_receipts_that_say_what_was_billed_are_in_order():
    calls = [billed("a", 0, 50), billed("b", 0, 60, knobs="name=main;no-usage")]
    verdict = judged(calls, [receipt("a", 50), receipt("b", 55, "estimated"), receipt("c", 10, "refused")])
    assert verdict.problems == [] and verdict.facts["estimated_below_billed"] == 5


@pytest.mark.parametrize("receipts, problem", [
    ([], "without a receipt"), ([receipt("a", 49)], "differ"), ([receipt("a", 50), receipt("a", 50)], "two receipts"),
    ([receipt("a", 50), receipt("x", 50)], "no provider saw"), ([receipt("a", 10, "failed")], "differ")])
def test_each_kind_of_wrong_receipt_is_found(receipts, problem):
    assert problem in "\n".join(judged([billed("a", 0, 50)], receipts).problems)


def test_an_estimate_that_is_not_marked_is_found():
    assert judged([billed("a", 0, 50, knobs="name=main;no-usage")], [receipt("a", 50)]).problems


def test_a_kill_forgives_the_receipts_of_its_last_moments_alone():
    early, late, after = billed("early", 10_000, 50), billed("late", 19_500, 50), billed("after", 20_001, 50)
    assert judged([late], [], [(0, 20_000)]).problems == []
    assert judged([early], [], [(0, 20_000)]).problems
    assert judged([after], [], [(0, 20_000)]).problems
    assert judged([late], [], [(1, 20_000)]).problems


# MARK: at rest


def test_what_is_still_held_is_found():
    verdict = judge.Verdict()
    judge.at_rest(verdict, [{"b alice": 5}], {("b", ("alice",)): {"reserved": 7}})
    assert len(verdict.problems) == 2


def test_an_account_that_says_less_than_was_billed_is_found():
    calls, budget = [billed("a", HOUR, 50)], Budget("b", 100, "tokens", "hour")

    def problems(used, receipts=()):
        verdict = judge.Verdict()
        judge.nothing_forgotten(verdict, {("b", ()): {"used": used}}, calls, receipts, [budget], said(calls), HOUR + 1)
        return verdict.problems
    assert problems(50) == [] and problems(49)
    assert problems(45, [receipt("a", 45, "estimated")]) == []


@pytest.mark.parametrize("used, state, is_found", [(50, "settled", False), (51, "settled", True), (51, "estimated", True)])
def test_an_account_that_says_more_than_its_receipts_is_found(used, state, is_found):
    verdict, budget, calls = judge.Verdict(), Budget("b", 100, "tokens", "hour"), [billed("a", HOUR, 50)]
    judge.nothing_invented(
        verdict, {("b", ()): {"used": used}}, [receipt("a", 50, state)], [budget], said(calls), HOUR + 1)
    assert bool(verdict.problems) == is_found


def test_the_parts_of_a_bill_count_and_must_be_on_the_receipt():
    call = {**billed("a", 0, 50), "classes": {"cached_tokens": 4, "cache_creation_tokens": 0, "reasoning_tokens": 9}}
    prices = {"main": units.Price(150, 600)}
    assert overspent(Budget("b", 9, "reasoning tokens", "hour"), [call]) == []
    assert len(overspent(Budget("b", 8, "reasoning tokens", "hour"), [call])) == 1
    assert len(overspent(Budget("b", 6 * 150 + 4 * 75 + 40 * 600 - 1, "usd", "hour"), [call], prices=prices)) == 1
    verdict, right = judge.Verdict(), receipt("a", 50)
    right.cached, right.reasoning = 4, 9
    judge.receipts(verdict, [call], [right], asked([call]), [])
    assert verdict.problems == []
    right.reasoning = 8
    judge.receipts(verdict, [call], [right], asked([call]), [])
    assert "differ" in verdict.problems[0]


def test_a_receipt_with_another_price_than_that_of_the_bill_is_found():
    verdict, calls = judge.Verdict(), [billed("a", 0, 50)]
    right = receipt("a", 50)
    right.cost = 10 * 150 + 40 * 600
    judge.receipts(verdict, calls, [right], asked(calls), [], {"main": units.Price(150, 600)})
    assert verdict.problems == []
    judge.receipts(verdict, calls, [right], asked(calls), [], {"main": units.Price(150, 601)})
    assert "differ" in verdict.problems[0]


def test_credit_that_a_living_sidecar_did_not_give_back_is_found():
    verdict = judge.Verdict()
    judge.leases_closed(verdict, [("gone", "b", "", 9), ("lives", "b", "", 0), ("lives", "c", "", -3)], {"lives": 1})
    assert verdict.problems == []
    judge.leases_closed(verdict, [("lives", "b", "", 9)], {"lives": 1})
    assert len(verdict.problems) == 1


def test_a_receipt_that_never_reached_the_daemon_is_found():
    verdict = judge.Verdict()
    judge.daemon_books(verdict, [receipt("a", 5)], [receipt("a", 5), receipt("b", 5)])
    assert len(verdict.problems) == 1
    judge.daemon_books(verdict, [receipt("a", 5)] * 2, [receipt("a", 5)])
    assert len(verdict.problems) == 2
