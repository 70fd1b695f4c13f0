"""Google's own SDK, pointed at the gateway by its base URL: same-dialect calls, their keys, usage and errors."""

import json

import pytest
from google import genai
from google.genai import errors, types

import wire
from policies import MODEL, backend
from secrets_of_the_tests import AGENT_KEY, PROMPT, PROVIDER_KEY

GEMINI = "gemini-2.5-pro"
USAGE = {"promptTokenCount": 8, "candidatesTokenCount": 3, "thoughtsTokenCount": 4, "totalTokenCount": 15}


def reply(text="fine", finish="STOP", usage=USAGE):
    candidate = {"content": {"role": "model", "parts": [{"text": text}]}, "index": 0}
    if finish:
        candidate["finishReason"] = finish
    return {"candidates": [candidate], "usageMetadata": usage, "modelVersion": GEMINI, "responseId": "r1"}


def answer(line, request):
    if "streamGenerateContent" not in request.path:
        return line.answer(reply())
    line.start_stream()
    for index, word in enumerate(["one ", "two ", "three"]):
        chunk = reply(word, finish="STOP" if index == 2 else None)
        line.chunk(b"data: " + json.dumps(chunk).encode() + b"\r\n\r\n")
    line.send(b"0\r\n\r\n")


@pytest.fixture
def gemini(sidecar, provider):
    def start(script, budgets=None):
        scripted = provider(script)
        main = {**backend(scripted.url.replace("/v1", "/v1beta")), "provider": "gemini"}
        running = sidecar({
            "backends": {"main": main}, "budgets": budgets or {},
            "models": {MODEL: {"chain": [{"backend": "main", "modelNameOverride": GEMINI}]},
                       GEMINI: {"chain": [{"backend": "main"}]}}})
        sdk = genai.Client(api_key=AGENT_KEY, http_options=types.HttpOptions(base_url=f"http://{running.address}"))
        return sdk, scripted, running
    return start


def test_content_is_generated_under_the_agents_name_for_the_model(gemini):
    sdk, provider, _ = gemini(answer)
    result = sdk.models.generate_content(model=MODEL, contents=PROMPT)
    assert result.text == "fine" and result.model_version == MODEL
    request = provider.requests[0]
    assert request.path == f"/v1beta/models/{GEMINI}:generateContent"
    assert request.headers["x-goog-api-key"] == PROVIDER_KEY and "authorization" not in request.headers


def test_a_stream_is_carried_chunk_by_chunk(gemini):
    sdk, provider, running = gemini(answer, budgets={"cap": {"limit": "10000 tokens/day"}})
    chunks = list(sdk.models.generate_content_stream(model=MODEL, contents=PROMPT))
    assert "".join(chunk.text for chunk in chunks) == "one two three"
    assert {chunk.model_version for chunk in chunks} == {MODEL}
    assert provider.requests[0].path == f"/v1beta/models/{GEMINI}:streamGenerateContent?alt=sse"
    # Usage comes with every chunk and is booked once, thoughts included.
    assert running.metrics().sum("ai_gateway_budget_used", budget="cap") == 15


def test_the_bound_is_written_where_gemini_reads_it(gemini):
    sdk, provider, _ = gemini(answer, budgets={"cap": {"limit": "100000 tokens/day"}})
    sdk.models.generate_content(model=GEMINI, contents=PROMPT)
    assert provider.requests[0].json()["generationConfig"]["maxOutputTokens"] == 4096
    sdk.models.generate_content(
        model=GEMINI, contents=PROMPT, config=types.GenerateContentConfig(max_output_tokens=70, temperature=0.5))
    assert provider.requests[1].json()["generationConfig"] == {"maxOutputTokens": 70, "temperature": 0.5}


def test_a_refusal_is_resource_exhausted_and_one_request(gemini):
    sdk, provider, running = gemini(answer, budgets={"tiny": {"limit": "10 tokens/day"}})
    with pytest.raises(errors.ClientError) as raised:
        sdk.models.generate_content(model=GEMINI, contents=PROMPT)
    assert raised.value.code == 429 and raised.value.status == "RESOURCE_EXHAUSTED"
    assert raised.value.details["error"]["details"][0]["metadata"]["budget"] == "tiny"
    assert provider.requests == []
    assert running.metrics().sum("ai_gateway_budget_refusals_total", budget="tiny") == 1


@pytest.mark.parametrize("body, field", [
    ({"generationConfig": {"maxOutputTokens": 0}}, "maxOutputTokens"),
    ({"generationConfig": {"maxOutputTokens": 5, "max_output_tokens": 5000}}, "maxOutputTokens"),
    ({"generationConfig": {}, "generation_config": {}}, "generationConfig"),
    ({"generationConfig": [1]}, "generationConfig"),
    ({"generationConfig": {"candidateCount": 99}}, "candidateCount"),
])
def test_a_bound_that_could_be_read_two_ways_is_refused(gemini, body, field):
    _, provider, running = gemini(answer)
    result = wire.post(
        f"http://{running.address}/v1beta/models/{GEMINI}:generateContent",
        json.dumps({"contents": [], **body}).encode(), content_type="application/json")
    assert result.status == 400 and result.json()["error"]["status"] == "INVALID_ARGUMENT"
    assert field in result.json()["error"]["message"]
    assert provider.requests == []


def test_a_stream_without_alt_sse_is_explained(gemini):
    _, provider, running = gemini(answer)
    result = wire.post(
        f"http://{running.address}/v1beta/models/{GEMINI}:streamGenerateContent?key={AGENT_KEY}", b"{}",
        content_type="application/json")
    assert result.status == 400 and "alt=sse" in result.json()["error"]["message"]
    assert provider.requests == []
