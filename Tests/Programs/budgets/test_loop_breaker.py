"""The loop breaker: the same prompt of the same payer too often is refused for a while, in the caller's dialect."""

import json

import anthropic
import openai
import pytest

import wire
from policies import chat, one
from provider import completion
from watching import watching

BREAKER = {"repeats": 3, "within": "5m", "coolDown": "10m"}


def answering(line, _):
    line.answer(completion())


def ask(running, text="again", user="alice", **more):
    return wire.post(f"{running.base_url}/chat/completions", chat(text, **more), x_user_id=user)


def test_a_loop_is_stopped_and_others_are_not(provider, sidecar):
    upstream = provider(answering)
    running = sidecar(one(upstream.url, loopBreaker=BREAKER))
    with watching(running) as next_event:
        # What is not the prompt may change from one try to the next.
        for seed in range(3):
            assert ask(running, seed=seed).status == 200
        refused = ask(running, seed=4)
        event = next_event()
    assert refused.status == 429
    assert refused.headers["x-should-retry"] == "false"
    assert refused.headers["retry-after"] == "600"
    error = refused.error
    assert error["code"] == "loop_detected"
    assert error["message"] == (
        "The same prompt came more than 3 times within 300 seconds from user=alice, which looks like a loop. It is "
        "refused for 600 more seconds; other prompts pass.")
    assert (event["kind"], event["subject"], event["message"]) == ("refusal", "loopBreaker", error["message"])
    assert event["details"]["payer"] == "user=alice"
    assert ask(running).status == 429
    assert ask(running, "another").status == 200
    assert ask(running, user="bob").status == 200
    assert len(upstream.requests) == 5
    assert running.metrics().sum("ai_gateway_loop_refusals_total") == 2
    running.wait_for_log("loop detected")
    assert [line["reason"] for line in running.log() if line["message"] == "loop detected"] == [error["message"]]


def test_without_the_section_nothing_is_stopped(provider, sidecar):
    running = sidecar(one(provider(answering).url))
    assert [ask(running).status for _ in range(20)] == [200] * 20


def test_a_new_policy_forgets_no_count_unless_it_changes_the_breaker(provider, sidecar, policy_file):
    policy = one(provider(answering).url, loopBreaker=BREAKER)
    running = sidecar(policy)
    for _ in range(3):
        assert ask(running).status == 200
    policy_file({**policy, "budgets": {"cap": {"limit": "1M tokens/day"}}})
    running.wait_for_log("policy applied")
    assert ask(running).status == 429
    policy_file({**policy, "loopBreaker": {**BREAKER, "repeats": 4}})
    running.wait_for_log('"generation":"3"')
    assert [ask(running).status for _ in range(5)] == [200] * 4 + [429]


def test_the_sdks_make_one_request_of_a_refused_call(provider, sidecar, client):
    upstream = provider(answering)
    running = sidecar(one(upstream.url, loopBreaker={**BREAKER, "repeats": 2}))
    messages = [{"role": "user", "content": "again"}]
    agent = client(running, max_retries=3)
    for _ in range(2):
        agent.chat.completions.create(model="gpt-4o", messages=messages)
    with pytest.raises(openai.RateLimitError):
        agent.chat.completions.create(model="gpt-4o", messages=messages)
    assert running.metrics().sum("ai_gateway_loop_refusals_total") == 1
    claude = anthropic.Anthropic(
        base_url=running.base_url.removesuffix("/v1"), api_key="sk-agent", max_retries=3, timeout=30)
    with claude, pytest.raises(anthropic.RateLimitError) as refusal:
        claude.messages.create(model="gpt-4o", max_tokens=16, messages=messages)
    assert refusal.value.body["error"]["type"] == "rate_limit_error"
    assert running.metrics().sum("ai_gateway_loop_refusals_total") == 2


def test_why_says_that_the_prompt_came_too_often(provider, sidecar):
    running = sidecar(one(provider(answering).url, loopBreaker={**BREAKER, "repeats": 2}))
    refused = [ask(running) for _ in range(3)][-1]
    ready = next(event for event in running.log() if event["message"] == "ready")
    with wire.Raw(f"unix:{ready['control']}") as socket:
        call = {"method": "io.aigw.Control.Explain", "parameters": {"request": refused.headers["x-ai-request-id"]}}
        socket.send(json.dumps(call).encode() + b"\0")
        answer = json.loads(socket._take_until(b"\0")[:-1])["parameters"]
    assert [step["step"] for step in answer["explanation"]["steps"]] == ["repeated"]
