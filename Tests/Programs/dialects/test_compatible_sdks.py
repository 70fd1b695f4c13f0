"""SDKs of providers that speak OpenAI's dialect with habits of their own: each before a model that speaks another."""

import groq
import pytest
import together
from mistralai.client import Mistral

from agents.said import TOOLS
from policies import KEY_VARIABLE
from secrets_of_the_tests import AGENT_KEY, PROMPT

MODEL = "anything"
PROVIDERS = {"anthropic": ("/v1", "claude-sonnet-4-5"), "gemini": ("/v1beta", "gemini-2.5-pro"), "openai": ("/v1", "gpt-4o")}
TOOL = [{"type": "function", "function": {"name": name, "description": about, "parameters": schema}}
        for name, about, schema in TOOLS]


@pytest.fixture(params=PROVIDERS)
def running(request, sidecar, mock):
    path, model = PROVIDERS[request.param]
    return sidecar({
        "backends": {"main": {"provider": request.param, "baseURL": f"http://{mock.address}{path}",
                              "auth": {"env": KEY_VARIABLE}}},
        "models": {MODEL: {"chain": [{"backend": "main", "modelNameOverride": model}]}}})


def said(text):
    return [{"role": "user", "content": f"{PROMPT}\n{text}"}]


@pytest.mark.parametrize("sdk", [groq.Groq, together.Together], ids=["groq", "together"])
def test_an_sdk_like_openais_is_answered_streamed_and_calls_tools(running, sdk):
    # Groq's client asks for /openai/v1/..., Together's for /v1/...: both by themselves.
    client = sdk(api_key=AGENT_KEY, base_url=f"http://{running.address}", max_retries=0)
    reply = client.chat.completions.create(model=MODEL, messages=said("hello"))
    assert reply.choices[0].message.content.startswith("You said") and reply.model == MODEL
    assert reply.usage.total_tokens == reply.usage.prompt_tokens + reply.usage.completion_tokens
    pieces = [chunk.choices[0].delta.content or "" for chunk in client.chat.completions.create(
        model=MODEL, messages=said("hello"), stream=True) if chunk.choices]
    assert "".join(pieces).startswith("You said") and len(pieces) > 5
    reply = client.chat.completions.create(model=MODEL, messages=said("call tool weather"), tools=TOOL)
    assert [call.function.name for call in reply.choices[0].message.tool_calls] == ["weather"]


def test_mistrals_sdk_is_answered_streamed_and_calls_tools(running):
    client = Mistral(api_key=AGENT_KEY, server_url=f"http://{running.address}")
    reply = client.chat.complete(model=MODEL, messages=said("hello"))
    assert reply.choices[0].message.content.startswith("You said") and reply.model == MODEL
    pieces = [event.data.choices[0].delta.content or "" for event in client.chat.stream(
        model=MODEL, messages=said("hello")) if event.data.choices]
    assert "".join(pieces).startswith("You said") and len(pieces) > 5
    reply = client.chat.complete(model=MODEL, messages=said("call tool weather"), tools=TOOL)
    assert [call.function.name for call in reply.choices[0].message.tool_calls] == ["weather"]
