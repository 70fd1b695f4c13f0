"""Answers as providers really give them, to every agent's dialect, whole and streamed.

What a provider broke off is no answer; calls, texts and pictures reach the agent as they were said."""

import binascii
import json
import struct

import pytest

import wire
from policies import KEY_VARIABLE
from programs import Sidecar
from provider import ScriptedProvider
from secrets_of_the_tests import PROMPT, PROVIDER_KEY

AWS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": PROVIDER_KEY}
PICTURE = "iVBORw0KGgo="

BACKENDS = {
    "openAI": ({"provider": "openai", "dialects": ["openAI"]}, "/v1"),
    "responses": ({"provider": "openai", "dialects": ["responses"]}, "/v1"),
    "anthropic": ({"provider": "anthropic"}, "/v1"),
    "gemini": ({"provider": "gemini"}, "/v1beta"),
    "bedrock": ({"provider": "bedrock", "region": "us-east-1", "auth": {"aws": {}}}, ""),
    "cohere": ({"provider": "cohere"}, ""),
}
MODELS = {"gemini": "gemini-3-pro-image", "anthropic": "claude-sonnet-4-5", "bedrock": "anthropic.claude-x"}

USERS = [{"role": "user", "content": PROMPT}]
ADD = {"type": "object", "properties": {"a": {"type": "number"}}}
# Agent's dialect -> path, body, what is added for a stream and for tools, and what only the end of a whole answer says.
AGENTS = {
    "openAI": ("/v1/chat/completions", lambda: {"messages": USERS},
               {"tools": [{"type": "function", "function": {"name": "add", "parameters": ADD}}]},
               ['"finish_reason":"stop"', '"finish_reason":"tool_calls"']),
    "responses": ("/v1/responses", lambda: {"input": PROMPT},
                  {"tools": [{"type": "function", "name": "add", "parameters": ADD}]},
                  ["response.completed", "response.incomplete"]),
    "anthropic": ("/v1/messages", lambda: {"messages": USERS, "max_tokens": 1000},
                  {"tools": [{"name": "add", "input_schema": ADD}]}, ["message_stop", "message_delta"]),
    "gemini": ("/v1beta/models/{model}:{verb}", lambda: {"contents": [{"role": "user", "parts": [{"text": PROMPT}]}]},
               {"tools": [{"functionDeclarations": [{"name": "add", "parameters": ADD}]}]}, ["finishReason"]),
    "bedrock": ("/model/{model}/{verb}", lambda: {"messages": [{"role": "user", "content": [{"text": PROMPT}]}]},
                {"toolConfig": {"tools": [{"toolSpec": {"name": "add", "inputSchema": {"json": ADD}}}]}},
                ["messageStop"]),
    "cohere": ("/v2/chat", lambda: {"messages": USERS},
               {"tools": [{"type": "function", "function": {"name": "add", "parameters": ADD}}]},
               ['"COMPLETE"', '"TOOL_CALL"']),
}
VERBS = {"gemini": ("generateContent", "streamGenerateContent?alt=sse"), "bedrock": ("converse", "converse-stream")}

streamed = pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
every_agent = pytest.mark.parametrize("agent", AGENTS)


class World:
    """One sidecar before one provider that speaks every dialect and says what the test decides."""

    def __init__(self, folder):
        self.scripted = ScriptedProvider(lambda line, request: self.script(line, request))
        root = self.scripted.url.removesuffix("/v1")
        policy = {
            "backends": {name: {"auth": {"env": KEY_VARIABLE}, **backend, "baseURL": f"{root}/{name}{version}"}
                         for name, (backend, version) in BACKENDS.items()},
            "models": {
                **{name: {"chain": [{"backend": name, "modelNameOverride": MODELS.get(name, "m")}]}
                   for name in BACKENDS},
                **{f"{name}-or-openAI": {"chain": [
                    {"backend": name, "modelNameOverride": MODELS.get(name, "m")},
                    {"backend": "openAI", "modelNameOverride": "able"}]} for name in BACKENDS}}}
        (folder / "aigw.yaml").write_text(json.dumps(policy))
        self.sidecar = Sidecar(
            "--policy", folder / "aigw.yaml", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0",
            "--state", folder / "state", env={KEY_VARIABLE: PROVIDER_KEY, **AWS})

    def ask(self, agent, model, stream, given, tools=False, **more):
        """Asks as `agent` for `model`, whose provider answers with `given`: a dict, or the events of a stream."""
        def script(line, request):
            answer = given(request) if callable(given) else given
            if isinstance(answer, dict):
                return line.answer(answer)
            amazon = isinstance(answer[0], tuple)
            kind = b"application/vnd.amazon.eventstream" if amazon else b"text/event-stream"
            line.send(b"HTTP/1.1 200 OK\r\ncontent-type: " + kind + b"\r\ntransfer-encoding: chunked\r\n\r\n")
            for event in answer:
                line.chunk(amazon_event(*event) if amazon else server_sent(event))
            line.send(b"0\r\n\r\n")
        self.script = script
        path, body, with_tools, _ = AGENTS[agent]
        body = {**body(), **(with_tools if tools else {}), **more}
        if agent not in VERBS:
            body |= {"model": model} | ({"stream": True} if stream else {})
        verb = VERBS.get(agent, ("", ""))[stream]
        root = self.sidecar.base_url.removesuffix("/v1")
        reply = wire.post(root + path.format(model=model, verb=verb), body)
        reply.text = reply.body.decode("utf-8", "replace")
        return reply


def server_sent(event):
    if event == "[DONE]":
        return b"data: [DONE]\n\n"
    name = f"event: {event['type']}\n" if "type" in event else ""
    return f"{name}data: {json.dumps(event)}\n\n".encode()


def amazon_event(kind, payload):
    """One message of Amazon's event stream (docs.aws.amazon.com/AmazonS3/latest/API/RESTSelectObjectAppendix.html)."""
    headers = b""
    for name, value in ((":event-type", kind), (":content-type", "application/json"), (":message-type", "event")):
        headers += bytes([len(name)]) + name.encode() + b"\x07" + struct.pack(">H", len(value)) + value.encode()
    data = json.dumps(payload).encode()
    prelude = struct.pack(">II", 16 + len(headers) + len(data), len(headers))
    message = prelude + struct.pack(">I", binascii.crc32(prelude)) + headers + data
    return message + struct.pack(">I", binascii.crc32(message))


def worlds(folder):
    world = World(folder)
    yield world
    world.sidecar.finish()
    world.scripted.close()


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    yield from worlds(tmp_path_factory.mktemp("answers"))


@pytest.fixture
def fresh_world(tmp_path):
    """One whose backends nobody has seen fail."""
    yield from worlds(tmp_path)


# What providers say.

def chat(reason, *deltas, **message):
    usage = {"prompt_tokens": 5, "completion_tokens": 7, "total_tokens": 12}
    choice = {"index": 0, "message": {"role": "assistant", "content": "so", **message}, "finish_reason": reason}
    whole = {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": usage}
    deltas = deltas or ({"content": "so"}, message) if message else deltas or ({"content": "so"},)

    def chunk(delta, reason=None):
        return {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m",
                "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}
    return whole, [chunk({"role": "assistant", "content": ""}), *map(chunk, deltas), chunk({}, reason), "[DONE]"]


def gemini(reason, *parts):
    parts = parts or ({"text": "so"},)
    candidate = {"content": {"role": "model", "parts": list(parts)}, "finishReason": reason, "index": 0}
    if reason != "STOP":
        candidate["finishMessage"] = "it said why"
    whole = {"candidates": [candidate], "responseId": "r", "modelVersion": "g",
             "usageMetadata": {"promptTokenCount": 5, "candidatesTokenCount": 7, "totalTokenCount": 12}}
    return whole, [whole]


def bedrock(reason):
    usage = {"inputTokens": 5, "outputTokens": 7, "totalTokens": 12}
    whole = {"output": {"message": {"role": "assistant", "content": [{"text": "so"}]}}, "stopReason": reason,
             "usage": usage, "metrics": {"latencyMs": 1}}
    return whole, [
        ("messageStart", {"role": "assistant"}), ("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": "so"}}),
        ("contentBlockStop", {"contentBlockIndex": 0}), ("messageStop", {"stopReason": reason}),
        ("metadata", {"usage": usage, "metrics": {"latencyMs": 1}})]


def response(status, error=None):
    item = {"type": "message", "id": "m", "role": "assistant", "status": "completed",
            "content": [{"type": "output_text", "text": "so", "annotations": []}]}
    whole = {"id": "r", "object": "response", "created_at": 1, "status": status, "model": "m", "output": [item],
             "error": error, "incomplete_details": None,
             "usage": {"input_tokens": 5, "output_tokens": 7, "total_tokens": 12}}
    return whole, [
        {"type": "response.created", "response": {**whole, "status": "in_progress", "output": []}},
        {"type": "response.output_item.added", "output_index": 0, "item": {**item, "content": []}},
        {"type": "response.output_text.delta", "output_index": 0, "content_index": 0, "delta": "so"},
        {"type": f"response.{status}", "response": whole}]


def cohere(reason):
    usage = {"tokens": {"input_tokens": 5, "output_tokens": 7}}
    text = {"type": "text", "text": "so"}
    return {"id": "c", "finish_reason": reason, "message": {"role": "assistant", "content": [text]}, "usage": usage}, [
        {"type": "message-start", "id": "c", "delta": {"message": {"role": "assistant"}}},
        {"type": "content-start", "index": 0, "delta": {"message": {"content": text}}},
        {"type": "content-end", "index": 0},
        {"type": "message-end", "delta": {"finish_reason": reason, "usage": usage}}]


BROKEN = {
    **{("gemini", reason): gemini(reason) for reason in (
        "MALFORMED_FUNCTION_CALL", "MALFORMED_RESPONSE", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS", "OTHER",
        "NO_IMAGE", "MISSING_THOUGHT_SIGNATURE")},
    **{("bedrock", reason): bedrock(reason) for reason in ("malformed_model_output", "malformed_tool_use")},
    **{("openAI", reason): chat(reason) for reason in (
        "error", "abort", "network_error", "insufficient_system_resource", "repetition_truncation",
        "function_call_filter: MALFORMED_FUNCTION_CALL")},
    ("responses", "cancelled"): response("cancelled"),
    ("responses", "it fell over"): response("failed", {"code": "server_error", "message": "it fell over"}),
    ("cohere", "TIMEOUT"): cohere("TIMEOUT"),
}
crossed = [(provider, words, agent) for provider, words in BROKEN for agent in AGENTS if agent != provider]


@streamed
@pytest.mark.parametrize("provider, words, agent", crossed)
def test_an_answer_that_was_broken_off_is_an_error_in_the_providers_words(world, provider, words, agent, stream):
    reply = world.ask(agent, provider, stream, BROKEN[provider, words][stream])
    assert words in reply.text
    if stream:
        assert reply.status == 200 and "so" in reply.text
        assert not [mark for mark in AGENTS[agent][3] if mark in reply.text]
    else:
        assert reply.status == (504 if words == "TIMEOUT" else 502)


@streamed
@pytest.mark.parametrize("provider", ["gemini", "bedrock", "responses", "cohere"])
def test_the_next_candidate_is_asked_where_nothing_was_told_yet(fresh_world, provider, stream):
    words = next(words for name, words in BROKEN if name == provider)
    whole, events = BROKEN[provider, words]
    # Nothing but the reason: no text that could have been told.
    events = [event for event in events if '"so"' not in json.dumps(event)] or [
        {"candidates": [{"finishReason": words, "index": 0}], "responseId": "r"}]

    def given(request):
        if f"/{provider}/" in request.path:
            return events if stream else whole
        return chat("stop")[stream]
    reply = fresh_world.ask("anthropic", f"{provider}-or-openAI", stream, given)
    assert reply.status == 200 and f"{provider}={'timeout' if words == 'TIMEOUT' else 'error'}" in reply.headers["x-ai-fallback"]
    assert "so" in reply.text and words not in reply.text


@every_agent
@streamed
def test_what_is_cut_short_says_so(world, agent, stream):
    if agent == "openAI":
        pytest.skip("the same dialect passes as it is")
    said = {"responses": "incomplete", "anthropic": "max_tokens", "gemini": "MAX_TOKENS", "bedrock": "max_tokens",
            "cohere": "MAX_TOKENS"}
    reply = world.ask(agent, "openAI", stream, chat("model_context_window_exceeded")[stream])
    assert reply.status == 200 and said[agent] in reply.text
    filtered = world.ask(agent, "openAI", stream, chat("sensitive")[stream])
    assert filtered.status == 200
    said = {"responses": "content_filter", "anthropic": "refusal", "gemini": "SAFETY", "bedrock": "content_filtered",
            "cohere": '"ERROR"'}
    assert said[agent] in filtered.text


def call(index, id=None, name=None, arguments=""):
    function = {"arguments": arguments} | ({"name": name} if name is not None else {})
    return {"tool_calls": [{"function": function} | ({"index": index} if index is not None else {})
                           | ({"id": id, "type": "function"} if id else {})]}


CALLS = {
    "one index, two identifiers": [call(0, "a", "add", '{"a":1}'), call(0, "b", "add", '{"a":2}')],
    "no index": [call(None, "a", "add", '{"a":1}'), call(None, "b", "add", '{"a":2}')],
    "a text between": [call(0, "a", "add", '{"a":'), call(0, arguments="1}"), {"content": "\n"},
                       call(1, "b", "add", '{"a":2}')],
    "interleaved": [call(0, "a", "add", '{"a":'), call(1, "b", "add", '{"a":'), call(0, arguments="1}"),
                    call(1, arguments="2}")],
    "glued": [call(0, "a", "add"), call(0, name="", arguments='{"a":1}'), call(0, name="", arguments='{"a":2}')],
}


@every_agent
@pytest.mark.parametrize("calls", CALLS.values(), ids=CALLS)
def test_two_calls_are_two_however_they_are_streamed(world, agent, calls):
    if agent == "openAI":
        pytest.skip("the same dialect passes as it is")
    reply = world.ask(agent, "openAI", True, chat("tool_calls", *calls)[1], tools=True)
    assert [json.loads(arguments)["a"] for arguments in arguments_of(agent, reply)] == [1, 2]


def arguments_of(agent, reply):
    """The arguments of each call, put together as the dialect's SDKs do; no two parts may be open at a time."""
    if agent == "bedrock":
        events = list(amazon_events(reply.body))
    else:
        events = [json.loads(line[6:]) for line in reply.text.splitlines() if line.startswith("data: ")]
    if agent == "gemini":
        parts = [part for event in events for part in event["candidates"][0].get("content", {}).get("parts", [])]
        return [json.dumps(part["functionCall"]["args"]) for part in parts if "functionCall" in part]
    found, open_part = {}, None
    for event in events:
        kind = event.get("type") or event["kind"]
        place = event.get("output_index", event.get("contentBlockIndex", event.get("index")))
        if kind in ("content_block_start", "contentBlockStart", "tool-call-start", "content-start",
                    "response.output_item.added"):
            assert open_part is None, f"{kind} while {open_part} is open"
            open_part = place
        elif kind in ("content_block_stop", "contentBlockStop", "tool-call-end", "content-end",
                      "response.output_item.done"):
            open_part = None
        piece = (event.get("delta", {}).get("partial_json") if agent == "anthropic"
                 else event["delta"] if kind == "response.function_call_arguments.delta"
                 else event["delta"].get("toolUse", {}).get("input") if kind == "contentBlockDelta"
                 else event["delta"]["message"]["tool_calls"]["function"]["arguments"] if kind == "tool-call-delta"
                 else None)
        if piece is not None:
            found[place] = found.get(place, "") + piece
    return [found[place] for place in sorted(found)]


def amazon_events(data):
    while data:
        total, headers = struct.unpack(">II", data[:8])
        name = data[12:12 + headers].split(b":event-type\x07", 1)[1]
        length = struct.unpack(">H", name[:2])[0]
        yield {"kind": name[2:2 + length].decode(), **json.loads(data[12 + headers:total - 4])}
        data = data[total:]


@every_agent
def test_a_reason_in_every_chunk_ends_the_answer_once(world, agent):
    if agent == "gemini":
        pytest.skip("the same dialect passes as it is")
    events = [gemini("STOP", {"text": text})[0] for text in ("one ", "two ", "three")]
    reply = world.ask(agent, "gemini", True, events)
    assert [text in reply.text for text in ("one ", "two ", "three")] == [True] * 3
    assert sum(reply.text.count(mark) for mark in AGENTS[agent][3][:1]) in (1, 2)


@every_agent
@streamed
def test_a_picture_is_carried_or_named_as_lost(world, agent, stream):
    if agent == "gemini":
        pytest.skip("the same dialect passes as it is")
    given = gemini("STOP", {"text": "here"}, {"inlineData": {"mimeType": "image/png", "data": PICTURE}})[stream]
    reply = world.ask(agent, "gemini", stream, given)
    assert reply.status == 200
    has_place = agent in ("openAI", "responses", "bedrock")
    assert (PICTURE in reply.text) == has_place
    assert ("image" in (reply.headers["x-ai-translated"] or "")) == (not has_place)


def test_a_chat_carries_pictures_as_openrouter_does(world):
    image = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PICTURE}"}}
    for stream in (False, True):
        reply = world.ask("gemini", "openAI", stream, chat("stop", images=[image])[stream])
        assert PICTURE in reply.text and "inlineData" in reply.text
    reply = world.ask("openAI", "gemini", False, gemini("STOP", {"inlineData": {
        "mimeType": "image/png", "data": PICTURE}})[0])
    assert reply.json()["choices"][0]["message"]["images"][0]["image_url"]["url"].endswith(PICTURE)


@every_agent
def test_an_empty_function_call_is_none(world, agent):
    if agent == "openAI":
        pytest.skip("the same dialect passes as it is")
    reply = world.ask(agent, "openAI", False, chat("stop", function_call={"name": "", "arguments": ""})[0])
    assert reply.status == 200 and "so" in reply.text
    assert not [word for word in ("tool_use", "function_call", "functionCall", "toolUse", "tool_calls")
                if f'"{word}"' in reply.text]


@every_agent
def test_an_error_of_any_shape_keeps_its_words(world, agent):
    detail = [{"type": "extra_forbidden", "loc": ["body", "store"], "msg": "Extra inputs are not permitted"}]
    for body in ({"object": "error", "message": {"detail": detail}, "type": "invalid_request_error"},
                 {"detail": detail}, {"error": [{"message": "Extra inputs are not permitted"}]}):
        def script(line, request, body=body):
            line.answer(body, "422 Unprocessable Entity")
        for provider in ("openAI", "anthropic", "cohere"):
            if provider == agent:
                continue
            path, made, *_ = AGENTS[agent]
            world.script = script
            verb = VERBS.get(agent, ("", ""))[0]
            root = world.sidecar.base_url.removesuffix("/v1")
            reply = wire.post(root + path.format(model=provider, verb=verb),
                              made() | ({} if agent in VERBS else {"model": provider}))
            assert reply.status == 422 and b"Extra inputs are not permitted" in reply.body


def test_a_response_repeats_what_it_was_asked(world):
    message = {"id": "m", "type": "message", "role": "assistant", "model": "c", "stop_reason": "end_turn",
               "stop_sequence": None, "content": [{"type": "text", "text": "ok"}],
               "usage": {"input_tokens": 10, "output_tokens": 5}}
    asked = {"instructions": "Be brief.", "temperature": 0.5, "user": "u", "max_output_tokens": 99}
    reply = world.ask("responses", "anthropic", False, message, tools=True, **asked).json()
    assert {name: reply[name] for name in asked} == asked
    assert reply["tools"][0]["name"] == "add" and reply["tool_choice"] == "auto"
    assert reply["top_p"] == 1 and reply["truncation"] == "disabled" and reply["background"] is False
    assert reply["previous_response_id"] is None and reply["reasoning"] == {"effort": None, "summary": None}
