"""Under a budget of tokens or dollars nothing goes up whose bill nobody can bound, and what costs nothing always does."""

import json

import pytest

import dialects
import wire
from policies import MODEL, backend, chain, chat, one
from provider import completion

# One endpoint for each way of charging.
UNITS, LATER, MINTED, UNKNOWN = (
    "images/generations", "batches", "realtime/client_secrets", "engines/x/chat/completions")
BUDGETS = {"tokens": "1M tokens/day", "dollars": "$5/day", "requests": "100 requests/day"}
FREE = [
    ("GET", "files"), ("POST", "files"), ("GET", "responses/resp_1"), ("DELETE", "files/file-1"), ("POST", "uploads"),
    ("POST", "conversations"), ("POST", "moderations"), ("POST", "vector_stores"), ("POST", "responses/resp_1/cancel"),
    ("POST", "messages/count_tokens"),
]
NAMELESS = "private-7b"


@pytest.fixture
def upstream(provider):
    return provider(lambda line, _: line.answer(completion(prompt=5, output=4000)))


@pytest.fixture
def under(upstream, sidecar):
    """A sidecar of one backend under one budget: `under("tokens")`."""
    def start(unit, model="*", **more):
        return sidecar(one(upstream.url, model=model, budgets={"cap": {"limit": BUDGETS.get(unit, unit)}}, **more))
    return start


def used(served):
    return served.metrics().sum("ai_gateway_budget_used", budget="cap")


def body(model=MODEL, **more):
    return {**chat(model=model, max_tokens=50), **more}


# --- closed

@pytest.mark.parametrize("unit", ["tokens", "dollars", "500 output tokens/hour"])
@pytest.mark.parametrize("path", [UNITS, LATER, MINTED, UNKNOWN, "Chat/Completions", "audio/transcriptions"])
def test_what_cannot_be_bounded_does_not_go_up(under, upstream, unit, path):
    served = under(unit)
    reply = wire.post(f"{served.base_url}/{path}", body())
    assert reply.status == 403, reply.body
    assert reply.error["code"] == "endpoint_not_metered"
    for told in (f"/v1/{path}", "budget cap", f'passThrough: ["/v1/{path}"]'):
        assert told in reply.error["message"]
    assert upstream.requests == [] and used(served) == 0


@pytest.mark.parametrize("path, status", [(UNITS, 200), (LATER, 200), (UNKNOWN, 200), (MINTED, 403)])
def test_a_budget_of_requests_closes_only_what_mints_keys(under, path, status):
    served = under("requests")
    assert wire.post(f"{served.base_url}/{path}", body()).status == status
    assert used(served) == (1 if status == 200 else 0)


@pytest.mark.parametrize("path", [UNITS, LATER, UNKNOWN, MINTED])
@pytest.mark.parametrize("enforcement", ["shadow", "unlimited"])
def test_budgets_that_only_count_close_nothing(upstream, sidecar, path, enforcement):
    limit = {"unlimited": True} if enforcement == "unlimited" else {"limit": "10 tokens/day", "shadow": True}
    served = sidecar(one(upstream.url, model="*", budgets={"cap": limit}))
    assert wire.post(f"{served.base_url}/{path}", body()).status == 200


def test_a_budget_of_others_closes_nothing(upstream, sidecar):
    budgets = {"cap": {"limit": "$5/day", "match": {"user": "alice"}}}
    served = sidecar(one(upstream.url, model="*", budgets=budgets))
    ask = f"{served.base_url}/{UNITS}"
    statuses = [wire.call("POST", ask, body(), {"x-user-id": user}).status for user in ("alice", "bob")]
    assert statuses == [403, 200]


def test_the_agent_is_told_in_its_own_dialect(sidecar, provider):
    address = provider(lambda line, _: line.answer(b"{}")).url.removesuffix("/v1")
    served = sidecar(
        {**chain(dialects.backend("gemini", address)), "budgets": {"cap": {"limit": "1M tokens/day"}}})
    reply = wire.post(f"http://{served.address}/v1beta/models/{MODEL}:batchGenerateContent", {"batch": {}})
    assert reply.status == 403
    assert json.loads(reply.body)["error"]["status"] == "PERMISSION_DENIED"
    assert "/v1beta/models/{model}:batchGenerateContent" in json.loads(reply.body)["error"]["message"]


# --- opened

@pytest.mark.parametrize("unit", ["tokens", "dollars"])
@pytest.mark.parametrize("opened", ["allow", ["/v1/images/generations"], [{"endpoint": "/v1/images/generations"}]])
def test_the_policy_opens_an_endpoint(under, upstream, unit, opened):
    served = under(unit, passThrough=opened)
    assert wire.post(f"{served.base_url}/{UNITS}", body("image-1")).status == 200
    assert wire.post(f"{served.base_url}/{LATER}", body()).status == (200 if opened == "allow" else 403)
    assert upstream.requests[0].path == "/v1/images/generations"


def test_an_opened_endpoint_is_booked_at_its_charge(under):
    served = under("$0.05/day", passThrough=[{"endpoint": "/v1/images/generations", "charge": "$0.02"}])
    replies = [wire.post(f"{served.base_url}/{UNITS}", body("image-1")) for _ in range(3)]
    assert [reply.status for reply in replies] == [200, 200, 429]
    assert used(served) == 40_000_000  # billionths of a dollar


def test_an_endpoint_nobody_knows_is_opened_by_its_path(under):
    served = under("tokens", passThrough=[f"/v1/{UNKNOWN}"])
    assert wire.post(f"{served.base_url}/{UNKNOWN}", body()).status == 200
    assert used(served) == 4005


# --- free

@pytest.mark.parametrize("method, path", FREE)
def test_what_costs_nothing_passes_under_every_budget(under, upstream, method, path):
    served = under("1 tokens/day")
    reply = wire.call(method, f"{served.base_url}/{path}", None if method in ("GET", "DELETE") else body())
    assert reply.status == 200, reply.body
    assert len(upstream.requests) == 1 and used(served) == 0


@pytest.mark.parametrize("method, path", FREE)
def test_what_costs_nothing_needs_no_price(under, method, path):
    served = under("$0.01/day")
    reply = wire.call(method, f"{served.base_url}/{path}", None if method in ("GET", "DELETE") else body(NAMELESS))
    assert reply.status == 200, reply.body
    assert used(served) == 0


def test_a_budget_of_requests_counts_what_costs_nothing(under):
    served = under("2 requests/day")
    assert [wire.get(f"{served.base_url}/files").status for _ in range(3)] == [200, 200, 429]


# --- unpriced

def test_a_model_without_a_price_is_no_budget_exceeded(under, upstream):
    served = under("dollars")
    reply = wire.post(f"{served.base_url}/chat/completions", body(NAMELESS))
    assert (reply.status, reply.error["code"]) == (400, "unpriced_model")
    assert f'prices: {{"main/{NAMELESS}": ' in reply.error["message"] and "budget cap" in reply.error["message"]
    assert upstream.requests == []


@pytest.mark.parametrize("on, status", [(["error"], 200), ([], 400)])
def test_a_priced_candidate_is_asked_in_its_place(upstream, sidecar, on, status):
    policy = chain(backend(upstream.url), backend(upstream.url), on=on, budgets={"cap": {"limit": "$5/day"}})
    policy["models"][MODEL]["chain"][0]["modelNameOverride"] = NAMELESS
    served = sidecar(policy)
    reply = wire.post(f"{served.base_url}/chat/completions", body())
    assert reply.status == status
    if status == 200:
        assert reply.headers["x-ai-backend"] == "second"
        assert "first=refused (unpriced_model)" in reply.headers["x-ai-fallback"]


@pytest.mark.parametrize("option, named", [
    ({"service_tier": "priority"}, "service_tier: priority"), ({"service_tier": "default"}, None),
    ({"web_search_options": {}}, None)])
def test_what_may_be_dearer_than_the_list_is_named(under, option, named):
    served = under("dollars")
    reply = wire.post(f"{served.base_url}/chat/completions", body(**option))
    assert reply.status == (400 if named else 200)
    if named:
        assert reply.error["code"] == "unpriced_model" and named in reply.error["message"]


# --- in the background

@pytest.mark.parametrize("status, most", [("queued", True), ("in_progress", True), ("completed", False)])
def test_what_goes_on_after_its_reply_is_booked_at_the_most_it_may_take(sidecar, provider, status, most):
    """The provider works on when it has answered, and what it then reports is read by nobody for certain."""
    usage = {"input_tokens": 9, "output_tokens": 1, "total_tokens": 10} if status == "completed" else None
    said = {"id": "resp_1", "object": "response", "status": status, "background": True, "model": MODEL, "output": [],
            "usage": usage}
    upstream = provider(lambda line, _: line.answer(said))
    served = sidecar(one(upstream.url, budgets={"cap": {"limit": "6000 tokens/day"}}))
    ask = {"model": MODEL, "input": "Go on.", "background": True, "max_output_tokens": 5000}
    statuses = [wire.post(f"{served.base_url}/responses", ask).status for _ in range(8)]
    bounds = [json.loads(request.body)["max_output_tokens"] for request in upstream.requests]
    if most:
        assert statuses[0] == 200 and statuses[-1] == 429
        assert sum(bounds) <= used(served) <= 6000
    else:
        assert set(statuses) == {200} and used(served) == 80
