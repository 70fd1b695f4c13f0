"""What each provider takes, whatever an agent asks in: the mock refuses what the providers refuse, and answers."""

import json

import pytest

import wire
from policies import KEY_VARIABLE
from provider import completion

ANTHROPIC = {"x_api_key": "a", "anthropic_version": "2023-06-01"}
BOUNDED = {"type": "object", "properties": {
    "score": {"type": "integer", "minimum": 1, "maximum": 10},
    "tags": {"type": "array", "items": {"type": "object", "properties": {"tag": {"type": "string", "maxLength": 9}}},
             "minItems": 2}}, "required": ["score"]}


def one(url, provider="openai", model="real", path="/v1", **more):
    backend = {"provider": provider, "baseURL": url + path, "auth": {"env": KEY_VARIABLE}, **more}
    return {"backends": {"main": backend}, "models": {
        "any": {"chain": [{"backend": "main", "modelNameOverride": model}]},
        "with:colon/slash": {"chain": [{"backend": "main", "modelNameOverride": model}]}}}


def answered(line, request):
    line.answer(completion("fine"))


def root(url):
    return url.removesuffix("/v1")


@pytest.fixture
def asked(sidecar, provider):
    """What a provider of that kind was sent for a call, and the reply; of one kind in a test."""
    started = []

    def ask(kind, path, body):
        if not started:
            scripted = provider(answered)
            started.extend([scripted, sidecar(one(root(scripted.url), kind, dialects=["openAI"]))])
        scripted, running = started
        reply = wire.post(root(running.base_url) + path, body, authorization="Bearer a")
        return scripted.requests[-1:], reply
    return ask


@pytest.fixture
def mocked(sidecar, mock):
    """The reply of the mock, which is as strict as a provider, to a call; with one policy in a test."""
    started = []

    def ask(backend, path, body, headers=None):
        if not started:
            started.append(sidecar(one(f"http://{mock.address}", **backend)))
        return wire.post(root(started[0].base_url) + path, body, **(headers or {"authorization": "Bearer a"}))
    return ask


BEDROCK = {"provider": "bedrock", "model": "us.anthropic.claude-opus-4-8", "path": "", "region": "us-east-1"}
CLAUDE = {"provider": "anthropic", "model": "claude-opus-4-8"}


@pytest.mark.parametrize("kind", ["deepseek", "mistral", "vllm", "ollama", "together", "groq"])
def test_a_developer_is_the_system_where_nobody_else_is_known(asked, kind):
    chat = {"model": "any", "messages": [{"role": "developer", "content": "x"}, {"role": "user", "content": "hi"}]}
    requests, reply = asked(kind, "/v1/chat/completions", chat)
    assert reply.status == 200 and [m["role"] for m in requests[0].json()["messages"]] == ["system", "user"]
    items = {"model": "any", "input": chat["messages"]}
    requests, reply = asked(kind, "/v1/responses", items)
    assert reply.status == 200 and [m["role"] for m in requests[0].json()["messages"]] == ["system", "user"]


def test_a_developer_stays_one_at_openai(asked):
    chat = {"model": "any", "messages": [{"role": "developer", "content": "x"}, {"role": "user", "content": "hi"}]}
    requests, _ = asked("openai", "/v1/chat/completions", chat)
    assert requests[0].json()["messages"] == chat["messages"]


def test_mistral_gets_nothing_it_does_not_know_in_an_agents_own_dialect_either(asked):
    call = {"id": "call_0123456789", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    requests, reply = asked("mistral", "/v1/chat/completions", {
        "model": "any", "user": "u", "seed": 7, "max_completion_tokens": 9, "messages": [
            {"role": "user", "content": "go"},
            {"role": "assistant", "content": "", "reasoning_content": "T", "tool_calls": [call]},
            {"role": "tool", "tool_call_id": call["id"], "content": "3"}]})
    body = requests[0].json()
    assert reply.status == 200 and set(body) == {"model", "random_seed", "max_tokens", "messages"}
    made = body["messages"][1]["tool_calls"][0]["id"]
    assert len(made) == 9 and made.isalnum() and made == body["messages"][2]["tool_call_id"]
    assert "reasoning_content" not in body["messages"][1]


@pytest.mark.parametrize("dialects, most, ids", [
    (["openAI"], 40, lambda body: [m["tool_call_id"] for m in body["messages"] if m["role"] == "tool"]),
    (["responses"], 64, lambda body: [i["call_id"] for i in body["input"] if i.get("type") == "function_call_output"])])
@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/responses"])
def test_long_identifiers_of_calls_fit_openai(mocked, mock, dialects, most, ids, path):
    long = "call_" + "f" * 80
    if path.endswith("responses"):
        body = {"input": [
            {"role": "user", "content": "go"},
            {"type": "function_call", "call_id": long, "name": "f", "arguments": "{}"},
            {"type": "function_call_output", "call_id": long, "output": "3"}]}
    else:
        body = {"messages": [
            {"role": "user", "content": "go"}, {"role": "assistant", "tool_calls": [
                {"id": long, "type": "function", "function": {"name": "f", "arguments": "{}"}}]},
            {"role": "tool", "tool_call_id": long, "content": "3"}]}
    # The mock refuses longer ones, and a result that answers no call.
    assert mocked({"dialects": dialects}, path, {"model": "any", **body}).status == 200


@pytest.mark.parametrize("backend", [
    BEDROCK, CLAUDE, {"model": "gpt-5", "dialects": ["openAI"]}, {"model": "gpt-5", "dialects": ["responses"]}],
    ids=["bedrock", "claude", "chat", "responses"])
@pytest.mark.parametrize("strict", [True, False])
def test_a_schema_is_said_in_the_part_of_json_schema_that_the_target_takes(mocked, backend, strict):
    chat = {"model": "any", "messages": [{"role": "user", "content": "hi"}], "max_tokens": 200}
    format = {"type": "json_schema", "json_schema": {"name": "n", "strict": strict, "schema": BOUNDED}}
    tool = {"type": "function", "function": {"name": "f", "strict": strict, "parameters": BOUNDED}}
    for more in [{"response_format": format}, {"tools": [tool]}]:
        # Their own dialect is not rewritten: there a schema that is called strict and is not is refused, as ever.
        reply = mocked(backend, "/v1/chat/completions", {**chat, **more})
        if backend.get("dialects") == ["openAI"]:
            assert reply.status == (400 if strict else 200)
        else:
            assert reply.status == 200, reply.body
    wish = {"contents": [{"role": "user", "parts": [{"text": "hi"}]}], "generationConfig": {
        "responseMimeType": "application/json", "responseJsonSchema": BOUNDED}}
    assert mocked(backend, "/v1beta/models/any:generateContent", wish, {"x_goog_api_key": "a"}).status == 200


@pytest.mark.parametrize("backend, status", [
    ({"provider": "gemini", "model": "gemini-2.5-pro", "path": "/v1beta"}, 422),
    ({"provider": "gemini", "model": "gemini-3-pro", "path": "/v1beta"}, 200),
    ({"provider": "cohere", "model": "command-a-03-2025", "path": ""}, 422)])
def test_json_beside_tools_is_refused_before_a_model_that_cannot_is_asked(mocked, mock, backend, status):
    body = {"model": "any", "messages": [{"role": "user", "content": "hi"}], "response_format": {"type": "json_object"},
            "tools": [{"type": "function", "function": {"name": "f"}}]}
    before = len(mock.ledger())
    reply = mocked(backend, "/v1/chat/completions", body)
    assert reply.status == status
    if status == 422:
        assert reply.json()["error"]["param"] == "response_format" and len(mock.ledger()) == before


def test_a_bound_below_sixteen_is_raised_for_responses_and_held_so(sidecar, mock):
    policy = one(f"http://{mock.address}", dialects=["responses"], model="gpt-4o")
    running = sidecar({**policy, "budgets": {"cap": {"limit": "100000 tokens/day"}}})
    reply = wire.post(f"{running.base_url}/chat/completions", {
        "model": "any", "max_tokens": 3, "messages": [{"role": "user", "content": "hi"}]}, authorization="Bearer a")
    assert reply.status == 200 and "max_completion_tokens" in reply.headers["x-ai-translated"]
    assert 3 < reply.json()["usage"]["completion_tokens"] <= 16
    assert running.metrics().sum("ai_gateway_budget_used", budget="cap") == reply.json()["usage"]["total_tokens"]


@pytest.mark.parametrize("name", ["with:colon/slash", "with%3Acolon%2Fslash", "with:colon%2Fslash"])
def test_a_model_in_geminis_path_may_have_colons_and_escapes(sidecar, mock, name):
    running = sidecar(one(f"http://{mock.address}", model="gpt-4o", dialects=["openAI"]))
    url = root(running.base_url)
    reply = wire.post(f"{url}/v1beta/models/{name}:generateContent", {
        "contents": [{"role": "user", "parts": [{"text": "hi"}]}]}, x_goog_api_key="a")
    assert reply.status == 200 and reply.json()["modelVersion"] == "with:colon/slash"
    known = wire.get(f"{url}/v1beta/models/{name}", x_goog_api_key="a")
    assert known.status == 200 and known.json()["name"] == "models/with:colon/slash"
    assert wire.get(f"{url}/v1/models/{name}").json()["id"] == "with:colon/slash"
    listed = wire.get(f"{url}/v1beta/models", x_goog_api_key="a").json()["models"]
    assert [model["name"] for model in listed] == ["models/any", "models/with:colon/slash"]


COUNT = {"model": "any", "messages": [{"role": "user", "content": "hello"}], "tools": [
    {"name": "add", "description": "adds", "input_schema": {"type": "object", "properties": {}}}]}


@pytest.mark.parametrize("kind, dialect, told, path, counted", [
    ("openai", "responses", "input_tokens", "/v1/responses/input_tokens", lambda body: body["input"]),
    ("gemini", "gemini", "totalTokens", "/v1beta/models/real:countTokens",
     lambda body: body["generateContentRequest"]["contents"]),
    ("bedrock", "bedrock", "inputTokens", "/model/real/count-tokens", lambda body: body["input"]["converse"]["messages"])])
def test_tokens_are_counted_by_the_provider_that_counts(sidecar, provider, kind, dialect, told, path, counted):
    scripted = provider(lambda line, request: line.answer({told: 31}))
    base = {"gemini": "/v1beta", "bedrock": ""}.get(kind, "/v1")
    more = {"region": "us-east-1"} if kind == "bedrock" else {}
    running = sidecar(one(root(scripted.url), kind, path=base, dialects=[dialect], **more))
    reply = wire.post(f"{running.base_url}/messages/count_tokens?beta=true", COUNT, **ANTHROPIC)
    assert reply.status == 200 and reply.json() == {"input_tokens": 31} and "x-ai-estimated" not in reply.headers
    assert scripted.requests[0].path == path and counted(scripted.requests[0].json())


@pytest.mark.parametrize("kind, dialects", [("vllm", ["openAI"]), ("openai", ["responses"]), ("cohere", ["cohere"])])
def test_tokens_that_nobody_counts_are_estimated_and_said_to_be(sidecar, provider, kind, dialects):
    scripted = provider(lambda line, request: line.answer({"error": {"message": "no such path"}}, "404 Not Found"))
    running = sidecar(one(root(scripted.url), kind, dialects=dialects))
    reply = wire.post(f"{running.base_url}/messages/count_tokens", COUNT, **ANTHROPIC)
    assert reply.status == 200 and reply.headers["x-ai-estimated"] == "input_tokens"
    assert 10 < reply.json()["input_tokens"] < len(json.dumps(COUNT))
    gemini = wire.post(f"{root(running.base_url)}/v1beta/models/any:countTokens", {
        "generateContentRequest": {"model": "models/any", "contents": [{"role": "user", "parts": [{"text": "hi"}]}]}},
        x_goog_api_key="a")
    assert gemini.status == 200 and gemini.json()["totalTokens"] > 0


def test_a_signature_goes_back_only_to_the_endpoint_that_made_it(sidecar, provider):
    def signed(line, request):
        part = {"functionCall": {"name": "add", "args": {}}, "thoughtSignature": "U0lHMQ=="}
        line.answer({"candidates": [{"content": {"role": "model", "parts": [part]}, "finishReason": "STOP"}],
                     "usageMetadata": {"promptTokenCount": 1, "candidatesTokenCount": 1, "totalTokenCount": 2}})

    backends, scripts = {}, {}
    for name in ("gemini", "vertex"):
        scripts[name] = provider(signed)
        backends[name] = {"provider": name, "baseURL": scripts[name].url, "auth": {"env": KEY_VARIABLE}, "dialects": ["gemini"]}
    running = sidecar({"backends": backends, "models": {
        name: {"chain": [{"backend": name, "modelNameOverride": "gemini-3-pro"}]} for name in backends}})

    def turn(model, *said):
        return wire.post(f"{running.base_url}/chat/completions", {
            "model": model, "messages": [{"role": "user", "content": "go"}, *said],
            "tools": [{"type": "function", "function": {"name": "add"}}]}, authorization="Bearer a").json()

    def sent(name):
        body = scripts[name].requests[-1].json()
        return [part["thoughtSignature"] for turn in body["contents"] for part in turn["parts"] if "functionCall" in part]

    for maker in backends:
        message = turn(maker)["choices"][0]["message"]
        result = {"role": "tool", "tool_call_id": message["tool_calls"][0]["id"], "content": "3"}
        for other in backends:
            turn(other, message, result)
            assert sent(other) == (["U0lHMQ=="] if other == maker else ["skip_thought_signature_validator"])
