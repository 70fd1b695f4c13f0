"""An agent that only changed its base URL: everything it does with the SDK works as if the provider stood there."""

import asyncio

import openai
import pytest

import wire
from policies import MODEL, ask, one
from policies import chat as body
from provider import completion
from secrets_of_the_tests import AGENT_KEY, PROMPT
from waiting import eventually

TOOLS = [
    {"type": "function", "function": {"name": name, "parameters": {"type": "object", "properties": {}}}}
    for name in ("lookup", "weather")]


@pytest.fixture
def chat(mock, sidecar, client):
    """`chat(messages, **options)` through a sidecar with one model."""
    return client(sidecar(one(mock.at()))).chat.completions.create


def said(stream):
    return "".join(chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices)


def test_a_call_is_answered_with_the_providers_words(chat, mock, sidecar):
    straight = openai.OpenAI(base_url=mock.at(), api_key="any").chat.completions.create(model=MODEL, messages=ask())
    through = chat(model=MODEL, messages=ask())
    assert through.choices[0].message.content == straight.choices[0].message.content
    assert through.choices[0].finish_reason == "stop"
    assert through.choices[0].message.role == "assistant"
    assert through.model == MODEL


def test_usage_is_what_the_provider_billed(chat, mock):
    usage = chat(model=MODEL, messages=ask("count me")).usage
    billed = mock.ledger()[0]["billed"]
    assert usage.prompt_tokens == billed["prompt_tokens"] > 0
    assert usage.completion_tokens == billed["completion_tokens"] > 0
    assert usage.total_tokens == billed["total_tokens"] == usage.prompt_tokens + usage.completion_tokens


def test_a_stream_says_the_same_as_a_whole_answer(chat):
    whole = chat(model=MODEL, messages=ask("say it twice")).choices[0].message.content
    chunks = list(chat(model=MODEL, messages=ask("say it twice"), stream=True))
    assert said(chunks) == whole
    assert len(chunks) > 2
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices][-1] == "stop"
    assert {chunk.model for chunk in chunks} == {MODEL}


def test_max_tokens_cuts_the_answer_and_says_so(chat):
    reply = chat(model=MODEL, messages=ask("a long story " * 20), max_tokens=5)
    assert reply.choices[0].finish_reason == "length"
    assert reply.usage.completion_tokens == 5


def test_max_completion_tokens_counts_as_well(chat):
    assert chat(model=MODEL, messages=ask("a story " * 20), max_completion_tokens=4).usage.completion_tokens == 4


def test_a_tool_is_called(chat):
    reply = chat(model=MODEL, messages=ask("\ncall tool lookup"), tools=TOOLS)
    (call,) = reply.choices[0].message.tool_calls
    assert call.function.name == "lookup"
    assert reply.choices[0].finish_reason == "tool_calls"


def test_tools_are_called_in_parallel(chat):
    reply = chat(model=MODEL, messages=ask("\ncall tool lookup\ncall tool weather"), tools=TOOLS)
    calls = reply.choices[0].message.tool_calls
    assert [call.function.name for call in calls] == ["lookup", "weather"]
    assert len({call.id for call in calls}) == 2


def test_tool_calls_come_in_a_stream_as_well(chat):
    stream = chat(model=MODEL, messages=ask("\ncall tool lookup\ncall tool weather"), tools=TOOLS, stream=True)
    names, reasons = {}, []
    for chunk in stream:
        for choice in chunk.choices:
            reasons.append(choice.finish_reason)
            for call in choice.delta.tool_calls or []:
                if call.function and call.function.name:
                    names[call.index] = call.function.name
    assert names == {0: "lookup", 1: "weather"}
    assert reasons[-1] == "tool_calls"


def test_a_tools_result_goes_back_up(chat):
    question = ask("\ncall tool lookup")
    asked = chat(model=MODEL, messages=question, tools=TOOLS).choices[0].message
    result = {"role": "tool", "tool_call_id": asked.tool_calls[0].id, "content": "42"}
    reply = chat(model=MODEL, messages=[*question, asked.model_dump(exclude_none=True), result,
                                        *ask("and now in words")])
    assert reply.choices[0].message.content


@pytest.mark.parametrize("text", [
    "zażółć gęślą jaźń", "日本語のテキスト", "مرحبا بالعالم", "👩‍👩‍👧‍👦 \U0001f9ff", "\\\"quoted\\\"\n\ttab", "\u2028 and \u0000",
])
def test_text_of_every_script_survives_both_ways(chat, mock, text):
    straight = openai.OpenAI(base_url=mock.at(), api_key="any").chat.completions.create(
        model=MODEL, messages=ask(text)).choices[0].message.content
    assert chat(model=MODEL, messages=ask(text)).choices[0].message.content == straight
    assert said(chat(model=MODEL, messages=ask(text), stream=True)) == straight


def test_extra_headers_reach_the_provider(chat, mock):
    chat(model=MODEL, messages=ask(), extra_headers={"x-trace-note": "yes"})
    assert "x-trace-note" in [name.lower() for name in mock.ledger()[0]["headers"]]


def test_fields_nobody_here_knows_go_up_untouched(provider, sidecar, client):
    upstream = provider(lambda line, _: line.answer(completion()))
    client(sidecar(one(upstream.url))).chat.completions.create(
        model=MODEL, messages=ask(), n=2, seed=7, logit_bias={"50256": -100}, extra_body={"vendor": {"deep": [1.50]}})
    body = upstream.requests[0].json()
    assert (body["n"], body["seed"], body["logit_bias"]) == (2, 7, {"50256": -100})
    assert body["vendor"] == {"deep": [1.5]}


def test_several_choices_come_back(provider, sidecar, client):
    answer = completion()
    answer["choices"].append({**answer["choices"][0], "index": 1})
    upstream = provider(lambda line, _: line.answer(answer))
    reply = client(sidecar(one(upstream.url))).chat.completions.create(model=MODEL, messages=ask(), n=2)
    assert [choice.index for choice in reply.choices] == [0, 1]


def test_a_megabyte_of_prompt_is_no_trouble(chat):
    usage = chat(model=MODEL, messages=ask("word " * 200_000), max_tokens=3).usage
    assert usage.prompt_tokens > 200_000


def test_the_older_completions_endpoint_works(mock, sidecar, client):
    completions = client(sidecar(one(mock.at()))).completions
    whole = completions.create(model=MODEL, prompt=f"{PROMPT} once", max_tokens=16)
    assert whole.choices[0].text and whole.model == MODEL
    streamed = completions.create(model=MODEL, prompt=f"{PROMPT} once", max_tokens=16, stream=True)
    assert "".join(chunk.choices[0].text for chunk in streamed if chunk.choices) == whole.choices[0].text


def test_many_agents_at_once_each_get_their_own_answer(mock, sidecar):
    served = sidecar(one(mock.at("chunk-delay=1")))

    async def everyone():
        async with openai.AsyncOpenAI(base_url=served.base_url, api_key=AGENT_KEY, max_retries=0) as client:
            async def converse(number):
                stream = await client.chat.completions.create(
                    model=MODEL, messages=ask(f"number <{number}>"), stream=True)
                text = [chunk.choices[0].delta.content or "" async for chunk in stream if chunk.choices]
                return f"<{number}>" in "".join(text)
            return await asyncio.gather(*(converse(number) for number in range(50)))
    assert all(asyncio.run(everyone()))


def test_an_agent_that_stops_listening_stops_the_provider(mock, sidecar, client):
    served = sidecar(one(mock.at("chunk-delay=20;chunks=2000")))
    stream = client(served).chat.completions.create(model=MODEL, messages=ask(), stream=True)
    next(iter(stream))
    stream.close()
    outcome = eventually(lambda: mock.ledger()[0]["outcome"] not in (None, "", "running", "open")
                         and mock.ledger()[0]["outcome"], "the provider noticing")
    assert outcome == "aborted"


def test_groqs_own_path_is_served(mock, sidecar):
    """Groq's client asks for /openai/v1/... whatever its base URL is."""
    served = sidecar(one(mock.at()))
    reply = wire.post(f"http://{served.address}/openai/v1/chat/completions", body())
    assert reply.status == 200 and mock.ledger()[0]["path"] == "/v1/chat/completions"
