"""aigw-mock by itself: what a provider would refuse, it refuses, and says which field is at fault."""

import copy
import json

import pytest

import wire
from agents.said import PNG_BASE64
from programs import Mock


@pytest.fixture(scope="module")
def mock():
    program = Mock()
    yield program
    program.kill()


TOOL = {"type": "function", "function": {"name": "time", "parameters": {"type": "object", "properties": {}}}}
CLAUDE_TOOL = {"name": "time", "input_schema": {"type": "object", "properties": {}}}
THINKING = {"type": "enabled", "budget_tokens": 1024}
AWS_TOOLS = {"tools": [{"toolSpec": {"name": "time", "inputSchema": {"json": {"type": "object"}}}}]}


def user(text="hello"):
    return {"role": "user", "content": text}


def called(id="c1"):
    return {"role": "assistant", "tool_calls": [
        {"id": id, "type": "function", "function": {"name": "time", "arguments": "{}"}}]}


def told(id="c1"):
    return {"role": "tool", "tool_call_id": id, "content": "noon"}


def use(id="t1", **before):
    blocks = [before] if before else []
    return {"role": "assistant", "content": [*blocks, {"type": "tool_use", "id": id, "name": "time", "input": {}}]}


def result(id="t1", *after):
    return {"role": "user", "content": [{"type": "tool_result", "tool_use_id": id, "content": "noon"}, *after]}


def aws(role, *blocks):
    return {"role": role, "content": list(blocks)}


AWS_USE = {"toolUse": {"toolUseId": "t1", "name": "time", "input": {}}}
AWS_RESULT = {"toolResult": {"toolUseId": "t1", "content": [{"text": "noon"}]}}


CLOSED = {"additionalProperties": False}
# An object that is open inside, and one whose member is bounded.
OPEN = {"type": "object", "properties": {"inner": {"type": "object", "properties": {}}}, "required": ["inner"]}
BOUNDED = {"type": "object", "properties": {"score": {"type": "integer", "maximum": 10}}, "required": ["score"]}


def held(schema):
    return {"type": "json_schema", "json_schema": {"name": "n", "strict": True, "schema": schema}}


def said(role, *parts):
    return {"role": role, "parts": list(parts)}


CALL = {"functionCall": {"name": "time", "args": {}}}
RESPONSE = {"functionResponse": {"name": "time", "response": {"output": "noon"}}}
HELLO = said("user", {"text": "hello"})

PATHS = {
    "openAI": "/v1/chat/completions", "responses": "/v1/responses", "anthropic": "/v1/messages",
    "gemini": "/v1beta/models/g:generateContent", "bedrock": "/model/anthropic.claude/converse", "cohere": "/v2/chat"}
HEADERS = {"anthropic": {"x-api-key": "k", "anthropic-version": "2023-06-01"}, "gemini": {"x-goog-api-key": "k"}}
BODIES = {
    "openAI": {"model": "m", "messages": [user()]}, "responses": {"model": "m", "input": "hello"},
    "anthropic": {"model": "m", "max_tokens": 2048, "messages": [user()]}, "gemini": {"contents": [HELLO]},
    "bedrock": {"messages": [aws("user", {"text": "hello"})]}, "cohere": {"model": "m", "messages": [user()]}}

# What is changed in a good body, and a piece of the complaint; None where it is good still.
CASES = {
    "openAI": [
        ({"colour": "red"}, "Unknown parameter: 'colour'"),
        ({"messages": []}, "empty array"),
        ({"messages": [{**user(), "mood": "good"}]}, "Unknown parameter: 'messages[0].mood'"),
        ({"messages": [{"role": "robot", "content": "x"}]}, "messages[0].role"),
        ({"messages": [user(), called(), told()], "tools": [TOOL]}, None),
        ({"messages": [user(), called(), user()]}, "did not have response messages: c1"),
        ({"messages": [user(), called()]}, "did not have response messages: c1"),
        ({"messages": [user(), called(), told("c2")]}, "must be a response to a preceeding message"),
        ({"messages": [user(), told()]}, "must be a response to a preceeding message"),
        ({"messages": [{"role": "user", "content": [{"type": "video"}]}]}, "messages[0].content[0].type"),
        ({"messages": [{"role": "user", "content": [
            {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PNG_BASE64}"}}]}]}, None),
        ({"messages": [{"role": "user", "content": [
            {"type": "image_url", "image_url": {"url": "data:image/png;base64,???"}}]}]}, "image_url.url"),
        ({"temperature": 3}, "temperature"), ({"n": 0}, "'n'"), ({"top_logprobs": 3}, "logprobs must be true"),
        ({"stream_options": {"include_usage": True}}, "only allowed when 'stream' is enabled"),
        ({"tool_choice": "required"}, "only allowed when 'tools' are specified"),
        ({"parallel_tool_calls": True}, "only allowed when 'tools' are specified"),
        ({"tools": [TOOL], "tool_choice": {"type": "function", "function": {"name": "no"}}}, "'no' is not among"),
        ({"tools": [{"type": "function", "function": {"name": "a b"}}]}, "^[a-zA-Z0-9_-]"),
        ({"response_format": {"type": "json_schema", "json_schema": {
            "name": "n", "strict": True, "schema": {"type": "object"}}}}, "additionalProperties"),
        ({"response_format": held({**OPEN, **CLOSED})}, "additionalProperties"),
        ({"response_format": held({"type": "object", "properties": {"a": {"type": "string"}}, **CLOSED})}, "'a'"),
        ({"response_format": held({"type": "object", "properties": {"a": {"type": "string", "maxLength": 9}},
                                   "required": ["a"], **CLOSED})}, "maxLength"),
        ({"messages": [user(), called("c" * 41), told("c" * 41)]}, "maximum length 40"),
        ({"messages": [user(), called("c" * 40), told("c" * 40)]}, None),
        ({"reasoning_effort": "much"}, "reasoning_effort"),
        ({"reasoning_effort": "low", "prompt_cache_key": "k", "service_tier": "auto", "store": False}, None),
    ],
    "responses": [
        ({"colour": "red"}, "Unknown parameter: 'colour'"), ({"input": None}, "'input'"),
        ({"max_output_tokens": 5}, "at least 16"),
        ({"previous_response_id": "resp_1"}, "not found"),
        ({"input": [user(), {"type": "function_call", "call_id": "c", "name": "time", "arguments": "{}"}]},
         "No tool output found for function call c"),
        ({"input": [user(), {"type": "function_call_output", "call_id": "c", "output": "x"}]}, "No tool call found"),
        ({"input": [user(), {"type": "function_call", "call_id": "c", "name": "time", "arguments": "{}"},
                    {"type": "function_call_output", "call_id": "c", "output": "x"}]}, None),
        ({"input": [user(), {"type": "function_call", "id": "call_1", "call_id": "c", "name": "time", "arguments": ""}]},
         "begins with 'fc'"),
        ({"input": [{"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "QUJD"}, user()]},
         "could not be verified"),
        ({"store": False, "input": [{"type": "reasoning", "id": "rs_mock1", "summary": []}]}, "not found"),
        ({"input": [{"type": "reasoning", "id": "rs_mock1", "summary": []}]}, "required following item"),
        ({"input": [{"type": "reasoning", "id": "rs_mock1", "summary": []}, user()]}, "required following item"),
        ({"input": [user(), {"type": "function_call", "id": "fc_rs_mock1", "call_id": "c", "name": "t", "arguments": ""}]},
         "required 'reasoning' item: 'rs_mock1'"),
        ({"input": [{"role": "user", "content": [{"type": "output_text", "text": "x"}]}]}, "input[0].content[0].type"),
        ({"text": {"format": {"type": "json_schema", "schema": {}}}}, "text.format.name"),
        ({"input": [user(), {"type": "function_call", "call_id": "c" * 65, "name": "time", "arguments": "{}"}]},
         "maximum length 64"),
    ],
    "anthropic": [
        ({"colour": "red"}, "colour: Extra inputs are not permitted"),
        ({"max_tokens": None}, "max_tokens: Field required"), ({"max_tokens": 0}, "max_tokens"),
        ({"messages": []}, "at least one message"),
        ({"messages": [{"role": "tool", "content": "x"}]}, "messages.0.role"),
        ({"messages": [{"role": "assistant", "content": "x"}]}, 'must use the "user" role'),
        ({"messages": [user("")]}, "non-empty"),
        ({"messages": [user(), use(), result()], "tools": [CLAUDE_TOOL]}, None),
        ({"messages": [user(), use(), user()]}, "without `tool_result` blocks immediately after: t1"),
        ({"messages": [user(), use()]}, "without `tool_result` blocks immediately after: t1"),
        ({"messages": [user(), use(), result("t2")]}, "unexpected `tool_use_id`"),
        ({"messages": [user(), use(), {"role": "user", "content": [
            {"type": "text", "text": "x"}, *result()["content"]]}]}, "must come before other content"),
        ({"messages": [user(), use(), result(), use(), result()]}, "must be unique"),
        ({"messages": [user(), use("a b"), result("a b")]}, "messages.1.content.0.id"),
        ({"thinking": {"type": "enabled", "budget_tokens": 1000}}, "greater than or equal to 1024"),
        ({"thinking": {"type": "enabled", "budget_tokens": 2048}}, "`max_tokens` must be greater"),
        ({"thinking": THINKING, "temperature": 0.5}, "`temperature` may only be set to 1"),
        ({"thinking": THINKING, "messages": [user(), use(), result()]}, "Expected `thinking`"),
        ({"thinking": THINKING, "messages": [
            user(), use(type="thinking", thinking="made up", signature="QUJD"), result()]}, "Invalid `signature`"),
        ({"thinking": THINKING, "tools": [CLAUDE_TOOL], "tool_choice": {"type": "any"}}, "forces tool use"),
        ({"system": [{"type": "text", "text": "x", "cache_control": {"type": "ephemeral", "ttl": "1h"}}]}, None),
        ({"system": [{"type": "text", "text": "x", "cache_control": {"type": "ephemeral", "ttl": "2h"}}]}, "ttl"),
        ({"system": [{"type": "text", "text": "x", "cache_control": {"type": "ephemeral"}}] * 5}, "maximum of 4"),
        ({"messages": [{"role": "user", "content": [{"type": "image", "source": {
            "type": "base64", "media_type": "image/png", "data": PNG_BASE64}}]}]}, None),
        ({"messages": [{"role": "user", "content": [{"type": "image", "source": {
            "type": "base64", "media_type": "image/tiff", "data": PNG_BASE64}}]}]}, "media_type"),
        ({"messages": [{"role": "user", "content": [{"type": "document", "source": {
            "type": "text", "media_type": "text/plain", "data": "x"}, "title": "t"}]}]}, None),
        ({"tool_choice": {"type": "any"}}, "while providing tools"),
        ({"tools": [CLAUDE_TOOL, CLAUDE_TOOL]}, "must be unique"),
        ({"tools": [{"name": "time"}]}, "tools.0.input_schema: Field required"),
        ({"temperature": 1.5}, "temperature"),
        ({"output_config": {"format": {"type": "json_schema", "schema": {**OPEN, **CLOSED}}}}, "explicitly set to false"),
        ({"output_config": {"format": {"type": "json_schema", "schema": {**BOUNDED, **CLOSED}}}}, "'maximum' is not"),
        ({"tools": [{"name": "time", "strict": True, "input_schema": {**BOUNDED, **CLOSED}}]}, "'maximum' is not"),
        ({"tools": [{"name": "time", "input_schema": BOUNDED}]}, None),
    ],
    "gemini": [
        ({"colour": "red"}, 'Unknown name "colour"'),
        ({"contents": []}, "contents"),
        ({"contents": [said("assistant", {"text": "x"})]}, "valid role"),
        ({"contents": [said("user")]}, "at least one parts field"),
        ({"contents": [said("user", {"text": "x", "colour": "red"})]}, "Unknown name \"colour\" at 'contents[0].parts[0]'"),
        ({"contents": [said("user", {})]}, "one initialized field"),
        ({"contents": [HELLO, said("model", {"text": "x"})]}, "end with a user role"),
        ({"contents": [HELLO, said("model", CALL), said("user", RESPONSE)]}, None),
        ({"contents": [HELLO, said("model", CALL), HELLO]}, "number of function response parts"),
        ({"contents": [HELLO, said("model", CALL, CALL), said("user", RESPONSE)]}, "number of function response parts"),
        ({"contents": [HELLO, said("user", RESPONSE)]}, "immediately after a function call turn"),
        ({"contents": [HELLO, said("model", {"text": "x"}), said("model", CALL), said("user", RESPONSE)]},
         "function call turn comes immediately after a user turn"),
        ({"contents": [said("user", {"text": "think"}), said("model", CALL), said("user", RESPONSE)]},
         "missing a thought_signature"),
        ({"contents": [HELLO, said("model", {**CALL, "thoughtSignature": "QUJD"}), said("user", RESPONSE)]},
         "Corrupted thought signature"),
        ({"generation_config": {"max_output_tokens": 5, "stop_sequences": ["x"]}}, None),
        ({"generationConfig": {"maxOutputTokens": 0}}, "maxOutputTokens"),
        ({"generationConfig": {"responseSchema": {"type": "OBJECT"}}}, "response mime type"),
        ({"generationConfig": {"responseMimeType": "application/json", "responseSchema": {"type": "object", "oneOf": []}}},
         'Unknown name "oneOf"'),
        ({"tools": [{"functionDeclarations": [{"name": "time", "parameters": {"type": "OBJECT", "properties": {}}}]}]},
         "should be non-empty for OBJECT type"),
        ({"tools": [{"functionDeclarations": [{"name": "9 lives"}]}]}, "Invalid function name"),
        ({"contents": [said("user", {"inlineData": {"mimeType": "image/png", "data": PNG_BASE64}})]}, None),
        ({"generationConfig": {"responseMimeType": "application/json"},
          "tools": [{"functionDeclarations": [{"name": "time"}]}]}, None),
        ({"contents": [said("user", {"inlineData": {"mimeType": "image/png", "data": "?"}})]}, "Base64"),
    ],
    "bedrock": [
        ({"colour": "red"}, "extraneous key"),
        ({"messages": [aws("assistant", {"text": "x"})]}, "must start with a user message"),
        ({"messages": [aws("user", {"text": "x"}), aws("user", {"text": "x"})]}, "roles must alternate"),
        ({"messages": [aws("user", {"text": " "})]}, "is blank"),
        ({"messages": [aws("user", {"text": "x"}), aws("assistant", AWS_USE), aws("user", AWS_RESULT)],
          "toolConfig": AWS_TOOLS}, None),
        ({"messages": [aws("user", {"text": "x"}), aws("assistant", AWS_USE), aws("user", AWS_RESULT)]}, "toolConfig"),
        ({"messages": [aws("user", {"text": "x"}), aws("assistant", AWS_USE), aws("user", {"text": "x"})],
          "toolConfig": AWS_TOOLS}, "Expected toolResult blocks at messages.2.content for the following Ids: t1"),
        ({"messages": [aws("user", AWS_RESULT)], "toolConfig": AWS_TOOLS}, "no toolUse block"),
        ({"inferenceConfig": {"maxTokens": 0}}, "maxTokens"), ({"inferenceConfig": {"topK": 4}}, "extraneous key"),
        ({"messages": [aws("user", {"image": {"format": "bmp", "source": {"bytes": PNG_BASE64}}})]}, "format"),
        ({"messages": [aws("user", {"image": {"format": "png", "source": {"bytes": PNG_BASE64}}})]}, None),
        ({"messages": [aws("user", {"text": "x"}, {"cachePoint": {"type": "default", "ttl": "1h"}})]}, None),
        ({"messages": [aws("user", {"text": "x"}, *[{"cachePoint": {"type": "default"}}] * 5)]}, "cache points"),
        ({"additionalModelRequestFields": {"thinking": {"type": "enabled", "budget_tokens": 9}}}, "1024"),
        ({"messages": [aws("user", {"text": "x"}), aws(
            "assistant", {"reasoningContent": {"reasoningText": {"text": "t", "signature": "QUJD"}}}, {"text": "y"}),
            aws("user", {"text": "x"})]}, "Invalid `signature`"),
        ({"toolConfig": {"tools": []}}, "toolConfig.tools"),
        ({"toolConfig": {"tools": [{"toolSpec": {
            "name": "time", "strict": True, "inputSchema": {"json": {**BOUNDED, **CLOSED}}}}]}}, "'maximum' is not"),
        ({"outputConfig": {"textFormat": {"type": "json_schema", "structure": {"jsonSchema": {
            "name": "n", "schema": json.dumps(OPEN)}}}}}, "explicitly set to false"),
    ],
    "cohere": [
        ({"colour": "red"}, "'colour' is not a valid field"),
        ({"messages": []}, "at least one message"),
        ({"messages": [user(), {"role": "assistant", "content": "x"}]}, "last message"),
        ({"messages": [user(), called(), told()]}, None),
        ({"messages": [user(), called(), user()]}, "must be answered by tool messages; missing are c1"),
        ({"messages": [user(), told()]}, "no tool call before this message"),
        ({"p": 1}, "'p'"), ({"k": 900}, "'k'"), ({"tool_choice": "auto"}, "tool_choice"),
        ({"thinking": {"type": "enabled", "token_budget": 500}}, None),
        ({"response_format": {"type": "json_object", "json_schema": {"type": "object"}}}, None),
    ],
}


def post(mock, dialect, body):
    headers = dict(HEADERS.get(dialect, {"authorization": "Bearer any"}))
    return wire.call("POST", f"http://{mock.address}{PATHS[dialect]}", body, headers)


def message(dialect, reply):
    """The complaint, in the shape in which the dialect has it."""
    body = reply.json()
    if dialect == "gemini":
        assert body["error"]["status"] in ("INVALID_ARGUMENT", "NOT_FOUND") and body["error"]["code"] == reply.status
    if dialect == "anthropic":
        assert body["type"] == "error" and body["error"]["type"] == "invalid_request_error"
    if dialect == "bedrock":
        assert reply.headers["x-amzn-errortype"] == "ValidationException"
    return body["message"] if dialect in ("bedrock", "cohere") else body["error"]["message"]


@pytest.mark.parametrize(
    "dialect, change, complaint",
    [pytest.param(dialect, *case, id=f"{dialect}-{index}") for dialect, cases in CASES.items()
     for index, case in enumerate(cases)])
def test_a_request_is_judged_as_its_provider_would(mock, dialect, change, complaint):
    reply = post(mock, dialect, {**copy.deepcopy(BODIES[dialect]), **change})
    if complaint is None:
        assert reply.status == 200, reply.body
    else:
        assert reply.status in (400, 404), reply.body
        assert complaint in message(dialect, reply)
        assert mock.ledger()[-1]["billed"]["total_tokens"] == 0


@pytest.mark.parametrize("dialect", PATHS)
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b'{"messages":7,"contents":7,"input":7}'])
def test_what_is_no_request_is_refused_in_words_for_people(mock, dialect, body):
    reply = wire.call("POST", f"http://{mock.address}{PATHS[dialect]}", body,
                      {"content-type": "application/json", **HEADERS.get(dialect, {"authorization": "Bearer any"})})
    assert reply.status == 400 and message(dialect, reply)


@pytest.mark.parametrize("dialect", PATHS)
def test_a_wrong_kind_anywhere_is_refused_or_taken_and_never_more(mock, dialect):
    """Every value of every good body, replaced by one of each other kind: an answer comes, and the mock lives on."""
    def places(value, path=()):
        items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, member in items:
            yield (*path, key)
            yield from places(member, (*path, key))

    bodies = [{**BODIES[dialect], **change} for change, complaint in CASES[dialect] if complaint is None]
    for body in bodies:
        for path in places(body):
            for other in (None, 7, -0.5, "x", True, [], {}, [[]], [{}]):
                changed = copy.deepcopy(body)
                at = changed
                for key in path[:-1]:
                    at = at[key]
                at[path[-1]] = other
                reply = post(mock, dialect, changed)
                assert reply.status in (200, 400, 404), (json.dumps(changed), reply.body)
    assert mock.running


def test_gemini_answers_json_beside_functions_from_its_third_generation_on(mock):
    body = {"contents": [HELLO], "generationConfig": {"responseMimeType": "application/json"},
            "tools": [{"functionDeclarations": [{"name": "time"}]}]}
    older = wire.post(f"http://{mock.address}/v1beta/models/gemini-2.5-pro:generateContent", body, x_goog_api_key="k")
    assert older.status == 400 and "response mime type" in older.json()["error"]["message"]
    newer = wire.post(f"http://{mock.address}/v1beta/models/gemini-3-pro:generateContent", body, x_goog_api_key="k")
    assert newer.status == 200


def test_nova_takes_no_marker_behind_a_result_and_none_among_tools(mock):
    url = f"http://{mock.address}/model/us.amazon.nova-2-lite-v1%3A0/converse"
    point = {"cachePoint": {"type": "default"}}
    body = {"messages": [aws("user", {"text": "x"}, point), aws("assistant", AWS_USE), aws("user", AWS_RESULT)],
            "toolConfig": AWS_TOOLS}
    assert wire.post(url, body, authorization="Bearer any").status == 200
    body["messages"][2]["content"].append(point)
    assert "extraneous key" in wire.post(url, body, authorization="Bearer any").json()["message"]
    body["messages"][2]["content"].pop()
    body["toolConfig"] = {"tools": [*AWS_TOOLS["tools"], point]}
    assert "extraneous key" in wire.post(url, body, authorization="Bearer any").json()["message"]


def test_anthropic_wants_to_know_its_version(mock):
    reply = wire.post(f"http://{mock.address}/v1/messages", BODIES["anthropic"], x_api_key="k")
    assert reply.status == 400 and "anthropic-version" in reply.json()["error"]["message"]
    reply = wire.post(f"http://{mock.address}/v1/messages", BODIES["anthropic"], anthropic_version="2023-06-01")
    assert reply.status == 401 and reply.json()["error"]["type"] == "authentication_error"
