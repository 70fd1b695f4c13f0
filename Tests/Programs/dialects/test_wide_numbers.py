"""Integers beyond 63 bits: the provider's own bytes in its own dialect, and their own digits in another's."""

import json

import pytest

import claude
import wire
from policies import KEY_VARIABLE, MODEL, chat, one
from provider import DONE, completion, event

SEED = 18446744073709551615
SCHEMA = {"type": "object", "properties": {"id": {"type": "integer", "maximum": SEED}}}


def chat_url(sidecar):
    return f"{sidecar.base_url}/chat/completions"


def to(provider, url, name):
    return {
        "backends": {"main": {"provider": provider, "baseURL": url, "auth": {"env": KEY_VARIABLE}}},
        "models": {MODEL: {"chain": [{"backend": "main", "modelNameOverride": name}]}}}


def test_a_reply_with_an_unsigned_seed_passes_as_it_came(sidecar, provider):
    written = json.dumps(completion(seed=SEED, weight=1)).replace('"weight": 1', '"weight": 1e400').encode()
    scripted = provider(lambda line, request: line.answer(written))
    reply = wire.post(chat_url(sidecar(one(scripted.url))), chat(seed=SEED))
    assert (reply.status, reply.body) == (200, written)
    assert scripted.requests[0].json()["seed"] == SEED


def test_a_stream_with_an_unsigned_seed_passes_as_it_came(sidecar, provider):
    def talk(line, request):
        line.start_stream()
        for part in (event({"content": "fine"}, seed=SEED), event({}, finish="stop", seed=SEED), DONE):
            line.chunk(part)
        line.send(b"0\r\n\r\n")
    served = sidecar(one(provider(talk).url))
    with wire.stream(chat_url(served), chat(seed=SEED)) as (head, events):
        told = list(events)
    assert head.status == 200
    assert [each["seed"] for each in told if each != "[DONE]"] == [SEED, SEED]


def called(arguments):
    """A Claude message that calls a tool, as the text it is written in."""
    use = {"type": "tool_use", "id": "toolu_1", "name": "find", "input": arguments}
    return {**claude.message(), "content": [use], "stop_reason": "tool_use"}


@pytest.mark.parametrize("streamed", [False, True])
def test_a_schema_goes_to_anthropic_and_its_call_comes_back_with_the_same_digits(sidecar, provider, streamed):
    def answer(line, request):
        if not streamed:
            return line.answer(called({"id": SEED}))
        line.start_stream()
        line.chunk(claude.event("message_start", message={**called({}), "content": [], "stop_reason": None}))
        line.chunk(claude.event("content_block_start", index=0, content_block=called({})["content"][0]))
        for part in ('{"id": 184467', "44073709551615}"):
            line.chunk(claude.event(
                "content_block_delta", index=0, delta={"type": "input_json_delta", "partial_json": part}))
        line.chunk(claude.event("content_block_stop", index=0))
        line.chunk(claude.event("message_delta", delta={"stop_reason": "tool_use"}, usage={"output_tokens": 5}))
        line.chunk(claude.event("message_stop"))
        line.send(b"0\r\n\r\n")
    scripted = provider(answer)
    served = sidecar(to("anthropic", scripted.url, claude.CLAUDE))
    earlier = {"id": "call_0", "type": "function", "function": {"name": "find", "arguments": json.dumps({"id": SEED})}}
    body = chat(tools=[{"type": "function", "function": {"name": "find", "parameters": SCHEMA}}])
    body["messages"] += [
        {"role": "assistant", "tool_calls": [earlier]}, {"role": "tool", "tool_call_id": "call_0", "content": "none"}]
    if streamed:
        with wire.stream(chat_url(served), body) as (_, events):
            deltas = [told["choices"] for told in events if told != "[DONE]"]
        calls = [call for choices in deltas for choice in choices for call in choice["delta"].get("tool_calls", [])]
        arguments = "".join(call["function"].get("arguments", "") for call in calls)
    else:
        reply = wire.post(chat_url(served), body)
        assert reply.status == 200, reply.body
        arguments = reply.json()["choices"][0]["message"]["tool_calls"][0]["function"]["arguments"]
    assert json.loads(arguments) == {"id": SEED}
    sent = scripted.requests[0].json()
    assert sent["tools"][0]["input_schema"]["properties"]["id"]["maximum"] == SEED
    assert sent["messages"][1]["content"][0]["input"] == {"id": SEED}


@pytest.mark.parametrize("streamed", [False, True])
def test_a_claude_agents_tool_goes_to_openai_and_its_call_comes_back_with_the_same_digits(sidecar, provider, streamed):
    call = {"index": 0, "id": "call_1", "type": "function", "function": {"name": "find", "arguments": json.dumps({"id": SEED})}}

    def answer(line, request):
        if not streamed:
            whole = completion(None, seed=SEED)
            whole["choices"][0] |= {
                "message": {"role": "assistant", "content": None, "tool_calls": [call]}, "finish_reason": "tool_calls"}
            return line.answer(whole)
        line.start_stream()
        for part in (event({"tool_calls": [call]}, seed=SEED), event({}, finish="tool_calls"), DONE):
            line.chunk(part)
        line.send(b"0\r\n\r\n")
    scripted = provider(answer)
    served = sidecar(to("openai", scripted.url, "gpt-4o"))
    use = {"type": "tool_use", "id": "toolu_0", "name": "find", "input": {"id": SEED, "text": "\u000118446744073709551615"}}
    body = {
        "model": MODEL, "max_tokens": 100, "tools": [{"name": "find", "input_schema": SCHEMA}],
        "messages": [
            {"role": "user", "content": "find it"}, {"role": "assistant", "content": [use]},
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "toolu_0", "content": "none"}]}]}
    url = f"{served.base_url}/messages"
    if streamed:
        with wire.stream(url, body) as (_, events):
            deltas = [each["delta"] for each in events if each["type"] == "content_block_delta"]
        assert json.loads("".join(delta["partial_json"] for delta in deltas)) == {"id": SEED}
    else:
        reply = wire.post(url, body)
        assert reply.status == 200, reply.body
        assert reply.json()["content"][0]["input"] == {"id": SEED}
    sent = scripted.requests[0].json()
    assert sent["tools"][0]["function"]["parameters"] == SCHEMA
    assert json.loads(sent["messages"][1]["tool_calls"][0]["function"]["arguments"]) == use["input"]


def test_a_bound_no_provider_could_hold_is_the_agents_mistake(sidecar, provider):
    scripted = provider(lambda line, request: line.answer(completion()))
    served = sidecar(one(scripted.url, budgets={"cap": {"limit": "10M tokens/day"}}))
    for bound in (SEED, 9223372036854775808, -9223372036854775809):
        reply = wire.post(chat_url(served), chat(max_tokens=bound))
        assert reply.status == 400 and "max_tokens" in reply.body.decode()
    assert scripted.requests == []
