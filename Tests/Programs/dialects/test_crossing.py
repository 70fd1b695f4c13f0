"""Calls that cross from one dialect into another: what the provider is sent, what the agent is told, what is booked.

The pairs are in test_matrix.py; here stands what all of them share, shown with OpenAI's SDK before an Anthropic model."""

import json

import anthropic
import openai
import pytest

import claude
from policies import KEY_VARIABLE, MODEL, ask, backend, chat
from provider import DONE, completion, event
from secrets_of_the_tests import AGENT_KEY, PROMPT, PROVIDER_KEY
from waiting import eventually


def to_claude(url, **more):
    """A virtual model that an Anthropic backend serves."""
    return {
        "backends": {"main": {"provider": "anthropic", "baseURL": url, "auth": {"env": KEY_VARIABLE}}},
        "models": {MODEL: {"chain": [{"backend": "main", "modelNameOverride": claude.CLAUDE}],
                           **more.pop("model", {})}}, **more}


@pytest.fixture
def crossing(sidecar, provider, client):
    def start(script=claude.answer, **more):
        scripted = provider(script)
        running = sidecar(to_claude(scripted.url, **more))
        return client(running), scripted, running
    return start


def test_the_provider_gets_its_own_dialect_with_its_own_credential(crossing):
    sdk, provider, _ = crossing()
    reply = sdk.chat.completions.create(
        model=MODEL, messages=[{"role": "system", "content": "Be brief."}, *ask()], temperature=0.5, stop=["END"])
    assert reply.model == MODEL and reply.choices[0].message.content == "fine"
    assert reply.choices[0].finish_reason == "stop" and reply.object == "chat.completion"
    request = provider.requests[0]
    assert request.path == "/v1/messages" and request.headers["x-api-key"] == PROVIDER_KEY
    assert request.headers["anthropic-version"] == "2023-06-01" and "authorization" not in request.headers
    assert not [name for name in request.headers if name.startswith("x-stainless")]
    body = request.json()
    assert body["model"] == claude.CLAUDE and body["temperature"] == 0.5 and body["stop_sequences"] == ["END"]
    # The model's own maximum: an absent bound must become neither 0 nor a bound nobody asked for.
    assert body["max_tokens"] >= 32_000
    assert AGENT_KEY not in json.dumps(body)


def test_usage_is_booked_as_the_provider_bills_it(crossing):
    sdk, _, running = crossing(budgets={"cap": {"limit": "1000 tokens/day"}})
    reply = sdk.chat.completions.create(model=MODEL, messages=ask(), max_tokens=50)
    assert (reply.usage.prompt_tokens, reply.usage.completion_tokens, reply.usage.total_tokens) == (11, 5, 16)
    assert running.metrics().sum("ai_gateway_budget_used", budget="cap") == 16
    stream = sdk.chat.completions.create(
        model=MODEL, messages=ask(), max_tokens=50, stream=True, stream_options={"include_usage": True})
    last = list(stream)[-1]
    assert last.usage.prompt_tokens == 15 and last.usage.prompt_tokens_details.cached_tokens == 4
    assert running.metrics().sum("ai_gateway_budget_used", budget="cap") == 16 + 20


def test_a_budgets_bound_is_written_in_the_providers_words(crossing):
    sdk, provider, _ = crossing(budgets={"cap": {"limit": "2000 tokens/day"}})
    sdk.chat.completions.create(model=MODEL, messages=ask(), max_tokens=64_000)
    assert 256 <= provider.requests[0].json()["max_tokens"] < 2000


def test_what_cannot_be_said_is_refused_by_its_name_and_nobody_asked(crossing):
    sdk, provider, _ = crossing()
    with pytest.raises(openai.UnprocessableEntityError) as raised:
        sdk.chat.completions.create(model=MODEL, messages=ask(), logprobs=True, logit_bias={"50256": -100})
    assert raised.value.code == "untranslatable_field" and raised.value.param == "logit_bias"
    assert "logit_bias, logprobs" in raised.value.body["message"] and "mayDrop" in raised.value.body["message"]
    assert provider.requests == []


def test_what_may_be_dropped_is_and_the_reply_says_so(crossing):
    sdk, provider, _ = crossing(model={"mayDrop": ["seed", "logit_bias"]})
    reply = sdk.chat.completions.with_raw_response.create(
        model=MODEL, messages=ask(), seed=7, logit_bias={"50256": -100})
    assert "seed" in reply.headers["x-ai-translated"].split(",")
    assert "seed" not in provider.requests[0].json()


def test_defaults_spelled_out_are_no_loss(crossing):
    sdk, provider, _ = crossing()
    reply = sdk.chat.completions.with_raw_response.create(
        model=MODEL, messages=ask(), n=1, frequency_penalty=0, presence_penalty=0, logprobs=False, store=False)
    assert "x-ai-translated" not in reply.headers and len(provider.requests) == 1


def test_a_candidate_without_words_is_passed_over_while_another_has_them(sidecar, provider, client):
    speechless = provider(claude.answer)
    able = provider(lambda line, request: line.answer(completion("able")))
    policy = to_claude(speechless.url)
    policy["backends"]["second"] = backend(able.url)
    policy["models"][MODEL]["chain"].append({"backend": "second"})
    sdk = client(sidecar(policy))
    reply = sdk.chat.completions.create(model=MODEL, messages=ask(), logit_bias={"7": 1})
    assert reply.choices[0].message.content == "able" and able.requests[0].json()["logit_bias"] == {"7": 1}
    assert speechless.requests == []


def test_a_chain_goes_on_into_another_dialect_from_the_original_request(sidecar, provider, client):
    failing = provider(lambda line, request: line.answer({"error": {"message": "busy"}}, "503 Service Unavailable"))
    able = provider(claude.answer)
    policy = to_claude(able.url)
    policy["backends"]["first"] = backend(failing.url)
    policy["models"][MODEL]["chain"].insert(0, {"backend": "first"})
    sdk = client(sidecar(policy))
    reply = sdk.chat.completions.with_raw_response.create(model=MODEL, messages=ask(), max_tokens=40)
    assert reply.parse().choices[0].message.content == "fine" and "first=error" in reply.headers["x-ai-fallback"]
    assert able.requests[0].json()["max_tokens"] == 40


@pytest.mark.parametrize("status, kind", [
    (400, openai.BadRequestError), (401, openai.AuthenticationError), (404, openai.NotFoundError),
    (429, openai.RateLimitError), (529, openai.InternalServerError)])
def test_a_providers_error_is_the_sdks_own(crossing, status, kind):
    def refuse(line, request):
        line.answer({"type": "error", "error": {"type": "some_error", "message": "No."}}, f"{status} No",
                    retry_after="7", anthropic_organization_id="org")
    sdk, _, _ = crossing(refuse)
    with pytest.raises(kind) as raised:
        sdk.chat.completions.create(model=MODEL, messages=ask())
    assert "No." in raised.value.body["message"]
    assert raised.value.response.headers["retry-after"] == "7"
    assert "anthropic-organization-id" not in raised.value.response.headers


def test_a_reply_that_is_none_fails_over_and_is_booked_as_unknown(crossing):
    sdk, _, running = crossing(
        lambda line, request: line.answer({"type": "message", "content": 7}), budgets={"cap": {"limit": "1000 tokens/day"}})
    with pytest.raises(openai.InternalServerError, match="cannot be understood"):
        sdk.chat.completions.create(model=MODEL, messages=ask(), max_tokens=50)
    assert running.metrics().sum("ai_gateway_budget_used", budget="cap") >= 50


def test_a_stream_that_breaks_is_an_error_and_never_an_end(crossing):
    def cut(line, request):
        line.start_stream()
        for part in list(claude.words("one two three"))[:5]:
            line.chunk(part)
        line.reset()
    sdk, _, running = crossing(cut, budgets={"cap": {"limit": "1000 tokens/day"}})
    heard = []
    with pytest.raises(openai.APIError, match="broke off"):
        for chunk in sdk.chat.completions.create(model=MODEL, messages=ask(), max_tokens=50, stream=True):
            heard += [choice.delta.content for choice in chunk.choices if choice.delta.content]
    assert "".join(heard).split() == ["one", "two"]
    assert running.metrics().sum("ai_gateway_budget_used", budget="cap") > 11


def test_an_error_inside_a_stream_is_told_in_the_agents_words(crossing):
    def fail(line, request):
        line.start_stream()
        for part in list(claude.words("one two three"))[:5]:
            line.chunk(part)
        line.chunk(claude.event("error", error={"type": "overloaded_error", "message": "Overloaded"}))
        line.send(b"0\r\n\r\n")
    sdk, _, _ = crossing(fail)
    with pytest.raises(openai.APIError, match="Overloaded"):
        list(sdk.chat.completions.create(model=MODEL, messages=ask(), stream=True))


def test_a_stream_that_begins_with_an_error_fails_over(sidecar, provider, client):
    def fail(line, request):
        line.start_stream()
        line.chunk(claude.event("error", error={"type": "overloaded_error", "message": "Overloaded"}))
        line.send(b"0\r\n\r\n")

    def succeed(line, request):
        line.start_stream()
        for part in (event({"content": "able"}), event({}, finish="stop"), DONE):
            line.chunk(part)
        line.send(b"0\r\n\r\n")
    policy = to_claude(provider(fail).url)
    policy["backends"]["second"] = backend(provider(succeed).url)
    policy["models"][MODEL]["chain"].append({"backend": "second"})
    sdk = client(sidecar(policy))
    chunks = list(sdk.chat.completions.create(model=MODEL, messages=ask(), stream=True))
    assert "able" in [choice.delta.content for chunk in chunks for choice in chunk.choices]


def test_a_provider_that_ignores_its_bound_is_cut_and_the_agents_stream_ends_legally(crossing):
    def run_on(line, request):
        line.start_stream()
        for part in list(claude.words(" ".join(["unbounded"] * 4000)))[:-3]:
            line.chunk(part)
        line.request()
    sdk, _, running = crossing(run_on, budgets={"cap": {"limit": "1000 tokens/day"}})
    finish = None
    for chunk in sdk.chat.completions.create(model=MODEL, messages=ask(), max_tokens=300, stream=True):
        finish = next((choice.finish_reason for choice in chunk.choices if choice.finish_reason), finish)
    assert finish == "length"


def test_an_agent_that_hangs_up_is_booked_for_what_flowed(crossing):
    def slowly(line, request):
        line.start_stream()
        for part in list(claude.words("one two three four five six"))[:-3]:
            line.chunk(part)
        line.request()
    sdk, _, running = crossing(slowly, budgets={"cap": {"limit": "1000 tokens/day"}})
    stream = sdk.chat.completions.create(model=MODEL, messages=ask(), max_tokens=50, stream=True)
    next(iter(stream))
    stream.close()
    used = lambda: running.metrics().sum("ai_gateway_budget_used", budget="cap")
    eventually(lambda: used() > 11, "what flowed is booked")


@pytest.mark.parametrize("body, param", [
    ({"messages": 7}, "messages"), ({"messages": [{"role": "user", "content": {"a": 1}}]}, "messages[0].content"),
    ({"messages": [{"role": "nobody", "content": "x"}]}, "messages[0].role"),
    ({"messages": [{"role": "user", "content": "x"}], "temperature": "hot"}, "temperature")])
def test_a_body_of_the_wrong_shape_is_the_agents_fault_and_names_the_place(crossing, body, param):
    sdk, provider, _ = crossing()
    with pytest.raises(openai.BadRequestError) as raised:
        sdk.post("/chat/completions", body={"model": MODEL, **body}, cast_to=object)
    assert raised.value.param == param and PROMPT not in str(raised.value)
    assert provider.requests == []


def test_an_unbound_reply_of_another_dialect_is_read_from_the_original_each_time(sidecar, provider, client):
    """Two foreign candidates: the second is encoded from what the agent sent, not from what the first was sent."""
    first = provider(lambda line, request: line.answer({"error": {"code": 503, "status": "UNAVAILABLE", "message": "x"}},
                                                       "503 Unavailable"))
    second = provider(claude.answer)
    policy = to_claude(second.url)
    policy["backends"]["gemini"] = {
        "provider": "gemini", "baseURL": first.url.replace("/v1", "/v1beta"), "auth": {"env": KEY_VARIABLE}}
    policy["models"][MODEL]["chain"].insert(0, {"backend": "gemini", "modelNameOverride": "gemini-2.5-pro"})
    sdk = client(sidecar(policy))
    body = chat("hello")
    reply = sdk.chat.completions.create(**body, max_tokens=40)
    assert reply.choices[0].message.content == "fine"
    assert first.requests[0].path == "/v1beta/models/gemini-2.5-pro:generateContent"
    assert first.requests[0].json()["generationConfig"]["maxOutputTokens"] == 40
    sent = second.requests[0].json()
    assert sent["max_tokens"] == 40 and PROMPT in json.dumps(sent["messages"])


def test_a_conversation_that_began_elsewhere_goes_on_in_the_agents_own_dialect(sidecar, provider, client):
    """What one provider's thinking left in the agent's messages, another of the agent's own dialect would refuse."""
    def think(line, request):
        line.answer({**claude.message(), "content": [
            {"type": "thinking", "thinking": "Hm.", "signature": "c2lnbmVk"}, {"type": "text", "text": "fine"}]})
    busy = {"on": False}

    def first(line, request):
        if busy["on"]:
            return line.answer({"error": {"message": "busy"}}, "503 Service Unavailable")
        think(line, request)
    able = provider(lambda line, request: line.answer(completion("able")))
    policy = to_claude(provider(first).url)
    policy["backends"]["second"] = backend(able.url)
    policy["models"][MODEL]["chain"].append({"backend": "second"})
    sdk = client(sidecar(policy))
    said = sdk.chat.completions.create(model=MODEL, messages=ask()).choices[0].message
    assert said.thinking_blocks[0]["signature"] == "c2lnbmVk"
    busy["on"] = True
    turns = [*ask(), said.model_dump(exclude_none=True), *ask("and now?")]
    reply = sdk.chat.completions.create(model=MODEL, messages=turns)
    assert reply.choices[0].message.content == "able"
    sent = able.requests[0].json()["messages"]
    assert "thinking_blocks" not in sent[1] and sent[1]["content"] == "fine" and len(sent) == 3


@pytest.mark.parametrize("name, field, asks", [
    ("mistral", "max_tokens", False), ("groq", "max_completion_tokens", True), ("vllm", "max_tokens", True)])
def test_a_providers_habits_hold_for_translated_calls(sidecar, provider, name, field, asks):
    def talk(line, request):
        line.start_stream()
        usage = {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}
        for part in (event({"content": "able"}), event({}, finish="stop", usage=usage), DONE):
            line.chunk(part)
        line.send(b"0\r\n\r\n")
    scripted = provider(talk)
    running = sidecar({"backends": {"main": {**backend(scripted.url), "provider": name}}})
    sdk = anthropic.Anthropic(base_url=f"http://{running.address}", api_key=AGENT_KEY, max_retries=0)
    with sdk.messages.stream(model="some-model", max_tokens=50, messages=ask()) as stream:
        final = stream.get_final_message()
    assert final.content[0].text == "able" and final.usage.input_tokens == 7
    sent = scripted.requests[0].json()
    assert sent[field] == 50 and ("stream_options" in sent) == asks


def test_names_the_agent_made_up_are_told_back_within_bounds(crossing):
    sdk, provider, _ = crossing()
    made_up = {"x" * 100_000 + str(n): 1 for n in range(30)}
    with pytest.raises(openai.UnprocessableEntityError) as raised:
        sdk.post("/chat/completions", body={**chat(), **made_up}, cast_to=object)
    assert raised.value.param == "x" * 64 and len(raised.value.body["message"]) < 2_000
    assert provider.requests == []


def test_a_body_that_cannot_be_understood_goes_to_a_candidate_that_need_not(sidecar, provider, client):
    foreign = provider(claude.answer)
    able = provider(lambda line, request: line.answer(completion("able")))
    policy = to_claude(foreign.url)
    policy["backends"]["second"] = backend(able.url)
    policy["models"][MODEL]["chain"].append({"backend": "second"})
    sdk = client(sidecar(policy))
    newer = [{"role": "user", "content": [{"type": "text", "text": {"not": "in this version"}}]}]
    reply = sdk.post("/chat/completions", body={"model": MODEL, "messages": newer}, cast_to=object)
    assert reply["choices"][0]["message"]["content"] == "able"
    assert able.requests[0].json()["messages"] == newer and foreign.requests == []
