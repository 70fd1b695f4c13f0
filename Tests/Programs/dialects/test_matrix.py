"""Every agent's SDK against every provider's dialect: what one can ask, the other answers.

The table in the README (Dialects) is this file's parameters; what a pair cannot carry is in REFUSED, with its field."""

import json

import pytest

from agents import AGENTS
from agents.said import PERSON
from policies import KEY_VARIABLE
from programs import Mock, Sidecar
from secrets_of_the_tests import PROMPT, PROVIDER_KEY

AWS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": PROVIDER_KEY}

# Provider's dialect -> the backend that speaks it, and its model's own name.
PROVIDERS = {
    "openAI": ({"provider": "openai", "dialects": ["openAI"], "baseURL": "/v1"}, "gpt-4o"),
    "responses": ({"provider": "openai", "dialects": ["responses"], "baseURL": "/v1"}, "gpt-4o"),
    "anthropic": ({"provider": "anthropic", "baseURL": "/v1"}, "claude-sonnet-4-5"),
    "gemini": ({"provider": "gemini", "baseURL": "/v1beta"}, "gemini-2.5-pro"),
    "bedrock": ({"provider": "bedrock", "baseURL": "", "region": "us-east-1", "auth": {"aws": {}}},
                "anthropic.claude-sonnet-4-5-20250929-v1:0"),
    "cohere": ({"provider": "cohere", "baseURL": ""}, "command-a-reasoning-08-2025"),
}


def policy(mock, knobs=""):
    base = f"http://{mock.address}{'/~' + knobs if knobs else ''}"
    auth = {"auth": {"env": KEY_VARIABLE}}
    return {
        "backends": {name: {**auth, **backend, "baseURL": base + backend["baseURL"]}
                     for name, (backend, _) in PROVIDERS.items()},
        "models": {f"any-{name}": {"chain": [{"backend": name, "modelNameOverride": model}]}
                   for name, (_, model) in PROVIDERS.items()}}


class Pair:
    """One agent and one provider, and what the provider was asked since the pair was made."""

    def __init__(self, agent, provider, sidecar, mock):
        self.model = f"any-{provider}"
        self.agent = AGENTS[agent](sidecar, self.model)
        self.mock = mock
        self.seen = len(mock.ledger())

    @property
    def calls(self):
        return self.mock.ledger()[self.seen:]

    def check(self, said):
        """What every answered call must satisfy: the agent's own name for the model, and usage as it was billed."""
        assert said.model == self.model
        billed = self.calls[-1]["billed"]
        assert (said.input, said.output) == (billed["prompt_tokens"], billed["completion_tokens"])
        return said


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("matrix")
    mock = Mock()
    (folder / "aigw.yaml").write_text(json.dumps(policy(mock)))
    sidecar = Sidecar(
        "--policy", folder / "aigw.yaml", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0",
        "--state", folder / "state", env={KEY_VARIABLE: PROVIDER_KEY, **AWS})
    yield sidecar, mock
    sidecar.finish()
    mock.kill()


@pytest.fixture(params=PROVIDERS)
def provider(request):
    return request.param


@pytest.fixture(params=AGENTS)
def pair(request, provider, world):
    return Pair(request.param, provider, *world)


streamed = pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])


@streamed
def test_text(pair, stream):
    said = pair.check(pair.agent.say(f"{PROMPT} hello", stream=stream))
    assert said.text.startswith("You said: ") and said.finish == "stop"
    if stream:
        assert said.pieces > 5, "a stream comes in pieces"
    again = pair.check(pair.agent.say("And now?", stream=stream))
    assert "And now?" in again.text


@streamed
def test_a_reply_that_reaches_its_bound_says_so(pair, stream):
    bound = {"gemini": {"max_output_tokens": 16}, "bedrock": {"inferenceConfig": {"maxTokens": 16}},
             "responses": {"max_output_tokens": 16}}.get(pair.agent.dialect, {"max_tokens": 16})
    said = pair.check(pair.agent.say(PROMPT, stream=stream, **bound))
    assert said.finish == "length" and said.output == 16


@streamed
def test_a_tool_is_called_and_its_result_understood(pair, stream):
    said = pair.check(pair.agent.say(f"{PROMPT}\ncall tool weather", stream=stream, tools=True))
    (call,) = said.calls
    assert said.finish == "tools" and call.name == "weather"
    assert set(call.arguments) == {"city", "days"} and isinstance(call.arguments["days"], int)
    said = pair.check(pair.agent.answer({call.id: "sunny"}, stream=stream))
    assert said.finish == "stop" and said.text and not said.calls


@streamed
def test_parallel_calls_keep_their_order_names_and_results(pair, stream):
    said = pair.check(pair.agent.say(
        f"{PROMPT}\ncall tool weather\ncall tool time\ncall tool weather", stream=stream, tools=True))
    assert [call.name for call in said.calls] == ["weather", "time", "weather"]
    assert len({call.id for call in said.calls}) == 3
    # A tool without parameters is called with no arguments, not with nothing.
    assert said.calls[1].arguments == {}
    results = {call.id: f"{call.name} {place}" for place, call in enumerate(said.calls)}
    said = pair.check(pair.agent.answer(results, stream=stream))
    assert said.finish == "stop"


def test_a_failed_tool_is_told_as_one(pair):
    said = pair.agent.say(f"{PROMPT}\ncall tool time", tools=True)
    said = pair.check(pair.agent.answer({said.calls[0].id: RuntimeError("no clock")}))
    assert said.finish == "stop"


def test_an_image_is_seen(pair):
    said = pair.check(pair.agent.say(f"{PROMPT} what is it?", image=True))
    assert said.finish == "stop" and said.text


@streamed
def test_an_answer_fits_its_schema(pair, stream):
    said = pair.check(pair.agent.say(f"{PROMPT} who?", stream=stream, schema=PERSON))
    answer = json.loads(said.text)
    assert set(answer) == {"name", "age"} and isinstance(answer["age"], int)


@streamed
def test_thinking_is_shown_and_accepted_back(pair, stream):
    """The second turn is what breaks elsewhere: providers refuse a call of a tool whose thinking they cannot verify."""
    said = pair.check(pair.agent.say(f"{PROMPT}\nthink\ncall tool weather", stream=stream, tools=True, think=True))
    (call,) = said.calls
    if pair.model not in ("any-openAI",):
        assert said.thinking
    said = pair.check(pair.agent.answer({call.id: "sunny"}, stream=stream))
    assert said.finish == "stop" and said.text


@pytest.mark.parametrize("status", [400, 401, 429, 500])
def test_a_providers_error_is_the_sdks_own(pair, provider, status, sidecar, mock):
    running = sidecar(policy(mock, f"status={status}"), env=AWS)
    agent = type(pair.agent)(running, pair.model)
    with pytest.raises(agent.errors) as raised:
        agent.say(PROMPT)
    assert agent.status(raised.value) == status
