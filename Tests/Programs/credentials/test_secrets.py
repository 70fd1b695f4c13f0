"""Keys stay where they belong: the provider's key never comes down, the agent's key never goes up."""

import json

import pytest

import wire
from policies import MODEL, ask, chain, chat, one
from provider import completion
from secrets_of_the_tests import AGENT_KEY, PROMPT, PROVIDER_KEY


def test_the_provider_gets_the_backends_key_and_only_that(provider, sidecar, client):
    upstream = provider(lambda line, _: line.answer(completion()))
    client(sidecar(one(upstream.url))).chat.completions.create(model=MODEL, messages=ask())
    (request,) = upstream.requests
    assert [value for name, value in request.header_list if name == "authorization"] == [f"Bearer {PROVIDER_KEY}"]
    assert AGENT_KEY not in json.dumps(request.header_list) + request.body.decode()


@pytest.mark.parametrize("header", ["authorization", "api-key", "x-api-key", "x-goog-api-key", "cookie"])
def test_no_other_way_of_naming_a_key_goes_up_either(provider, sidecar, header):
    upstream = provider(lambda line, _: line.answer(completion()))
    wire.call("POST", f"{sidecar(one(upstream.url)).base_url}/chat/completions", chat(), {header: AGENT_KEY})
    assert AGENT_KEY not in json.dumps(upstream.requests[0].header_list)


def test_an_agent_needs_no_key_at_all(mock, sidecar):
    policy = one(mock.at(f"require-key={PROVIDER_KEY}"))
    assert wire.post(f"{sidecar(policy).base_url}/chat/completions", chat()).status == 200


@pytest.mark.parametrize("knobs", ["", "status=401", "status=429", "status=500", "close", "garbage"])
@pytest.mark.parametrize("path", ["/chat/completions", "/files"])
def test_the_key_never_comes_down_whatever_happens(mock, sidecar, knobs, path):
    served = sidecar(one(mock.at(knobs)))
    reply = wire.post(f"{served.base_url}{path}", chat(), authorization=f"Bearer {AGENT_KEY}")
    assert PROVIDER_KEY not in str(reply.headers) + reply.body.decode(errors="replace")


def test_a_method_that_shows_the_request_again_is_refused(mock, sidecar):
    reply = wire.call("TRACE", f"{sidecar(one(mock.at())).base_url}/files")
    assert reply.status == 405 and reply.error
    assert mock.ledger() == []


def test_each_backend_gets_its_own_key(provider, sidecar):
    first = provider(lambda line, _: line.answer(b"{}", "500 Internal Server Error"))
    second = provider(lambda line, _: line.answer(completion()))
    policy = chain(first.url, second.url)
    policy["backends"]["second"]["auth"] = {"env": "OTHER_KEY"}
    wire.post(f"{sidecar(policy, env={'OTHER_KEY': 'sk-other'}).base_url}/chat/completions", chat())
    assert first.requests[0].headers["authorization"] == f"Bearer {PROVIDER_KEY}"
    assert second.requests[0].headers["authorization"] == "Bearer sk-other"


def test_a_backend_without_credentials_is_sent_none(provider, sidecar):
    upstream = provider(lambda line, _: line.answer(completion()))
    policy = one(upstream.url)
    del policy["backends"]["main"]["auth"]
    wire.post(f"{sidecar(policy).base_url}/chat/completions", chat(), authorization=f"Bearer {AGENT_KEY}")
    assert "authorization" not in upstream.requests[0].headers


@pytest.mark.parametrize("level", ["trace", "debug", "info"])
def test_even_the_most_talkative_log_tells_nothing(mock, sidecar, level):
    """The check itself runs after every test; here it runs on everything that can go wrong, at every level."""
    served = sidecar(chain(mock.at("status=500"), mock.at("close"), mock.at("garbage")), "--log-level", level)
    wire.post(f"{served.base_url}/chat/completions", chat(), authorization=f"Bearer {AGENT_KEY}")
    wire.post(f"{served.base_url}/chat/completions", f'{{"model": "{PROMPT}", "messages": ['.encode())
    wire.get(f"{served.base_url}/files?key={AGENT_KEY}&q={PROMPT}", authorization=f"Bearer {AGENT_KEY}")
    served.finish()


def test_a_header_value_cannot_forge_a_log_line_or_a_metric(mock, sidecar):
    served = sidecar(one(mock.at(), budgets={"b": {"per": ["header:x-user-id"], "limit": "1 requests/day"}}))
    for _ in range(2):
        wire.post(f"{served.base_url}/chat/completions", chat(), x_user_id='a"} 1\\n{"level":"forged')
    served.finish()
