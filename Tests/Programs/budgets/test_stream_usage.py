"""The sidecar always learns what a stream cost, and the agent sees exactly the chunks it asked for."""

import pytest

import metrics
import wire
from policies import MODEL, ask, chat, one
from provider import DONE, completion, event
from waiting import eventually

USAGE = {"prompt_tokens": 11, "completion_tokens": 2, "total_tokens": 13}


def streaming(usage_chunk=True):
    """A provider that streams two words and, when asked to include usage, a last chunk without choices."""
    def script(line, request):
        line.start_stream()
        line.chunk(event({"role": "assistant", "content": ""}) + event({"content": "one"}))
        line.chunk(event({"content": " two"}) + event({}, finish="stop"))
        if usage_chunk and (request.json().get("stream_options") or {}).get("include_usage"):
            line.chunk(event({}, usage=USAGE).replace(b'[{"index": 0, "delta": {}, "finish_reason": null}]', b"[]"))
        line.chunk(DONE)
        line.chunk(b"")
    return script


def test_an_agent_that_asks_for_usage_gets_the_chunk(mock, sidecar, client):
    stream = client(sidecar(one(mock.at()))).chat.completions.create(
        model=MODEL, messages=ask(), stream=True, stream_options={"include_usage": True})
    chunks = list(stream)
    assert not chunks[-1].choices
    assert chunks[-1].usage.total_tokens == mock.ledger()[0]["billed"]["total_tokens"]
    assert [chunk for chunk in chunks[:-1] if chunk.usage] == []


def test_an_agent_that_does_not_ask_gets_no_extra_chunk(mock, sidecar, client):
    chunks = list(client(sidecar(one(mock.at()))).chat.completions.create(model=MODEL, messages=ask(), stream=True))
    assert all(chunk.choices for chunk in chunks)
    assert all(chunk.usage is None for chunk in chunks)


@pytest.mark.parametrize("options", [{}, {"stream_options": {"include_usage": False}}, {"stream_options": None}])
def test_the_provider_is_asked_for_usage_all_the_same(provider, sidecar, options):
    upstream = provider(streaming())
    served = sidecar(one(upstream.url))
    with wire.stream(f"{served.base_url}/chat/completions", chat(**options)) as (_, events):
        received = list(events)
    assert upstream.requests[0].json()["stream_options"] == {"include_usage": True}
    assert received[-1] == "[DONE]"
    assert all(chunk["choices"] for chunk in received[:-1])
    assert not any(chunk.get("usage") for chunk in received[:-1])


def test_other_stream_options_are_kept(provider, sidecar):
    upstream = provider(streaming())
    served = sidecar(one(upstream.url))
    with wire.stream(f"{served.base_url}/chat/completions",
                     chat(stream_options={"include_obfuscation": False})) as (_, events):
        list(events)
    assert upstream.requests[0].json()["stream_options"] == {"include_obfuscation": False, "include_usage": True}


def test_a_call_that_does_not_stream_is_not_given_stream_options(provider, sidecar):
    upstream = provider(lambda line, _: line.answer(completion()))
    wire.post(f"{sidecar(one(upstream.url)).base_url}/chat/completions", chat())
    assert "stream_options" not in upstream.requests[0].json()


@pytest.mark.parametrize("include", [True, False])
def test_the_stream_is_booked_at_what_the_provider_billed(mock, sidecar, client, include):
    served = sidecar(one(mock.at()))
    options = {"stream_options": {"include_usage": True}} if include else {}
    list(client(served).chat.completions.create(model=MODEL, messages=ask(), stream=True, **options))
    billed = mock.ledger()[0]["billed"]
    for kind, field in (("input", "prompt_tokens"), ("output", "completion_tokens")):
        eventually(lambda: served.metrics().sum(metrics.TOKENS, type=kind) == billed[field], f"{kind} tokens booked")


def test_a_provider_that_reports_nothing_is_booked_by_estimate(mock, sidecar, client):
    served = sidecar(one(mock.at("no-usage")))
    list(client(served).chat.completions.create(model=MODEL, messages=ask("some words " * 10), stream=True))
    eventually(lambda: served.metrics().sum(metrics.TOKENS, type="input") > 0, "estimated input booked")
    eventually(lambda: served.metrics().sum(metrics.TOKENS, type="output") > 0, "estimated output booked")


def test_events_split_anywhere_arrive_whole(provider, sidecar):
    whole = event({"content": "żółw"}).replace(b"\\u017c", "ż".encode()) + event({}, finish="stop") + DONE

    def script(line, _):
        line.start_stream()
        for at in range(len(whole)):
            line.chunk(whole[at:at + 1])
        line.chunk(b"")
    served = sidecar(one(provider(script).url))
    with wire.stream(f"{served.base_url}/chat/completions", chat()) as (_, events):
        received = list(events)
    assert received[0]["choices"][0]["delta"]["content"] == "żółw"
    assert received[-1] == "[DONE]"


def test_comments_and_every_line_ending_are_understood(provider, sidecar):
    def script(line, _):
        line.start_stream()
        line.chunk(b": keep-alive\r\n\r\n")
        line.chunk(event({"content": "a"}).replace(b"\n", b"\r\n"))
        line.chunk(event({"content": "b"}).replace(b"data: ", b"data:"))
        line.chunk(event({}, finish="stop") + DONE)
        line.chunk(b"")
    served = sidecar(one(provider(script).url))
    with wire.stream(f"{served.base_url}/chat/completions", chat()) as (_, events):
        received = list(events)
    assert [chunk["choices"][0]["delta"].get("content") for chunk in received[:-1]] == ["a", "b", None]
    assert received[-1] == "[DONE]"


def test_a_provider_that_does_not_keep_its_bound_is_cut_where_the_budget_ends(sidecar, provider, client):
    """The agent's stream ends as one that has reached its most tokens; nothing is passed off as an error or as whole."""
    sent = []

    def endless(line, request):
        assert request.json()["max_completion_tokens"] <= 300
        line.start_stream()
        for _ in range(400):
            line.chunk(event({"content": "0123456789abcdef" * 4}))
            sent.append(1)
    scripted = provider(endless)
    served = sidecar(one(scripted.url, budgets={"cap": {"limit": "400 tokens/day"}}))
    chunks = list(client(served).chat.completions.create(
        model=MODEL, messages=ask(), max_completion_tokens=300, stream=True, stream_options={"include_usage": True}))
    finishes = [choice.finish_reason for chunk in chunks for choice in chunk.choices if choice.finish_reason]
    assert finishes == ["length"]
    assert chunks[-1].usage.completion_tokens >= 300
    assert len([chunk for chunk in chunks if chunk.choices and chunk.choices[0].delta.content]) < 60


def runs(provider, words):
    """A provider whose stream, at a path where nobody here can bound it, has `words` tokens and reports them at its end."""
    def script(line, request):
        assert "max_tokens" not in request.json()
        line.start_stream()
        for _ in range(words // 100):
            line.chunk(event({"content": "word"}) * 100)
        usage = {"prompt_tokens": 5, "completion_tokens": words, "total_tokens": words + 5}
        line.chunk(event({}, finish="stop", usage=usage) + DONE)
        line.chunk(b"")
    return provider(script)


@pytest.mark.parametrize("limit, is_whole", [("30000 tokens/day", True), ("9000 tokens/day", False)])
def test_a_stream_without_a_bound_grows_from_the_headroom_and_ends_where_that_ends(sidecar, provider, limit, is_whole):
    opened = ["/v1/threads/{id}/runs"]
    served = sidecar(one(runs(provider, 12_000).url, budgets={"cap": {"limit": limit}}, passThrough=opened))
    with wire.stream(f"{served.base_url}/threads/t1/runs", {"model": MODEL, "stream": True}) as (_, events):
        received = list(events)
    words = [chunk for chunk in received if chunk != "[DONE]" and chunk["choices"] and chunk["choices"][0]["delta"].get("content")]
    assert received[-1] == "[DONE]"
    finishes = [chunk["choices"][0]["finish_reason"] for chunk in received[:-1] if chunk["choices"]]
    assert finishes[-1] == ("stop" if is_whole else "length")
    assert len(words) == 12_000 if is_whole else 4000 <= len(words) < 9000
