"""aigw-mock by itself: each provider's own SDK finds in it the provider it knows, and the ledger agrees with its usage."""

import json
from types import SimpleNamespace

import pytest

from agents import AGENTS
from agents.said import PERSON
from programs import Mock
from secrets_of_the_tests import PROMPT

MODELS = {
    "openAI": "gpt-4o", "responses": "gpt-4o", "anthropic": "claude-sonnet-4-5", "gemini": "gemini-2.5-pro",
    "bedrock": "anthropic.claude-sonnet-4-5-20250929-v1:0", "cohere": "command-a-reasoning-08-2025"}


@pytest.fixture(scope="module")
def world():
    program = Mock()
    yield program
    program.kill()


class Talk:
    """One agent, straight at the mock."""

    def __init__(self, dialect, mock, knobs="name=talk"):
        self.dialect, self.mock = dialect, mock
        # One knob: Google's SDK puts what follows a semicolon at the end of the path.
        place = SimpleNamespace(address=f"{mock.address}/~{knobs}")
        self.agent = AGENTS[dialect](place, MODELS[dialect])

    @property
    def call(self):
        return self.mock.ledger()[-1]

    def check(self, said):
        """Usage is what was billed."""
        billed = self.call["billed"]
        assert (said.input, said.output) == (billed["prompt_tokens"], billed["completion_tokens"])
        assert self.call["outcome"] == "completed" and said.model == MODELS[self.dialect]
        return said

    def say(self, text, **more):
        return self.check(self.agent.say(text, **more))

    def answer(self, results, **more):
        return self.check(self.agent.answer(results, **more))


@pytest.fixture(params=MODELS)
def talk(request, world):
    return lambda knobs="name=talk": Talk(request.param, world, knobs)


streamed = pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])


@streamed
def test_it_echoes_turn_after_turn(talk, stream):
    talk = talk()
    said = talk.say(f"{PROMPT} hello", stream=stream)
    assert said.text.startswith("You said: ") and "hello" in said.text and said.finish == "stop" and said.output == 40
    assert said.pieces == (40 if stream else 0)
    assert "And now?" in talk.say("And now?", stream=stream).text


@streamed
def test_it_stops_at_the_most_tokens(talk, stream):
    talk = talk("chunks=50")
    bound = {"gemini": {"max_output_tokens": 16}, "bedrock": {"inferenceConfig": {"maxTokens": 16}},
             "responses": {"max_output_tokens": 16}}.get(talk.dialect, {"max_tokens": 16})
    said = talk.say(PROMPT, stream=stream, **bound)
    assert said.finish == "length" and said.output == 16
    assert talk.call["max_tokens"] == 16


@streamed
def test_it_calls_tools_and_takes_their_results(talk, stream):
    talk = talk()
    said = talk.say("call tool weather\ncall tool time\ncall tool weather", stream=stream, tools=True)
    assert said.finish == "tools" and [call.name for call in said.calls] == ["weather", "time", "weather"]
    assert [call.arguments for call in said.calls] == [{"city": "text", "days": 1}, {}, {"city": "text", "days": 1}]
    assert len({call.id for call in said.calls}) == 3
    said = talk.answer({call.id: f"result {place}" for place, call in enumerate(said.calls)}, stream=stream)
    assert said.finish == "stop" and not said.calls
    said = talk.say("call tool time", stream=stream, tools=True)
    assert talk.answer({said.calls[0].id: RuntimeError("no clock")}, stream=stream).finish == "stop"


@streamed
def test_it_explains_before_it_calls(talk, stream):
    talk = talk()
    said = talk.say("explain\ncall tool time", stream=stream, tools=True)
    # Cohere calls it the plan, which is no part of the text.
    assert said.text == ("" if talk.dialect == "cohere" else "I shall use a tool.")
    assert [call.name for call in said.calls] == ["time"]


def test_an_image_is_taken(talk):
    assert talk().say("what is it?", image=True).finish == "stop"


@streamed
def test_an_answer_fits_its_schema(talk, stream):
    assert json.loads(talk().say("who?", stream=stream, schema=PERSON).text) == {"name": "text", "age": 1}


@streamed
def test_thoughts_come_first_and_are_known_again(talk, stream):
    talk = talk()
    said = talk.say("think\ncall tool weather", stream=stream, tools=True, think=True)
    assert talk.call["classes"]["reasoning_tokens"] > 0 and said.finish == "tools"
    # OpenAI's chat bills thoughts and keeps them.
    assert ("I think about this: think" in said.thinking) == (talk.dialect != "openAI")
    assert talk.answer({said.calls[0].id: "sunny"}, stream=stream).finish == "stop"


def test_classes_of_tokens_are_reported_within_the_same_sum(talk):
    talk = talk()
    talk.say("one two three four\ncached 4\ncreated 3")
    assert talk.call["classes"] == {
        "cached_tokens": 4, "cache_creation_tokens": 3, "reasoning_tokens": talk.call["classes"]["reasoning_tokens"]}


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 503])
def test_an_error_is_the_sdks_own(talk, status):
    talk = talk(f"status={status}")
    with pytest.raises(talk.agent.errors) as raised:
        talk.agent.say(PROMPT)
    assert talk.agent.status(raised.value) == status
    assert talk.call["billed"]["total_tokens"] == 0 and talk.call["outcome"] == "error"


def test_a_cut_stream_is_billed_to_where_it_was_cut(talk):
    talk = talk("cut-after=5")
    with pytest.raises(Exception):
        talk.agent.say(PROMPT, stream=True)
    assert talk.call["outcome"] == "cut" and talk.call["billed"]["completion_tokens"] == 5


def test_an_error_in_a_stream_is_raised(talk):
    talk = talk("fail-after=5")
    with pytest.raises(Exception):
        talk.agent.say(PROMPT, stream=True)
    assert talk.call["outcome"] == "error" and talk.call["billed"]["completion_tokens"] == 5
