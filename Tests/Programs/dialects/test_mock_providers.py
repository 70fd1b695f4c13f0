"""aigw-mock by itself: what only one provider has, asked for with that provider's own SDK."""

import json

import anthropic
import boto3
import botocore.config
import botocore.exceptions
import cohere
import groq
import openai
import pytest
import together
from botocore.eventstream import ChecksumMismatch
from google import genai
from google.genai import types
from mistralai.client import Mistral
from mistralai.client.errors import MistralError

import wire
from agents.said import PERSON, PNG_BASE64
from programs import Mock

KEY_ID, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
CLAUDE = "anthropic.claude-sonnet-4-5-20250929-v1:0"


@pytest.fixture(scope="module")
def mock():
    program = Mock("--aws", KEY_ID, SECRET)
    yield program
    program.kill()


@pytest.fixture
def url(mock):
    return f"http://{mock.address}"


def bedrock(url, secret=SECRET, key=KEY_ID, **more):
    return boto3.client(
        "bedrock-runtime", region_name="eu-west-1", endpoint_url=url, aws_access_key_id=key,
        aws_secret_access_key=secret, config=botocore.config.Config(retries={"total_max_attempts": 1}), **more)


def ask(text="hello"):
    return [{"role": "user", "content": text}]


def talk(text="hello"):
    return [{"role": "user", "content": [{"text": text}]}]


# OpenAI's dialect, as others speak it.

def test_azure_names_the_model_in_its_path(url, mock):
    sdk = openai.AzureOpenAI(azure_endpoint=url, api_key="any", api_version="2024-10-21")
    assert sdk.chat.completions.create(model="mine", messages=ask()).model == "mine"
    assert len(sdk.embeddings.create(model="vectors", input=["a", "b"]).data) == 2
    assert [call["model"] for call in mock.ledger()[-2:]] == ["mine", "vectors"]
    assert wire.post(f"{url}/openai/deployments/mine/chat/completions", {"messages": ask()}).status == 404


class Compatible:
    """An SDK of a provider that speaks OpenAI's dialect, behind one verb."""

    def __init__(self, sdk, errors):
        self.sdk, self.errors = sdk, errors

    def ask(self, messages, **asked):
        chat = self.sdk.chat
        create = chat.complete if isinstance(self.sdk, Mistral) else chat.completions.create
        return create(model="m", messages=messages, **asked)

    def stream(self, messages):
        if isinstance(self.sdk, Mistral):
            return [event.data for event in self.sdk.chat.stream(model="m", messages=messages)]
        return list(self.sdk.chat.completions.create(model="m", messages=messages, stream=True))


COMPATIBLE = {
    "openai": lambda url: Compatible(openai.OpenAI(base_url=f"{url}/v1", api_key="k", max_retries=0), openai.APIError),
    "groq": lambda url: Compatible(groq.Groq(base_url=url, api_key="k", max_retries=0), groq.APIError),
    "together": lambda url: Compatible(
        together.Together(base_url=url, api_key="k", max_retries=0), together.APIError),
    "mistral": lambda url: Compatible(Mistral(server_url=url, api_key="k"), MistralError),
}


@pytest.fixture(params=COMPATIBLE)
def compatible(request, url):
    return lambda knobs="name=sdk": COMPATIBLE[request.param](f"{url}/~{knobs}")


def test_a_compatible_sdk_hears_text_whole_and_in_pieces(compatible, mock):
    sdk = compatible()
    reply = sdk.ask(ask())
    assert reply.choices[0].message.content.startswith("You said: hello") and reply.choices[0].finish_reason == "stop"
    billed = mock.ledger()[-1]["billed"]
    assert (reply.usage.prompt_tokens, reply.usage.completion_tokens) == (
        billed["prompt_tokens"], billed["completion_tokens"])
    pieces = [chunk.choices[0].delta.content or "" for chunk in sdk.stream(ask()) if chunk.choices]
    assert "".join(pieces) == reply.choices[0].message.content and len([piece for piece in pieces if piece]) == 40


def test_a_compatible_sdk_calls_tools_in_parallel_and_tells_their_results(compatible):
    sdk = compatible()
    tools = [{"type": "function", "function": {"name": name, "parameters": PERSON}} for name in ("one", "two")]
    turns = ask("call tool one\ncall tool two")
    choice = sdk.ask(turns, tools=tools).choices[0]
    calls = choice.message.tool_calls
    assert choice.finish_reason == "tool_calls" and [call.function.name for call in calls] == ["one", "two"]
    assert [json.loads(call.function.arguments) for call in calls] == [{"name": "text", "age": 1}] * 2
    turns.append({"role": "assistant", "content": "", "tool_calls": [
        {"id": call.id, "type": "function",
         "function": {"name": call.function.name, "arguments": call.function.arguments}} for call in calls]})
    turns += [{"role": "tool", "tool_call_id": call.id, "content": "done"} for call in calls]
    assert sdk.ask(turns, tools=tools).choices[0].finish_reason == "stop"
    with pytest.raises(sdk.errors):
        sdk.ask(turns[:-1], tools=tools)


def test_a_compatible_sdk_sends_images_and_gets_answers_that_fit_a_schema(compatible):
    sdk = compatible()
    image = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PNG_BASE64}"}}
    seen = sdk.ask([{"role": "user", "content": [{"type": "text", "text": "what is it?"}, image]}])
    assert "what is it?" in seen.choices[0].message.content
    shape = {"type": "json_schema", "json_schema": {"name": "person", "schema": PERSON, "strict": True}}
    assert json.loads(sdk.ask(ask(), response_format=shape).choices[0].message.content) == {"name": "text", "age": 1}


@pytest.mark.parametrize("status", [401, 429, 500])
def test_a_compatible_sdk_raises_its_own_error(compatible, status):
    sdk = compatible(f"status={status}")
    with pytest.raises(sdk.errors) as raised:
        sdk.ask(ask())
    assert raised.value.status_code == status


@pytest.mark.parametrize("make", [COMPATIBLE["openai"], COMPATIBLE["groq"]], ids=["openai", "groq"])
def test_thoughts_of_a_compatible_sdk_are_billed_and_kept(url, mock, make):
    make(url).ask(ask("think"), reasoning_effort="low")
    assert mock.ledger()[-1]["classes"]["reasoning_tokens"] == 7


def test_mistral_embeds(url):
    assert len(Mistral(server_url=url, api_key="k").embeddings.create(model="m", inputs=["a"]).data) == 1


def test_many_choices_and_a_refusal(url):
    sdk = openai.OpenAI(base_url=f"{url}/v1", api_key="any")
    assert len(sdk.chat.completions.create(model="m", messages=ask(), n=3, temperature=1.5).choices) == 3
    refused = sdk.chat.completions.create(model="m", messages=ask("refuse")).choices[0]
    assert refused.message.refusal == "I cannot help with that." and refused.message.content is None
    response = sdk.responses.create(model="m", input="refuse")
    assert response.output[0].content[0].type == "refusal"


def test_a_stop_text_ends_the_answer_before_it(url):
    sdk = openai.OpenAI(base_url=f"{url}/v1", api_key="any")
    choice = sdk.chat.completions.create(model="m", messages=ask("one two three"), stop=[" three"]).choices[0]
    assert choice.message.content == "You said: one two" and choice.finish_reason == "stop"
    sdk = anthropic.Anthropic(base_url=url, api_key="any")
    message = sdk.messages.create(model="m", max_tokens=99, messages=ask("one two three"), stop_sequences=["two"])
    assert message.stop_reason == "stop_sequence" and message.stop_sequence == "two"


# Anthropic.

def test_anthropic_counts_tokens_and_lists_models(url):
    sdk = anthropic.Anthropic(base_url=url, api_key="any")
    counted = sdk.messages.count_tokens(model="claude", messages=ask("12345678"))
    assert counted.input_tokens == 3 + 4 + 2
    assert [model.id for model in sdk.models.list()] == ["claude-sonnet-4-5", "claude-haiku-4-5"]


def test_anthropic_reports_its_caches_beside_fresh_input(url, mock):
    sdk = anthropic.Anthropic(base_url=f"{url}/~cached=5;created=3", api_key="any")
    usage = sdk.messages.create(model="claude", max_tokens=9, messages=ask("x" * 80)).usage
    assert (usage.cache_read_input_tokens, usage.cache_creation_input_tokens) == (5, 3)
    assert usage.input_tokens == mock.ledger()[-1]["billed"]["prompt_tokens"] - 8
    assert usage.cache_creation.ephemeral_5m_input_tokens == 3
    marked = [{"type": "text", "text": "x" * 80, "cache_control": {"type": "ephemeral", "ttl": "1h"}}]
    usage = sdk.messages.create(model="claude", max_tokens=9, messages=ask(marked)).usage
    assert (usage.cache_creation.ephemeral_5m_input_tokens, usage.cache_creation.ephemeral_1h_input_tokens) == (0, 3)


def test_redacted_thoughts_are_known_again(url):
    sdk = anthropic.Anthropic(base_url=url, api_key="any")
    thinking = {"type": "enabled", "budget_tokens": 1024}
    tools = [{"name": "time", "input_schema": {"type": "object", "properties": {}}}]
    asked = {"model": "claude", "max_tokens": 2048, "thinking": thinking, "tools": tools}
    turns = ask("think redacted\ncall tool time")
    reply = sdk.messages.create(messages=turns, **asked)
    assert [block.type for block in reply.content] == ["redacted_thinking", "tool_use"]
    turns += [{"role": "assistant", "content": [block.model_dump(exclude_none=True) for block in reply.content]},
              {"role": "user", "content": [{"type": "tool_result", "tool_use_id": reply.content[1].id}]}]
    assert sdk.messages.create(messages=turns, **asked).stop_reason == "end_turn"
    turns[1]["content"][0]["data"] = "QUJD"
    with pytest.raises(anthropic.BadRequestError, match="redacted_thinking"):
        sdk.messages.create(messages=turns, **asked)
    assert sdk.messages.create(model="claude", max_tokens=99, messages=ask("refuse")).stop_reason == "refusal"


# Google.

def gemini(url, **options):
    return genai.Client(api_key="any", http_options=types.HttpOptions(base_url=url, **options))


def test_gemini_counts_and_embeds(url, mock):
    sdk = gemini(url)
    assert sdk.models.count_tokens(model="gemini-2.5-pro", contents="12345678").total_tokens == 3 + 4 + 2
    vectors = sdk.models.embed_content(
        model="gemini-embedding-001", contents=["a", "b"],
        config=types.EmbedContentConfig(output_dimensionality=128, task_type="RETRIEVAL_QUERY")).embeddings
    assert [len(vector.values) for vector in vectors] == [128, 128]
    assert mock.ledger()[-1]["billed"]["prompt_tokens"] == 2


def test_gemini_says_when_to_come_again(url):
    answer = wire.post(f"{url}/~status=429;retry-after=7/v1beta/models/g:generateContent?key=any", {})
    assert answer.status == 429 and answer.json()["error"]["details"][0]["retryDelay"] == "7s"


def test_gemini_streams_one_array_where_events_are_not_asked_for(url):
    body = {"contents": [{"parts": [{"text": "hello"}]}]}
    reply = wire.post(f"{url}/v1beta/models/g:streamGenerateContent?key=any", body)
    chunks = reply.json()
    assert len(chunks) == 41 and chunks[-1]["candidates"][0]["finishReason"] == "STOP"


def test_vertex_has_paths_of_its_own(url):
    path = "/v1/projects/p/locations/l/publishers/google/models/gemini-2.5-pro:generateContent"
    reply = wire.post(url + path, {"contents": [{"role": "user", "parts": [{"text": "hello"}]}]}, authorization="Bearer t")
    assert reply.json()["modelVersion"] == "gemini-2.5-pro"
    sdk = gemini(url)
    refused = sdk.models.generate_content(model="g", contents="refuse")
    assert refused.candidates[0].finish_reason.value == "SAFETY"


# AWS.

def test_a_signature_of_botocores_is_accepted_and_any_other_refused(url, mock):
    assert bedrock(url).converse(modelId=CLAUDE, messages=talk())["stopReason"] == "end_turn"
    assert bedrock(f"{url}/~name=a%20b;chunks=3").converse(modelId=CLAUDE, messages=talk())["stopReason"] == "end_turn"
    assert bedrock(url, aws_session_token="token").converse(modelId=CLAUDE, messages=talk())["stopReason"] == "end_turn"
    with pytest.raises(botocore.exceptions.ClientError) as raised:
        bedrock(url, secret="another").converse(modelId=CLAUDE, messages=talk())
    assert raised.value.response["Error"]["Code"] == "InvalidSignatureException"
    with pytest.raises(botocore.exceptions.ClientError) as raised:
        bedrock(url, key="AKIDOTHER").converse(modelId=CLAUDE, messages=talk())
    assert raised.value.response["Error"]["Code"] == "UnrecognizedClientException"
    reply = wire.post(f"{url}/model/{CLAUDE}/converse", {"messages": talk()})
    assert reply.status == 403 and reply.headers["x-amzn-errortype"] == "MissingAuthenticationTokenException"


def test_claude_is_invoked_in_anthropics_words(url, mock):
    body = json.dumps({"anthropic_version": "bedrock-2023-05-31", "max_tokens": 99, "messages": ask()})
    reply = bedrock(url).invoke_model(modelId=CLAUDE, body=body)
    message = json.loads(reply["body"].read())
    assert message["content"][0]["text"].startswith("You said") and message["stop_reason"] == "end_turn"
    events = bedrock(url).invoke_model_with_response_stream(modelId=CLAUDE, body=body)["body"]
    events = [json.loads(event["chunk"]["bytes"]) for event in events]
    assert [events[0]["type"], events[-1]["type"]] == ["message_start", "message_stop"]
    text = "".join(event["delta"].get("text", "") for event in events if event["type"] == "content_block_delta")
    assert text == message["content"][0]["text"]
    assert mock.ledger()[-1]["model"] == CLAUDE and mock.ledger()[-1]["billed"]["completion_tokens"] == 40


def test_titan_and_cohere_embed_on_bedrock(url):
    sdk = bedrock(url)
    titan = sdk.invoke_model(
        modelId="amazon.titan-embed-text-v2:0", body=json.dumps({"inputText": "12345678", "dimensions": 256}))
    titan = json.loads(titan["body"].read())
    assert len(titan["embedding"]) == 256 and titan["inputTextTokenCount"] == 2
    texts = {"texts": ["a", "b"], "input_type": "search_query"}
    reply = json.loads(sdk.invoke_model(modelId="cohere.embed-english-v3", body=json.dumps(texts))["body"].read())
    assert len(reply["embeddings"]) == 2 and reply["response_type"] == "embeddings_floats"


def test_a_wrong_checksum_is_noticed_and_an_exception_in_a_stream_raised(url):
    with pytest.raises(ChecksumMismatch):
        list(bedrock(f"{url}/~bad-crc").converse_stream(modelId=CLAUDE, messages=talk())["stream"])
    with pytest.raises(botocore.exceptions.EventStreamError, match="modelStreamErrorException"):
        list(bedrock(f"{url}/~fail-after=3").converse_stream(modelId=CLAUDE, messages=talk())["stream"])


def test_a_bedrock_key_may_be_a_bearer_token(url):
    reply = wire.post(f"{url}/~require-key=abc/model/{CLAUDE}/converse", {"messages": talk()}, authorization="Bearer abc")
    assert reply.status == 200
    reply = wire.post(f"{url}/~require-key=abc/model/{CLAUDE}/converse", {"messages": talk()}, authorization="Bearer no")
    assert reply.status == 401


# Cohere.

def test_cohere_embeds_and_reranks(url, mock):
    sdk = cohere.ClientV2(api_key="any", base_url=url)
    embedded = sdk.embed(
        model="embed-v4.0", texts=["12345678", "b"], input_type="search_document", embedding_types=["float", "int8"])
    assert len(embedded.embeddings.float_) == 2 and len(embedded.embeddings.int8[0]) == 256
    assert embedded.meta.billed_units.input_tokens == 3 == mock.ledger()[-1]["billed"]["prompt_tokens"]
    ranked = sdk.rerank(model="rerank-v3.5", query="blue sky", documents=["red", "a sky so blue", "blue"], top_n=2)
    assert [result.index for result in ranked.results] == [1, 2]
    assert ranked.results[0].relevance_score > ranked.results[1].relevance_score


@pytest.mark.parametrize("path, headers", [
    ("/v1/chat/completions", {"authorization": "Bearer wrong"}),
    ("/v1/responses", {"authorization": "Bearer wrong"}),
    ("/v1/messages", {"x-api-key": "wrong", "anthropic-version": "2023-06-01"}),
    ("/v1beta/models/g:generateContent", {"x-goog-api-key": "wrong"}),
    ("/v1beta/models/g:generateContent?key=wrong", {}),
    ("/v2/chat", {"authorization": "Bearer wrong"}),
    ("/openai/deployments/d/chat/completions?api-version=1", {"api-key": "wrong"}),
])
def test_every_dialect_keeps_its_key_in_its_own_place(url, path, headers):
    assert wire.call("POST", f"{url}/~require-key=right{path}", {}, headers).status == 401
    right = {name: value.replace("wrong", "right") for name, value in headers.items()}
    # The key is right now, and the body is what is wrong.
    assert wire.call("POST", f"{url}/~require-key=right{path.replace('wrong', 'right')}", {}, right).status == 400
