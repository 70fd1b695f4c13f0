"""Anthropic's own SDK, pointed at the gateway by its base URL: same-dialect calls, their keys, usage and errors."""

import anthropic
import openai
import pytest

from claude import CLAUDE, answer, words
from policies import MODEL, ask, backend
from provider import completion
from secrets_of_the_tests import AGENT_KEY, PROVIDER_KEY

@pytest.fixture
def claude(sidecar, provider):
    """Starts a sidecar before a scripted provider and gives the SDK that talks to it."""
    def start(script, budgets=None, base="", **options):
        scripted = provider(script)
        main = {**backend(scripted.url), "provider": "anthropic"}
        running = sidecar({
            "backends": {"main": main}, "budgets": budgets or {},
            "models": {MODEL: {"chain": [{"backend": "main", "modelNameOverride": CLAUDE}]},
                       CLAUDE: {"chain": [{"backend": "main"}]}}})
        sdk = anthropic.Anthropic(base_url=f"http://{running.address}{base}", api_key=AGENT_KEY, **options)
        return sdk, scripted, running
    return start


@pytest.mark.parametrize("base", ["", "/anthropic"])
def test_a_message_is_answered_under_the_agents_name_for_the_model(claude, base):
    sdk, provider, _ = claude(answer, base=base)
    reply = sdk.messages.create(model=MODEL, max_tokens=50, messages=ask())
    assert reply.content[0].text == "fine" and reply.model == MODEL
    request = provider.requests[0]
    assert request.path == "/v1/messages" and request.json()["model"] == CLAUDE
    assert request.headers["x-api-key"] == PROVIDER_KEY
    assert "authorization" not in request.headers and "anthropic-version" in request.headers


def test_a_stream_keeps_its_events_and_hides_the_model(claude):
    sdk, _, running = claude(answer)
    with sdk.messages.stream(model=MODEL, max_tokens=50, messages=ask()) as stream:
        assert "".join(stream.text_stream).split() == ["one", "two", "three"]
        final = stream.get_final_message()
    assert final.model == MODEL and final.stop_reason == "end_turn" and final.usage.output_tokens == 5


def test_every_token_class_is_booked(claude):
    sdk, _, running = claude(answer, budgets={"cap": {"limit": "1000 tokens/day"}})
    with sdk.messages.stream(model=CLAUDE, max_tokens=50, messages=ask()) as stream:
        stream.get_final_message()
    # 11 input beside 4 read from the cache, and 5 of output.
    assert running.metrics().sum("ai_gateway_budget_used", budget="cap") == 20


def test_a_cut_stream_is_an_error_and_never_an_end(claude):
    def cut(line, request):
        line.start_stream()
        for part in list(words("one two three"))[:5]:
            line.chunk(part)
        line.reset()
    sdk, _, _ = claude(cut, max_retries=0)
    with pytest.raises(anthropic.APIStatusError, match="broke off"):
        with sdk.messages.stream(model=CLAUDE, max_tokens=50, messages=ask()) as stream:
            stream.until_done()


def test_a_refusal_is_one_request_and_the_sdks_own_rate_limit_error(claude):
    sdk, provider, running = claude(answer, budgets={"tiny": {"limit": "10 tokens/day"}})
    with pytest.raises(anthropic.RateLimitError) as raised:
        sdk.messages.create(model=CLAUDE, max_tokens=50, messages=ask())
    assert raised.value.body["error"]["type"] == "rate_limit_error" and raised.value.body["error"]["budget"] == "tiny"
    assert provider.requests == []
    assert running.metrics().sum("ai_gateway_budget_refusals_total", budget="tiny") == 1


def test_counting_tokens_costs_nothing(claude):
    sdk, _, running = claude(
        lambda line, request: line.answer({"input_tokens": 14}), budgets={"cap": {"limit": "1000 tokens/day"}})
    assert sdk.messages.count_tokens(model=CLAUDE, messages=ask()).input_tokens == 14
    assert running.metrics().sum("ai_gateway_budget_used", budget="cap") == 0


def test_a_backend_without_the_dialect_is_asked_in_its_own(sidecar, provider):
    scripted = provider(lambda line, request: line.answer(completion()))
    running = sidecar({"backends": {"main": {**backend(scripted.url), "dialects": ["openAI"]}}})
    sdk = anthropic.Anthropic(base_url=f"http://{running.address}", api_key=AGENT_KEY, max_retries=0)
    reply = sdk.messages.create(model=CLAUDE, max_tokens=50, messages=ask())
    assert reply.content[0].text == "fine" and reply.usage.input_tokens == 7 and reply.stop_reason == "end_turn"
    assert scripted.requests[0].path == "/v1/chat/completions"


def test_a_path_no_dialect_has_words_for_is_refused_by_name(sidecar, provider):
    scripted = provider(lambda line, request: line.answer(completion()))
    running = sidecar({"backends": {"main": {**backend(scripted.url), "dialects": ["anthropic"]}}})
    sdk = openai.OpenAI(base_url=running.base_url, api_key=AGENT_KEY, max_retries=0)
    with pytest.raises(openai.UnprocessableEntityError, match="/v1/completions is not translated"):
        sdk.completions.create(model=CLAUDE, prompt="hello")
    assert scripted.requests == []


def test_tokens_are_estimated_where_nobody_counts_them(sidecar, provider):
    scripted = provider(lambda line, request: line.answer(completion()))
    running = sidecar({"backends": {"main": {**backend(scripted.url), "dialects": ["openAI"]}}})
    sdk = anthropic.Anthropic(base_url=f"http://{running.address}", api_key=AGENT_KEY, max_retries=0)
    reply = sdk.messages.with_raw_response.count_tokens(model=CLAUDE, messages=ask())
    assert reply.parse().input_tokens > 0 and reply.headers["x-ai-estimated"] == "input_tokens"
    assert scripted.requests == []
