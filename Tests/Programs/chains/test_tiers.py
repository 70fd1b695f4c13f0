"""What is left of a budget decides who is asked: conditions of candidates, and chains that go on where one refuses."""

import time

import pytest

import metrics
import wire
from policies import MODEL, backend, chain, chat


def tiers(mock, *conditions, **more):
    """One model; each candidate has a backend of its own, named after its place, and a condition or None."""
    names = ["first", "second", "third"][:len(conditions)]
    return {
        "backends": {name: backend(mock.at(f"name={name}")) for name in names},
        "models": {MODEL: {"chain": [
            {"backend": name, **({"when": condition} if condition else {})}
            for name, condition in zip(names, conditions)]}},
        **more}


def asked(served, body=None, **headers):
    """Which backend answered, or the status of the refusal."""
    reply = wire.post(f"{served.base_url}/chat/completions", body or chat(max_tokens=20), **headers)
    return reply.headers.get("x-ai-backend") if reply.status == 200 else reply.status


def test_the_large_model_while_there_is_plenty_the_small_one_after_and_then_nobody(mock, sidecar):
    served = sidecar(tiers(
        mock, "budget.remaining > 0.5", "budget.remaining > 0.2", budgets={"b": {"limit": "10 requests/day"}}))
    assert [asked(served) for _ in range(10)] == ["first"] * 5 + ["second"] * 3 + [429] * 2
    assert len(mock.ledger()) == 8


def test_the_refusal_at_the_end_is_that_of_the_tightest_budget(mock, sidecar):
    served = sidecar(tiers(mock, "budget.remaining > 0.5", budgets={
        "wide": {"limit": "1000 requests/day"}, "tight": {"limit": "2 requests/day"}}))
    assert asked(served) == "first"
    refused = wire.post(f"{served.base_url}/chat/completions", chat())
    assert refused.status == 429
    assert (refused.error["code"], refused.error["budget"]) == ("budget_exceeded", "tight")
    assert refused.error["message"].startswith(
        "Too little of budget tight is left for any backend: 1 of 2 (first when budget.remaining > 0.5).")
    assert refused.headers["x-should-retry"] == "false" and int(refused.headers["retry-after"]) > 0
    assert served.metrics().sum(metrics.BUDGET_REFUSALS, budget="tight") == 1


def test_a_budget_may_be_asked_about_by_its_name(mock, sidecar):
    served = sidecar(tiers(mock, 'budget["per-user"].remaining > 0.5', None, budgets={
        "per-user": {"limit": "2 requests/day", "per": ["header:x-user-id"]}, "all": {"limit": "100 requests/day"}}))
    assert [asked(served, x_user_id=user) for user in ("alice", "alice", "bob")] == ["first", "second", "first"]


def test_headers_decide_too_and_one_that_is_missing_passes_the_candidate_over(mock, sidecar):
    served = sidecar(tiers(mock, 'headers["x-tier"] == "gold"', None))
    assert [asked(served, x_tier=tier) for tier in ("gold", "iron")] == ["first", "second"]
    assert [asked(served) for _ in range(3)] == ["second"] * 3
    complaints = [line for line in served.log() if "condition has no value" in line["message"]]
    assert len(complaints) == 1 and "x-tier" in complaints[0]["reason"]


def test_the_agents_key_is_no_header_for_conditions(mock, sidecar):
    served = sidecar(tiers(mock, '"authorization" in headers || "x-api-key" in headers', None))
    assert asked(served, authorization="Bearer key", x_api_key="key") == "second"


def test_the_hour_of_the_day_decides(mock, sidecar):
    hour = time.gmtime().tm_hour
    served = sidecar(tiers(mock, f"hour != {hour} && hour != {(hour + 1) % 24}", "hour >= 0 && hour <= 23"))
    assert asked(served) == "second"


def test_where_no_condition_holds_and_no_budget_is_to_blame_the_answer_is_503(mock, sidecar):
    served = sidecar(tiers(mock, 'model == "nobody"', '"x-night" in headers'))
    reply = wire.post(f"{served.base_url}/chat/completions", chat())
    assert (reply.status, reply.error["code"]) == (503, "no_candidate")
    assert "first when model == \"nobody\"; second when \"x-night\" in headers" in reply.error["message"]
    assert mock.ledger() == []


def test_candidates_that_are_passed_over_are_nobodys_failure(mock, sidecar):
    served = sidecar(tiers(mock, "false", "true"))
    reply = wire.post(f"{served.base_url}/chat/completions", chat())
    assert reply.headers["x-ai-backend"] == "second" and "x-ai-fallback" not in reply.headers
    assert served.metrics().sum(metrics.FALLBACKS) == 0


def test_candidates_whose_condition_holds_fail_over_as_ever(mock, sidecar):
    policy = tiers(mock, "true", "false", "budget.remaining == 1.0")
    policy["backends"]["first"] = backend(mock.at("status=503"))
    assert asked(sidecar(policy)) == "third"


# Budgets that refuse


def test_a_budget_that_refuses_ends_the_call_unless_the_chain_says_otherwise(mock, sidecar):
    served = sidecar(chain(mock.at(), mock.at(), budgets={"b": {"limit": "1 requests/day"}}))
    assert [asked(served) for _ in range(2)] == ["first", 429]
    refused = wire.post(f"{served.base_url}/chat/completions", chat())
    assert "x-ai-fallback" not in refused.headers


def test_when_every_candidate_is_refused_the_agent_hears_the_budget(mock, sidecar):
    served = sidecar(chain(
        mock.at(), mock.at(), on=["budgetExceeded"], budgets={"b": {"limit": "1 requests/day"}}))
    assert asked(served) == "first"
    refused = wire.post(f"{served.base_url}/chat/completions", chat())
    assert (refused.status, refused.error["budget"]) == (429, "b")
    assert refused.headers["x-should-retry"] == "false"
    assert refused.headers["x-ai-fallback"] == "first=budgetExceeded (budget b), second=budgetExceeded (budget b)"
    assert len(mock.ledger()) == 1
    assert served.metrics().sum(metrics.BUDGET_REFUSALS, budget="b") == 1


def test_where_a_budget_of_one_backend_refuses_the_next_backend_is_asked(mock, sidecar):
    served = sidecar(chain(mock.at("name=first"), mock.at("name=second"), on=["budgetExceeded"], budgets={
        "dear": {"limit": "2 requests/day", "match": {"backend": "first"}}, "all": {"limit": "4 requests/day"}}))
    assert [asked(served) for _ in range(5)] == ["first", "first", "second", "second", 429]
    reply = wire.post(f"{served.base_url}/chat/completions", chat())
    assert reply.error["budget"] in ("dear", "all")
    assert served.metrics().sum(metrics.FALLBACKS, reason="budgetExceeded") == 2


def test_a_provider_that_failed_is_heard_of_rather_than_the_budget_that_refused_the_next_one(mock, sidecar):
    served = sidecar(chain(mock.at("status=503"), mock.at(), on=["error", "budgetExceeded"], budgets={
        "b": {"limit": "1 requests/day", "match": {"backend": "second"}}}))
    assert asked(served) == "second"
    reply = wire.post(f"{served.base_url}/chat/completions", chat())
    assert reply.status == 503 and "b" not in reply.error
    assert reply.headers["x-ai-fallback"] == "first=error (status 503), second=budgetExceeded (budget b)"


def test_conditions_see_the_budgets_of_their_own_backend(mock, sidecar):
    served = sidecar(tiers(mock, "budget.remaining > 0.5", "budget.remaining > 0.5", budgets={
        "dear": {"limit": "2 requests/day", "match": {"backend": "first"}}}))
    assert [asked(served) for _ in range(3)] == ["first", "second", "second"]
