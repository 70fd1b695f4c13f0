"""Claude Code and Codex as they really ask, before every provider's dialect: what they always send is carried, and what they
call comes back under their own names."""

import json

import anthropic
import openai
import pytest

import wire
from policies import KEY_VARIABLE
from programs import Mock, Sidecar
from secrets_of_the_tests import AGENT_KEY, PROMPT, PROVIDER_KEY
from test_matrix import AWS, PROVIDERS, policy

LONG = "mcp__plugin_very_long_server_name__and.a_tool:whose_name_is_longer_than_64_letters"
EPHEMERAL = {"type": "ephemeral", "ttl": "1h"}
BETAS = "claude-code-20250219,interleaved-thinking-2025-05-14,context-management-2025-06-27,effort-2025-11-24"


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("agents")
    mock = Mock()
    rules = policy(mock)
    for provider in PROVIDERS:
        rules["models"][f"strict-{provider}"] = {**rules["models"][f"any-{provider}"], "translate": "strict"}
        rules["models"][f"free-{provider}"] = {**rules["models"][f"any-{provider}"], "mayDrop": "*"}
        rules["models"][f"named-{provider}"] = {
            **rules["models"][f"any-{provider}"], "mayDrop": ["logit_bias", "stop"]}
    (folder / "aigw.yaml").write_text(json.dumps(rules))
    sidecar = Sidecar(
        "--policy", folder / "aigw.yaml", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0",
        "--state", folder / "state", env={KEY_VARIABLE: PROVIDER_KEY, **AWS})
    yield sidecar
    sidecar.finish()
    mock.kill()


def beside(own):
    """Every other dialect; in its own an agent's request is passed on as it came."""
    return pytest.mark.parametrize("provider", [name for name in PROVIDERS if name != own])


streamed = pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])


@pytest.fixture
def claude(world):
    return anthropic.Anthropic(base_url=world.base_url.removesuffix("/v1"), api_key=AGENT_KEY, max_retries=0, timeout=30)


@pytest.fixture
def codex(world):
    return openai.OpenAI(base_url=world.base_url, api_key=AGENT_KEY, max_retries=0, timeout=30)


# Claude Code


def tool(name, **more):
    return {"name": name, "description": f"does {name}", "input_schema": {
        "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
        "properties": {"path": {"type": "string"}}, "required": ["path"], "additionalProperties": False}, **more}


def as_claude_code(text, **more):
    """What `claude -p` sends, with two tools of an MCP server."""
    return {
        "max_tokens": 32000, "extra_headers": {"anthropic-beta": BETAS},
        "system": [{"type": "text", "text": "You are Claude Code"},
                   {"type": "text", "text": "long", "cache_control": EPHEMERAL}],
        "messages": [{"role": "user", "content": [
            {"type": "text", "text": "<system-reminder>x</system-reminder>"},
            {"type": "text", "text": text, "cache_control": {"type": "ephemeral"}}]}],
        "tools": [tool("Read"), tool(LONG), tool("Edit", cache_control=EPHEMERAL)],
        "metadata": {"user_id": json.dumps({"device_id": "d" * 64, "account_uuid": "", "session_id": "s" * 36})},
        "extra_body": {
            "temperature": 1, "thinking": {"type": "adaptive"}, "output_config": {"effort": "high"},
            "context_management": {"edits": [{"type": "clear_thinking_20251015", "keep": "all"}]}}, **more}


def ask_claude(sdk, stream, **asked):
    if not stream:
        return sdk.messages.create(**asked)
    with sdk.messages.stream(**asked) as events:
        return events.get_final_message()


@streamed
@beside("anthropic")
def test_claude_code_is_answered_and_its_tools_keep_their_names(claude, provider, stream):
    asked = as_claude_code(f"{PROMPT}\ncall tool Read")
    reply = ask_claude(claude, stream, model=f"any-{provider}", **asked)
    (call,) = [block for block in reply.content if block.type == "tool_use"]
    assert call.name == "Read" and reply.stop_reason == "tool_use"
    asked["messages"] += [
        {"role": "assistant", "content": [block.model_dump(exclude_none=True) for block in reply.content]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": call.id, "content": [
            {"type": "text", "text": "a"}]}]}]
    # The long name alone is offered and must be called.
    del asked["extra_body"]["thinking"], asked["extra_body"]["output_config"]
    asked |= {"tools": [tool(LONG)], "tool_choice": {
        "type": "tool", "name": LONG, "disable_parallel_tool_use": True}}
    reply = ask_claude(claude, stream, model=f"any-{provider}", **asked)
    (call,) = [block for block in reply.content if block.type == "tool_use"]
    assert call.name == LONG and "path" in call.input


@beside("anthropic")
def test_what_claude_code_says_for_others_is_let_go_by_name(claude, provider):
    asked = as_claude_code(PROMPT, tools=[
        tool("Read", defer_loading=True, input_examples=[{"path": "a"}]),
        {"type": "tool_search_tool_regex_20251119", "name": "tool_search_tool_regex"}])
    reply = claude.messages.with_raw_response.create(model=f"any-{provider}", **asked)
    named = reply.headers["x-ai-translated"].split(",")
    assert {"context_management", "tools[].defer_loading", "tools[].input_examples",
            "tools[].tool_search_tool_regex_20251119"} <= set(named)


@pytest.mark.parametrize("field, value", [
    ("inference_geo", "us"), ("speed", "fast"), ("container", "c"),
    ("context_management", {"edits": [{"type": "compact_20260112"}]})])
def test_what_would_change_the_answer_is_refused(claude, field, value):
    asked = {"max_tokens": 100, "messages": [{"role": "user", "content": PROMPT}], "extra_body": {field: value}}
    with pytest.raises(anthropic.UnprocessableEntityError) as raised:
        claude.messages.create(model="any-gemini", **asked)
    assert raised.value.body["error"]["param"] == field
    assert claude.messages.create(model="free-gemini", **asked).content


# Codex

PATCH = {"type": "custom", "name": "apply_patch", "description": "edits", "format": {
    "type": "grammar", "syntax": "lark", "definition": "start: /.+/s"}}
SHELL = {"type": "function", "name": "shell", "description": "runs", "strict": False, "parameters": {
    "type": "object", "properties": {"command": {"type": "array", "items": {"type": "string"}}},
    "required": ["command"], "additionalProperties": False}}
SPACE = {"type": "namespace", "name": "mcp__repl", "description": "d", "tools": [{
    "type": "function", "name": "js", "description": "d", "strict": False, "parameters": {
        "type": "object", "properties": {"code": {"type": "string"}}, "required": ["code"],
        "additionalProperties": False}}]}


def as_codex(text, **more):
    """What Codex sends, with its tools of every kind."""
    return {
        "instructions": "You are Codex", "tool_choice": "auto", "parallel_tool_calls": True, "store": False,
        "input": [
            {"type": "message", "role": "developer", "content": [{"type": "input_text", "text": "permissions"}]},
            {"type": "message", "role": "assistant", "content": []},
            {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}],
        "tools": [SHELL, PATCH, SPACE, {"type": "web_search", "external_web_access": False}],
        "reasoning": {"effort": "medium", "summary": "auto"}, "include": ["reasoning.encrypted_content"],
        "prompt_cache_key": "k", "text": {"verbosity": "low"}, "extra_body": {"client_metadata": {"x": "y"}}, **more}


def ask_codex(sdk, stream, **asked):
    """The items of the reply, and the types of the events that brought them."""
    if not stream:
        return sdk.responses.create(**asked).output, []
    items, types = [], []
    for event in sdk.responses.create(stream=True, **asked):
        types.append(event.type)
        if event.type == "response.output_item.done":
            items.append(event.item)
    assert types[-1] == "response.completed"
    return items, types


def kept(items):
    return [item.model_dump(exclude_none=True, exclude={"status"}) for item in items]


@streamed
@beside("responses")
def test_codex_calls_its_tools_as_what_they_are(codex, provider, stream):
    asked = as_codex(f"{PROMPT}\ncall tool apply_patch\ncall tool mcp__repl__js\ncall tool shell")
    items, types = ask_codex(codex, stream, model=f"any-{provider}", **asked)
    patch, js, shell = [item for item in items if item.type.endswith("call")]
    assert (patch.type, patch.name) == ("custom_tool_call", "apply_patch") and isinstance(patch.input, str)
    assert (js.type, js.namespace, js.name) == ("function_call", "mcp__repl", "js")
    assert "code" in json.loads(js.arguments) and "command" in json.loads(shell.arguments)
    if stream:
        assert types.count("response.custom_tool_call_input.delta") == 1
        assert types.count("response.custom_tool_call_input.done") == 1
    asked["input"] += kept(items) + [
        {"type": "custom_tool_call_output", "call_id": patch.call_id, "output": "done"},
        {"type": "function_call_output", "call_id": js.call_id, "output": "1"},
        {"type": "function_call_output", "call_id": shell.call_id, "output": "a"}]
    items, _ = ask_codex(codex, stream, model=f"any-{provider}", **asked)
    assert items[-1].type == "message" and items[-1].content[0].text


@beside("responses")
def test_tools_that_codex_brings_along_in_its_input_are_offered(codex, provider):
    asked = as_codex(f"{PROMPT}\ncall tool apply_patch", tools=[])
    asked["input"].insert(0, {"type": "additional_tools", "role": "developer", "tools": [PATCH, SHELL]})
    items, _ = ask_codex(codex, False, model=f"any-{provider}", **asked)
    assert items[-1].type == "custom_tool_call"


def test_a_summary_that_only_openai_can_read_is_refused_once_and_for_all(codex):
    asked = as_codex(PROMPT)
    asked["input"].insert(0, {"type": "compaction", "encrypted_content": "x"})
    # Any other status than 400 makes Codex ask five times more.
    with pytest.raises(openai.BadRequestError) as raised:
        codex.responses.create(model="any-anthropic", **asked)
    assert raised.value.code == "untranslatable_field" and raised.value.param == "input[].compaction"


def test_what_openais_dialects_have_in_common_crosses_both_ways(world, mock, sidecar):
    rules = policy(mock)
    running = sidecar(rules, env={KEY_VARIABLE: PROVIDER_KEY, **AWS})
    extras = {"prompt_cache_key": "k", "safety_identifier": "s"}
    chat = wire.post(f"{running.base_url}/chat/completions", {
        "model": "any-responses", "messages": [{"role": "user", "content": PROMPT}], "verbosity": "low", **extras})
    asked = wire.post(f"{running.base_url}/responses", {
        "model": "any-openAI", "input": PROMPT, "text": {"verbosity": "low"}, **extras})
    for reply in chat, asked:
        assert reply.status == 200 and "x-ai-translated" not in reply.headers
    other = wire.post(f"{running.base_url}/responses", {
        "model": "any-gemini", "input": PROMPT, "text": {"verbosity": "low"}, **extras})
    assert other.headers["x-ai-translated"] == "prompt_cache_key,safety_identifier,text.verbosity"


# Habits of clients


def chat(model, **more):
    return {"model": model, "messages": [{"role": "user", "name": "ann", "content": PROMPT}], **more}


def test_preferences_are_let_go_and_named_unless_the_policy_is_strict(world):
    asked = {"frequency_penalty": 0.5, "seed": 7, "top_k": 3}
    reply = wire.post(f"{world.base_url}/chat/completions", chat("any-anthropic", **asked))
    assert reply.status == 200
    assert reply.headers["x-ai-translated"] == "frequency_penalty,messages[].name,seed"
    refused = wire.post(f"{world.base_url}/chat/completions", chat("strict-anthropic", **asked))
    assert refused.status == 422 and refused.error["message"].startswith("frequency_penalty, messages[].name, seed ")


def test_names_of_mayDrop_hold_in_every_dialect(world):
    contents = [{"role": "user", "parts": [{"text": PROMPT}]}]
    url = f"{world.base_url.removesuffix('/v1')}/v1beta/models/named-responses:generateContent"
    reply = wire.post(url, {"contents": contents, "generationConfig": {"stopSequences": ["x"]}})
    assert reply.status == 200 and reply.headers["x-ai-translated"] == "generationConfig.stopSequences"
    reply = wire.post(f"{world.base_url}/chat/completions", chat("named-responses", logit_bias={"1": 2}, stop=["x"]))
    assert reply.status == 200


def test_a_field_that_no_dialect_has_is_no_name_for_mayDrop(sidecar, mock):
    rules = policy(mock)
    rules["models"]["any-cohere"]["mayDrop"] = ["logit_bais"]
    with pytest.raises(AssertionError, match="names a field that no dialect has, .logit_bais."):
        sidecar(rules, env={KEY_VARIABLE: PROVIDER_KEY, **AWS})


@streamed
@pytest.mark.parametrize("provider", ["gemini", "bedrock", "cohere"])
def test_of_several_calls_the_first_is_kept_where_one_was_wanted(codex, provider, stream):
    asked = as_codex(f"{PROMPT}\ncall tool shell\ncall tool mcp__repl__js", parallel_tool_calls=False)
    items, _ = ask_codex(codex, stream, model=f"any-{provider}", **asked)
    assert [item.name for item in items if item.type == "function_call"] == ["shell"]
