"""A chain goes on to its next candidate until the agent has been given something, and never after that."""

import socket

import openai
import pytest

import metrics
import wire
from policies import MODEL, ask, backend, chain, chat
from provider import DONE, completion, event


@pytest.fixture
def deaf_port():
    """An address that never completes a connection: its queue of unaccepted connections is full."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(0)
    waiting = [socket.socket() for _ in range(4)]
    for each in waiting:
        each.setblocking(False)
        each.connect_ex(listener.getsockname())
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
    for each in [listener, *waiting]:
        each.close()


def fails_over(sidecar, policy):
    """Calls whole and streaming; both must be served by the second candidate. Gives what x-ai-fallback said."""
    served = sidecar(policy)
    whole = wire.post(f"{served.base_url}/chat/completions", chat())
    assert (whole.status, whole.headers["x-ai-backend"]) == (200, "second")
    with wire.stream(f"{served.base_url}/chat/completions", chat()) as (head, events):
        assert (head.status, head.headers["x-ai-backend"]) == (200, "second")
        text = "".join(chunk["choices"][0]["delta"].get("content") or "" for chunk in list(events)[:-1])
    assert text == whole.json()["choices"][0]["message"]["content"]
    assert served.metrics().sum(metrics.FALLBACKS) == 2
    return whole.headers["x-ai-fallback"]


@pytest.mark.parametrize("knobs, reason", [
    ("status=429", "rateLimit"),
    ("status=500", "error"), ("status=502", "error"), ("status=503", "error"), ("status=529", "rateLimit"),
    ("close", "error"), ("garbage", "error"),
])
def test_a_failing_provider_is_replaced(mock, sidecar, knobs, reason):
    said = fails_over(sidecar, chain(mock.at(knobs), mock.at()))
    assert "first" in said and reason in said


def test_a_provider_that_asked_to_be_left_alone_is_left_alone(mock, sidecar):
    served = sidecar(chain(mock.at("status=429;retry-after=60"), mock.at()))
    for _ in range(4):
        assert wire.post(f"{served.base_url}/chat/completions", chat()).headers["x-ai-backend"] == "second"
    assert len(mock.ledger("status=429")) == 1


def test_a_provider_that_keeps_failing_is_not_asked_every_time(mock, sidecar):
    served = sidecar(chain(mock.at("status=500"), mock.at()))
    for _ in range(20):
        assert wire.post(f"{served.base_url}/chat/completions", chat()).headers["x-ai-backend"] == "second"
    assert len(mock.ledger("status=500")) < 15


def test_a_refused_connection_is_an_error(mock, sidecar, closed_port):
    assert "error" in fails_over(sidecar, chain(closed_port, mock.at()))


def test_a_reset_connection_is_an_error(mock, provider, sidecar):
    assert "error" in fails_over(sidecar, chain(provider(lambda line, _: line.reset()).url, mock.at()))


def test_a_name_that_does_not_resolve_is_an_error(mock, sidecar):
    assert "error" in fails_over(sidecar, chain("http://nobody.invalid/v1", mock.at()))


def test_a_connection_that_is_never_completed_is_a_timeout(mock, sidecar, deaf_port):
    assert "timeout" in fails_over(sidecar, chain(backend(deaf_port, connect_ms=200), mock.at()))


@pytest.mark.parametrize("knobs", ["delay=60000", "slow-head"])
def test_a_first_byte_that_does_not_come_is_a_timeout(mock, sidecar, knobs):
    assert "timeout" in fails_over(sidecar, chain(backend(mock.at(knobs), first_byte_ms=200), mock.at()))


def test_a_stream_that_stalls_before_its_first_word_is_replaced(mock, sidecar):
    served = sidecar(chain(backend(mock.at("stall-after=0"), first_byte_ms=300, idle_ms=300), mock.at()))
    with wire.stream(f"{served.base_url}/chat/completions", chat()) as (head, events):
        assert head.headers["x-ai-backend"] == "second"
        assert list(events)[-1] == "[DONE]"


@pytest.mark.parametrize("end", ["close", "reset", "done", "error event"])
def test_a_stream_that_dies_after_its_role_but_before_a_word_is_replaced(mock, provider, sidecar, end):
    """The first event of a stream carries the role and no content: it must not be what commits a reply."""
    def script(line, _):
        line.start_stream()
        line.chunk(b": waking up\n\n" + event({"role": "assistant", "content": ""}))
        match end:
            case "reset": line.reset()
            case "done": line.chunk(b"")
            case "error event": line.chunk(b'data: {"error": {"message": "overloaded", "type": "server_error"}}\n\n')
        line.socket.close()
    served = sidecar(chain(provider(script).url, mock.at()))
    with wire.stream(f"{served.base_url}/chat/completions", chat()) as (head, events):
        received = list(events)
    assert head.headers["x-ai-backend"] == "second"
    assert received[-1] == "[DONE]"
    assert [chunk["choices"][0]["delta"].get("role") for chunk in received[:-1]].count("assistant") == 1


def test_a_tool_call_commits_a_stream_as_a_word_does(mock, provider, sidecar):
    def script(line, _):
        line.start_stream()
        line.chunk(event({"role": "assistant", "tool_calls": [
            {"index": 0, "id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}]}))
        line.reset()
    served = sidecar(chain(provider(script).url, mock.at()))
    with wire.stream(f"{served.base_url}/chat/completions", chat()) as (head, events):
        assert head.headers["x-ai-backend"] == "first"
        assert "error" in list(events)[-1]
    assert mock.ledger() == []


@pytest.mark.parametrize("knobs", ["cut-after=3", "stall-after=3"])
def test_a_stream_cut_later_raises_in_the_sdk(mock, sidecar, client, knobs):
    served = sidecar(chain(backend(mock.at(f"{knobs};chunks=20"), idle_ms=300), mock.at()))
    heard = []
    with pytest.raises(openai.APIError):
        for chunk in client(served).chat.completions.create(model=MODEL, messages=ask("a story"), stream=True):
            heard += [choice.delta.content for choice in chunk.choices if choice.delta.content]
    assert heard
    assert len(mock.ledger()) == 1


@pytest.mark.parametrize("knobs", ["cut-after=3", "stall-after=3"])
def test_a_stream_cut_later_never_ends_as_if_it_were_whole(mock, sidecar, knobs):
    served = sidecar(chain(backend(mock.at(f"{knobs};chunks=20"), idle_ms=300), mock.at()))
    with wire.stream(f"{served.base_url}/chat/completions", chat("a story")) as (_, events):
        received = list(events)
    assert "[DONE]" not in received
    assert received[-1]["error"]["message"] and received[-1]["error"]["type"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_the_agents_own_mistakes_do_not_move_the_chain(mock, sidecar, status):
    reply = wire.post(f"{sidecar(chain(mock.at(f'status={status}'), mock.at())).base_url}/chat/completions", chat())
    assert (reply.status, len(mock.ledger())) == (status, 1)
    assert reply.error


@pytest.mark.parametrize("on, knobs", [(["timeout"], "status=429"), (["rateLimit"], "status=503"), ([], "close")])
def test_only_the_triggers_that_were_asked_for_move_the_chain(mock, sidecar, on, knobs):
    reply = wire.post(f"{sidecar(chain(mock.at(knobs), mock.at(), on=on)).base_url}/chat/completions", chat())
    assert reply.status == (502 if knobs == "close" else int(knobs.removeprefix("status=")))
    assert len(mock.ledger()) == 1


def test_when_all_fail_the_agent_gets_the_last_answer_and_what_was_tried(mock, provider, sidecar):
    body = b'{"error": {"message": "third is full", "type": "overloaded", "param": null, "code": "busy"}}'
    last = provider(lambda line, _: line.answer(body, "503 Service Unavailable", retry_after="7"))
    served = sidecar(chain(mock.at("status=429"), mock.at("status=500"), last.url))
    reply = wire.post(f"{served.base_url}/chat/completions", chat())
    assert (reply.status, reply.body, reply.headers["retry-after"]) == (503, body, "7")
    assert "first" in reply.headers["x-ai-fallback"] and "second" in reply.headers["x-ai-fallback"]


def test_when_nobody_can_be_reached_the_refusal_names_all_that_was_tried(sidecar, closed_port):
    reply = wire.post(f"{sidecar(chain(closed_port, closed_port)).base_url}/chat/completions", chat())
    assert reply.status == 502
    tried = reply.error["message"] + (reply.headers["x-ai-fallback"] or "")
    assert "first" in tried and "second" in tried


def test_when_the_last_one_times_out_the_status_is_504(mock, sidecar):
    served = sidecar(chain(mock.at("status=500"), backend(mock.at("delay=60000"), first_byte_ms=200)))
    assert wire.post(f"{served.base_url}/chat/completions", chat()).status == 504


def test_every_candidate_gets_the_request_as_the_agent_sent_it(provider, sidecar):
    first = provider(lambda line, _: line.answer(b"{}", "500 Internal Server Error"))
    second = provider(lambda line, _: line.answer(completion()))
    policy = chain(first.url, second.url)
    policy["models"][MODEL]["chain"][0]["modelNameOverride"] = "a-much-longer-name-than-the-original"
    body = chat("x" * 100_000)
    assert wire.post(f"{sidecar(policy).base_url}/chat/completions", body).status == 200
    assert first.requests[0].json() == {**body, "model": "a-much-longer-name-than-the-original"}
    assert second.requests[0].json() == body


def test_weights_share_the_calls(mock, sidecar):
    """Three to one over 200 calls: 150 expected, and a fair coin strays 30 from that less than once in a million."""
    policy = chain(mock.at(), mock.at())
    policy["models"][MODEL]["chain"] = [
        {"backend": "first", "priority": 0, "weight": 3}, {"backend": "second", "priority": 0, "weight": 1}]
    served = sidecar(policy)
    with wire.Raw(served.address) as agent:
        backends = []
        for _ in range(200):
            agent.send(wire.request(body=chat()))
            backends.append(agent.reply().headers["x-ai-backend"])
    assert 120 <= backends.count("first") <= 180
    assert backends.count("first") + backends.count("second") == 200


def test_priority_comes_before_weight(mock, sidecar):
    policy = chain(mock.at(), mock.at())
    policy["models"][MODEL]["chain"] = [
        {"backend": "first", "priority": 1, "weight": 1000}, {"backend": "second", "priority": 0, "weight": 1}]
    served = sidecar(policy)
    for _ in range(10):
        assert wire.post(f"{served.base_url}/chat/completions", chat()).headers["x-ai-backend"] == "second"


def test_an_equal_candidate_is_tried_before_the_next_priority(mock, sidecar, closed_port):
    policy = chain(closed_port, mock.at(), mock.at())
    for candidate, priority in zip(policy["models"][MODEL]["chain"], (0, 0, 1)):
        candidate["priority"] = priority
    served = sidecar(policy)
    for _ in range(10):
        assert wire.post(f"{served.base_url}/chat/completions", chat()).headers["x-ai-backend"] == "second"


def test_a_kept_connection_the_provider_closed_is_not_an_error(provider, sidecar):
    """An idle pooled connection may be closed at any moment; the next call opens a new one and nobody notices."""
    def script(line, _):
        line.answer(completion())
        line.socket.shutdown(socket.SHUT_RDWR)
    upstream = provider(script)
    served = sidecar(chain(upstream.url))
    for _ in range(20):
        assert wire.post(f"{served.base_url}/chat/completions", chat()).status == 200
    assert served.metrics().sum(metrics.FALLBACKS) == 0


@pytest.mark.parametrize("end", ["close", "reset"])
def test_a_kept_connection_that_closes_on_the_next_request_is_replaced(provider, sidecar, end):
    def script(line, _):
        if getattr(line, "has_answered", False):
            line.reset() if end == "reset" else line.socket.close()
        else:
            line.has_answered = True
            line.answer(completion())
    upstream = provider(script)
    served = sidecar(chain(upstream.url))
    for _ in range(5):
        assert wire.post(f"{served.base_url}/chat/completions", chat()).status == 200
    assert upstream.connections == 5


def test_a_new_connection_that_closes_is_an_error_that_says_so(provider, sidecar):
    served = sidecar(chain(provider(lambda line, _: line.socket.close()).url))
    reply = wire.post(f"{served.base_url}/chat/completions", chat())
    assert reply.status == 502
    assert "closed the connection before its reply began" in reply.error["message"]
    assert ".." not in reply.error["message"]


def test_a_stream_whose_first_candidate_ended_cleanly_without_content_is_an_answer(provider, mock, sidecar):
    """An empty answer with a finish_reason is an answer: the model had nothing to say."""
    def script(line, _):
        line.start_stream()
        line.chunk(event({"role": "assistant"}) + event({}, finish="stop") + DONE)
        line.chunk(b"")
    served = sidecar(chain(provider(script).url, mock.at()))
    with wire.stream(f"{served.base_url}/chat/completions", chat()) as (head, events):
        assert head.headers["x-ai-backend"] == "first"
        assert list(events)[-1] == "[DONE]"
