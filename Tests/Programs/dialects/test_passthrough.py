"""Whatever is not translated is passed on: bytes as they are, hop-by-hop headers dropped, the credential put in."""

import os

import pytest

import wire
from policies import MODEL, chain, chat, one
from provider import completion
from secrets_of_the_tests import AGENT_KEY, PROVIDER_KEY

ANSWER = b'{ "object":"list",\r\n  "choices" : [{}], "data" : [1.0, 1e3, "\\u00e9"] }\n'


@pytest.fixture
def upstream(provider):
    return provider(lambda line, _: line.answer(ANSWER, x_vendor_note="kept"))


def test_an_unknown_path_goes_to_the_first_backend(upstream, provider, sidecar, client):
    other = provider(lambda line, _: line.answer(b"{}"))
    served = sidecar(chain(upstream.url, other.url))
    reply = wire.get(f"{served.base_url}/files?limit=2&after=x%2Fy", authorization=f"Bearer {AGENT_KEY}")
    assert (reply.status, reply.body, reply.headers["x-vendor-note"]) == (200, ANSWER, "kept")
    (request,) = upstream.requests
    assert (request.method, request.path) == ("GET", "/v1/files?limit=2&after=x%2Fy")
    assert request.headers["authorization"] == f"Bearer {PROVIDER_KEY}"
    assert other.requests == []


def test_an_unknown_path_with_a_model_goes_to_the_models_chain(upstream, provider, sidecar):
    default = provider(lambda line, _: line.answer(b"{}"))
    policy = one(default.url)
    policy["backends"]["other"] = {**policy["backends"]["main"], "baseURL": upstream.url}
    policy["models"]["tts"] = {"chain": [{"backend": "other"}]}
    reply = wire.post(f"{sidecar(policy).base_url}/audio/speech", {"model": "tts", "input": "hello"})
    assert reply.body == ANSWER
    assert len(upstream.requests) == 1 and default.requests == []


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT", "PATCH", "POST"])
def test_every_method_is_passed_on(upstream, sidecar, method):
    body = None if method in ("GET", "DELETE") else b'{"a":  1}'
    reply = wire.call(method, f"{sidecar(one(upstream.url)).base_url}/vector_stores/vs_1", body)
    assert reply.status == 200
    assert (upstream.requests[0].method, upstream.requests[0].body) == (method, body or b"")


def test_bytes_that_are_not_json_are_not_looked_at(upstream, sidecar):
    body = os.urandom(300_000)
    headers = {"content-type": "multipart/form-data; boundary=xyz"}
    wire.call("POST", f"{sidecar(one(upstream.url)).base_url}/files", body, headers)
    assert upstream.requests[0].body == body
    assert upstream.requests[0].headers["content-type"] == headers["content-type"]


def test_a_chat_body_arrives_byte_for_byte_when_nothing_needs_changing(upstream, sidecar):
    body = b'{\t"messages" :[ {"role":"user","content":"\\u00e9 \xc3\xa9"}],"temperature":1.00, "model" : "gpt-4o"}\n'
    wire.call("POST", f"{sidecar(one(upstream.url)).base_url}/chat/completions", body,
              {"content-type": "application/json"})
    assert upstream.requests[0].body == body


def test_a_reply_arrives_byte_for_byte(provider, sidecar):
    body = b'{ "id":"x","model" :"gpt-4o", "choices":[ {} ], "usage":{"prompt_tokens":1,"total_tokens":1},"z":1.10}\n'
    upstream = provider(lambda line, _: line.answer(body))
    assert wire.post(f"{sidecar(one(upstream.url)).base_url}/chat/completions", chat()).body == body


def test_only_the_model_is_spliced(upstream, sidecar):
    policy = one(upstream.url)
    policy["models"][MODEL]["chain"][0]["modelNameOverride"] = "mistral-large"
    body = b'{"messages":[{"role":"user","content":"\\"model\\":\\"gpt-4o\\""}],  "model": "gpt-4o" ,"x":[ 1 ]}'
    wire.call("POST", f"{sidecar(policy).base_url}/chat/completions", body, {"content-type": "application/json"})
    assert upstream.requests[0].body == body.replace(b'"model": "gpt-4o"', b'"model": "mistral-large"')


def test_hop_by_hop_headers_stay_on_their_hop(upstream, sidecar):
    with wire.Raw(sidecar(one(upstream.url)).address) as agent:
        agent.send(wire.request(
            body=chat(), Connection="keep-alive, x-only-here", X_Only_Here="1", Keep_Alive="timeout=5", TE="trailers",
            Proxy_Authorization="Basic abc", Accept_Encoding="gzip, br", X_End_To_End="yes"))
        assert agent.reply().status == 200
    headers = upstream.requests[0].headers
    assert headers["x-end-to-end"] == "yes"
    assert not {"x-only-here", "keep-alive", "te", "proxy-authorization", "upgrade"} & set(headers)
    assert headers["accept-encoding"] == "identity"


def test_the_provider_is_called_by_its_own_name(upstream, sidecar):
    wire.post(f"{sidecar(one(upstream.url)).base_url}/chat/completions", chat())
    hosts = [value for name, value in upstream.requests[0].header_list if name == "host"]
    assert hosts == [upstream.url.split("/")[2]]


def test_a_providers_hop_by_hop_headers_do_not_come_down(provider, sidecar):
    upstream = provider(lambda line, _: line.answer(
        completion(), connection="x-private", x_private="1", keep_alive="timeout=5", x_ratelimit_remaining="9"))
    reply = wire.post(f"{sidecar(one(upstream.url)).base_url}/chat/completions", chat())
    assert "x-private" not in reply.headers and "keep-alive" not in reply.headers
    assert reply.headers["x-ratelimit-remaining"] == "9"


def test_a_providers_answer_of_no_trigger_is_the_answer(mock, sidecar):
    reply = wire.post(f"{sidecar(one(mock.at('status=418'))).base_url}/chat/completions", chat())
    assert reply.status == 418
    assert len(mock.ledger()) == 1
