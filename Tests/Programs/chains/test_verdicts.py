"""What a provider's failure is, wherever it comes: one verdict for a status, a body and an event, in every dialect."""

import json
import re
import socket
import sqlite3
import time
from contextlib import closing

import pytest

import dialects
import wire
from dialects import AGENTS, WORD
from policies import MODEL, backend, chain, chat, one
from provider import DONE, completion, event
from secrets_of_the_tests import PROVIDER_KEY
from waiting import eventually

BUSY = "We are too busy."
# Events that say a reply is whole.
ENDS = {"message_delta", "message_stop", "messageStop", "metadata", "response.completed", "response.incomplete"}
USED = "ai_gateway_budget_used"
AWS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": PROVIDER_KEY}


@pytest.fixture
def between(sidecar, provider):
    """A sidecar whose model is served by a provider of `dialect` that keeps to `script`, and then by `others`."""
    def start(dialect, script, *others, on=("rateLimit",), **more):
        address = provider(script).url.removesuffix("/v1")
        policy = chain(dialects.backend(dialect, address), *others, on=on, **more)
        return sidecar(policy, env=AWS)
    return start


def able(line, request):
    """A chat provider that answers."""
    if not request.json().get("stream"):
        return line.answer(completion("able", prompt=7, output=3))
    dialects.streams("openAI", event({"content": "able"}), event({}, finish="stop"), DONE)(line, request)


def second(provider):
    """A backend that answers, and knows chat completions only."""
    return backend(provider(able).url, dialects=["openAI"])


def receipts(folder):
    """What each attempt is on record with."""
    with closing(sqlite3.connect(f"file:{folder}/state/ledger.db?mode=ro", uri=True)) as ledger:
        return ledger.execute(
            "SELECT backend, state, input_tokens, output_tokens FROM receipt ORDER BY number").fetchall()


# --- a stream that its provider breaks off

@pytest.mark.parametrize("agent", AGENTS)
@pytest.mark.parametrize("speaks", AGENTS)
def test_nothing_follows_the_error_that_broke_a_stream_off(between, speaks, agent):
    last = {"openAI": [DONE]}.get(speaks, [])
    served = between(speaks, dialects.streams(speaks, *dialects.begins(speaks), dialects.fails(speaks), *last))
    status, _, data = dialects.ask(served, agent, MODEL)
    assert status == 200
    said = dialects.events(agent, data)
    if agent == "openAI" and said[-1][1] == "[DONE]":
        said.pop()
    assert WORD in json.dumps(said)
    words = said[-1][1]["message"] if speaks == agent == "cohere" else dialects.words_of_error(agent, said[-1])
    assert words and BUSY in words, said
    assert not ENDS & {kind for kind, _ in said}, said
    assert not re.search(r'"(COMPLETE|STOP|stop)"', json.dumps(said)), said


@pytest.mark.parametrize("speaks", ["openAI", "anthropic", "gemini", "bedrock", "cohere", "responses"])
def test_a_response_that_fails_goes_on_counting_its_events(between, speaks):
    """By the provider's word where it is crossed; by its silence where the provider's own events were passed on."""
    ends = speaks != "responses"
    broken = [dialects.fails(speaks)] if ends else []
    served = between(speaks, dialects.streams(speaks, *dialects.begins(speaks), *broken, ends=ends))
    said = dialects.events("responses", dialects.ask(served, "responses", MODEL)[2])
    assert [payload["sequence_number"] for _, payload in said] == list(range(len(said)))
    kind, payload = said[-1]
    assert kind == payload["type"] == "response.failed"
    assert payload["response"]["status"] == "failed" and payload["response"]["error"]["message"]
    assert payload["response"]["id"] == said[0][1]["response"]["id"]
    assert payload["response"]["model"] == MODEL


# --- an error event first in a stream is the same verdict as a status

@pytest.mark.parametrize("agent", ["openAI", "anthropic"])
@pytest.mark.parametrize("speaks", AGENTS)
def test_a_stream_that_begins_with_a_reached_limit_fails_over_on_rate_limit(between, provider, speaks, agent):
    served = between(speaks, dialects.streams(speaks, dialects.fails(speaks)), second(provider))
    status, head, data = dialects.ask(served, agent, MODEL)
    assert (status, head["x-ai-backend"]) == (200, "second"), data
    assert "first=rateLimit" in head["x-ai-fallback"]
    assert b"able" in data


@pytest.mark.parametrize("agent", AGENTS)
@pytest.mark.parametrize("speaks", AGENTS)
def test_the_words_of_an_error_that_begins_a_stream_are_kept(between, speaks, agent):
    served = between(speaks, dialects.streams(speaks, dialects.fails(speaks)), on=("error",))
    status, head, data = dialects.ask(served, agent, MODEL)
    assert status in (429, 529) and head["content-type"].startswith("application/json"), data
    assert BUSY in json.dumps(json.loads(data)), data


@pytest.mark.parametrize("speaks", AGENTS)
def test_a_stream_that_failed_before_it_said_anything_costs_nothing(between, speaks):
    script = dialects.streams(speaks, dialects.fails(speaks))
    served = between(speaks, script, budgets={"cap": {"limit": "100000 tokens/day"}}, unpriced="allow")
    dialects.ask(served, speaks, MODEL)
    assert served.metrics().sum(USED, budget="cap") == 0


@pytest.mark.parametrize("speaks, status, trigger, error", [
    ("anthropic", 402, "error", {"type": "error", "error": {"type": "billing_error", "message": "No money."}}),
    ("anthropic", 529, "rateLimit", {"type": "error", "error": {"type": "overloaded_error", "message": "Busy."}}),
    ("openAI", 402, "error", {"error": {"message": "No credits.", "code": 402}}),
    ("openAI", 408, "timeout", {"error": {"message": "Too slow."}}),
    ("bedrock", 424, "error", {"message": "The model failed."}), ("bedrock", 408, "timeout", {"message": "Slow."}),
])
def test_statuses_that_another_candidate_may_make_good_fail_over(between, provider, speaks, status, trigger, error):
    def refuse(line, _):
        line.answer(error, f"{status} Refused")
    served = between(speaks, refuse, second(provider), on=(trigger,))
    _, head, data = dialects.ask(served, speaks, MODEL, stream=False)
    assert head["x-ai-backend"] == "second", data
    assert f"first={trigger} (status {status})" in head["x-ai-fallback"]


def test_the_verdict_of_a_status_does_not_wait_for_its_words(between, provider):
    """Its body trickles in for ever; the chain goes on after a second."""
    def drip(line, _):
        line.send(b"HTTP/1.1 503 Busy\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n")
        line.send(b'{"error": {"message": "')
        while True:
            line.send(b"x")
            time.sleep(0.05)
    served = between("openAI", drip, second(provider), on=("error",))
    begun = time.monotonic()
    reply = wire.post(f"{served.base_url}/chat/completions", chat())
    assert (reply.status, reply.headers["x-ai-backend"]) == (200, "second")
    assert time.monotonic() - begun < 5


def test_words_that_did_not_come_in_time_are_said_for_the_provider(between):
    def endless(line, _):
        line.send(b"HTTP/1.1 500 No\r\ncontent-type: application/json\r\ncontent-length: 1000000000\r\n\r\n")
        while True:
            line.send(b"x" * 65536)
    reply = wire.post(f"{between('openAI', endless).base_url}/chat/completions", chat())
    assert reply.status == 500 and "status 500" in reply.error["message"]


# --- a good status without an answer

def no_answers():
    """Bodies of good replies that say nothing of what was asked, by the dialect they pretend to be in."""
    for speaks in AGENTS:
        yield pytest.param(speaks, dialects.refuses(speaks), id=f"{speaks}-error")
        yield pytest.param(speaks, {}, id=f"{speaks}-empty")
    yield pytest.param("openAI", {"id": "c", "choices": []}, id="openAI-no-choices")
    yield pytest.param("openAI", {"choices": [{"error": {"code": 502, "message": BUSY}}]}, id="openAI-choice-error")
    yield pytest.param("anthropic", {"type": "message", "content": []}, id="anthropic-no-content")
    yield pytest.param("gemini", {"candidates": []}, id="gemini-no-candidates")
    yield pytest.param("responses", {"object": "response", "status": "completed"}, id="responses-no-output")


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("crossed", [False, True], ids=["same", "crossed"])
@pytest.mark.parametrize("speaks, said", list(no_answers()))
def test_a_good_status_without_an_answer_is_none_and_costs_nothing(
        between, provider, tmp_path, speaks, said, crossed, stream):
    agent = ("anthropic" if speaks == "openAI" else "openAI") if crossed else speaks
    served = between(
        speaks, lambda line, _: line.answer(said), second(provider), on=("rateLimit", "error"),
        budgets={"cap": {"limit": "100000 tokens/day"}})
    status, head, data = dialects.ask(served, agent, MODEL, stream)
    assert (status, head["x-ai-backend"]) == (200, "second"), data
    assert b"able" in data
    assert eventually(lambda: receipts(tmp_path))[0] == ("first", "failed", None, None)


def test_json_although_a_stream_was_asked_for_is_no_answer_and_is_booked_as_reported(between, provider):
    served = between("openAI", lambda line, _: line.answer(completion(prompt=40, output=2)), second(provider),
                     on=("error",), budgets={"cap": {"limit": "100000 tokens/day"}})
    _, head, _ = dialects.ask(served, "openAI", MODEL)
    assert head["x-ai-backend"] == "second"
    assert served.metrics().sum(USED, budget="cap") >= 42


@pytest.mark.parametrize("crossed", [False, True], ids=["same", "crossed"])
@pytest.mark.parametrize("speaks, events", [
    ("openAI", [DONE]), ("openAI", []), ("openAI", [b": waiting\n\n"]), ("responses", [DONE]), ("cohere", [DONE]),
    ("anthropic", [dialects.sse({"type": "message_stop"}, "message_stop")]), ("gemini", []), ("bedrock", []),
], ids=["done", "nothing", "comments", "responses-done", "cohere-done", "message-stop", "gemini", "bedrock"])
def test_a_stream_that_says_nothing_is_no_answer_and_costs_nothing(
        between, provider, tmp_path, speaks, events, crossed):
    agent = ("anthropic" if speaks == "openAI" else "openAI") if crossed else speaks
    served = between(speaks, dialects.streams(speaks, *events), second(provider), on=("error",))
    status, head, data = dialects.ask(served, agent, MODEL)
    assert (status, head["x-ai-backend"]) == (200, "second"), data
    assert eventually(lambda: receipts(tmp_path))[0] == ("first", "failed", None, None)


@pytest.mark.parametrize("speaks, said", [
    ("openAI", {"choices": [{"index": 0, "message": {"role": "assistant", "content": ""}, "finish_reason": "stop"}]}),
    ("anthropic", {"id": "m", "type": "message", "role": "assistant", "content": [], "stop_reason": "end_turn",
                   "usage": {"input_tokens": 1, "output_tokens": 0}}),
    ("gemini", {"candidates": [{"finishReason": "SAFETY"}]}), ("gemini", {"promptFeedback": {"blockReason": "SAFETY"}}),
    ("cohere", {"id": "c", "message": {"role": "assistant", "content": []}, "finish_reason": "COMPLETE"}),
], ids=["chat", "anthropic", "gemini", "blocked", "cohere"])
def test_an_answer_may_be_empty(between, closed_port, speaks, said):
    served = between(speaks, lambda line, _: line.answer(said), closed_port)
    status, head, data = dialects.ask(served, speaks, MODEL, stream=False)
    assert (status, head["x-ai-backend"]) == (200, "first"), data
    assert json.loads(data) == said


def test_a_blocked_prompt_is_a_streams_answer(between, closed_port):
    blocked = dialects.sse({"promptFeedback": {"blockReason": "SAFETY"}, "usageMetadata": {"promptTokenCount": 4}})
    served = between("gemini", dialects.streams("gemini", blocked), closed_port)
    status, head, data = dialects.ask(served, "gemini", MODEL)
    assert (status, head["x-ai-backend"]) == (200, "first") and b"SAFETY" in data


# --- what people are told

class Watch:
    """The events of a sidecar's control socket."""

    def __init__(self, running, folder):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(20)
        self.socket.connect(str(folder / "state" / "control.sock"))
        self.socket.send(json.dumps({"method": "io.aigw.Control.Watch", "more": True}).encode() + b"\0")
        self.rest = b""

    def next(self, kind):
        while True:
            while b"\0" not in self.rest:
                data = self.socket.recv(65536)
                assert data, "the watch ended"
                self.rest += data
            message, self.rest = self.rest.split(b"\0", 1)
            event = json.loads(message)["parameters"].get("event")
            if event and event["kind"] == kind:
                return event


def explained(folder, request):
    with socket.socket(socket.AF_UNIX) as control:
        control.settimeout(20)
        control.connect(str(folder / "state" / "control.sock"))
        control.send(json.dumps({
            "method": "io.aigw.Control.Explain", "parameters": {"request": request}}).encode() + b"\0")
        data = b""
        while b"\0" not in data:
            data += control.recv(65536)
    return json.loads(data[:data.index(b"\0")])["parameters"]


def test_a_circuit_that_opens_and_closes_is_told(sidecar, provider, tmp_path):
    healthy = []

    def script(line, request):
        able(line, request) if healthy else line.answer(b"{}", "500 No")
    served = sidecar(one(provider(script).url))
    watch = Watch(served, tmp_path)
    for _ in range(5):
        wire.post(f"{served.base_url}/chat/completions", chat())
    opened = watch.next("circuit")
    assert opened["subject"] == "main" and opened["details"]["state"] == "open" and "status 500" in opened["message"]
    served.wait_for_log("circuit open")
    healthy.append(True)
    eventually(lambda: wire.post(f"{served.base_url}/chat/completions", chat()).status == 200, "an answer")
    assert watch.next("circuit")["details"]["state"] == "closed"
    served.wait_for_log("circuit closed")


def test_a_shadow_budget_tells_what_it_would_have_refused(mock, sidecar, tmp_path):
    served = sidecar(one(mock.at(), budgets={"watched": {"limit": "5 tokens/day", "shadow": True}}))
    watch = Watch(served, tmp_path)
    reply = wire.post(f"{served.base_url}/chat/completions", chat(max_tokens=40))
    assert reply.status == 200, "it refuses nothing"
    told = watch.next("shadow")
    assert told["subject"] == "watched" and "5 tokens per day" in told["message"]
    assert served.metrics().sum("ai_gateway_budget_shadow_refusals_total", budget="watched") == 1
    assert served.metrics().sum("ai_gateway_budget_refusals_total") == 0
    served.wait_for_log("a shadow budget would have refused a call")
    trace = json.dumps(explained(tmp_path, reply.headers["x-ai-request-id"]))
    assert '"wouldRefuse"' in trace and '"watched"' in trace
