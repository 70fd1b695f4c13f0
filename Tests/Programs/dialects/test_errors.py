"""Bad input is answered with the right status in OpenAI's error shape, and the SDK raises its own class for it."""

import json

import openai
import pytest

import wire
from policies import MODEL, ask, chat, one


@pytest.fixture
def served(mock, sidecar):
    return sidecar(one(mock.at(), limits={"bodyBytesMax": 1_000_000}))


@pytest.mark.parametrize("status, exception", [
    (400, openai.BadRequestError), (401, openai.AuthenticationError), (403, openai.PermissionDeniedError),
    (404, openai.NotFoundError), (409, openai.ConflictError), (422, openai.UnprocessableEntityError),
    (429, openai.RateLimitError), (500, openai.InternalServerError), (503, openai.InternalServerError),
])
@pytest.mark.parametrize("stream", [False, True])
def test_a_providers_error_is_raised_as_the_sdks_own_class(mock, sidecar, client, status, exception, stream):
    with pytest.raises(exception) as raised:
        client(sidecar(one(mock.at(f"status={status}")))).chat.completions.create(
            model=MODEL, messages=ask(), stream=stream)
    assert raised.value.status_code == status
    assert raised.value.body["message"]


def test_an_unknown_model_is_not_found_and_named(served, client, mock):
    with pytest.raises(openai.NotFoundError) as raised:
        client(served).chat.completions.create(model="gpt-99", messages=ask())
    assert "gpt-99" in raised.value.message and MODEL in raised.value.message
    assert raised.value.code == "model_not_found" and raised.value.param == "model"
    assert mock.ledger() == []


def test_an_unreachable_provider_is_a_server_error(sidecar, client):
    with pytest.raises(openai.InternalServerError) as raised:
        client(sidecar(one("http://127.0.0.1:1/v1"))).chat.completions.create(model=MODEL, messages=ask())
    assert raised.value.status_code == 502
    assert "main" in raised.value.message


def test_a_sidecar_that_is_gone_is_a_connection_error(served, client):
    chats = client(served).chat.completions
    served.finish()
    with pytest.raises(openai.APIConnectionError):
        chats.create(model=MODEL, messages=ask())


@pytest.mark.parametrize("body", [
    b"", b"{", b"[]", b"null", b'"gpt-4o"', b"{'model': 'gpt-4o'}", b'{"model": "gpt-4o",}', b'{"model": "gpt-4o"} x',
    b'{"model": "gpt-4o", "model": "other"}', b'{"model": "gpt\xff4o"}', b'{"model": "\\ud800"}', b'{"model": "a\nb"}',
    b'{"model": 1e999}', b"\xef\xbb\xbf{}", b"[" * 100_000, b'{"a":' * 50_000, b"\x00" * 100,
], ids=lambda body: repr(body[:24]))
def test_a_body_that_is_not_json_is_a_bad_request(served, mock, body):
    reply = wire.post(f"{served.base_url}/chat/completions", body, content_type="application/json")
    assert reply.status == 400
    assert reply.error["type"] == "invalid_request_error"
    assert mock.ledger() == []


def test_a_syntax_error_is_located(served):
    reply = wire.post(f"{served.base_url}/chat/completions", b'{\n  "model": "gpt-4o",\n  "messages": [}\n')
    assert "line 3" in reply.error["message"]


@pytest.mark.parametrize("field, value", [
    ("model", 7), ("model", None), ("model", ""), ("model", ["gpt-4o"]), ("stream", "yes"), ("max_tokens", "many"),
    ("max_tokens", -1), ("max_completion_tokens", 1.5), ("n", 0), ("stream_options", "all")])
def test_a_field_of_the_wrong_kind_is_named(served, mock, field, value):
    reply = wire.post(f"{served.base_url}/chat/completions", {**chat(), field: value})
    assert reply.status == 400
    assert reply.error["param"] == field
    assert mock.ledger() == []


def test_a_body_without_a_model_is_told_so(served):
    reply = wire.post(f"{served.base_url}/chat/completions", {"messages": ask()})
    assert reply.status == 400
    assert reply.error["param"] == "model"


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_over_the_limit_is_too_large(served, chunked, mock):
    with wire.Raw(served.address) as agent:
        if chunked:
            agent.send(b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
            try:
                for _ in range(20):
                    agent.send(b"%x\r\n%s\r\n" % (100_000, b" " * 100_000))
            except (BrokenPipeError, ConnectionResetError):
                pass
        else:
            agent.send(b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 1000001\r\n\r\n")
        reply = agent.reply()
    assert reply.status == 413
    assert "1000000" in reply.error["message"].replace(",", "").replace("_", "")
    assert mock.ledger() == []


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/embeddings", "/v1/completions"])
@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT"])
def test_the_wrong_method_is_told_the_right_one(served, path, method, mock):
    reply = wire.call(method, f"http://{served.address}{path}")
    assert reply.status == 405
    assert "POST" in reply.headers["allow"]
    assert reply.error
    assert mock.ledger() == []


def test_a_content_type_other_than_json_is_refused(served, mock):
    reply = wire.post(f"{served.base_url}/chat/completions", json.dumps(chat()).encode(), content_type="text/xml")
    assert reply.status == 415
    assert "application/json" in reply.error["message"]
    assert mock.ledger() == []


@pytest.mark.parametrize("kind", [None, "application/json; charset=utf-8", "APPLICATION/JSON",
                                  "application/x-www-form-urlencoded"])
def test_json_by_any_usual_name_is_welcome(served, kind):
    """curl -d says application/x-www-form-urlencoded, and every tutorial calls it so."""
    headers = {"content-type": kind} if kind else {}
    reply = wire.call("POST", f"{served.base_url}/chat/completions", json.dumps(chat()).encode(), headers)
    assert reply.status == 200


def test_a_compressed_body_is_refused_rather_than_misread(served):
    reply = wire.post(f"{served.base_url}/chat/completions", b"\x1f\x8b\x08\x00", content_encoding="gzip",
                      content_type="application/json")
    assert reply.status == 415
    assert reply.error


def test_a_path_outside_v1_is_not_found(served, mock):
    reply = wire.get(f"http://{served.address}/chat/completions")
    assert reply.status == 404
    assert "/v1" in reply.error["message"]
    assert mock.ledger() == []


def test_after_every_refusal_the_next_call_works(served):
    for body in (b"{", json.dumps(chat(model="nobody")).encode()):
        with wire.Raw(served.address) as agent:
            agent.send(wire.request(body=body))
            assert agent.reply().status in (400, 404)
            agent.send(wire.request(body=chat()))
            assert agent.reply().status == 200


def test_refusals_carry_a_request_id(served):
    replies = [wire.post(f"{served.base_url}/chat/completions", chat(model=model)) for model in (MODEL, "no", "no")]
    assert len({reply.headers["x-request-id"] for reply in replies}) == 3
