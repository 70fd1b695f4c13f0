"""An agent sees the model it asked for; which provider served it is told in headers, truthfully."""

import pytest

import wire
from policies import MODEL, ask, backend, chain, chat, one
from provider import DONE, completion, event

OVERRIDE = "claude-sonnet-4-5"


def overridden(url):
    policy = one(url)
    policy["models"][MODEL]["chain"][0]["modelNameOverride"] = OVERRIDE
    return policy


def test_the_provider_is_asked_for_the_override_and_the_agent_sees_its_own_name(mock, sidecar, client):
    reply = client(sidecar(overridden(mock.at()))).chat.completions.create(model=MODEL, messages=ask())
    assert reply.model == MODEL
    assert mock.ledger()[0]["model"] == OVERRIDE


def test_every_chunk_of_a_stream_carries_the_virtual_name(mock, sidecar, client):
    stream = client(sidecar(overridden(mock.at()))).chat.completions.create(
        model=MODEL, messages=ask("several words here"), stream=True, stream_options={"include_usage": True})
    assert {chunk.model for chunk in stream} == {MODEL}
    assert mock.ledger()[0]["model"] == OVERRIDE


def test_a_dated_name_from_the_provider_is_hidden_as_well(provider, sidecar):
    """Providers answer with snapshots: asked for X they say X-2025-09-29."""
    def script(line, request):
        if not request.json().get("stream"):
            return line.answer(completion(model=OVERRIDE + "-20250929"))
        line.start_stream()
        line.chunk(event({"content": "hi"}, model=OVERRIDE + "-20250929") + event({}, model="", finish="stop") + DONE)
        line.chunk(b"")
    served = sidecar(overridden(provider(script).url))
    assert wire.post(f"{served.base_url}/chat/completions", chat()).json()["model"] == MODEL
    with wire.stream(f"{served.base_url}/chat/completions", chat()) as (_, events):
        assert {chunk["model"] for chunk in list(events)[:-1]} == {MODEL}


def test_only_the_top_level_model_is_renamed(provider, sidecar):
    answer = completion(text='{"model":"inner"}', model=OVERRIDE, details={"model": OVERRIDE})
    reply = wire.post(f"{sidecar(overridden(provider(lambda line, _: line.answer(answer)).url)).base_url}"
                      "/chat/completions", chat()).json()
    assert reply == {**answer, "model": MODEL}


def test_the_model_header_overrides_the_body(mock, sidecar):
    policy = one(mock.at())
    policy["models"]["small"] = {"chain": [{"backend": "main", "modelNameOverride": "gpt-4o-mini"}]}
    served = sidecar(policy)
    reply = wire.post(f"{served.base_url}/chat/completions", chat(), x_ai_eg_model="small")
    assert reply.json()["model"] == "small"
    assert mock.ledger()[0]["model"] == "gpt-4o-mini"


def test_the_model_header_serves_a_body_that_names_none(mock, sidecar):
    """The first call of every tutorial: curl with x-ai-eg-model and messages only."""
    body = chat()
    del body["model"]
    reply = wire.post(f"{sidecar(one(mock.at())).base_url}/chat/completions", body, x_ai_eg_model=MODEL)
    assert (reply.status, reply.json()["model"], mock.ledger()[0]["model"]) == (200, MODEL, MODEL)


def test_headers_tell_who_served_and_what_it_cost(mock, sidecar):
    reply = wire.post(f"{sidecar(overridden(mock.at())).base_url}/chat/completions", chat())
    assert reply.headers["x-ai-provider"] == "openai"
    assert reply.headers["x-ai-backend"] == "main"
    assert reply.headers["x-ai-model"] == OVERRIDE
    assert reply.headers["x-ai-gateway-tokens-used"] == str(mock.billed())
    assert "x-ai-fallback" not in reply.headers


def test_headers_tell_the_truth_after_a_fail_over(mock, sidecar):
    policy = chain(mock.at("status=429"), mock.at())
    policy["models"][MODEL]["chain"][1]["modelNameOverride"] = OVERRIDE
    reply = wire.post(f"{sidecar(policy).base_url}/chat/completions", chat())
    assert reply.headers["x-ai-backend"] == "second"
    assert reply.headers["x-ai-model"] == OVERRIDE
    assert "first" in reply.headers["x-ai-fallback"]


def test_a_stream_has_the_headers_too_except_its_cost(mock, sidecar):
    with wire.stream(f"{sidecar(one(mock.at())).base_url}/chat/completions", chat()) as (head, events):
        assert head.headers["x-ai-backend"] == "main"
        assert "x-ai-gateway-tokens-used" not in head.headers
        assert list(events)[-1] == "[DONE]"


@pytest.mark.parametrize("name", ["x-ai-backend", "x-ai-provider", "x-ai-fallback"])
def test_a_provider_cannot_pretend_to_be_another(provider, sidecar, name):
    upstream = provider(lambda line, _: line.answer(completion(), **{name.replace("-", "_"): "forged"}))
    reply = wire.post(f"{sidecar(one(upstream.url)).base_url}/chat/completions", chat())
    assert "forged" not in (reply.headers.get_all(name) or [])


def test_one_backend_serves_several_virtual_models(mock, sidecar, client):
    policy = {"backends": {"main": backend(mock.at())}, "models": {
        name: {"chain": [{"backend": "main", "modelNameOverride": f"real-{name}"}]} for name in ("a", "b/c:d", "e@f+g")}}
    chats = client(sidecar(policy)).chat.completions
    for name in policy["models"]:
        assert chats.create(model=name, messages=ask()).model == name
    assert [call["model"] for call in mock.ledger()] == ["real-a", "real-b/c:d", "real-e@f+g"]
