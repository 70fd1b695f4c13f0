"""What the official SDKs make of a refusal: they ask once where waiting is not worth it, and come back where it is."""

import time

import anthropic
import openai
import pytest

import wire
from policies import MODEL, ask, backend, chat
from secrets_of_the_tests import AGENT_KEY


def limited_to(limit, mock, **limits):
    """One model with one budget; its backend speaks OpenAI's and Anthropic's dialect."""
    return {
        "backends": {"main": {**backend(mock.at()), "provider": "anthropic"}},
        "models": {MODEL: {"chain": [{"backend": "main"}]}}, "budgets": {"b": {"limit": limit}}, "limits": limits}


@pytest.fixture
def limited(mock, sidecar):
    """A sidecar with one budget, of which one request has been spent."""
    def start(limit, **limits):
        served = sidecar(limited_to(limit, mock, **limits))
        assert wire.post(f"{served.base_url}/chat/completions", chat(max_tokens=20)).status == 200
        return served
    return start


@pytest.fixture(params=["openai", "anthropic"])
def sdk(request):
    """An SDK with its own retries: `sdk(sidecar)` makes a call that is refused, and gives how many requests that took."""
    made = []

    def call(served):
        asked = []
        hooks = {"event_hooks": {"request": [asked.append]}}
        if request.param == "openai":
            client = openai.OpenAI(
                base_url=served.base_url, api_key=AGENT_KEY, http_client=openai.DefaultHttpxClient(**hooks))
            create, refused = client.chat.completions.create, openai.RateLimitError
        else:
            client = anthropic.Anthropic(
                base_url=f"http://{served.address}", api_key=AGENT_KEY,
                http_client=anthropic.DefaultHttpxClient(**hooks))
            create, refused = client.messages.create, anthropic.RateLimitError
        made.append(client)
        with pytest.raises(refused) as error:
            create(model=MODEL, max_tokens=20, messages=ask())
        return len(asked), error.value
    yield call
    for client in made:
        client.close()


# The wait of `1 requests/minute` is just under a minute, that of a day mostly longer than one.
@pytest.mark.parametrize("limit, within", [
    ("1 requests/day", "1s"), ("1 requests/minute", "10s"), ("1 requests/hour", "500ms"), ("1 requests/minute", "1ms")])
def test_a_wait_longer_than_the_policys_is_one_request(limited, sdk, limit, within):
    served = limited(limit, retryableWithin=within)
    requests, refused = sdk(served)
    assert requests == 1
    assert refused.status_code == 429 and refused.response.headers["x-should-retry"] == "false"


def test_a_call_that_can_never_fit_is_one_request(mock, sidecar, sdk):
    served = sidecar(limited_to("10 tokens/minute", mock))
    requests, refused = sdk(served)
    assert requests == 1 and "can never fit" in str(refused)


def test_a_short_wait_is_waited_for_by_the_sdk_itself(limited, mock):
    """A bucket of one a second: the SDK comes back when retry-after-ms says, and is served."""
    served = limited("60 requests/minute")
    while wire.post(f"{served.base_url}/chat/completions", chat(max_tokens=20)).status == 200:
        pass
    began, asked = time.monotonic(), []
    counting = openai.DefaultHttpxClient(event_hooks={"request": [asked.append]})
    with openai.OpenAI(base_url=served.base_url, api_key=AGENT_KEY, http_client=counting) as client:
        client.chat.completions.create(model=MODEL, max_tokens=20, messages=ask())
    assert len(asked) <= 3 and time.monotonic() - began < 10


def test_openais_fields_tell_the_state_of_the_budget(limited):
    served = limited("1 requests/day")
    refused = wire.post(f"{served.base_url}/chat/completions", chat())
    assert refused.headers["x-ratelimit-limit-requests"] == "1"
    assert refused.headers["x-ratelimit-remaining-requests"] == "0"
    assert refused.headers["x-ratelimit-reset-requests"].endswith("s")
    assert "x-ratelimit-limit-tokens" not in refused.headers


def test_anthropics_fields_tell_the_state_of_the_budget(mock, sidecar):
    served = sidecar(limited_to("100 tokens/day", mock))
    body = {"model": MODEL, "max_tokens": 5000, "messages": ask("much " * 100)}
    refused = wire.post(f"http://{served.address}/v1/messages", body)
    assert refused.status == 429
    assert refused.json()["error"]["type"] == "rate_limit_error"
    assert refused.headers["anthropic-ratelimit-tokens-limit"] == "100"
    assert refused.headers["anthropic-ratelimit-tokens-remaining"] == "100"
    assert refused.headers["anthropic-ratelimit-tokens-reset"].endswith("T00:00:00Z")
    assert not any(name.startswith("x-ratelimit") for name in refused.headers)
